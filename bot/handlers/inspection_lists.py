"""Lists about inspections: what is to be followed up, opinions, all inspections of a model."""

from bot.conversation.messages import Option, Reply
from bot.domain.inspecting import FORMS
from bot.domain.partial_dates import plain_date
from bot.domain.roles import Act
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.people import ELSE, MENU, local_day, open_tasks
from bot.handlers.registry import Part, Talk, action, adds_to
from bot.handlers.seeing import sees_enrolment, who
from storage import enrolments, inspections, recommendations, tasks
from storage.tables.lifecycle import Inspection, Recommendation
from storage.tables.people import Task
from storage.tables.records import Enrolment, Initiative

PAGE, MOST = 8, 4
NOBODY_ASKED = "Chưa có kiến nghị nào cần theo dõi ạ."
NOT_TO_FOLLOW = "Mục này dành cho cán bộ kiểm tra, đầu mối và người thẩm định ạ."
OPINIONS_DONE = "Ý kiến này đã có người xem rồi ạ."
OUTSIDE = "Mô hình này ngoài phần {ac} được xem ạ. {Ac} nhắn “tìm mô hình” để tìm mô hình khác."


@action("kn_ds")
def to_follow(talk: Talk, page: str = "0") -> Reply:
    """What is not done: overdue first, then what owners say is done."""
    if not talk.can(Act.FOLLOW_UP):
        raise Refused(talk.say(NOT_TO_FOLLOW))
    mine, skip = rights.mine(talk, Act.FOLLOW_UP), max(int(page), 0) * PAGE
    total, late, claimed = recommendations.counts(talk.session, mine, talk.today)
    rows = recommendations.followed(talk.session, mine, talk.today, PAGE + 1, skip)
    options = [Option(_asked(talk, *row), f"kn:{row[0].id}") for row in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"kn_ds:{int(page) + 1}"))
    if opinions := _opinions(talk):
        options.append(Option(f"Ý kiến của chủ mô hình ({len(opinions)})", "yk_ds"))
    if not rows:
        return talk.reply(NOBODY_ASKED, *options, MENU)
    head = "Kiến nghị sau kiểm tra: {total} chưa xong, {late} quá hạn, {claimed} báo đã khắc phục."
    return talk.reply(
        f"{head}\n{{Ac}} chọn một:", *options, total=total, late=late, claimed=claimed
    )


def _asked(talk: Talk, one: Recommendation, initiative: Initiative) -> str:
    state = f"hạn {plain_date(one.due_on)}"
    if one.state == "claimed":
        state = "báo đã khắc phục"
    elif one.due_on < talk.today:
        state = f"quá hạn từ {plain_date(one.due_on)}"
    return f"{initiative.code} – {cut(one.text, 50)}: {state}"


def _opinions(talk: Talk, most: int = 99) -> list[Task]:
    """Of owners, about what this person follows."""
    return [
        task
        for task in open_tasks(talk, "opinion", Act.FOLLOW_UP, most)
        if rights.may(talk, Act.FOLLOW_UP, _enrolment(talk, task))
    ]


def _enrolment(talk: Talk, task: Task) -> Enrolment:
    inspection = talk.session.get_one(Inspection, task.details["inspection"])
    return talk.session.get_one(Enrolment, inspection.enrolment_id)


def _initiative(talk: Talk, task: Task) -> Initiative:
    return talk.session.get_one(Initiative, _enrolment(talk, task).initiative_id)


@action("yk_ds")
def opinions(talk: Talk) -> Reply:
    found = _opinions(talk, PAGE)
    options = [
        Option(f"{_initiative(talk, t).code} – {cut(t.details['text'], 60)}", f"yk_xem:{t.id}")
        for t in found
    ]
    if not options:
        return talk.reply("Chưa có ý kiến nào của chủ mô hình ạ.", MENU)
    return talk.reply("Ý kiến của chủ mô hình. {Ac} chọn một:", *options)


@action("yk_xem")
def opinion(talk: Talk, task_id: str, seen: str = "") -> Reply:
    task = talk.session.get(Task, int(task_id))
    if task is None or task.kind != "opinion":
        raise ValueError(task_id)
    if not rights.may(talk, Act.FOLLOW_UP, _enrolment(talk, task)):
        raise Refused(talk.say(NOT_TO_FOLLOW))
    if seen == "xong":
        done = tasks.finish(talk.session, task.id, "seen", talk.now, talk.member_id)
        talk.did("answer", "task", task.id)
        return talk.reply("Đã ghi là đã xem. Cảm ơn {ac}." if done else OPINIONS_DONE, ELSE)
    inspection = talk.session.get_one(Inspection, task.details["inspection"])
    done_already = (Option("Đã xem, đã trao đổi", f"yk_xem:{task.id}:xong", "primary"),)
    return talk.reply(
        "{code}: {name}\n{who} có ý kiến ngày {day}: “{text}”",
        *(done_already if task.done_at is None else ()),
        Option("Xem phiếu kiểm tra", f"phieu:{inspection.report_id}"),
        ELSE,
        code=_initiative(talk, task).code,
        name=_initiative(talk, task).name,
        who=capital(who(talk, task.member_id)),
        day=local_day(talk, task.created_at),
        text=task.details["text"],
    )


