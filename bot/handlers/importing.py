"""Nhập danh sách: an office sends a list as a file, sees what it would change, and imports it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from bot.conversation.messages import Option, Reply
from bot.domain.roles import ALLOWED, ROLE_LABELS, Act, Role
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.people import ELSE, MENU, file_of
from bot.handlers.registry import Replies, Talk, action, catches, late
from bot.presentation.chat import count
from bot.presentation.refused_rows import MIME, WHY, workbook
from storage import jobs, list_import
from storage.list_import import Listed, Plan
from storage.sheet_rows import Columns
from storage.tables.delivery import Job

READ = "ds_doc"
"""The button that the program itself presses once a file has been read."""
SHOWN = 5
"""Refused rows that a preview tells of; the file has them all."""
LONGEST_WHY = 200
LONGEST_NAMES = 200
READING = "Trợ lý đang đọc tệp “{name}”, xong sẽ báo {ac} ngay ạ."
NOT_FOR_YOU = (
    "Nhập danh sách từ tệp dành cho {roles}. {Ac} gửi ảnh, hoặc gõ chữ giúp; cần nhập danh sách, "
    "xin {ac} liên hệ {contact}."
)
UNREADABLE = "Trợ lý không mở được tệp “{name}”. Xin mở bằng Excel, lưu lại loại .xlsx rồi gửi lại."
GONE = "Trợ lý không còn giữ tệp này ạ. {Ac} gửi lại tệp giúp."
EMPTY = "Tệp “{name}” chưa có dòng nào ạ. {Ac} xem lại, điền danh sách rồi gửi lại giúp."
STILL_THERE = "(Phiếu đang ghi vẫn còn; {ac} nhắn “làm tiếp” để ghi tiếp.)"
CHANGED = "Từ lúc xem đến giờ có thay đổi nên Trợ lý chưa nhập gì. {Ac} xem lại giúp ạ."


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list that can be imported; each registers itself in a file of its own (`offer`).

    name goes into buttons; label: "chỉ tiêu"; columns, with the folded headings that mean them;
    needed of them; usual: headings to recommend. plan says what the rows would do for who talks,
    held still until the commit where `lock`; write does it in the same transaction, and says what
    follows.
    """

    name: str
    label: str
    act: Act
    columns: Columns
    needed: tuple[str, ...]
    usual: str
    plan: Callable[[Talk, Listed, bool], Plan]
    write: Callable[[Talk, Plan, str], str]


LISTS: dict[str, ListKind] = {}


def offer(kind: ListKind) -> None:
    LISTS[kind.name] = kind


# -- a file comes ---------------------------------------------------------------------------------


@catches(30)
def a_list(talk: Talk) -> Replies:
    """Read by the worker process: it may be long, or no list at all."""
    document = talk.said.document
    if document is None:
        return None
    if not _own_kinds(talk):
        return _not_for_you(talk)
    if talk.said.problem or not document.hash:
        return Reply(talk.said.problem or talk.say(GONE))
    jobs.put(
        talk.session, key=f"list:{talk.key}@{talk.now:%y%m%d%H%M%S}", kind=list_import.JOB,
        payload={"hash": document.hash, "name": document.name}, now=talk.now,
        account_id=talk.person.account_id,
    )  # fmt: skip
    return talk.reply(READING, name=document.name)


def _own_kinds(talk: Talk) -> list[ListKind]:
    return [kind for kind in LISTS.values() if talk.can(kind.act)]


def _not_for_you(talk: Talk) -> Reply:
    who = {role for kind in LISTS.values() for role in ALLOWED[kind.act]}
    roles = ", ".join(ROLE_LABELS[role] for role in Role if role in who)
    contact = talk.organisation.contact or "đầu mối của đơn vị"
    return talk.reply(NOT_FOR_YOU, MENU, roles=roles, contact=contact)


@action(READ)
def read(talk: Talk, job_id: str, of: str = "") -> Replies:
    """What has been read of it, or why it cannot be. of: what kind of list it is, once that had to
    be asked."""
    job = _own(talk, job_id)
    if job.state == "failed":
        why = (job.result or {}).get("refused")
        return talk.reply("{why}", MENU, why=why or talk.say(UNREADABLE, name=job.payload["name"]))
    aside = talk.person.draft_id is not None
    talk.person.draft_id = None  # its numbers are not those of the choices that come
    return Reply("", late={"kind": "list", "job": job.id, "of": of, "aside": aside})


