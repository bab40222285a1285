"""Jobs: put in once, claimed by one, finished by who claimed them."""

from typing import Any

from storage import jobs
from storage.tables.delivery import Job
from tests.make import NOW


def put(session, key="k"):
    return jobs.put(session, key=key, kind="photo", payload={"hash": key}, now=NOW)


def claim(session) -> Any:
    return jobs.claim(session)


def finish(session, claimed, state, result) -> Any:
    return jobs.finish(session, claimed, state, result)


def test_a_key_is_one_job(session):
    assert put(session)
    assert not put(session)


def test_the_oldest_is_claimed_first_and_once(session):
    put(session, "a")
    put(session, "b")
    assert jobs.any_waiting(session)
    first, second = claim(session), claim(session)
    assert (first.payload["hash"], second.payload["hash"]) == ("a", "b")
    assert jobs.claim(session) is None
    assert not jobs.any_waiting(session)


def test_a_result_is_kept(session):
    put(session)
    job = finish(session, claim(session), "done", {"clean": "x"})
    assert (job.state, job.result) == ("done", {"clean": "x"})


def test_who_lost_a_claim_cannot_finish(session):
    put(session)
    lost = claim(session)
    jobs.put_back(session, lost)
    assert finish(session, lost, "done", {}) is None
    mine = claim(session)
    assert (lost.attempts, mine.attempts) == (1, 2)
    assert finish(session, lost, "done", {}) is None
    assert finish(session, mine, "done", {})


def test_at_the_start_all_are_put_back(session):
    put(session, "a")
    put(session, "b")
    finish(session, claim(session), "done", {})
    claim(session)
    jobs.put_all_back(session)
    assert [j.state for j in session.query(Job).order_by(Job.id)] == ["done", "waiting"]


def test_only_crashes_of_its_own_count_against_a_job(session):
    put(session)
    for _ in range(4):
        jobs.put_back(session, claim(session))
    jobs.put_back(session, claim(session), crashed=True)
    assert claim(session).crashes == 1
