"""What administrators may say about a schedule of each kind, and how its due day is called."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.roles import ROLE_LABELS, Role
from bot.domain.schedules import DEFAULTS, Default, Stage


@dataclass(frozen=True, slots=True)
class Kind:
    """label: what people are reminded of. due: the day that each thing has of its own, where there
    is no calendar. whole: it is always about the whole organisation. roles: they say who is
    reminded. twice: another schedule of this kind makes sense. before, after: whether people can be
    reminded then. months: how long nothing was heard."""

    label: str
    due: str = ""
    whole: bool = False
    roles: bool = False
    twice: bool = True
    before: bool = True
    after: bool = True
    months: bool = False

    @property
    def calendar(self) -> bool:
        return not self.due


KINDS = {
    "periodic_report": Kind("Báo cáo kỳ", roles=True),
    "initiative_review": Kind("Rà soát mô hình"),
    "stale": Kind("Mô hình lâu chưa cập nhật", months=True),
    "not_inspected": Kind("Mô hình chưa kiểm tra trong năm", roles=True),
    "target_missing": Kind("Đăng ký chỉ tiêu năm", roles=True),
    "recommendation": Kind("Kiến nghị đến hạn", "hạn của từng kiến nghị"),
    "conclusion": Kind(
        "Kết luận giao ban đến hạn", "hạn của từng kết luận", whole=True, roles=True
    ),
    "report_waiting": Kind("Phiếu chờ xem", "ngày phiếu được gửi", before=False),
    "draft_left": Kind("Phiếu đang làm dở", "ngày ghi phiếu lần cuối", before=False),
    "briefing": Kind(
        "Giao ban, tham quan", "ngày họp, ngày tham quan", whole=True, twice=False, after=False
    ),
    "guidance": Kind(
        "Văn bản, chỉ đạo mới", "ngày gửi", whole=True, twice=False, before=False
    ),
    "guidance_done": Kind("Triển khai chỉ đạo", "hạn triển khai", whole=True, twice=False),
    "digest": Kind("Tổng hợp cho lãnh đạo", roles=True, twice=False),
}  # fmt: skip


def wrong_stages(what: str, stages: Sequence[Stage]) -> str:
    """Why these days make no sense for this kind, as a sentence, or ""."""
    kind = KINDS[what]
    if not kind.before and stages[0].days < 0:
        return (
            f"Việc này tính từ {kind.due} nên chỉ nhắc được sau ngày ấy ạ. "
            "Ví dụ: sau 1 ngày; sau 5 ngày: cấp trên."
        )
    if not kind.after and stages[-1].days > 0:
        return f"Qua {kind.due} thì không nhắc nữa ạ. Ví dụ: trước 3 ngày, trước 1 ngày."
    return ""


def default_of(what: str) -> Default:
    return next(one for one in DEFAULTS if one.what == what)


def stages_of(what: str) -> tuple[Stage, ...]:
    """Those that an organisation begins with."""
    return Stage.read(default_of(what).stages)


def roles_words(roles: Sequence[str]) -> str:
    return ", ".join(ROLE_LABELS[Role(role)] for role in roles)
