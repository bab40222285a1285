"""Logging that never shows a token, cookie or phone number, and cannot be forged by a message."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

HIDDEN = "***"
LONGEST = 20_000
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TALKATIVE = ("httpx", "httpcore", "telegram", "aiohttp.access", "apscheduler", "alembic", "PIL")

# Each pattern keeps its first group and is linear in the length of the text.
SECRETS = tuple(
    re.compile(pattern)
    for pattern in (
        # Telegram's and Zalo's tokens: digits:secret, often inside an address
        r"(\d{4})\d{2,20}:[\w-]{16,200}",
        # invitations, cards and files; deep links
        r"(/(?:i|the|tep)/)[^\s/?#\"'<>&,)\]]+",
        r"(?i)([?&](?:start|token|secret|csrf|access_token)=)[^\s&\"'<>]+",
        # cookies and other headers, as a header line or in the print of a dict
        r"(?i)((?:cookie|authorization|csrf[\w-]{0,20}|secret[\w-]{0,20}|token|password)"
        r"['\"]?\s{0,3}[:=]\s{0,3})[^\r\n]+",
        # the password of a database
        r"(\w://[^\s:/@]{1,200}:)[^\s/@]+(?=@)",
        # Vietnamese phone numbers, however they are grouped
        r"()(?<!\d)\(?(?:\+?84|0)\)?(?:[ \u00a0.()-]{0,2}\d){8,10}(?!\d)",
    )
)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def redact(text: str) -> str:
    """The text without tokens, cookies and phone numbers."""
    for pattern in SECRETS:
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    return text


def one_line(text: str) -> str:
    """Control characters are written out, so that a message cannot look like two records."""
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


class Redacting(logging.Filter):
    """Belongs on handlers: a filter on a logger misses the records of its children."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        # Longest first: one may contain another.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = one_line(self._safe(_message(record))), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None
        record.exc_text = record.exc_text and self._block(record.exc_text)
        record.stack_info = record.stack_info and self._block(record.stack_info)
        return True

    def _safe(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return redact(text[:LONGEST])

    def _block(self, text: str) -> str:
        """Several lines, each marked as no record of its own; the end says what happened."""
        lines = self._safe(text[-LONGEST:]).splitlines()
        return "\n".join("  | " + one_line(line.removeprefix("  | ")) for line in lines)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # wrong arguments must not keep the record from being safe
        return f"{record.msg} {record.args}"


def set_up(
    level: int | str = logging.INFO, stream: TextIO | None = None, secrets: Iterable[str] = ()
) -> logging.Handler:
    """Log everything to one stream; secrets are hidden wherever they appear."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(Redacting(secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _log_uncaught
    return handler


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("dvk").critical("stopped", exc_info=error)
