"""Photos: cleaned once, shown clean, to whom they belong."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import photos
from storage.tables.delivery import Job
from tests.make import NOW, make_account, make_member

RAW, CLEAN, SMALL = "a" * 64, "b" * 64, "c" * 64


def nobody(session, names):
    return False


def everybody(session, names):
    return True


@pytest.fixture
def account(session):
    return make_account(session, make_member(session)).id


@pytest.fixture
def photo(session, account):
    photos.note_upload(session, RAW, account, NOW)
    return RAW


@pytest.fixture
def clean_photo(session, photo):
    photos.ready(session, photo, CLEAN, SMALL)
    return photo


def test_an_upload_is_noted_and_cleaned_once(session, account):
    assert photos.note_upload(session, RAW, account, NOW)
    assert not photos.note_upload(session, RAW, account, NOW)
    [job] = session.scalars(select(Job))
    assert (job.kind, job.payload, job.account_id) == ("photo", {"hash": RAW}, account)


def test_only_clean_pictures_are_shown(session, account, photo):
    assert photos.shown(session, account, RAW, nobody) is None
    photos.ready(session, photo, CLEAN, SMALL)
    assert photos.shown(session, account, RAW, nobody) == CLEAN
    assert photos.shown(session, account, CLEAN, nobody) == CLEAN
    assert photos.shown(session, account, RAW, nobody, small=True) == SMALL


def test_a_bad_one_is_never_shown(session, account, photo):
    photos.bad(session, photo)
    assert photos.shown(session, account, RAW, nobody) is None


def test_a_bad_one_sent_again_is_judged_again(session, account, photo):
    other = make_account(session).id
    photos.bad(session, photo)
    assert photos.note_upload(session, RAW, other, NOW + timedelta(minutes=1))
    assert session.scalars(select(Job.account_id).order_by(Job.id)).all() == [account, other]


def test_clean_names_are_given_for_what_is_ready(session, clean_photo):
    assert photos.clean_names(session, [RAW, "d" * 64]) == {RAW: CLEAN}


def test_a_stranger_sees_nothing(session, clean_photo):
    stranger = make_account(session, make_member(session)).id
    newcomer = make_account(session).id
    for account in (stranger, newcomer):
        assert photos.shown(session, account, RAW, nobody) is None


def test_one_person_has_several_accounts(session, clean_photo):
    member = make_member(session)
    first, second = make_account(session, member).id, make_account(session, member).id
    photos.note_upload(session, "d" * 64, first, NOW)
    assert photos.may_see(session, second, "d" * 64, nobody)


def test_photos_in_reports_one_may_see_are_shown(session, clean_photo):
    leader = make_account(session, make_member(session)).id
    assert photos.may_see(session, leader, CLEAN, lambda session, names: names == [RAW])


def test_what_is_no_photo_is_shown_to_nobody(session, account):
    assert not photos.may_see(session, account, "d" * 64, everybody)


def test_the_picture_as_it_came_is_needed_until_it_is_clean(session, photo):
    names = {RAW, CLEAN, SMALL, "d" * 64}
    assert photos.known(session, names) == {RAW}
    photos.ready(session, photo, CLEAN, SMALL)
    assert photos.known(session, names) == {CLEAN, SMALL}
