"""`/baocao`: what there is to report."""

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.handlers.registry import Talk, command


@command("baocao", "Báo cáo", words=("bao cao", "bc"))
def report_menu(talk: Talk, argument: str) -> Reply:
    options = [
        Option("Đăng ký mô hình mới", "cmd:dangky"),
        Option("Cập nhật mô hình đã có", "cmd:capnhat"),
    ]
    if talk.can(Act.REPORT_PERIOD) or talk.can(Act.READ_PERIODS):
        options.append(Option("Báo cáo kỳ", "cmd:baocaoky"))
    return talk.reply("{Ac} muốn báo cáo việc gì ạ?", *options)
