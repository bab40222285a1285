"""Forms begun and not sent: go on with one, or throw it away."""

from sqlalchemy import delete, update

from bot.conversation.messages import Option, Reply
from bot.domain.numbers import parse_count
from bot.errors import Refused
from bot.handlers.people import MENU
from bot.handlers.registry import FORMS, Replies, Talk, action, command
from storage import drafts
from storage.tables.people import Account, Draft

PAGE = 8


@command("lamtiep", "Làm tiếp", menu=5, words=("lam tiep", "tiep tuc", "phieu do"))
def go_on(talk: Talk, argument: str) -> Replies:
    page = parse_count(argument, 999) or 0
    rows = drafts.of_member(talk.session, talk.member_id, PAGE + 1, page * PAGE)
    rows = [d for d in rows if d.form in FORMS]
    if not rows:
        return talk.reply("{Ac} không có phiếu nào đang làm dở ạ.", MENU)
    if len(rows) == 1 and page == 0:
        talk.resume(rows[0].id)
        return None
    talk.person.draft_id = None  # the one being filled in is in the list, too
    options = [Option(_line(talk, d), f"tiep:{d.id}") for d in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cmd:lamtiep:{page + 1}"))
    options.append(Option("Xóa bớt phiếu dở", "xoado"))
    return talk.reply("Phiếu đang làm dở, {ac} chọn một để làm tiếp:", *options)


def _line(talk: Talk, draft: Draft) -> str:
    when = talk.local(draft.updated_at)
    return f"{FORMS[draft.form].form.title}: {drafts.title(draft)} (lúc {when:%H:%M %d/%m})"


def _mine(talk: Talk, draft_id: str) -> Draft:
    draft = talk.session.get(Draft, int(draft_id))
    if draft is None or draft.member_id != talk.member_id or draft.form not in FORMS:
        raise Refused(
            talk.say(
                "Phiếu ấy không còn nữa (đã gửi hoặc đã hủy) ạ. Nhắn “làm tiếp” để xem phiếu dở."
            )
        )
    return draft


@action("tiep")
def resume(talk: Talk, draft_id: str) -> None:
    talk.resume(_mine(talk, draft_id).id)


@action("xoado")
def choose_to_drop(talk: Talk) -> Reply:
    rows = drafts.of_member(talk.session, talk.member_id, PAGE)
    options = [Option(_line(talk, d), f"xoado1:{d.id}") for d in rows if d.form in FORMS]
    return talk.reply("{Ac} muốn xóa phiếu dở nào ạ?", *options, Option("Thôi", "cmd:lamtiep"))


@action("xoado1")
def confirm_drop(talk: Talk, draft_id: str) -> Reply:
    draft = _mine(talk, draft_id)
    return talk.reply(
        "Xóa hẳn phiếu dở “{title}” ạ?",
        Option("Xóa", f"xoado2:{draft.id}", "danger"),
        Option("Không, giữ lại", "cmd:lamtiep"),
        title=drafts.title(draft),
    )


@action("xoado2")
def drop(talk: Talk, draft_id: str) -> Reply:
    draft = _mine(talk, draft_id)
    talk.session.execute(delete(Draft).where(Draft.id == draft.id))
    talk.session.execute(update(Account).where(Account.draft_id == draft.id).values(draft_id=None))
    if talk.person.draft_id == draft.id:
        talk.person.draft_id = None
    return talk.reply("Đã xóa phiếu dở ấy theo ý {ac}.", MENU)
