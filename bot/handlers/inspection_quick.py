"""A whole inspection in one message, for a place without signal: shown as the form's preview."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.conversation.form import Answer, Answers, Kind, Step
from bot.conversation.kinds import quantities
from bot.conversation.messages import Reply
from bot.domain import inspecting
from bot.domain.checklist import in_words
from bot.domain.inspecting import Inspecting, Told
from bot.domain.numbers import Quantity, parse_quantities
from bot.domain.partial_dates import short_date
from bot.handlers.inspection_form import FORM
from bot.handlers.registry import Talk
from storage import inspections

MODEL = "Trợ lý chưa rõ “{model}” là mô hình nào trong phần {ac} kiểm tra."
SEVERAL = "Có mấy mô hình như “{model}” trong phần {ac} kiểm tra: {ac} chọn giúp ạ."
SUPPOSED = "Trợ lý ghi ngày kiểm tra là hôm nay; {ac} sửa nếu chưa đúng ạ."
UNCLEAR = "Trợ lý chưa ghi được: {pieces}. {Ac} ghi thêm trong phiếu ạ."
NAMES = {
    "hinh_thuc": inspecting.FORMS,
    "hoat_dong": inspecting.WORKING,
    "de_nghi": inspecting.PROPOSALS,
    "tieu_chi": inspecting.MARKS,
}


def open_with(talk: Talk, model: Mapping[str, Answer], said: Told) -> list[Reply]:
    """Opens the form with what was said. What is missing is asked, first which of several models
    is meant; then comes the preview."""
    values, answers, wrong = _values(talk, said), dict(model), []
    for step in FORM.steps:  # in their order: a check sees the answers before
        if (value := values.get(step.key)) is None:
            continue
        answer = _answer(talk.organisation.inspecting, step.key, value)
        if why := _wrong(step, answer, answers, talk.today):
            wrong.append(talk.say(why))
        else:
            answers[step.key] = answer
    talk.open(FORM, answers)
    notes = []
    if "mo_hinh" not in model:
        notes = [talk.say(SEVERAL if model else MODEL, model=said.model)]
    notes += [talk.say(SUPPOSED)] if "ngay" not in said.values else []
    pieces = "; ".join(f"“{piece}”" for piece in said.unclear)
    notes += [*wrong, *([talk.say(UNCLEAR, pieces=pieces)] if pieces else [])]
    return [Reply("\n".join(notes))] if notes else []


def _wrong(step: Step, answer: Answer, answers: Answers, today: date) -> str:
    """What is too short or too long for its question, or what its own check says."""
    if step.kind is Kind.TEXT and not step.least <= len(answer["t"]) <= step.most:
        return f"{{Ac}} ghi lại mục “{step.label}” giúp ạ ({step.least} đến {step.most} chữ cái)."
    return step.check(answer["v"], answers, today) if step.check else ""


def _values(talk: Talk, said: Told) -> dict[str, Any]:
    """With what goes without saying: today, and the team of the last time."""
    team = inspections.last_team(talk.session, talk.member_id)
    supposed = {"ngay": talk.today.isoformat(), "doan": team or None}
    values = {**supposed, **said.values}
    return {**values, "han_che_nho": values.get("han_che")}  # the one that applies is asked


def _answer(look: Inspecting, key: str, value: Any) -> Answer:
    names = {value: label for value, (label, *_) in NAMES.get(key, {}).items()}
    if key == "tieu_chi":
        return {"v": value, "t": in_words(value, [c.text for c in look.criteria], names)}
    if key in ("ngay", "han"):
        return {"v": value, "t": short_date(date.fromisoformat(value))}
    if key == "so_lieu":
        return quantities(q for q in parse_quantities(value) or () if isinstance(q, Quantity))
    if key == "danh_gia":
        return {"v": value, "t": look.verdict(value)}
    if key == "de_nghi":
        return {"v": value, "t": "; ".join(names[v] for v in value)}
    if value in names:
        return {"v": value, "t": names[value]}
    text = value[:1].upper() + value[1:]
    return {"v": text, "t": text}
