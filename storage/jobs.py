"""Work for the worker process: put in once, claimed, finished."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.tables.delivery import Job

MOST_CRASHES = 3
MOST_ATTEMPTS = 100
"""However often the whole program ended meanwhile: it may have been the job all the same."""

NEW_JOB = "new_job"
"""Key in `Session.info`: there once a job was put in in this session."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job somebody is at; attempts tells two claims of the same job apart."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    crashes: int


def put(
    session: Session,
    *,
    key: str,
    kind: str,
    payload: dict[str, Any],
    now: datetime,
    account_id: int | None = None,
) -> bool:
    """False when there is a job with this key already."""
    if session.scalar(select(Job.id).where(Job.key == key)):
        return False
    job = Job(key=key, kind=kind, payload=payload, account_id=account_id, state="waiting", at=now)
    session.add(job)
    session.flush()
    session.info[NEW_JOB] = True
    return True


def any_waiting(session: Session) -> bool:
    return session.scalar(select(Job.id).where(Job.state == "waiting").limit(1)) is not None


def claim(session: Session) -> Claimed | None:
    """Take the oldest waiting job."""
    oldest = select(Job).where(Job.state == "waiting").order_by(Job.id).limit(1)
    job = session.scalars(oldest.with_for_update(skip_locked=True)).first()
    if job is None:
        return None
    job.state, job.attempts = "running", job.attempts + 1
    session.flush()
    return Claimed(job.id, job.kind, job.payload, job.attempts, job.crashes)


def finish(session: Session, claimed: Claimed, state: str, result: dict[str, Any]) -> Job | None:
    """Keep the result (state: done or failed); None when the job is no longer this claim's."""
    job = session.get(Job, claimed.id, populate_existing=True)
    if job is None or job.state != "running" or job.attempts != claimed.attempts:
        return None
    job.state, job.result = state, result
    session.flush()
    return job


def put_back(session: Session, claimed: Claimed, *, crashed: bool = False) -> None:
    """Let it be claimed again: its process died, or we are stopping."""
    mine = (Job.id == claimed.id, Job.state == "running", Job.attempts == claimed.attempts)
    again = {"state": "waiting", "crashes": Job.crashes + int(crashed)}
    session.execute(update(Job).where(*mine).values(again))


def put_all_back(session: Session) -> None:
    """At the start: who was at these is gone."""
    session.execute(update(Job).where(Job.state == "running").values(state="waiting"))
