"""An account that takes no messages any more: the focal persons of its member are told."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.conversation.channels import channel
from bot.conversation.messages import Reply
from bot.domain.wording import say
from storage import deciding, members, outbox
from storage.tables.people import Account, Member

NOTE = (
    "Trợ lý không nhắn được cho {who} qua {platform} nữa (đã chặn hoặc bỏ tài khoản). "
    "{Ac} hỏi thăm giúp; cần thì gửi thư mời khác trong mục “quản lý”."
)


def tell_focal(clock: Callable[[], datetime], session: Session, account_id: int) -> None:
    now = clock()
    account = session.get_one(Account, account_id)
    member = session.get(Member, account.member_id) if account.member_id else None
    if member is None or member.unit_id is None or member.state not in members.REACHED:
        return
    who = f"{member.address} {member.name}"
    for focal_id in deciding.approvers_for(session, member.unit_id, now, member.id):
        address = session.get_one(Member, focal_id).address
        text = say(NOTE, address, who=who, platform=channel(account.platform).label)
        for to in members.accounts_of(session, focal_id):
            outbox.put(
                session, key=f"unreachable:{account_id}:{to}:{now:%Y-%m-%d}", account_id=to,
                reply=Reply(text), now=now, lane=outbox.NOTICE,
            )  # fmt: skip
