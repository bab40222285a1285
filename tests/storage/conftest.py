"""A small district with who moves an initiative there."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot.domain.roles import Role
from storage.tables.people import Member
from storage.tables.records import Enrolment
from storage.tables.units import Unit
from tests.make import make_enrolment, make_member, make_root, make_unit

DAY = date(2022, 12, 23)


@pytest.fixture
def huyen(session: Session) -> Unit:
    return make_root(session)


@pytest.fixture
def xa(session: Session, huyen: Unit) -> Unit:
    return make_unit(session, parent=huyen)


@pytest.fixture
def focal(session: Session, xa: Unit) -> Member:
    return make_member(session, unit=xa, role=Role.FOCAL)


@pytest.fixture
def approver(session: Session, huyen: Unit) -> Member:
    return make_member(session, unit=huyen, role=Role.APPROVER)


@pytest.fixture
def one(session: Session, xa: Unit) -> Enrolment:
    return make_enrolment(session, place=xa, built_on=DAY)
