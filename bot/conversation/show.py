"""What a draft looks like to the member: pure."""

from bot.conversation.form import Draft, Form, Kind, Step, World
from bot.conversation.kinds import choices, code
from bot.conversation.messages import Option, Reply, Wanted
from bot.conversation.walk import SKIPPED, collecting, left_to_add, leg, missing, rows
from bot.domain.wording import say

_WANTED = {Kind.PHOTOS: Wanted.PHOTOS, Kind.PLACE: Wanted.PLACE, Kind.PHONE: Wanted.PHONE}
_MARKS = {"cancel": "danger", "send": "primary"}


def show(form: Form, draft: Draft, world: World) -> Reply:
    """The question, preview or doubt the draft stands at. Buttons carry `step:revision:choice`."""
    step = form.step(draft.at)
    if draft.asking is not None:
        reply = _doubt(draft)
    elif step is None:
        reply = _preview(form, draft)
    else:
        reply = _question(form, draft, step, world)
    notes = "\n".join(draft.notes)
    whole = f"{notes}\n\n{reply.text}" if notes else reply.text
    return reply.with_text(say(whole, world.address))


def _option(draft: Draft, label: str, choice: str, style: str = "") -> Option:
    return Option(label, f"{draft.at}:{draft.revision}:{choice}", style)


def _doubt(draft: Draft) -> Reply:
    asking = draft.asking or {}
    options = tuple(
        _option(draft, say(o["label"], ""), code(o), _MARKS.get(o["do"], ""))
        for o in asking["options"]
    )
    return Reply(asking["text"], options=options)


def _question(form: Form, draft: Draft, step: Step, world: World) -> Reply:
    answer = draft.answers.get(step.key, SKIPPED)
    lines = [_progress(form, draft, step), step.ask]
    if answer["t"]:
        lines.append(f"Đang ghi: {answer['t']}")
    chosen = answer["v"] if step.kind is Kind.MANY and answer["v"] else []
    options = tuple(
        _option(draft, ("✓ " if c.value in chosen else "") + c.label, code(c.value))
        for c in choices(step, draft.answers, world)
    )
    return Reply(
        "\n".join(line for line in lines if line),
        options=options,
        actions=_actions(form, draft, step),
        wanted=_WANTED.get(step.kind, Wanted.TEXT),
    )


def _progress(form: Form, draft: Draft, step: Step) -> str:
    if draft.editing:
        return f"Sửa: {step.label}"
    keys = [s.key for s in leg(form, draft)]
    if step.key not in keys:
        return ""
    word = "Thêm" if draft.adding else "Bước"
    return f"{word} {keys.index(step.key) + 1}/{len(keys)}"


def _actions(form: Form, draft: Draft, step: Step) -> tuple[Option, ...]:
    actions = []
    if collecting(step):
        actions.append(_option(draft, "Xong", "xong", "primary"))
    if step.key in draft.answers and not collecting(step):
        actions.append(_option(draft, "Giữ nguyên", "bo"))
    elif not step.required:
        actions.append(_option(draft, "Bỏ qua", "bo"))
    if draft.editing or draft.adding or step != (leg(form, draft) or [step])[0]:
        actions.append(_option(draft, "Quay lại", "lui"))
    actions.append(_option(draft, "Để sau", "cat"))
    actions.append(_option(draft, "Hủy", "huy", "danger"))
    return tuple(actions)


def _preview(form: Form, draft: Draft) -> Reply:
    lines = [f"XEM LẠI: {form.title.upper()} (chưa gửi)"]
    for number, step in enumerate(rows(form, draft), 1):
        lines.append(f"{number}. {step.label}: {draft.answers[step.key]['t']}")
    lacking = missing(form, draft)
    if lacking:
        lines.append("Còn thiếu: " + ", ".join(s.label.lower() for s in lacking) + ".")
    else:
        lines.append(f"Đúng hết: nhắn “{form.sent_word}”. Muốn sửa: nhắn “sửa 2”.")
    more = left_to_add(form, draft)
    if more and not lacking:
        names = ", ".join(s.label.lower() for s in more)
        lines.append(f"Nếu tiện, ghi thêm được: {names} (nhắn “thêm”).")
    return Reply("\n".join(lines), actions=_preview_actions(draft, bool(lacking), bool(more)))


def _preview_actions(draft: Draft, lacking: bool, more: bool) -> tuple[Option, ...]:
    first = _option(draft, "Ghi tiếp" if lacking else "Gửi", "gui", "primary")
    add = (_option(draft, "Thêm", "them"),) if more and not lacking else ()
    return (
        first,
        *add,
        _option(draft, "Sửa", "sua"),
        _option(draft, "Để sau", "cat"),
        _option(draft, "Hủy", "huy", "danger"),
    )
