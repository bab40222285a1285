"""What a reviewer types about some of the numbered answers: pure."""

import re

NUMBERS = r"[0-9]{1,2}(?:\s*(?:,|\s|và|va)\s*[0-9]{1,2})*"
MARK = re.compile(
    rf"(?:^|[;,.\n])\s*(?:(?:câu|cau|mục|muc|số|so)\s+)?({NUMBERS})\s*(?::|[.)](?=\s))",
    re.IGNORECASE,
)


def marked(text: str) -> dict[int, str]:
    """{3: "ghi rõ số hộ", 9: "thêm ảnh"} of "3: ghi rõ số hộ; 9: thêm ảnh"; empty when it does not
    begin with a number and a colon."""
    found = list(MARK.finditer(text))
    if not found or text[: found[0].start()].strip():
        return {}
    ends = [*(m.start() for m in found[1:]), len(text)]
    said = [(m[1], text[m.end() : end].strip(" ;,\n")) for m, end in zip(found, ends, strict=True)]
    return {int(n): why for numbers, why in said if why for n in re.findall(r"[0-9]+", numbers)}
