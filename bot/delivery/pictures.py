"""What the worker process made of a picture: it can be shown now, or its sender is told why not."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.messages import Reply
from bot.domain.wording import DEFAULT_ADDRESS, say
from storage import accounts, outbox, photos
from storage.tables.delivery import Job

BAD = "Ảnh {ac} gửi chưa dùng được. {why} Phần đã ghi vẫn còn nguyên ạ."
UNREADABLE = "Trợ lý không mở được ảnh. Xin chụp lại hoặc gửi ảnh khác."


def done(session: Session, job: Job, now: datetime) -> None:
    name, result = job.payload["hash"], job.result or {}
    if job.state == "done":
        photos.ready(session, name, result["clean"], result["small"])
        return
    photos.bad(session, name)
    sender = accounts.known_account(session, job.account_id, now) if job.account_id else None
    if sender is not None:
        why = result.get("refused", UNREADABLE)
        text = say(BAD, sender.address or DEFAULT_ADDRESS, why=why)
        outbox.put(
            session, key=f"photo:{job.id}", account_id=sender.account_id, reply=Reply(text),
            now=now,
        )  # fmt: skip
