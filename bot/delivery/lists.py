"""What the worker process has read of a list comes back as if its sender had pressed a button."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.messages import Incoming, Said
from bot.handlers.importing import READ
from storage import inbox
from storage.tables.delivery import Job
from storage.tables.people import Account


def done(session: Session, job: Job, now: datetime) -> None:
    account = session.get(Account, job.account_id) if job.account_id else None
    if account is None or account.member_id is None:  # they have left meanwhile
        return
    said = Said(button=f"{READ}:{job.id}")
    where = (account.platform, account.bot, f"job:{job.id}", account.external_id)
    inbox.wait_behind(session, Incoming(*where, said), now)
