"""`dvk demo`: a throw-away database with demo data, and one chat per role side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

import uvloop
from aiohttp import web
from sqlalchemy.orm import Session
from typer import echo

from bot.app import App
from bot.config import Organisation as OrganisationSettings
from bot.config import Settings, Storage
from bot.conversation.messages import Incoming, Said
from bot.demo_clock import Clock, Moving
from bot.domain.roles import Role
from bot.domain.timing import Working
from bot.logs import set_up
from bot.organisation import describe, ensure_root
from bot.platforms.web.demo import demo_routes
from bot.platforms.web.platform import WebPlatform
from bot.serving import asked_to_stop, prepared, served, until
from storage import accounts
from storage.demo.filling import Filling
from storage.tables.people import Account
from storage.working_days import working_days

ROLES = {
    Role.MEMBER: ("hoi-vien", "Hội viên: bà Nguyễn Thị Lan, xã Thạch Lạc"),
    Role.FOCAL: ("dau-moi", "Đầu mối: anh Trần Văn Minh, xã Thạch Lạc"),
    Role.LEADER: ("lanh-dao", "Lãnh đạo: đồng chí Nguyễn Đình Thành, huyện Thạch Hà"),
    Role.INSPECTOR: ("kiem-tra", "Cán bộ kiểm tra: chị Lê Thị Hương"),
    Role.APPROVER: ("tham-dinh", "Người thẩm định: đồng chí Phan Quốc Tuấn"),
    Role.ADMIN: ("quan-tri", "Quản trị: chị Võ Thị Mai"),
}


def demo(settings: Settings, data: Filling, port: int, today: date | None) -> None:
    """Until stopped."""
    uvloop.run(serve(_throw_away(settings, data), data.people(), port, today))


def _throw_away(settings: Settings, data: Filling) -> Settings:
    return settings.model_copy(
        update={
            "storage": Storage(url=data.url, files=data.folder / "files"),
            "organisation": OrganisationSettings(name="Dân vận khéo Thạch Hà (dùng thử)"),
            "telegram": (),
        }
    )


async def serve(settings: Settings, people: dict[str, int], port: int, today: date | None) -> None:
    set_up()
    clock = Clock.on(today, ZoneInfo(settings.organisation.timezone))
    with prepared(settings) as database:
        stop = asked_to_stop()
        with database.writing() as session:
            root = ensure_root(session, settings)
            for role, (path, _) in ROLES.items():  # who has not opened their chat gets mail too
                belongs(session, f"demo-{path}", people[role.value], clock())
        host = settings.web.host
        app = App(settings, database, describe(settings, root, f"http://{host}:{port}"), now=clock)
        pages = app.pages()
        mount(app, pages, Moving(clock, app.ticker.tick, lambda: _working(app)))
        async with app.started(), _greeted(app), served(pages, host, port) as address:
            echo(f"Bản dùng thử đang chạy: {address}/demo/   (dừng: Ctrl-C)")
            for path, title in chats():
                echo(f"  {address}{path}/   {title}")
            await until(stop)


@asynccontextmanager
async def _greeted(app: App) -> AsyncIterator[None]:
    """Everybody, before the clock reminds them of anything: that is then the last they read."""
    await asyncio.gather(*(_hello(app, f"demo-{path}") for path, _ in ROLES.values()))
    yield


def chats() -> list[tuple[str, str]]:
    return [(f"/demo/{path}", title) for path, title in ROLES.values()]


def _working(app: App) -> Working:
    with app.database.reading() as session:
        return working_days(session, app.organisation.root_id)


def mount(app: App, pages: web.Application, moving: Moving | None = None) -> None:
    """The chat of every role under its own path, the page that shows them, and the plain chat."""
    for path, _ in ROLES.values():
        let_in = _let_in(app, f"demo-{path}")
        WebPlatform(app.reception, base=f"/demo/{path}", framed=True, let_in=let_in).routes(pages)
    demo_routes(pages, app.reception, chats(), moving)
    WebPlatform(app.reception).routes(pages)


def _let_in(app: App, chat: str) -> Callable[[], Awaitable[str]]:
    """A session of this role for whoever comes: the demo holds nothing real."""

    async def let_in() -> str:
        secret = await app.reception.sign_in(chat)
        await _hello(app, chat)
        return secret

    return let_in


async def _hello(app: App, chat: str) -> None:
    """Once: what is said again is known."""
    hello = Incoming("web", "web", f"hello-{chat}", chat, Said(text="/start"))
    await app.reception.receive(hello)


def belongs(session: Session, chat: str, member_id: int, now: datetime) -> None:
    """This chat is this member's."""
    place = ("web", "web", chat)
    known = accounts.known(session, [place], now)[place]
    session.get_one(Account, known.account_id).member_id = member_id
