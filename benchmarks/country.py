"""A whole country made up by SQL: 34 provinces, 3,321 communes, 30,000 thôn, their enrolments."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import case, func, insert, literal, select, true, union_all, update
from sqlalchemy.orm import Session

from bot.domain.text import fold
from bot.domain.units import typed_names
from storage.database import Database, open_database
from storage.migrate import upgrade
from storage.sectors import ensure_sectors
from storage.statistics import TALLIED
from storage.tables.base import FIRST_DAY, LAST_DAY
from storage.tables.records import Enrolment, Initiative, Tally, TallyTotal
from storage.tables.units import Sector, Target, Unit, UnitAlias, UnitParent
from storage.tally import MEASURES, sync_all
from storage.units import rebuild_below
from tests.postgres import running_server

PROVINCES, COMMUNES, HAMLETS = 34, 3321, 30_000
ROOT, PROVINCE, COMMUNE = 1, 2, 2 + PROVINCES
"""First ids: the country, the provinces, the communes; the thôn follow."""
HAMLET = COMMUNE + COMMUNES
FIRST_YEAR, YEARS = 2017, 10
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

FIRST = (
    *("Thạch", "Cẩm", "Đức", "Hương", "Kỳ", "Lộc", "Nghi", "Quỳnh", "Sơn"),
    *("Thanh", "Tân", "Vĩnh", "Xuân", "Yên", "Phú", "Long", "Hòa", "Bình"),
)
LAST = (
    *("Lạc", "Khê", "Hà", "Hải", "Đài", "Trị", "Long", "Sơn", "Ngọc"),
    *("Liên", "Kênh", "Hội", "Thắng", "Văn", "Lâm", "Điền", "Giang", "Lĩnh"),
)
NAMES = [" ".join(both) for both in product(FIRST, LAST)]


@contextmanager
def database(postgres: bool) -> Iterator[Database]:
    """An empty one on disk, with all tables."""
    with TemporaryDirectory(prefix="dvk-bench-") as folder:
        if postgres:
            with running_server() as server:
                yield from _opened(server.url(server.create()))
        else:
            yield from _opened(f"sqlite:///{Path(folder, 'bench.db')}")


def _opened(url: str) -> Iterator[Database]:
    opened = open_database(url)
    upgrade(opened)
    yield opened
    opened.close()


def units() -> Iterator[tuple[int, int | None, str, str]]:
    """(id, parent, kind, name), upper ones first."""
    yield ROOT, None, "tinh", "Việt Nam"
    for n in range(PROVINCES):
        yield PROVINCE + n, ROOT, "tinh", f"Tỉnh {NAMES[n * 9]}"
    for n in range(COMMUNES):
        yield COMMUNE + n, PROVINCE + n % PROVINCES, "xa", f"Xã {NAMES[n % len(NAMES)]}"
    for n in range(HAMLETS):
        yield HAMLET + n, COMMUNE + n % COMMUNES, "thon", f"Thôn {NAMES[n * 7 % len(NAMES)]}"


def fill_units(session: Session) -> None:
    rows = list(units())
    lasting = {"valid_from": FIRST_DAY, "valid_to": LAST_DAY}
    session.execute(
        insert(Unit),
        [
            {"id": i, "root_id": ROOT, "kind": kind, "name": name, "folded": fold(name), **lasting}
            for i, _, kind, name in rows
        ],
    )
    session.execute(
        insert(UnitParent),
        [
            {"unit_id": i, "parent_id": parent, "tree": "hanh_chinh", **lasting}
            for i, parent, _, _ in rows
            if parent
        ],
    )
    session.execute(
        insert(UnitAlias),
        [
            {"unit_id": i, "folded": typed}
            for i, _, kind, name in rows
            for typed in typed_names(kind, name)
        ],
    )
    rebuild_below(session)
    ensure_sectors(session, ROOT)


def fill_enrolments(session: Session, initiatives: int) -> None:
    """Each initiative in all ten years; four of five have been built, one in thirty unplanned."""
    shared = {"root_id": ROOT, "code_year": FIRST_YEAR, "created_at": NOW, "illustration": False}
    rows = [
        {"code_number": n, "name": f"Mô hình {n}", "folded": f"mo hinh {n}", **shared}
        for n in range(1, initiatives + 1)
    ]
    session.execute(insert(Initiative), rows)
    number = Initiative.code_number
    years = union_all(*(select(literal(FIRST_YEAR + n).label("year")) for n in range(YEARS)))
    yearly = years.subquery()
    place = COMMUNE + number % COMMUNES
    values = {
        "initiative_id": Initiative.id,
        "year": yearly.c.year,
        "origin": case((number % 30 == 0, "unplanned"), else_="planned"),
        "kind": case((number % 2 == 0, "collective"), else_="individual"),
        "owner": literal("Thôn"),
        "registrant_id": place,
        "place_id": place,
        "sector_id": Sector.id,
        "narrowed": Sector.narrowed,
        "state": literal("accepted"),
        "accepted_on": literal(NOW.date()),
        "built_on": case((number % 5 < 4, literal(NOW.date()))),
        "details": literal({}, Enrolment.details.type),
    }
    its_sector = Sector.position == 1 + func.floor(number / COMMUNES) % 5
    all_of = select(*values.values()).select_from(Initiative).join(Sector, its_sector)
    session.execute(insert(Enrolment).from_select(list(values), all_of.join(yearly, true())))


def fill_tally(session: Session, tail: int = 300) -> None:
    """All of it folded, but for as many rows as come in between two rounds of folding."""
    sync_all(session, NOW.date())
    last = session.scalar(select(func.max(Tally.id))) or 0
    old = Tally.id <= last - tail
    sums = [func.sum(case((Tally.measure == m, Tally.change), else_=0)).label(m) for m in MEASURES]
    rest = (Tally.sector_id, Tally.kind, Tally.narrowed)
    names = ["year", "by", "unit_id", "sector_id", "kind", "narrowed", *MEASURES]
    for by, unit in TALLIED.items():
        key = (Tally.year, unit, *rest)
        rows = select(Tally.year, literal(by), unit, *rest, *sums).where(old).group_by(*key)
        session.execute(insert(TallyTotal).from_select(names, rows))
    session.execute(update(Tally).where(old).values(folded=True))


def fill_targets(session: Session) -> None:
    """Of the communes only: the sums above them are the harder case."""
    session.execute(
        insert(Target),
        [
            {"unit_id": COMMUNE + n, "year": FIRST_YEAR + y, "kind": "", "value": 30}
            for n in range(COMMUNES)
            for y in range(YEARS)
        ],
    )


def analyse(opened: Database) -> None:
    with opened.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
