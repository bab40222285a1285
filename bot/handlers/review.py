"""What waits for a focal person: the list, one report with what can be decided, accepting it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.conversation.messages import Option, Reply
from bot.domain.numbers import parse_count
from bot.domain.partial_dates import clock
from bot.domain.phones import format_phone
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import notices, replication
from bot.handlers.people import MENU, open_tasks, tell, units_where
from bot.handlers.registry import Talk, action, command, parts
from bot.handlers.seeing import in_a_line, labels, may_see, shown, who
from storage import deciding, members, reports, reviewing, tasks
from storage.tables.people import Member, Task
from storage.tables.records import Enrolment, Initiative, Report

PAGE = 8
DID = {
    "accepted": "đã chấp nhận phiếu này",
    "returned": "đã trả lại phiếu này để bổ sung",
    "rejected": "đã từ chối phiếu này",
    "sent": "đã mở lại phiếu này",
}
ACCEPTED = "Phiếu {code} đã được chấp nhận.{built} Cảm ơn {ac}."
BUILT = " Kết quả được xác nhận, mô hình tính là đã xây dựng."


@command("vieccanlam", "Việc cần làm", menu=6, words=("viec can lam", "viec"))
def to_do(talk: Talk, argument: str) -> Reply:
    """One list of what waits: reports oldest first, own ones that came back, people."""
    rows, page = waiting(talk), parse_count(argument, 999) or 0
    options = [Option(_line(*row), f"xet:{row[0].id}") for row in _on_page(rows, page)]
    if len(rows) > (page + 1) * PAGE:
        options.append(Option("Xem tiếp", f"cmd:vieccanlam:{page + 1}"))
    if len(rows) > 1:
        options.append(Option("Chấp nhận nhiều phiếu", "nhieuphieu"))
    options += _other_work(talk) if page == 0 else []
    if not options:
        return talk.reply("{Ac} không có việc nào đang chờ ạ.", MENU)
    more = f" ({len(rows)} phiếu chờ xem, chờ lâu nhất trước)" if len(rows) > PAGE else ""
    return talk.reply(f"Việc chờ {{ac}}{more}. {{Ac}} chọn một việc:", *options)


Row = tuple[Report, Initiative, Member]


def _on_page(rows: list[Row], page: int) -> list[Row]:
    return rows[page * PAGE : (page + 1) * PAGE]


def _other_work(talk: Talk) -> list[Option]:
    back = reports.returned(talk.session, talk.member_id, PAGE)
    options = [Option(in_a_line(talk, r), f"phieu:{r.id}") for r in back]
    options += [Option(_call(talk, t), f"dagoi:{t.id}") for t in _calls(talk)]
    if joiners := open_tasks(talk, "join", Act.APPROVE_MEMBERS):
        options.append(Option(f"Người chờ vào ({len(joiners)})", "ql:cho"))
    return options + [option for part in parts("tasks", talk) for option in part.options]


def _calls(talk: Talk) -> list[Task]:
    """Those this person was told of, not the whole province's."""
    return [
        task
        for task in open_tasks(talk, "voice", Act.REVIEW)
        if talk.person.member_id
        in deciding.approvers_for(talk.session, task.unit_id, talk.now, task.member_id)
    ]


def _call(talk: Talk, task: Task) -> str:
    member = talk.session.get_one(Member, task.member_id)
    phone = f", {format_phone(member.phone)}" if member.phone else ""
    return f"Đã gọi lại cho {member.address} {member.name}{phone}"


@action("dagoi")
def called(talk: Talk, task_id: str) -> Reply:
    task = talk.session.get(Task, int(task_id))
    if task is None or task not in _calls(talk):
        return talk.reply("Việc này đã xong rồi ạ.", MENU)
    tasks.finish(talk.session, task.id, "done", talk.now, talk.member_id)
    return talk.reply("Đã ghi là gọi lại rồi. Cảm ơn {ac}.", MENU)


def waiting(talk: Talk) -> list[Row]:
    """Reports of which this person is a reviewer now."""
    units = units_where(talk, Act.REVIEW)
    if not units:
        return []
    under = members.below(units, talk.today)
    covered = reports.waiting().where(Enrolment.registrant_id.in_(under))
    asked: dict[tuple[int, int], bool] = {}
    mine = []
    for report, enrolment, initiative, author in talk.session.execute(covered):
        place = (enrolment.registrant_id, report.author_id)
        if place not in asked:
            asked[place] = talk.person.member_id in notices.reviewers(talk, report)
        if asked[place]:
            mine.append((report, initiative, author))
    return mine


def _line(report: Report, initiative: Initiative, author: Member) -> str:
    again = ", đã sửa" if report.version > 1 else ""
    name = cut(initiative.name, 40)
    return f"Xem {initiative.code} – {name} ({author.name}{again})"


def reviewable(talk: Talk, report_id: str) -> Report:
    """A report this person may decide about, asked in the transaction that acts."""
    report = talk.session.get(Report, int(report_id))
    mine = report is not None and report.author_id == talk.member_id
    if report is None or mine or report.kind == "inspect" or not may_see(talk, report):
        raise Refused(
            talk.say("Phiếu này không chờ {ac} xem ạ. Nhắn “việc cần làm” để xem danh sách.")
        )
    unit = talk.session.get_one(Enrolment, report.enrolment_id).registrant_id
    if not members.allows(talk.session, talk.member_id, Act.REVIEW, unit, talk.now, talk.today):
        raise Refused(
            talk.say("Phiếu này do đầu mối của đơn vị đăng ký xem ạ. Nhắn “menu” để làm việc khác.")
        )
    return report


