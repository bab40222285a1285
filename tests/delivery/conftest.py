"""Somebody who talks, a command that counts what it does, a courier and its platform."""

from collections.abc import Iterator

import pytest

from storage.database import Database
from tests.delivery.couriers import make_courier
from tests.delivery.desks import Trial, people, trial
from tests.delivery.fakes import FakePlatform


@pytest.fixture
def thu() -> Iterator[Trial]:
    with trial() as made:
        yield made


@pytest.fixture
def lan(database: Database) -> int:
    """Lan's account; her chat is called so."""
    return people(database, "lan")["lan"]


@pytest.fixture
def platform():
    return FakePlatform()


@pytest.fixture
def told():
    return []


@pytest.fixture
def courier(database, platform, told):
    return make_courier(database, platform, told)
