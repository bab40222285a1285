"""A chat at its beginning, and one at its preview."""

import pytest

from bot.conversation.form import PREVIEW
from tests.conversation.chat import Chat
from tests.conversation.sample import fresh


@pytest.fixture
def chat() -> Chat:
    return fresh()


@pytest.fixture
def preview() -> Chat:
    chat = fresh()
    chat.say("mới", "Nhà sạch", "kinh tế", "Hồ Văn Hà")
    assert chat.draft.at == PREVIEW
    return chat
