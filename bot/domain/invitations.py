"""Invitations: a long token for links and QR, a short code for typing. See decision 0005."""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta

TOKEN_BYTES = 24
# No vowels, W or D: Vietnamese keyboards turn those into other letters ("aa" is â, "w" is ư).
# Nothing that looks like another: 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B; what is typed so is put right.
ALPHABET = "23456789CFHJKMNPRTVX"
CODE_LENGTH = 12
LOOKALIKES = str.maketrans({"Z": "2", "S": "5", "G": "6", "B": "8"})

LINK_LASTS = timedelta(days=7)
MEETING_LASTS = timedelta(days=30)
OWN_LINK_LASTS = timedelta(minutes=15)
GUESSES, GUESS_WINDOW = 10, timedelta(hours=1)

TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{32}(?![A-Za-z0-9_-])")
IN_LINK = re.compile(r"(?:/i/|[?&]start=)([A-Za-z0-9_-]{32})(?![A-Za-z0-9_-])")
LONGEST_MESSAGE = 500
# Three groups of four with at most a dash or space between them, as on the sheet.
TYPED_CODE = re.compile(
    r"([A-Z0-9]{4})[ _.\-–—‐‑−]{0,3}([A-Z0-9]{4})[ _.\-–—‐‑−]{0,3}([A-Z0-9]{4})"
)


def new_token(random_bytes: Callable[[int], bytes]) -> str:
    """192 bits as 32 characters of A-Za-z0-9_-, which fit a Telegram deep link."""
    return base64.urlsafe_b64encode(random_bytes(TOKEN_BYTES)).decode().rstrip("=")


def new_code(choose: Callable[[str], str]) -> str:
    """Twelve characters: 51 bits."""
    return "".join(choose(ALPHABET) for _ in range(CODE_LENGTH))


def grouped(code: str) -> str:
    """K7M29RTX4HNJ → K7M2-9RTX-4HNJ."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def code_in(text: str) -> str:
    """The short code that a whole message consists of, as it was made; "" when it is none."""
    shown = unicodedata.normalize("NFKC", text[:60]).upper().strip()
    found = TYPED_CODE.fullmatch(shown)
    code = "".join(found.groups()).translate(LOOKALIKES) if found else ""
    return code if code and set(code) <= set(ALPHABET) else ""


def key_in(text: str) -> str:
    """The token or short code in a message: a link, a token or a code; "" when there is none."""
    if len(text) > LONGEST_MESSAGE:  # somebody's report, whatever links it has
        return ""
    text = text.strip()
    if found := IN_LINK.search(text):
        return found[1]
    if code := code_in(text):
        return code
    return text if TOKEN.fullmatch(text) else ""


def is_code(key: str) -> bool:
    return len(key) == CODE_LENGTH


def digest(key: str) -> str:
    """What is stored of a token (192 bits: one round is enough) or of a short code.

    A code has too few bits to be hashed in one round: whoever stole a backup could try them all.
    """
    if is_code(key):
        return hashlib.pbkdf2_hmac("sha256", key.encode(), b"dvk-invitation", 4096).hex()
    return hashlib.sha256(key.encode()).hexdigest()
