"""The least program on the same libraries: one page, one table, nothing else."""

import sys

import uvloop
from aiohttp import web
from pydantic import BaseModel
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)


class Settings(BaseModel):
    port: int


async def health(_: web.Request) -> web.Response:
    with Session(engine) as session:
        session.execute(select(Thing)).all()
    return web.Response(text="ok")


engine = create_engine("sqlite:///empty.db")
Base.metadata.create_all(engine)
application = web.Application()
application.router.add_get("/health", health)
settings = Settings.model_validate({"port": sys.argv[1]})
web.run_app(
    application, host="127.0.0.1", port=settings.port, print=None, loop=uvloop.new_event_loop()
)