def _own(talk: Talk, job_id: str | int) -> Job:
    job = list_import.own(talk.session, int(job_id), talk.person.account_id)
    if job is None or not job.result:
        raise Refused(talk.say(GONE))
    return job


# -- what it would do -----------------------------------------------------------------------------


@late("list")
def preview(talk: Talk, job: int, of: str = "", aside: bool = False) -> Reply:
    """What it would do can take long to find out: nobody waits for that."""
    shown = _understood(talk, _own(talk, job), of)
    return replace(shown, text=f"{shown.text}\n{talk.say(STILL_THERE)}") if aside else shown


def _understood(talk: Talk, found: Job, of: str) -> Reply:
    if not _own_kinds(talk):
        return _not_for_you(talk)
    if not (found.result or {})["rows"]:
        return talk.reply(EMPTY, MENU, name=found.payload["name"])
    fits = {kind.name: kind for kind in _own_kinds(talk) if _begins(found, kind) is not None}
    if of in fits or len(fits) == 1:
        return _preview(talk, found, fits.get(of) or next(iter(fits.values())))
    return _which(talk, found, list(fits.values())) if fits else _unknown(talk, found)


def _begins(job: Job, kind: ListKind) -> int | None:
    return list_import.headings_at(job.result or {}, kind.columns, kind.needed)


def _which(talk: Talk, job: Job, kinds: Sequence[ListKind]) -> Reply:
    options = [Option(f"Danh sách {kind.label}", f"{READ}:{job.id}:{kind.name}") for kind in kinds]
    text = "Tệp “{name}” là danh sách gì ạ?"
    return talk.reply(text, *options, _away(job), name=job.payload["name"])


def _unknown(talk: Talk, job: Job) -> Reply:
    """The headings as they are, and as they should be."""
    _, first = max((job.result or {})["rows"][: list_import.TITLES], key=_filled)
    heads = cut(", ".join(f"“{cell}”" for cell in first if cell), LONGEST_NAMES)
    wanted = "\n".join(f"– Danh sách {kind.label}: {kind.usual}." for kind in _own_kinds(talk))
    return talk.reply(
        "Trợ lý chưa nhận ra các cột của tệp “{name}”. Dòng đầu bảng đang là: {heads}.\n"
        "Dòng đầu bảng cần có:\n{wanted}\n{Ac} sửa tên cột rồi gửi lại tệp giúp.",
        MENU,
        name=job.payload["name"],
        heads=heads,
        wanted=wanted,
    )


def _filled(row: tuple[int, list[str]]) -> int:
    return sum(bool(cell) for cell in row[1])


def _listed(talk: Talk, job: Job, kind: ListKind) -> Listed:
    result, at = job.result or {}, _begins(job, kind)
    if at is None:
        raise Refused(talk.say(GONE))
    if again := list_import.twice(result, at, kind.columns):
        text = "Tệp “{name}” có hai cột cùng nghĩa “{again}”. Xin bỏ bớt một cột rồi gửi lại."
        raise Refused(talk.say(text, name=job.payload["name"], again=again))
    return list_import.listed(result, at, kind.columns)


def _preview(talk: Talk, job: Job, kind: ListKind) -> Reply:
    listed = _listed(talk, job, kind)
    return _shown(talk, job, kind, listed, kind.plan(talk, listed, False))


def _shown(talk: Talk, job: Job, kind: ListKind, listed: Listed, plan: Plan) -> Reply:
    head = "Tệp “{name}”: danh sách {label}, {rows} dòng."
    name = job.payload["name"]
    lines = [talk.say(head, name=name, label=kind.label, rows=count(len(listed.rows)))]
    lines += _counts(plan)
    lines += _why_not(plan)
    lines += _beside(job, listed)
    if not plan.writes:
        lines.append("Không có dòng nào để nhập thêm ạ.")
    return talk.reply("{text}", *_choices(job, kind, plan), text="\n".join(lines))


