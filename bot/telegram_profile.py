"""How our bots present themselves in Telegram: for `dvk doctor --apply`."""

import asyncio
from collections.abc import Iterable

from bot.config import Telegram
from bot.handlers.registry import COMMANDS, load_handlers

DESCRIPTION = (
    "Trợ lý “Dân vận khéo” giúp bà con và cán bộ đăng ký mô hình, cập nhật kết quả, kiểm tra và "
    "xem số liệu ngay trên điện thoại.\n\nMỗi lần Trợ lý chỉ hỏi một câu; trả lời bằng nút, bằng "
    "số hoặc bằng chữ đều được. Đang ghi dở thì để đó, không mất gì.\n\nBấm BẮT ĐẦU để vào."
)
SHORT = "Báo cáo mô hình “Dân vận khéo”: đăng ký, cập nhật, kiểm tra, thống kê."
FOR_STRANGERS, IN_GROUPS = ("start", "trogiup"), ("thongke", "trogiup")


def apply(bots: Iterable[Telegram]) -> list[str]:
    """Each member's own commands are set when they write; these are for everybody else."""
    return asyncio.run(_apply(bots))


async def _apply(bots: Iterable[Telegram]) -> list[str]:
    from bot.platforms.telegram.setup import Profile
    from bot.platforms.telegram.setup import apply as set_up

    list(load_handlers())
    profile = Profile(_named(FOR_STRANGERS), DESCRIPTION, SHORT, _named(IN_GROUPS))
    done = []
    for bot in bots:
        token = bot.token.get_secret_value()
        said = await set_up(token, profile, base_url=bot.base_url, base_file_url=bot.base_file_url)
        done += [f"{bot.name}: {each}" for each in said]
    return done


def _named(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, COMMANDS[name].label) for name in names]