@adds_to("manage", 40)
def in_management(talk: Talk) -> Part | None:
    if not talk.can(Act.FOLLOW_UP):
        return None
    return Part(options=(Option("Kiến nghị sau kiểm tra", "kn_ds"),))


@adds_to("tasks", 22)
def among_tasks(talk: Talk) -> Part | None:
    """What one follows up, as one line; what one's own models were asked for, one by one."""
    options = [
        Option(f"Khắc phục: {cut(r.text, 50)} (hạn {plain_date(r.due_on)})", f"kn:{r.id}")
        for r in recommendations.of_owner(talk.session, talk.member_id, MOST)
    ]
    if talk.can(Act.FOLLOW_UP):
        mine = rights.mine(talk, Act.FOLLOW_UP)
        _, late, claimed = recommendations.counts(talk.session, mine, talk.today)
        counted = [f"{late} quá hạn"] if late else []
        counted += [f"{claimed} báo đã khắc phục"] if claimed else []
        if counted:
            options.append(Option(f"Kiến nghị sau kiểm tra ({', '.join(counted)})", "kn_ds"))
        if found := _opinions(talk):
            options.append(Option(f"Ý kiến của chủ mô hình ({len(found)})", "yk_ds"))
    return Part(options=tuple(options)) if options else None


# -- the inspections of one model -------------------------------------------------------------


@adds_to("card", 40)
def on_the_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    """How often, how it was the last time, what is still asked for."""
    inspect = rights.may(talk, Act.INSPECT, enrolment) and enrolment.activity != "stopped"
    options = [Option("Kiểm tra", f"cmd:kiemtra:#{enrolment.initiative_id}")] if inspect else []
    lines: list[str] = []
    if _sees(talk, enrolment):
        lines = _summary(talk, enrolment)
        if lines:
            options.append(Option("Các lần kiểm tra", f"ktls:{enrolment.initiative_id}"))
    return Part(tuple(lines), tuple(options)) if lines or options else None


def _sees(talk: Talk, enrolment: Enrolment) -> bool:
    own = inspections.owns(talk.session, enrolment.initiative_id, talk.person.member_id)
    return own or sees_enrolment(talk, enrolment.id)


def _summary(talk: Talk, enrolment: Enrolment) -> list[str]:
    last = inspections.of_initiative(talk.session, enrolment.initiative_id)
    if not last:
        return []
    number = inspections.count(talk.session, enrolment.initiative_id)
    verdict = talk.organisation.inspecting.verdict(last[0].verdict)
    line = f"Đã kiểm tra {number} lần, lần gần nhất {plain_date(last[0].day)}: {verdict}."
    asked = recommendations.of_initiative(talk.session, enrolment.initiative_id)
    if not asked:
        return [line]
    due = plain_date(asked[0].due_on)
    return [line, f"Còn {len(asked)} kiến nghị chưa xong, hạn gần nhất {due}."]


@action("ktls")
def history(talk: Talk, initiative_id: str, page: str = "0") -> Reply:
    """All inspections of an initiative, newest first."""
    enrolment = enrolments.latest(talk.session, int(initiative_id))
    if enrolment is None or not _sees(talk, enrolment):
        raise Refused(talk.say(OUTSIDE))
    skip = max(int(page), 0) * PAGE
    rows = inspections.of_initiative(talk.session, enrolment.initiative_id, PAGE + 1, skip)
    if not rows:
        return talk.reply("Mô hình này chưa có lần kiểm tra nào ạ.", MENU)
    options = [Option(_line(talk, one), f"phieu:{one.report_id}") for one in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"ktls:{enrolment.initiative_id}:{int(page) + 1}"))
    name = talk.session.get_one(Initiative, enrolment.initiative_id).name
    return talk.reply("Các lần kiểm tra “{name}”, mới nhất trước:", *options, name=name)


def _line(talk: Talk, inspection: Inspection) -> str:
    verdict = talk.organisation.inspecting.verdict(inspection.verdict)
    return f"{plain_date(inspection.day)}, {FORMS[inspection.form][0].lower()}: {verdict}"
