"""What the answers of a report of an initiative mean: pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Answers = Mapping[str, Mapping[str, Any]]
KINDS = {"collective": "Tập thể", "individual": "Cá nhân, hộ gia đình"}
DETAILS = ("quy_mo", "ket_qua", "bat_dau", "ho_tro", "lien_he", "anh", "vi_tri", "noi_dung")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of work: a unit, or the name of a hamlet that is not among the units."""

    unit_id: int | None
    hamlet: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """origin: planned, continued or unplanned; same_as: the initiative it is said to be;
    copied_from: the one it takes over elsewhere."""

    year: int
    origin: str
    name: str
    sector_id: int
    kind: str
    owner: str
    registrant_id: int
    place_id: int
    spots: tuple[Spot, ...]
    same_as: int | None
    has_results: bool
    copied_from: int | None = None
    photos: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)


def registration(answers: Answers) -> Registration:
    """Read the answers of the register form; all required ones are there (KeyError otherwise)."""
    year, origin = year_and_origin(answers)
    return Registration(
        year=year,
        origin=origin,
        name=str(value(answers, "ten")),
        sector_id=int(value(answers, "linh_vuc")),
        kind=str(value(answers, "hinh_thuc")),
        owner=str(value(answers, "chu_the")),
        registrant_id=int(value(answers, "dang_ky_boi")),
        place_id=int(value(answers, "dia_ban")),
        spots=tuple(_spot(v) for v in value(answers, "thon") or ()),
        same_as=value(answers, "trung") or value(answers, "cu") or None,
        has_results="ket_qua" in answers,
        photos=tuple(value(answers, "anh") or ()),
        details={k: dict(answers[k]) for k in DETAILS if k in answers},
    )


def year_and_origin(answers: Answers) -> tuple[int, str]:
    """The first answer says both ("2026 planned"), or "other", explained by two further ones."""
    year, _, origin = str(value(answers, "nam")).partition(" ")
    if origin:
        return int(year), origin
    return int(str(value(answers, "nam_khac"))[:4]), str(value(answers, "loai"))


def value(answers: Answers, key: str) -> Any:
    return answers[key]["v"] if key in answers else None


def as_update(answers: Answers, initiative_id: int, label: str) -> dict[str, Any]:
    """A report of an initiative that is there already, as news of it; nothing said is left out."""
    rest = {k: a for k, a in answers.items() if k not in ("noi_dung", "trung", "cu")}
    return {"mo_hinh": {"v": initiative_id, "t": label}, "moi": answers["noi_dung"], **rest}


def _spot(said: Any) -> Spot:
    return Spot(said) if isinstance(said, int) else Spot(None, str(said))
