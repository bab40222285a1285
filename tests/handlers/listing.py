"""A chat in which a list has been sent and read, for tests of importing."""

from typing import Any

from bot.conversation.messages import Reply, Said
from bot.handlers.registry import LATE, Organisation, Talk
from storage import jobs
from storage.list_import import MOST_ROWS
from storage.sheet_rows import sheet
from storage.tables.delivery import Job
from tests.handlers.chatting import LATER, Chat

HEAD = "Đơn vị;Năm;Số mô hình;Lý do\n"


def sent(one: Chat, content: str, head: str = HEAD) -> Job:
    """As the worker process leaves it."""
    found = sheet((head + content).encode(), MOST_ROWS)
    rows = [[line, cells] for line, cells in found.rows]
    return put(one, "done", {"rows": rows, "merged": found.merged, "more": found.more})


def put(one: Chat, state: str, result: dict[str, Any]) -> Job:
    count = len(one.session.query(Job).all())
    jobs.put(
        one.session, key=f"list:{count}", kind="list", now=LATER, account_id=one.account.id,
        payload={"hash": "0" * 64, "name": "chi-tieu.csv"},
    )  # fmt: skip
    job = one.session.query(Job).order_by(Job.id.desc()).first()
    assert job
    job.state, job.result = state, result
    one.session.flush()
    return job


def shown(one: Chat, button: str) -> Reply:
    """The answer, with what of it is evaluated after the commit."""
    reply = one.hear(button=button)[0]
    if not reply.late:
        return reply
    spec = {name: value for name, value in reply.late.items() if name != "kind"}
    facts = Organisation(one.root.id, one.root.name, "Văn phòng")
    talk = Talk(
        one.session, LATER, LATER.date(), facts, one.person, Said(), keep=one._keep
    )  # fmt: skip
    return LATE[reply.late["kind"]](talk, **spec)


def preview(one: Chat, content: str, head: str = HEAD) -> Reply:
    return shown(one, f"ds_doc:{sent(one, content, head).id}")


def button(reply: Reply, beginning: str) -> str:
    found = [o.data for o in reply.options if o.label.startswith(beginning)]
    assert found, [o.label for o in reply.options]
    return found[0]


def take(one: Chat, content: str) -> str:
    """See what it would do, and have it done if that is offered."""
    reply = preview(one, content)
    offered = [o.data for o in reply.options if o.label.startswith("Nhập ")]
    return one.tap(offered[0]) if offered else reply.text
