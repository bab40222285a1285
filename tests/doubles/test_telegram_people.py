"""What people do, as python-telegram-bot hears it."""

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineQueryResultArticle,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.constants import ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.doubles.telegram.people import User
from tests.doubles.telegram.telegram import Telegram
from tests.doubles.telegram.things import picture


async def heard(bot: Bot) -> Update:
    """The newest update; it is not acknowledged."""
    return (await bot.get_updates())[-1]


async def message(bot: Bot) -> Message:
    found = (await heard(bot)).message
    assert found
    return found


async def test_a_deep_link_starts_with_its_payload(bot: Bot, double: Telegram) -> None:
    ha = double.user()
    ha.follow(f"https://t.me/{double.username}?start=moi_Ab-9")
    assert (await message(bot)).text == "/start moi_Ab-9"
    for payload in ("có dấu", "x" * 65):
        with pytest.raises(ValueError, match="deep link"):
            ha.start(payload)
    with pytest.raises(ValueError, match="does not lead to"):
        ha.follow("https://t.me/BotKhac?start=a")


async def test_a_command_is_marked(bot: Bot, ha: User) -> None:
    ha.say("/dangky mô hình")
    [entity] = (await message(bot)).entities
    assert (entity.type, entity.offset, entity.length) == ("bot_command", 0, 7)


async def test_long_texts_go_in_parts(ha: User) -> None:
    ha.say("x" * 5000)
    assert [len(message.text) for message in ha.messages] == [6, 4096, 904]


async def test_the_own_card_and_that_of_others(bot: Bot, double: Telegram, ha: User) -> None:
    ha.share_contact()
    ha.share_contact(double.user("Lê Thị Bé"))
    ha.share_contact(phone="84912345678")
    own, other, stranger = (u.message.contact for u in (await bot.get_updates())[1:] if u.message)
    assert own
    assert (own.user_id, own.phone_number) == (ha.id, ha.phone)
    assert other
    assert (other.user_id, other.first_name) == (ha.id + 1, "Lê Thị")
    assert stranger
    assert (stranger.user_id, stranger.phone_number) == (None, "84912345678")


async def test_a_place_that_moves(bot: Bot, ha: User) -> None:
    ha.move(ha.share_location(18.1, 105.1, live=900), 18.2, 105.2)
    first, then = (await bot.get_updates())[1:]
    assert first.message
    assert first.message.location
    assert first.message.location.to_dict()["live_period"] == 900
    assert then.edited_message
    assert then.edited_message.location
    assert then.edited_message.location.latitude == 18.2


async def test_every_kind_of_file_is_understood(bot: Bot, ha: User) -> None:
    ha.send_photo(caption="ảnh")
    ha.send_document(b"%PDF", "kế hoạch.pdf", "application/pdf", caption="tệp")
    ha.send_voice()
    ha.send_video()
    ha.send_sticker("👍")
    for kind in ("audio", "animation", "video_note"):
        ha.send_file(kind)
    got = [update.message for update in (await bot.get_updates())[1:]]
    assert all(message and message.effective_attachment for message in got)
    assert got[0]
    assert got[0].caption == "ảnh"
    assert [size.width for size in got[0].photo] == [90, 320, 640]


async def test_an_album_comes_in_any_order(bot: Bot, ha: User) -> None:
    ha.send_album([picture(n) for n in range(3)], "ba ảnh", order=[2, 0, 1])
    got = [update.message for update in (await bot.get_updates())[1:]]
    assert [message.message_id for message in got if message] == [4, 2, 3]
    assert [message.caption for message in got if message] == [None, "ba ảnh", None]
    assert len({message.media_group_id for message in got if message}) == 1


async def test_the_parts_of_an_album_come_when_the_test_wants(bot: Bot, ha: User) -> None:
    first, second = ha.album([picture(1), picture(2)])
    second()
    assert (await message(bot)).message_id == 3
    first()
    assert (await message(bot)).message_id == 2


async def test_an_edit_is_told_as_such(bot: Bot, ha: User) -> None:
    ha.edit(ha.say("Thôn 1"), "Thôn 2")
    edited = (await heard(bot)).edited_message
    assert edited
    assert edited.edit_date
    assert (edited.text, edited.message_id) == ("Thôn 2", 2)


async def test_forwards_say_where_they_come_from(bot: Bot, double: Telegram, ha: User) -> None:
    ha.forward("Báo cáo", of=double.user("Lê Thị Bé"))
    origin = (await message(bot)).forward_origin
    assert origin
    assert origin.to_dict()["sender_user"]["first_name"] == "Lê Thị"
    sent = await bot.send_message(ha.id, "của bot")
    ha.forward(ha.last)
    forwarded = await message(bot)
    assert forwarded.text == sent.text
    assert forwarded.forward_origin


async def test_blocking_and_coming_back_is_told(bot: Bot, ha: User) -> None:
    ha.block()
    blocked = (await heard(bot)).my_chat_member
    assert blocked
    assert (blocked.old_chat_member.status, blocked.new_chat_member.status) == ("member", "kicked")
    with pytest.raises(ValueError, match="blocked the bot"):
        ha.say("x")
    ha.start()
    assert (await message(bot)).text == "/start"


