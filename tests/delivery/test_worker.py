"""The worker: strangers' files are opened in a process of its own, and it may die."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from bot.delivery.worker import ROOT, Worker, environment
from storage import jobs
from storage.files import Files
from storage.tables.delivery import Job
from tests.delivery.fakes import desk, until
from tests.storage.pictures import bomb, photo_with_gps

NOW = datetime(2022, 12, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def finished():
    return {}


@pytest.fixture
def worker(database, finished):
    return make_worker(database, finished)


def make_worker(database, finished, module="tests.delivery.bad_jobs", **how):
    def done(session, job):
        finished[job.kind] = (job.state, job.result)

    return Worker(
        database, desk(database), done, module=module, look_seconds=0.05, memory=2**29, **how
    )


@asynccontextmanager
async def running(worker):
    task = asyncio.create_task(worker.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def put(database, *kinds, **payload):
    with database.writing() as session:
        for kind in kinds:
            jobs.put(session, key=kind, kind=kind, payload=payload, now=NOW)


def job(database, kind):
    with database.reading() as session:
        return session.execute(
            select(Job.state, Job.attempts, Job.result).where(Job.kind == kind)
        ).one()


async def test_a_result_comes_back_with_the_folders_it_was_given(database, finished):
    put(database, "echo", hash="abc")
    async with running(make_worker(database, finished, extra={"files": "/photos"})):
        await until(lambda: finished)
    assert finished == {"echo": ("done", {"hash": "abc", "files": "/photos"})}


async def test_a_job_that_kills_the_process_fails_after_three_and_the_next_one_runs(
    database, worker, finished
):
    put(database, "die", "echo")
    async with running(worker):
        await until(lambda: len(finished) == 2)
    assert finished["die"] == ("failed", {"error": "the process died"})
    assert job(database, "die").attempts == 3
    assert finished["echo"] == ("done", {})


async def test_one_crash_is_forgiven(database, worker, finished, tmp_path):
    put(database, "die_once", trace=str(tmp_path / "trace"))
    async with running(worker):
        await until(lambda: finished)
    assert finished == {"die_once": ("done", {"survived": True})}


async def test_a_job_that_takes_too_long_is_ended(database, finished):
    put(database, "hang")
    async with running(make_worker(database, finished, most_seconds=0.5)):
        await until(lambda: finished)
    assert finished == {"hang": ("failed", {"error": "longer than 0 s"})}


async def test_a_job_cannot_eat_all_memory(database, worker, finished):
    put(database, "eat")
    async with running(worker):
        await until(lambda: finished)
    assert finished["eat"][0] == "failed"


async def test_what_is_refused_or_broken_is_not_tried_again(database, worker, finished):
    put(database, "refuse", "fail", "unknown")
    async with running(worker):
        await until(lambda: len(finished) == 3)
    assert finished["refuse"] == ("failed", {"refused": "Không được."})
    assert finished["fail"] == ("failed", {"error": "RuntimeError('broken')"})
    assert {job(database, kind).attempts for kind in finished} == {1}


async def test_the_process_ends_when_idle_and_comes_back(database, finished):
    worker = make_worker(database, finished, idle_seconds=0.1)
    put(database, "echo")
    async with running(worker):
        await until(lambda: finished and not worker.running)
        put(database, "refuse")
        worker.wake()
        await until(lambda: len(finished) == 2)
    assert not worker.running


async def test_no_process_without_work(worker):
    async with running(worker):
        await asyncio.sleep(0.2)
        assert not worker.running


async def test_at_the_start_running_jobs_are_put_back(database, worker, finished):
    put(database, "echo")
    with database.writing() as session:
        session.execute(update(Job).values(state="running", attempts=1))
    async with running(worker):
        await until(lambda: finished)
    assert job(database, "echo").attempts == 2


async def test_a_job_under_way_when_we_stop_waits_for_the_next_start(database, worker):
    put(database, "hang")
    async with running(worker):
        await until(lambda: worker.running)
    assert job(database, "hang").state == "waiting"


async def test_a_fault_in_who_is_told_does_not_lose_the_result(database, worker):
    def done(session, job):
        raise RuntimeError("nobody there")

    worker.done = done
    put(database, "echo")
    async with running(worker):
        await until(lambda: job(database, "echo").state == "done")


def test_no_secret_reaches_the_process():
    ours = environment({"PATH": "/bin", "PYTHONPATH": "/x", "DVK_TELEGRAM_TOKEN": "canary"})
    assert ours == {"PATH": "/bin", "PYTHONPATH": f"{ROOT}:/x"}


async def test_a_photo_comes_back_clean_and_a_bomb_is_refused(database, finished, tmp_path):
    files = Files(tmp_path / "photos")
    good, bad = files.keep(photo_with_gps()), files.keep(bomb())
    with database.writing() as session:
        for name in (bad, good):
            jobs.put(session, key=name, kind="photo", payload={"hash": name}, now=NOW)
    answers = []
    worker = make_worker(
        database, finished, module="bot.delivery.jobs", extra={"files": str(files.folder)}
    )
    worker.done = lambda session, job: answers.append(job.result)
    async with running(worker):
        await until(lambda: len(answers) == 2)
    refused, result = answers
    assert "lớn quá" in refused["refused"]
    assert files.has(result["clean"])
    assert files.has(result["small"])
