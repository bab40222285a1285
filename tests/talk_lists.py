"""Lists in transcripts: what is sent as a file, and what the worker process would make of it."""

import hashlib
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.messages import Document, Other, Said
from bot.delivery import lists
from bot.delivery.jobs import read_list
from storage import inbox
from storage.files import Files
from storage.list_import import JOB
from storage.tables.delivery import Job


def a_list(name: str, lines: str, sent: dict[str, bytes]) -> Said:
    """As somebody sends it. sent: what stands in all of them, by hash."""
    data = "\n".join(line.strip() for line in lines.split("⏎")).encode()
    document = Document(name, hashlib.sha256(data).hexdigest())
    sent[document.hash] = data
    return Said(other=Other.FILE, document=document)


def read_lists(session: Session, sent: Mapping[str, bytes], now: datetime) -> list[int]:
    """What waits to be read is; returns the messages that have come of it."""
    with tempfile.TemporaryDirectory() as folder:
        for job in session.scalars(select(Job).filter_by(kind=JOB, state="waiting")):
            Files(Path(folder)).keep(sent[job.payload["hash"]])
            job.state, job.result = "done", read_list(job.payload | {"documents": folder})
            lists.done(session, job, now)
    return [row.id for row in inbox.due_retries(session, now)]
