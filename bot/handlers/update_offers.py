"""What storage offers to the update form: initiatives with what has become of them, this year or
the last, and the figures as they were."""

from dataclasses import replace

from bot.conversation.form import Choice, Found, Lookup
from bot.domain.codes import parse_code
from bot.handlers.registry import Talk, lookup
from storage import enrolments, merging, picking, reports

SAME = "Như cũ: "
NOTES = {
    "paused": "Mô hình này đang tạm dừng. Nếu đã làm lại, {ac} ghi rõ từ khi nào; đầu mối sẽ xem "
    "và cho hoạt động lại.",
    "stopped": "Mô hình này đã ghi là dừng. Nếu đã làm lại, {ac} ghi rõ từ khi nào; nếu không phải "
    "mô hình này, {ac} nhắn “quay lại” để chọn mô hình khác.",
}
MERGED = "Mô hình {old} đã gộp vào mô hình này, nên phiếu của {{ac}} ghi cho mô hình này."
CONTINUED, OF_THEN = "tiep", "cu"


@lookup("initiatives")
def choose(talk: Talk, asked: Lookup) -> Found:
    """Models this person may report on: own ones first, others of their scope by typing."""
    who = (talk.session, talk.scope, talk.member_id)
    found = picking.offer(*who, asked.text, talk.today.year + 2)
    if asked.text and not found.choices:
        found = _merged(talk, asked.text)
    return replace(found, choices=tuple(_noted(talk, choice) for choice in found.choices))


def _noted(talk: Talk, choice: Choice) -> Choice:
    return replace(choice, note=choice.note or note_on(talk, choice.value))


def note_on(talk: Talk, initiative_id: int) -> str:
    """What has become of it, and what to do."""
    last = enrolments.latest(talk.session, initiative_id)
    return NOTES.get(last.activity, "") if last else ""


def _merged(talk: Talk, text: str) -> Found:
    """What became of the code of one that was merged into another."""
    year, number = parse_code(text) or (None, 0)
    codes = reports.by_code(talk.session, year, number, talk.organisation.root_id)
    gone = [(i.code, merging.followed(talk.session, i)) for i in codes if i.merged_id]
    who = (talk.session, talk.scope, talk.member_id)
    kept = [(code, picking.one(*who, kept.id)) for code, kept in gone]
    choices = [replace(one, note=MERGED.format(old=code)) for code, one in kept if one]
    return Found(tuple(choices), sure=True)


@lookup("continues")
def this_year(talk: Talk, asked: Lookup) -> Found:
    """about: the initiative. Asked only of one that has no enrolment this year."""
    known, year = asked.about[0], talk.today.year
    last = enrolments.latest(talk.session, known) if isinstance(known, int) else None
    if last is None or last.year >= year:
        return Found()
    yes = Choice(CONTINUED, f"Có, tiếp tục năm {year}", ("có", "tiếp tục"))
    no = Choice(OF_THEN, f"Không, đây là tin của năm {last.year}", ("không", "chưa"))
    return Found((yes, no))


@lookup("figures")
def figures(talk: Talk, asked: Lookup) -> Found:
    """about: the initiative, whose figures are offered as they were reported last."""
    known = asked.about[0]
    last = reports.last_said(talk.session, known, "quy_mo") if isinstance(known, int) else None
    if last is None:
        return Found()
    label = f"{SAME}{last['t'].removeprefix(SAME)}"
    return Found((Choice(last["v"], label, ("như cũ", "không đổi", "giữ nguyên")),))
