"""Tuyên truyền: articles, broadcasts and visits about an initiative."""

from datetime import date

from bot.conversation.form import Answers, Choice, Form, Json, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, Precision, plain_date
from bot.handlers.card import opened
from bot.handlers.helping import OF, about, guided
from bot.handlers.helping import page as helping_page
from bot.handlers.registry import Replies, Talk, action, submits
from storage import helping
from storage.tables.helping import Publicity

PAGE = 8
KINDS = (
    Choice("article", "Bài viết trên báo, trang tin", ("bài viết", "báo", "bài báo")),
    Choice("broadcast", "Phát thanh, truyền hình", ("phát thanh", "truyền hình", "loa")),
    Choice("visit", "Đoàn đến tham quan, học tập", ("tham quan", "học tập", "đoàn")),
    Choice("other", "Hình thức khác", ("khác",)),
)
LABELS = {"article": "bài viết", "broadcast": "phát sóng", "visit": "tham quan", "other": "khác"}


def _a_day_gone(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day:
        return "{Ac} ghi rõ ngày ạ, ví dụ: hôm nay, 20/12/2022."
    return "Ngày này chưa đến ạ. {Ac} ghi lại giúp." if day.start > today else ""


FORM = Form(
    "tb",
    "Tin bài, tuyên truyền",
    (
        OF,
        Step("loai", Kind.CHOICE, "Hình thức", "Tuyên truyền theo hình thức nào ạ?", options=KINDS),
        Step("tieu_de", Kind.TEXT, "Tên", "Tên bài, hoặc nội dung tuyên truyền là gì ạ?",
             "Ví dụ: Nhà lưới của anh Hà ở Thạch Lạc", least=5, most=200),
        Step("noi", Kind.TEXT, "Nơi đăng, phát", "Đăng, phát ở đâu, hoặc đoàn nào đến ạ?",
             "Ví dụ: Báo Hà Tĩnh; Đài truyền thanh xã", least=2, most=150),
        Step("ngay", Kind.DATE, "Ngày", "Ngày nào ạ? Ví dụ: hôm nay, 20/12/2022",
             "Ví dụ: hôm nay", check=_a_day_gone),
    ),
    "ghi",
)  # fmt: skip


@action("tb")
def begin(talk: Talk, enrolment_id: str) -> Replies:
    talk.open(FORM, about(guided(talk, enrolment_id)[0]))
    return None


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> list[Reply]:
    enrolment, initiative = guided(talk, answers[OF.key]["v"])
    row = helping.publish(
        talk.session, initiative_id=initiative.id, kind=answers["loai"]["v"],
        title=answers["tieu_de"]["v"], where=answers["noi"]["v"],
        day=PartialDate.from_json(answers["ngay"]["v"]).start, author_id=talk.member_id,
        at=talk.now,
    )  # fmt: skip
    talk.did("publish", "publicity", row.id, initiative=initiative.id)
    times = helping.times_told(talk.session, initiative.id)
    done = talk.reply("Đã ghi. Mô hình đã được tuyên truyền {times} lần.", times=times)
    return [done, helping_page(talk, str(enrolment.id))]


@action("tb_xem")
def listed(talk: Talk, initiative_id: str, skip: str = "0") -> Reply:
    """For whoever may open the card."""
    initiative, _ = opened(talk, int(initiative_id))
    first = max(int(skip), 0)
    rows = helping.publicity(talk.session, initiative.id, PAGE + 1, first)
    lines = [_line(row) for row in rows[:PAGE]] or ["Chưa có tin bài nào."]
    more = (Option("Xem tiếp", f"tb_xem:{initiative.id}:{first + PAGE}"),)
    back = Option("Về thẻ mô hình", f"mh:{initiative.id}")
    head = f"TUYÊN TRUYỀN VỀ {initiative.code} (mới nhất trước)"
    options = (*(more if len(rows) > PAGE else ()), back)
    return Reply("\n".join([head, *lines]), options=options)


def _line(row: Publicity) -> str:
    return f"– {plain_date(row.day)}, {row.where}: {row.title} ({LABELS[row.kind]})"
