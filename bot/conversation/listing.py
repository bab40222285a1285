"""A long list of choices: shown page by page, or meant as a whole."""

from collections.abc import Sequence

from bot.conversation.form import Answers, Choice, Draft, Step, World
from bot.conversation.reading import choices
from bot.domain.keywords import Word, keyword, match_choice

LIST_VERBS = {"tiep": "Xem tiếp", "het": "Chọn tất cả"}
"""What else one can do with it; the keys are no code of a choice."""


def paged(step: Step, among: Sequence[Choice]) -> bool:
    return 0 < step.page < len(among)


def on_page(step: Step, among: Sequence[Choice], page: int) -> Sequence[Choice]:
    """Those of one page; after the last one comes the first."""
    if not paged(step, among):
        return among
    first = page % -(-len(among) // step.page) * step.page
    return among[first : first + step.page]


def list_verb(step: Step, draft: Draft, text: str, answers: Answers, world: World) -> str | None:
    """The verb meant by its number or words, as it is shown behind the choices of the page."""
    among = choices(step, answers, world) if step.page else ()
    if not paged(step, among):
        return None
    if keyword(text) is Word.NEXT:
        return "tiep"
    labels = [c.label for c in on_page(step, among, draft.page)]
    hits = match_choice(text, [*labels, *LIST_VERBS.values()])
    return [*labels, *LIST_VERBS][hits[0]] if len(hits) == 1 and hits[0] >= len(labels) else None
