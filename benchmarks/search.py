"""Finding the best eight of 1,000,000 initiatives of a whole country, scope and all: by `/timkiem`,
and inside forms."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from time import perf_counter

from sqlalchemy import bindparam, insert, select, text
from sqlalchemy.orm import Session

from benchmarks import country
from benchmarks.measure import Options, Result, measured
from bot.domain.roles import Grant, Role
from bot.domain.text import fold
from storage import picking
from storage.database import Database
from storage.scope import Scope, visible
from storage.search import Wanted, eyes_of, find, words_in
from storage.search_index import BY_YEAR
from storage.tables.base import Moment
from storage.tables.records import Enrolment, Initiative
from storage.tables.search import POSTGRES, SearchWord

INITIATIVES = 1_000_000
WHAT = (
    *("Nhà lưới sản xuất rau củ quả", "Trồng hoa lan trong nhà lưới", "Nhà sạch, vườn đẹp"),
    *("Khu dân cư kiểu mẫu", "Tuyến đường hoa", "Hàng rào xanh", "Phân loại rác tại nhà"),
    *("Vườn cây ăn quả", "Tổ liên kết chăn nuôi bò", "Góp vốn giúp nhau", "Tủ sách thôn"),
    *("Camera an ninh", "Tiếng kẻng bình yên", "Chi bộ bốn tốt", "Một cửa thân thiện"),
    *("Nghe dân nói", "Đỡ đầu học sinh nghèo", "Nếp cưới mới", "Nuôi tôm trên cát"),
)
HOW = ("", " gắn với du lịch", " hướng hữu cơ", " cho hội viên", " ở thôn Đỉnh Đồi", " kiểu mới")
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hồ", "Phan", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương")
GIVEN = ("Hà", "Huy", "Lan", "Bình", "Minh", "Thành", "Tuấn", "Mai", "Hương", "Đức", "Khánh")
SAID = ("mô hình", "rau cu qua", "hồ văn hà", "nhà lưới đỉnh đồi", "thạch lạc 2020", "tôm đỉnh")
PICKED = ("rau cu qua", "nhà lưới đỉnh đồi", "2020-4242")
LEADER, FOCAL = Grant(Role.LEADER, country.ROOT), Grant(Role.FOCAL, country.COMMUNE + 5)
PROVINCE = Grant(Role.LEADER, country.PROVINCE + 3)

NUMBERS = "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {})"
INITIATIVE = """
INSERT INTO initiative
(id, root_id, code_year, code_number, name, folded, illustration, created_at, programme)
{numbers} SELECT number.n, {root}, {first} + number.n * 10 / ({many} + 1), number.n, name, folded,
FALSE, :now, '' FROM number JOIN bench_what w ON w.n = number.n % {whats} ORDER BY 1"""
ENROLMENT = """
INSERT INTO enrolment
(id, initiative_id, year, origin, kind, owner, registrant_id, place_id, sector_id, narrowed, state,
details, stage, activity, exemplary, level)
SELECT i.id, i.id, code_year, 'planned', 'collective', o.name, {commune} + i.id % {communes},
{commune} + i.id % {communes}, s.id, s.narrowed, 'accepted', '{{}}', 'building', 'active', FALSE, ''
FROM initiative i JOIN bench_who o ON o.n = (i.id / 7) % {whos}
JOIN sector s ON s.position = 1 + (i.id / {communes}) % 5 ORDER BY 1"""
ROW = """
INSERT INTO search_row (id, enrolment_id, initiative_id, words)
SELECT e.year * {by_year} + e.id, e.id, e.initiative_id, CAST(
i.folded || ' ' || o.folded || ' ' || u.folded || ' _sbuilding _sactive _l' || e.sector_id
|| ' _c' || e.id || CASE WHEN e.narrowed THEN ' _n' ELSE ' _u' END || {root}
|| CASE WHEN e.narrowed THEN ' _n' ELSE ' _u' END || e.place_id
|| CASE WHEN e.narrowed THEN ' _n' ELSE ' _u' END
|| ({province} + (e.place_id - {commune}) % {provinces}) AS {type})
FROM enrolment e JOIN initiative i ON i.id = e.initiative_id JOIN unit u ON u.id = e.place_id
JOIN bench_who o ON o.name = e.owner ORDER BY 1"""


def run(options: Options) -> Iterator[Result]:
    with country.database(options.postgres) as database:
        many = int(INITIATIVES * options.size)
        start = perf_counter()
        with database.writing() as session:
            country.fill_units(session)
            _fill(session, many, "tsvector" if options.postgres else "text")
        took = perf_counter() - start
        yield Result("filled", took, took, "s", note=f"{many:,} initiatives with their index")
        _settle(database)
        with database.reading() as session:
            yield from _found(session, "the country's leader", LEADER)
            yield from _found(session, "a province's leader", PROVINCE)
            yield from _found(session, "a commune's focal person", FOCAL)
            yield from _picked(session, "the country's leader", LEADER)
            yield from _picked(session, "a commune's focal person", FOCAL)
            yield from _baseline(session)


def _fill(session: Session, many: int, kind: str) -> None:
    what = [f"Mô hình {''.join(both)}" for both in product(WHAT, HOW)]
    who = [f"Gia đình {a} Văn {b}" for a, b in product(FAMILY, GIVEN)]
    for table, names in (("bench_what", what), ("bench_who", who)):
        session.execute(text(f"CREATE TABLE {table} (n integer, name text, folded text)"))
        rows = [{"n": n, "name": name, "folded": _plain(name)} for n, name in enumerate(names)]
        session.execute(text(f"INSERT INTO {table} VALUES (:n, :name, :folded)"), rows)  # nosec B608
    said = {word for name in (*what, *who) for word in _plain(name).split()}
    session.execute(insert(SearchWord), [{"word": word} for word in said])
    facts = {
        "numbers": NUMBERS.format(many), "many": many, "whats": len(what), "whos": len(who),
        "root": country.ROOT, "first": country.FIRST_YEAR, "commune": country.COMMUNE,
        "communes": country.COMMUNES, "province": country.PROVINCE, "by_year": BY_YEAR,
        "provinces": country.PROVINCES, "type": kind,
    }  # fmt: skip
    now = bindparam("now", type_=Moment())
    session.execute(text(INITIATIVE.format(**facts)).bindparams(now), {"now": country.NOW})
    session.execute(text(ENROLMENT.format(**facts)))
    indexes = () if kind == "text" else POSTGRES  # made afterwards it takes 4 s instead of 100
    if indexes:
        session.execute(text("DROP INDEX ix_search_row_words"))
    session.execute(text(ROW.format(**facts)))
    for statement in indexes:
        session.execute(text(statement))


def _settle(database: Database) -> None:
    """As autovacuum leaves a table after a bulk load."""
    with database.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE")


def _plain(name: str) -> str:
    return fold(name).replace(",", "")


def _found(session: Session, who: str, grant: Grant) -> Iterator[Result]:
    scope = Scope.of(1, (grant,))
    for said in SAID:
        words, year = _parted(said)
        call = partial(find, session, eyes_of(scope), Wanted(words, year))
        rows, more = call()
        note = f"{len(rows)}{'+' if more else ''} found"
        yield measured(f"“{said}” for {who}", call, limit=15, note=note, times=100)


def _picked(session: Session, who: str, grant: Grant) -> Iterator[Result]:
    for said in PICKED:
        call = partial(picking.offer, session, Scope.of(1, (grant,)), 1, said, 2028)
        note = f"{len(call().choices)} offered"
        yield measured(f"“{said}” picked by {who}", call, limit=15, note=note, times=100)


def _parted(said: str) -> tuple[tuple[str, ...], int | None]:
    words = words_in(said)
    years = [int(word) for word in words if word.isdigit()]
    return tuple(w for w in words if not w.isdigit()), years[0] if years else None


def _baseline(session: Session) -> Iterator[Result]:
    for grant in (LEADER, FOCAL):
        statement = visible(select(Initiative).join(Enrolment), Scope.of(1, (grant,)))
        for word in ("hoa", "lan"):
            statement = statement.where(Initiative.folded.contains(word))
        newest = statement.order_by(Enrolment.year.desc(), Enrolment.id.desc()).limit(8)
        call = partial(_all, session, newest)
        what = f"for comparison: LIKE '%hoa%' '%lan%', {grant.role.value}"
        yield measured(what, call, times=3)


def _all(session: Session, statement: object) -> Sequence[Initiative]:
    found: Sequence[Initiative] = session.scalars(statement).all()  # type: ignore[call-overload]
    return found