@action("xet")
def look(talk: Talk, report_id: str) -> Reply:
    """The report, with what can be decided about it."""
    report = reviewable(talk, report_id)
    reply = shown(talk, report)
    if report.state != "sent":
        return reply
    added = parts("review", talk, report)
    lines = [reply.text, *_since(talk, report), *(line for part in added for line in part.lines)]
    more = tuple(option for part in added for option in part.options)
    return replace(reply, text="\n".join(lines), options=_decisions(talk, report) + more)


def _since(talk: Talk, report: Report) -> list[str]:
    """What became of it: how long it has waited, that it was reopened, what was changed."""
    days = reviewing.waited(report, talk.now).days
    lines = [f"Đã chờ {days} ngày."] if days else []
    if report.decided_by and report.decided_at:
        when = clock(talk.local(report.decided_at))
        lines.append(f"Mở lại lúc {when}, {who(talk, report.decided_by)}: “{report.reason}”")
    named = {key: label for key, label in labels(report) if label}
    changes = {key: _old_to_new(old, new) for key, old, new in _changes(talk, report)}
    kept = {key: "giữ nguyên" for key in report.marks if key not in changes}
    both = {key: words for key, words in (changes | kept).items() if key in named}
    lines += ["Đã sửa so với lần trước:"] if both else []
    return lines + [f"– {named[key]}: {both[key]}" for key in named if key in both]


def _changes(talk: Talk, report: Report) -> list[reviewing.Change]:
    return reviewing.changes(talk.session, report)


def _old_to_new(*answers: Mapping[str, Any] | None) -> str:
    old, new = (cut(a["t"], 200) if a and a["t"] else "" for a in answers)
    if old == new:  # a picture, a place
        return "đã thay"
    return f"{f'“{old}”' if old else 'chưa ghi'} → {f'“{new}”' if new else 'bỏ'}"


def _decisions(talk: Talk, report: Report) -> tuple[Option, ...]:
    tag = f"{report.id}:{report.version}"
    built = talk.session.get_one(Enrolment, report.enrolment_id).built_on
    yes: tuple[Option, ...] = (Option("Chấp nhận", f"nhan:{tag}:0", "primary"),)
    if report.has_results and built is None:
        yes = (
            Option("Chấp nhận, xác nhận kết quả", f"nhan:{tag}:1", "primary"),
            Option("Chấp nhận, chưa xác nhận kết quả", f"nhan:{tag}:0"),
        )
    return (*yes, Option("Trả lại để bổ sung", f"tra:{tag}"), Option("Từ chối", f"khong:{tag}"))


@action("nhan")
def accept(talk: Talk, report_id: str, version: str, results: str) -> list[Reply]:
    report = reviewable(talk, report_id)
    confirmed = results == "1" and report.has_results
    if not accepted(talk, report, int(version), confirmed):
        return changed(talk, report, int(version))
    built = BUILT if confirmed else ""
    return after(talk, "Đã chấp nhận phiếu {code}.{built}", code=code_of(talk, report), built=built)


def accepted(talk: Talk, report: Report, version: int, results: bool) -> bool:
    """Accept it and tell its author; False: somebody was faster, or it was changed meanwhile."""
    by, now, today = talk.member_id, talk.now, talk.today
    if not reviewing.accept(
        talk.session, report, version, by=by, now=now, today=today, results=results
    ):
        return False
    talk.did("accept", "report", report.id, version=version, results=results)
    replication.accepted(talk, report)
    built = BUILT if results else ""
    inform(talk, report, ACCEPTED, Option("Xem phiếu", f"phieu:{report.id}"), built=built)
    return True


def inform(talk: Talk, report: Report, text: str, *options: Option, **said: object) -> None:
    """A decision, to the author: each is told once."""
    key = f"{report.state}:{report.id}:{report.version}:{talk.now.timestamp():.0f}"
    tell(talk, report.author_id, key, text, *options, code=code_of(talk, report), **said)


def code_of(talk: Talk, report: Report) -> str:
    return talk.session.get_one(Initiative, report.initiative_id).code


def changed(talk: Talk, report: Report, version: int) -> list[Reply]:
    """Somebody was faster: who, when and what, and the report as it is now."""
    if not may_see(talk, report):
        return after(talk, "Người gửi vừa rút lại phiếu này ạ.")
    if report.version != version or report.decided_at is None:
        note = talk.reply("Phiếu này vừa được người gửi sửa. Đây là bản hiện nay:")
    else:
        name = who(talk, report.decided_by)
        mine = report.decided_by == talk.member_id
        note = talk.reply(
            f"{'{Ac}' if mine else '{who}'} {DID[report.state]} lúc {{when}}. Phiếu hiện nay:",
            who=f"{name[:1].upper()}{name[1:]}",
            when=clock(talk.local(report.decided_at)),
        )
    return [note, look(talk, str(report.id))]


def after(talk: Talk, done: str, **said: object) -> list[Reply]:
    """What was done, and the next one at once, so that several take one tap each."""
    rows = waiting(talk)
    if not rows:
        return [talk.reply(f"{done} Không còn phiếu nào chờ {{ac}}.", MENU, **said)]
    return [
        talk.reply(f"{done} Còn {len(rows)} phiếu chờ {{ac}}:", **said),
        look(talk, str(rows[0][0].id)),
    ]