async def test_an_inline_query_gets_its_results(bot: Bot, double: Telegram) -> None:
    query = double.user().inline("mô hình")
    asked = (await heard(bot)).inline_query
    assert asked
    assert asked.query == "mô hình"
    content = InputTextMessageContent("Mô hình 1")
    await asked.answer([InlineQueryResultArticle("1", "Mô hình 1", content)])
    assert (await query.answered())["results"][0]["title"] == "Mô hình 1"
    with pytest.raises(BadRequest, match="Query is too old"):
        await asked.answer([])


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(bot: Bot, double: Telegram) -> None:
    ha, be = double.user(), double.user("Lê Thị Bé")
    group = double.group("Chi hội", ha, be)
    ha.say("Chào mọi người", group)
    ha.say("/thongke@BotKhac", group)
    ha.say("/thongke", group)
    sent = await bot.send_message(group.id, "Đây ạ")
    be.say("cảm ơn", group, reply_to=group.last)
    texts = [u.message.text for u in await bot.get_updates() if u.message and u.message.text]
    assert texts == ["/thongke", "cảm ơn"]
    assert sent.chat.type == ChatType.GROUP
    assert [m.text for m in group.messages][-2:] == ["Đây ạ", "cảm ơn"]


async def test_who_is_who_in_a_group(bot: Bot, double: Telegram) -> None:
    ha, be, other = double.user(), double.user(), double.user()
    group = double.group("Chi hội", ha, be)
    status = [(await bot.get_chat_member(group.id, who.id)).status for who in (ha, be, other)]
    assert status == ["creator", "member", "left"]
    assert [a.user.id for a in await bot.get_chat_administrators(group.id)] == [ha.id]
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    assert (await bot.get_chat(group.id)).title == "Chi hội"


async def test_the_bot_is_thrown_out_or_leaves(bot: Bot, double: Telegram) -> None:
    group = double.group("Chi hội", double.user())
    await bot.send_message(group.id, "Chào")
    group.kick_bot()
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(group.id, "Chào")
    group.add_bot()
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(group.id, "Chào")


async def test_a_group_becomes_a_supergroup(bot: Bot, double: Telegram) -> None:
    group = double.group("Chi hội", double.user())
    new = group.migrate()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "Chào")
    assert moved.value.new_chat_id == new.id
    sent = await bot.send_message(new.id, "Chào")
    assert sent.chat.type == ChatType.SUPERGROUP
    old, young = (u.message for u in (await bot.get_updates())[-2:])
    assert old
    assert old.migrate_to_chat_id == new.id
    assert young
    assert young.migrate_from_chat_id == group.id


async def test_a_channel_posts(bot: Bot, double: Telegram) -> None:
    channel = double.channel("Kênh huyện", double.user())
    channel.post("Thông báo")
    post = (await heard(bot)).channel_post
    assert post
    assert (post.text, post.chat.type) == ("Thông báo", "channel")
    assert (await bot.send_message(channel.id, "x")).sender_chat


def commands(*names: str) -> list[BotCommand]:
    return [BotCommand(name, f"Lệnh {name}") for name in names]


async def test_everybody_sees_the_menu_of_the_narrowest_scope(bot: Bot, double: Telegram) -> None:
    ha, be = double.user(), double.user(language_code="en")
    await bot.set_my_commands(commands("start"))
    await bot.set_my_commands(commands("trogiup"), BotCommandScopeAllPrivateChats(), "vi")
    assert [ha.commands, be.commands] == [[("trogiup", "Lệnh trogiup")], [("start", "Lệnh start")]]
    await bot.set_my_commands(commands("quanly"), BotCommandScopeChat(be.id))
    assert be.commands == [("quanly", "Lệnh quanly")]
    await bot.delete_my_commands(BotCommandScopeChat(be.id))
    assert not await bot.get_my_commands(BotCommandScopeChat(be.id))


async def test_in_groups_administrators_see_another_menu(bot: Bot, double: Telegram) -> None:
    ha, be = double.user(), double.user()
    group = double.group("Chi hội", ha, be)
    await bot.set_my_commands(commands("trogiup"), BotCommandScopeAllGroupChats())
    await bot.set_my_commands(commands("thongke"), BotCommandScopeAllChatAdministrators())
    menus = [double.profile.menu(group, who.id, "vi")[0][0] for who in (ha, be)]
    assert menus == ["thongke", "trogiup"]


@pytest.mark.parametrize(
    ("name", "about", "why"),
    [
        ("đăngký", "x", "Bot_command_invalid"),
        ("DangKy", "x", "Bot_command_invalid"),
        ("x" * 33, "x", "Bot_command_invalid"),
        ("dangky", "", "Bot_command_description_invalid"),
        ("dangky", "x" * 257, "Bot_command_description_invalid"),
    ],
)
async def test_bad_commands_are_refused(bot: Bot, name: str, about: str, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        await bot.set_my_commands([BotCommand(name, about)])


async def test_the_bot_describes_itself(bot: Bot) -> None:
    await bot.set_my_description("Bot ghi mô hình")
    await bot.set_my_short_description("Dân vận khéo", language_code="vi")
    assert (await bot.get_my_description("vi")).description == "Bot ghi mô hình"
    assert (await bot.get_my_short_description("vi")).short_description == "Dân vận khéo"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_chat_menu_button()).type == "commands"
    with pytest.raises(BadRequest, match="Short_description_too_long"):
        await bot.set_my_short_description("x" * 121)
