"""The log: every act that changes something is in it, with ids and nothing personal."""

import ast
import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from bot.handlers import audit as pages
from bot.handlers.registry import load_handlers
from storage.tables.people import Audit
from storage.tables.units import Unit
from tests.handlers.chatting import Open, admin, focal
from tests.make import make_member
from tests.test_architecture import files, tree


def rows(session: Session) -> list[tuple[str, str, int]]:
    found = session.scalars(select(Audit).order_by(Audit.id))
    return [(row.action, row.kind, row.subject_id) for row in found]


def test_ending_a_role_names_who_did_it_and_to_whom(
    session: Session, root: Unit, chat: Open
) -> None:
    boss = chat(admin(session, root))
    member = make_member(session, unit=root, role=Role.LEADER, over=root)
    boss.tap(f"ql_nguoi:{member.id}")
    (end,) = [o for o in boss.hear(button=f"ql_nguoi:{member.id}")[0].options if "lãnh" in o.label]
    boss.tap(f"{end.data}:co")
    assert rows(session) == [("end_role", "member", member.id)]
    (row,) = session.scalars(select(Audit))
    assert (row.member_id, row.platform, row.root_id) == (boss.person.member_id, "web", root.id)


def test_nothing_personal_is_in_it(session: Session, root: Unit, chat: Open) -> None:
    one = chat(focal(session))
    one.tap("hs:sdt")
    one.say("0912 345 678", "gửi")
    (row,) = session.scalars(select(Audit))
    assert (row.action, "912" in json.dumps(row.details)) == ("change", False)


def test_each_act_has_its_words() -> None:
    """An administrator reads Vietnamese, not our names."""
    list(load_handlers())
    said = list(did())
    assert {action for action, _ in said} <= pages.ACTIONS.keys()
    assert {kind for _, kind in said} <= pages.KINDS.keys()


def did() -> Iterator[tuple[str, str]]:
    """Every (action, kind) that a handler writes into the audit log."""
    for path in files("bot"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "did":
                action, kind = node.args[:2]
                for each in _words(action):
                    yield from ((each, word) for word in _words(kind))


def _words(node: ast.expr) -> list[str]:
    """The texts an expression may be: "a", or "a" if … else "b"."""
    return [
        n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and n.value.__class__ is str
    ]
