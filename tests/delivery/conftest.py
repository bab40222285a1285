"""Somebody who talks, and a command that counts what it does."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.delivery.desks import Trial, people, trial


@pytest.fixture
def thu() -> Iterator[Trial]:
    with trial() as made:
        yield made


@pytest.fixture
def lan(database: Database) -> int:
    """Lan's account; her chat is called so."""
    return people(database, "lan")["lan"]
