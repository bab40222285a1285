"""Invitations: made, looked at, redeemed once, revoked. Only hashes of their secrets are kept."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.invitations import LINK_LASTS, digest, is_code, key_in, new_code, new_token
from bot.domain.roles import Role
from storage import guesses, joining, members, tasks
from storage.tables.people import Account, Invitation, Member

WRONG = "Mã mời này chưa đúng ạ. Xin xem lại từng chữ trên thư mời, hoặc nhờ người mời gửi lại."
SLOW_DOWN = (
    "Có nhiều mã chưa đúng từ máy này, nên Trợ lý tạm dừng nhận mã. Xin thử lại sau một giờ, "
    "hoặc nhờ người mời gửi đường dẫn."
)
USED = "Thư mời này đã được dùng rồi ạ. Xin nhờ người mời gửi thư khác."
EXPIRED = "Thư mời này đã hết hạn ạ. Xin nhờ người mời gửi thư khác."
WITHDRAWN = "Thư mời này không còn hiệu lực ạ. Xin nhờ người mời hoặc quản trị gửi thư khác."
OTHER_PERSON = "Tài khoản này đã gắn với một hồ sơ khác, nên không nhận được mã này ạ."


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new invitation with its secrets, which exist only here."""

    id: int
    token: str
    code: str
    unit_id: int
    role: str
    expires_at: datetime
    reusable: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What an invitation is for, before it is used. role is "" for giving back access."""

    unit: str = ""
    role: str = ""
    usable: bool = False
    why_not: str = ""


class Way(StrEnum):
    """What using an invitation led to."""

    REFUSED = "refused"
    ASK = "ask"  # consent and a few questions come first; the account remembers the invitation
    JOINED = "joined"  # the member has the role from now on
    WAITS = "waits"  # the member waits for approval by the unit
    LINKED = "linked"  # the account belongs to the member from now on
    NOTHING = "nothing"  # the member had all of that already


@dataclass(frozen=True, slots=True)
class Entry:
    """refusal is the sentence to show. A refusal is returned, not raised: the wrong guess that may
    be behind it has to be committed."""

    way: Way
    refusal: str = ""
    invitation: Invitation | None = None


def create(
    session: Session,
    *,
    unit_id: int,
    role: str,
    now: datetime,
    lasts: timedelta = LINK_LASTS,
    by: int | None = None,
    reusable: bool = False,
    member_id: int | None = None,
) -> Fresh:
    """by is None for the system itself. Rights are the caller's to check in this transaction."""
    if reusable and (member_id or role != Role.MEMBER):
        raise ValueError("a code for many lets in members only")
    token, code = new_token(secrets.token_bytes), new_code(secrets.choice)
    row = Invitation(
        unit_id=unit_id,
        role=role,
        token_hash=digest(token),
        code_hash=digest(code),
        reusable=reusable,
        member_id=member_id,
        created_by=by,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(row)
    session.flush()
    return Fresh(row.id, token, code, unit_id, role, row.expires_at, reusable)


def find(session: Session, key: str) -> Invitation | None:
    column = Invitation.code_hash if is_code(key) else Invitation.token_hash
    # Of two equal codes the newer one is meant: the older has most likely expired.
    newest = select(Invitation).where(column == digest(key)).order_by(Invitation.id.desc()).limit(1)
    return session.scalar(newest)


def why_not(session: Session, row: Invitation, now: datetime, account_id: int | None = None) -> str:
    """Why an invitation cannot be used (by this account); "" when it can."""
    if row.expires_at <= row.created_at or not _still_given(session, row, now):
        return WITHDRAWN
    if row.used_at:
        return "" if account_id and row.used_by == account_id else USED
    return EXPIRED if row.expires_at <= now else ""


def _still_given(session: Session, row: Invitation, now: datetime) -> bool:
    """Who has lost the right to invite has lost it for the invitations on their way, too."""
    if row.member_id and session.get_one(Member, row.member_id).state not in members.REACHED:
        return False
    if row.created_by is None or row.created_by == row.member_id:
        return True
    giver = row.created_by
    if row.member_id and members.roles_beyond(session, giver, row.member_id, now, now.date()):
        return False
    return members.may_give_here(session, giver, row.role, row.unit_id, now, now.date())


# -- using --------------------------------------------------------------------------------


def _found(session: Session, typed: str, source: str, now: datetime) -> Invitation | str:
    """The invitation, or the sentence why none is shown. Tokens cannot be guessed, codes are
    counted; after too many, even a right one is not looked at. No source: the caller counts."""
    key = key_in(typed)
    if source and is_code(key) and guesses.too_many(session, source, now):
        return SLOW_DOWN
    row = find(session, key) if key else None
    if row is None and source and is_code(key):
        guesses.note(session, source, now)
    return row or WRONG


def look(session: Session, typed: str, source: str, now: datetime) -> Look:
    """Uses nothing: link previews do this. source: the account or the web address that asks."""
    row = _found(session, typed, source, now)
    if isinstance(row, str):
        return Look(why_not=row)
    reason = why_not(session, row, now)
    role = "" if row.member_id else row.role
    return Look(members.unit_name(session, row.unit_id), role, not reason, reason)


def redeem(session: Session, typed: str, account_id: int, source: str, now: datetime) -> Entry:
    """Use an invitation for an account; doing it twice with the same account changes nothing."""
    row = _found(session, typed, source, now)
    if isinstance(row, str):
        return Entry(Way.REFUSED, row)
    if refusal := why_not(session, row, now, account_id):
        return Entry(Way.REFUSED, refusal)
    account = session.get_one(Account, account_id)
    if row.member_id and account.member_id not in (None, row.member_id):
        return Entry(Way.REFUSED, OTHER_PERSON)
    if row.used_at:
        # Its effect is not repeated: a role ended since then stays ended.
        waits = account.invitation_id == row.id
        return Entry(Way.ASK if waits else Way.NOTHING, invitation=row)
    if not row.reusable and not _take(session, row, account_id, now):
        return Entry(Way.REFUSED, USED)
    return Entry(_enter(session, row, account, now), invitation=row)


def _take(session: Session, row: Invitation, account_id: int, now: datetime) -> bool:
    """Of two who redeem at once the second changes nothing, even if it had read it unused."""
    statement = (
        update(Invitation)
        .where(Invitation.id == row.id, Invitation.used_at.is_(None))
        .values(used_at=now, used_by=account_id)
        .returning(Invitation.id)
    )
    return session.scalar(statement) is not None


def _enter(session: Session, row: Invitation, account: Account, now: datetime) -> Way:
    if row.member_id:
        known = account.member_id == row.member_id
        account.member_id = row.member_id
        return Way.NOTHING if known else Way.LINKED
    member = session.get(Member, account.member_id) if account.member_id else None
    if member is None or member.state not in members.REACHED:
        account.invitation_id = row.id
        return Way.ASK
    if row.reusable:
        return _meet(session, row, member, now)
    return Way.JOINED if _accept(session, row, member, now) else Way.NOTHING


def _meet(session: Session, row: Invitation, member: Member, now: datetime) -> Way:
    """A meeting code in the hands of somebody who is known: at most it helps to find a unit."""
    if member.state == "active":
        return Way.NOTHING
    if not (wish := joining.open_wish(session, member.id)) or wish.unit_id != row.unit_id:
        joining.ask(session, member, row.unit_id, now)
    return Way.WAITS


def _accept(session: Session, row: Invitation, member: Member, now: datetime) -> bool:
    """Whether anything changed."""
    before = member.state, len(members.roles_of(session, member.id, now))
    if member.state == "pending":
        member.unit_id = row.unit_id if members.is_place(session, row.unit_id) else member.unit_id
        tasks.close(session, member.id, "join", "invited", now)
        member.state = "active"
    if not members.is_place(session, row.unit_id):
        joining.add_body(session, member.id, row.unit_id)
    members.give_role(session, member.id, row.role, row.unit_id, now, row.created_by)
    return before != (member.state, len(members.roles_of(session, member.id, now)))


def complete(
    session: Session, account_id: int, member: Member, place_id: int | None, now: datetime
) -> Way:
    """After consent and the questions: the invitation that was used takes effect, or the member
    asks for admission. place_id is the place answered, None when the invitation named it."""
    account = session.get_one(Account, account_id)
    row = remembered(session, account_id, now)
    account.invitation_id = None
    if row and not row.reusable:
        member.unit_id = place_id or member.unit_id
        _accept(session, row, member, now)
        return Way.JOINED
    unit_id = place_id or (row.unit_id if row else None)
    if unit_id:
        joining.ask(session, member, unit_id, now)
    return Way.WAITS


def remembered(session: Session, account_id: int, now: datetime) -> Invitation | None:
    """The invitation an account came with and has not joined by yet, if it still holds."""
    invitation_id = session.get_one(Account, account_id).invitation_id
    row = session.get(Invitation, invitation_id) if invitation_id else None
    return row if row and not why_not(session, row, now, account_id) else None


# -- keeping an eye on them -----------------------------------------------------------------


def revoke(row: Invitation) -> None:
    """Also for somebody who has used it and not joined yet."""
    row.expires_at = row.created_at


def still_open(
    session: Session, above: tuple[int, ...], now: datetime, today: date, most: int = 8
) -> list[Invitation]:
    if not above:
        return []
    statement = (
        select(Invitation)
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .where(Invitation.unit_id.in_(members.below(above, today)))
        .order_by(Invitation.id.desc())
        .limit(most)
    )
    return list(session.scalars(statement))
