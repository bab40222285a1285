"""Chỉ tiêu from a file: whose rows one may set, and who agrees to those that amend something."""

from collections import Counter

from bot.conversation.messages import Option
from bot.domain.roles import Act, units_for
from bot.handlers.importing import ListKind, offer
from bot.handlers.people import tell
from bot.handlers.registry import Talk
from storage import deciding, members
from storage.list_import import Listed, Plan
from storage.target_import import COLUMNS, NEEDED, plan, write


def _plan(talk: Talk, listed: Listed, lock: bool) -> Plan:
    """Rights are read anew: a role that has ended since the file came counts no more."""
    grants = members.grants_of(talk.session, talk.member_id, talk.now, lock)
    sets, decides = (
        set(talk.session.scalars(members.below(units_for(act, grants), talk.today)))
        for act in (Act.SET_TARGETS, Act.APPROVE_TARGETS)
    )
    return plan(
        talk.session, listed.rows, sets=sets, decides=decides, merged=listed.merged, lock=lock
    )


def _write(talk: Talk, planned: Plan, key: str) -> str:
    write(talk.session, planned.work, author_id=talk.member_id, now=talk.now)
    if not planned.proposed:
        return ""
    units = Counter(one.what.unit_id for one in planned.work if one.proposed)
    asked: Counter[int] = Counter()
    for unit_id, many in units.items():
        act, own = Act.APPROVE_TARGETS, talk.member_id
        for member_id in deciding.who_may(talk.session, act, unit_id, talk.now, own):
            asked[member_id] += many
    see = Option("Xem đề nghị", "ct_cho", "primary")
    text = "{name} đề nghị đổi {n} chỉ tiêu, gửi từ tệp. {Ac} xem giúp ạ."
    for member_id, many in asked.items():
        tell(talk, member_id, f"list:{key}:{member_id}", text, see, name=talk.person.name, n=many)
    who = "người thẩm định duyệt" if asked else "duyệt, nhưng đơn vị chưa có người thẩm định"
    return f" {planned.proposed} dòng chờ {who}; trong lúc chờ, chỉ tiêu ấy vẫn như cũ."


offer(
    ListKind(
        name="targets",
        label="chỉ tiêu",
        act=Act.SET_TARGETS,
        columns=COLUMNS,
        needed=NEEDED,
        usual="Đơn vị, Năm, Số mô hình; có thể thêm Lĩnh vực, Hình thức, Lý do thay đổi",
        plan=_plan,
        write=_write,
    )
)
