"""Who might be praised: the criteria, whether a record meets them, and its merits in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.inspecting import VERDICT_KEYS, Inspecting
from bot.domain.lifecycle import LABELS

# What a place asks for differs: these four are meant to be changed.
GOOD_VERDICTS = ("tot", "kha")
LEAST_COPIES = 1
REQUIRED = ("built",)
LEAST_MET = 2
"""Of those beside the required ones."""

CRITERIA = {
    "built": "đã xây dựng, kết quả trong năm được xác nhận",
    "inspected": "kiểm tra được đánh giá tốt hoặc khá",
    "recognised": "đã được công nhận",
    "exemplary": "là điển hình",
    "copied": f"có từ {LEAST_COPIES} nơi nhân rộng",
}
FORMS = {"giay_khen": "Giấy khen", "bang_khen": "Bằng khen", "other": "Hình thức khác"}
LONGEST_RESULT = 400


def names(labels: Mapping[str, str], inspecting: Inspecting) -> dict[str, str]:
    """What levels and verdicts are called, in one."""
    return {**labels, **dict(zip(VERDICT_KEYS, inspecting.verdicts, strict=True))}


NAMES: Mapping[str, str] = names(LABELS, Inspecting())
"""Where the settings say nothing else."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of an initiative in a year. verdict: of its last inspection, or ""."""

    built: bool = False
    verdict: str = ""
    recognised: bool = False
    level: str = ""
    exemplary: bool = False
    copies: int = 0


def met(record: Record) -> tuple[str, ...]:
    """The criteria it meets, in their order."""
    found = {
        "built": record.built,
        "inspected": record.verdict in GOOD_VERDICTS,
        "recognised": record.recognised,
        "exemplary": record.exemplary,
        "copied": record.copies >= LEAST_COPIES,
    }
    return tuple(name for name in CRITERIA if found[name])


def listed(record: Record) -> bool:
    """Whether it belongs on the shortlist."""
    has = met(record)
    return set(REQUIRED) <= set(has) and len(has) - len(REQUIRED) >= LEAST_MET


def rule() -> str:
    """The criteria as a sentence, for above the list."""
    must = "; ".join(CRITERIA[name] for name in REQUIRED)
    others = "; ".join(words for name, words in CRITERIA.items() if name not in REQUIRED)
    return f"Tiêu chí: {must}; và ít nhất {LEAST_MET} trong các điều sau: {others}."


def why(record: Record, labels: Mapping[str, str] = NAMES) -> str:
    """Why it is on the list, or what there is so far."""
    return "; ".join(_words(record, labels).values()) or "chưa đạt tiêu chí nào"


def _words(record: Record, labels: Mapping[str, str]) -> dict[str, str]:
    """What it meets, each in words."""
    words = {
        "built": "đã xây dựng",
        "inspected": f"được kiểm tra, đánh giá {labels.get(record.verdict, '').lower()}",
        "recognised": f"được công nhận {labels.get(record.level, '')}".strip(),
        "exemplary": "là điển hình",
        "copied": f"được nhân rộng tại {record.copies} nơi",
    }
    return {name: words[name] for name in met(record)}


def draft(
    *,
    owner: str,
    place: str,
    name: str,
    sector: str,
    year: int,
    result: str,
    record: Record,
    labels: Mapping[str, str] = NAMES,
) -> str:
    """A first wording of the merits, to be corrected by who proposes."""
    begin = f"{owner}, {place}, thực hiện mô hình “{name}” (lĩnh vực {sector}), năm {year}."
    done = f" Kết quả: {result.rstrip('. ')[:LONGEST_RESULT]}." if result else ""
    has = [words for name, words in _words(record, labels).items() if name != "built"]
    return f"{begin}{done}" + (f" Mô hình {'; '.join(has)}." if has else "")
