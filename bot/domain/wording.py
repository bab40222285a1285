"""How the assistant addresses people."""

import re

ADDRESSES = ("ông", "bà", "bác", "cô", "chú", "anh", "chị", "đồng chí")
DEFAULT_ADDRESS = "anh/chị"

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def say(template: str, address: str, /, **values: object) -> str:
    """Fills {ac}, {Ac} and the values in one pass, so that nothing typed acts as a template.

    What has no value stays as it is: templates may already hold a member's own words.
    """
    ac = address or DEFAULT_ADDRESS
    known = {"ac": ac, "Ac": ac[0].upper() + ac[1:], **values}
    return PLACEHOLDER.sub(lambda found: str(known.get(found[1], found[0])), template)
