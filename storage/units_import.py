"""Units that the rows of a list name: looked up together, and what is wrong with a name."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.text import clean
from bot.domain.units import key
from storage.sheet_rows import BadRow
from storage.statistics import lived
from storage.tables.units import Unit, UnitAlias
from storage.unit_search import LONGEST, find_units

AT_ONCE = 500
MOST_NAMES = 20
MOST_HINTS = 20
"""Unknown names for which near ones are looked up: that takes long."""


@dataclass(slots=True)
class Names:
    """Units by the keys of their names. hints: for how many names near ones may still be named."""

    session: Session
    found: dict[str, list[Unit]]
    hints: int = MOST_HINTS

    @classmethod
    def of(cls, session: Session, names: Iterable[str]) -> "Names":
        keys = sorted({_key(name) for name in names} - {""})
        found: dict[str, list[Unit]] = defaultdict(list)
        for start in range(0, len(keys), AT_ONCE):
            some = UnitAlias.folded.in_(keys[start : start + AT_ONCE])
            rows = select(UnitAlias.folded, Unit).join(Unit, Unit.id == UnitAlias.unit_id)
            for one, unit in session.execute(rows.where(some).order_by(Unit.id)):
                if unit not in found[one]:
                    found[one].append(unit)
        return cls(session, found)

    def one(self, name: str, year: int, within: Collection[int] | None) -> Unit:
        """The one of this name that lived in the year: never one that is only spelt alike. within:
        the units that may be named, None for all. Raises BadRow."""
        units = self._named(name)
        living = [unit for unit in units if lived(unit, year)] or units
        mine = [unit for unit in living if within is None or unit.id in within]
        if len(mine) == 1:
            return mine[0]
        raise BadRow(self._why_not(name, living, mine))

    def _named(self, name: str) -> list[Unit]:
        one = _key(name)
        if one and one not in self.found and "," in name:  # "thôn Tân Tiến, Thạch Khê"
            exact = find_units(self.session, name, most=MOST_NAMES, near=False)
            ids = [choice.value for choice in exact.choices]
            self.found[one] = list(self.session.scalars(select(Unit).where(Unit.id.in_(ids))))
        return self.found.get(one, [])

    def _why_not(self, name: str, living: list[Unit], mine: list[Unit]) -> str:
        if not name:
            return "chưa ghi đơn vị. Xin ghi tên đơn vị."
        if mine:
            names = "; ".join(unit.name for unit in mine)
            return f"“{name}” có thể là {names}. Xin ghi rõ hơn, ví dụ thêm tên đơn vị cấp trên."
        if living:
            return (
                f"{living[0].name} ngoài phạm vi được giao. Xin bỏ dòng này, hoặc nhờ người phụ "
                "trách đơn vị ấy."
            )
        near = self._near(name)
        right = f"Có phải {near} không? Xin ghi đúng tên." if near else "Xin xem lại tên."
        return f"chưa có đơn vị “{name}”. {right}"

    def _near(self, name: str) -> str:
        if not self.hints:
            return ""
        self.hints -= 1
        return ", ".join(choice.label for choice in find_units(self.session, name).choices[:3])


def _key(name: str) -> str:
    return key(clean(name)[:LONGEST])