def _counts(plan: Plan) -> list[str]:
    asked = f" ({count(plan.proposed)} phải chờ duyệt)" if plan.proposed else ""
    waits = f" ({count(plan.waiting)} đang chờ duyệt)" if plan.waiting else ""
    many = {
        "mới": plan.new,
        f"thay đổi{asked}": plan.changed,
        f"đã có{waits}": plan.same,
        "chưa nhận": len(plan.refused),
    }
    return [f"– {count(number)} dòng {what}" for what, number in many.items() if number]


def _why_not(plan: Plan) -> list[str]:
    lines = [cut(str(problem), LONGEST_WHY) for problem in plan.refused[:SHOWN]]
    left = len(plan.refused) - len(lines)
    return [*lines, f"… và {count(left)} dòng nữa."] if left else lines


def _beside(job: Job, listed: Listed) -> list[str]:
    """What of the file is not looked at."""
    unused = cut(", ".join(name for name in listed.unused if name != WHY), LONGEST_NAMES)
    more = cut(", ".join((job.result or {})["more"]), LONGEST_NAMES)
    lines = [f"Không dùng cột: {unused}."] if unused else []
    return [*lines, f"Chỉ đọc trang đầu, không đọc: {more}."] if more else lines


def _choices(job: Job, kind: ListKind, plan: Plan) -> list[Option]:
    options = []
    if plan.writes:
        data = f"ds_nhap:{job.id}:{kind.name}:{plan.digest}"
        options.append(Option(f"Nhập {count(plan.writes)} dòng", data, "primary"))
    if plan.refused:
        options.append(Option("Tải dòng chưa nhận", f"ds_tep:{job.id}:{kind.name}"))
    return [*options, _away(job)] if plan.writes else [*options, ELSE]


def _away(job: Job) -> Option:
    return Option("Thôi, không nhập", f"ds_thoi:{job.id}")


# -- what is done with it -------------------------------------------------------------------------


def _kind(talk: Talk, name: str) -> ListKind:
    kind = LISTS[name]
    if not talk.can(kind.act):
        raise Refused(_not_for_you(talk).text)
    return kind


@action("ds_nhap")
def take(talk: Talk, job_id: str, of: str, digest: str) -> Replies:
    """All of it or nothing, and nothing but what was shown."""
    kind, job = _kind(talk, of), _own(talk, job_id)
    listed = _listed(talk, job, kind)
    plan = kind.plan(talk, listed, True)
    if plan.digest != digest:
        shown = _shown(talk, job, kind, listed, plan)
        changed = talk.say(CHANGED) + "\n" if plan.writes else ""
        return replace(shown, text=changed + shown.text)
    follows = kind.write(talk, plan, f"{job.id}:{digest}")
    talk.did("enter", "list", job.id, rows=plan.writes)
    left = [Option("Tải dòng chưa nhận", f"ds_tep:{job.id}:{of}")] if plan.refused else []
    text = "Đã nhập {n} dòng {label} từ tệp “{name}”.{follows}"
    return talk.reply(
        text, *left, ELSE, n=count(plan.writes), label=kind.label, name=job.payload["name"],
        follows=follows,
    )  # fmt: skip


@action("ds_tep")
def rows_back(talk: Talk, job_id: str, of: str) -> Reply:
    kind, job = _kind(talk, of), _own(talk, job_id)
    return Reply("", late={"kind": "list_refused", "job": job.id, "of": kind.name})


@late("list_refused")
def refused_rows(talk: Talk, job: int, of: str) -> Reply:
    kind, found = _kind(talk, of), _own(talk, job)
    listed = _listed(talk, found, kind)
    plan = kind.plan(talk, listed, False)
    if not plan.refused:
        return talk.reply("Không còn dòng nào chưa nhận ạ.", ELSE)
    rows = [(listed.raw[problem.line], problem.text) for problem in plan.refused]
    name = f"Chưa nhận - {PurePath(found.payload['name']).stem}.xlsx"
    text = "{n} dòng chưa nhận, cột cuối ghi lý do. {Ac} sửa trong tệp này rồi gửi lại giúp."
    made = file_of(talk, workbook(listed.headings, rows), name, MIME)
    return replace(talk.reply(text, n=count(len(rows))), file=made)


@action("ds_thoi")
def leave(talk: Talk, job_id: str) -> Replies:
    list_import.drop(talk.session, _own(talk, job_id))
    return talk.reply("Trợ lý đã bỏ tệp, không nhập gì ạ.", MENU)
