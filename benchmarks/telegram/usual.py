"""What both bots beside ours share: ten questions, and two tables as ordinary bots have them."""

import sys
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, event
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Sessions = async_sessionmaker[AsyncSession]
QUESTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("loai", "Mô hình này thuộc loại nào ạ?", ("Đăng ký mới", "Tiếp tục", "Phát sinh")),
    ("ten", "Tên mô hình là gì ạ?", ()),
    ("linh_vuc", "Mô hình thuộc lĩnh vực nào ạ?",
     ("Kinh tế", "Nông thôn mới", "Văn hoá, xã hội", "An ninh - quốc phòng", "Xây dựng Đảng")),
    ("hinh_thuc", "Mô hình của tập thể hay của cá nhân ạ?", ("Tập thể", "Cá nhân")),
    ("chu_the", "Ai hoặc tổ chức nào đang làm ạ?", ()),
    ("dang_ky_boi", "Cơ quan nào đăng ký ạ?", ("Hội LHPN xã", "Xã", "Đoàn Thanh niên xã")),
    ("dia_ban", "Mô hình thực hiện ở xã nào ạ?", ("Xã Thạch Lạc", "Không thuộc xã nào")),
    ("noi_dung", "Tóm tắt cách làm trong vài câu ạ?", ()),
    ("ho_tro", "Có cần hỗ trợ gì không ạ?", ("Không cần", "Vốn", "Kỹ thuật", "Khác")),
    ("gui", "Xem lại phiếu:", ("Gửi", "Hủy")),
)  # fmt: skip
"""Key, text, what can be tapped (none: it is typed)."""
DONE = "Đã nhận phiếu. Cảm ơn bác."


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, datetime: DateTime(timezone=True)}  # noqa: RUF012


class Draft(Base):
    __tablename__ = "draft"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    answers: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]


class Report(Base):
    __tablename__ = "report"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, index=True)
    answers: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]


async def opened(url: str) -> Sessions:
    """SQLite as durable as ours, and one connection: its writers would wait in no order."""
    sqlite = url.startswith("sqlite")
    engine = create_async_engine(url, **({"pool_size": 1, "max_overflow": 0} if sqlite else {}))
    if sqlite:
        event.listen(engine.sync_engine, "connect", durable)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return async_sessionmaker(engine)


def durable(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


async def begun(sessions: Sessions, chat_id: int) -> None:
    async with sessions.begin() as session:
        await session.merge(Draft(chat_id=chat_id, answers={}, changed_at=datetime.now(UTC)))


async def answered(sessions: Sessions, chat_id: int, key: str, value: str) -> dict[str, Any]:
    """All answers so far, this one among them."""
    async with sessions.begin() as session:
        draft = await session.get_one(Draft, chat_id)
        draft.answers = draft.answers | {key: value}
        draft.changed_at = datetime.now(UTC)
        return draft.answers


async def sent(sessions: Sessions, chat_id: int) -> None:
    async with sessions.begin() as session:
        draft = await session.get_one(Draft, chat_id)
        session.add(Report(chat_id=chat_id, answers=draft.answers, sent_at=datetime.now(UTC)))
        await session.delete(draft)


def asked(number: int, answers: dict[str, Any]) -> str:
    """A question's text; the last one shows what has been said."""
    _, text, _ = QUESTIONS[number]
    lines = [f"{key}: {value}" for key, value in answers.items()]
    return "\n".join([text, *(lines if number == len(QUESTIONS) - 1 else ())])


def command_line() -> tuple[str, str, str]:
    """Token, address of the Bot API, URL of the database."""
    token, api, database = sys.argv[1:]
    return token, api, database
