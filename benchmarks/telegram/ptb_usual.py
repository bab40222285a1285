"""The usual stack: python-telegram-bot's ConversationHandler, SQLAlchemy, a write per step."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    filters,
)

from benchmarks.telegram import usual
from benchmarks.telegram.usual import QUESTIONS, Sessions

Context = ContextTypes.DEFAULT_TYPE


def sessions(context: Context) -> Sessions:
    found: Sessions = context.bot_data["sessions"]
    return found


def keyboard(number: int) -> InlineKeyboardMarkup | None:
    key, _, labels = QUESTIONS[number]
    rows = [[InlineKeyboardButton(text, callback_data=f"{key}:{text}")] for text in labels]
    return InlineKeyboardMarkup(rows) if rows else None


async def start(update: Update, context: Context) -> int:
    assert update.effective_chat
    assert update.message
    await usual.begun(sessions(context), update.effective_chat.id)
    await update.message.reply_text(usual.asked(0, {}), reply_markup=keyboard(0))
    return 0


def typed(number: int) -> Any:
    async def handle(update: Update, context: Context) -> int:
        assert update.message
        assert update.message.text
        assert update.effective_chat
        chat, key = update.effective_chat.id, QUESTIONS[number][0]
        answers = await usual.answered(sessions(context), chat, key, update.message.text)
        text = usual.asked(number + 1, answers)
        await update.message.reply_text(text, reply_markup=keyboard(number + 1))
        return number + 1

    return MessageHandler(filters.TEXT & ~filters.COMMAND, handle)


def tapped(number: int) -> Any:
    async def handle(update: Update, context: Context) -> int:
        query = update.callback_query
        assert query
        assert query.data
        assert update.effective_chat
        await query.answer()
        key, _, value = query.data.partition(":")
        answers = await usual.answered(sessions(context), update.effective_chat.id, key, value)
        text = usual.asked(number + 1, answers)
        await query.edit_message_text(text, reply_markup=keyboard(number + 1))
        return number + 1

    return CallbackQueryHandler(handle, pattern=f"^{QUESTIONS[number][0]}:")


async def send(update: Update, context: Context) -> int:
    assert update.callback_query
    assert update.effective_chat
    await update.callback_query.answer()
    await usual.sent(sessions(context), update.effective_chat.id)
    await update.callback_query.edit_message_text(usual.DONE)
    return ConversationHandler.END


async def cancel(update: Update, context: Context) -> int:
    assert update.message
    await update.message.reply_text("Đã hủy phiếu ạ.")
    return ConversationHandler.END


def main() -> None:
    token, api, database = usual.command_line()

    async def prepare(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        application.bot_data["sessions"] = await usual.opened(database)

    last = len(QUESTIONS) - 1
    states: dict[object, list[Any]] = {
        n: [tapped(n) if QUESTIONS[n][2] else typed(n)] for n in range(last)
    }
    builder = ApplicationBuilder().token(token).base_url(f"{api}/bot").post_init(prepare)
    application = builder.build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("dangky", start)],
            states={**states, last: [CallbackQueryHandler(send, pattern="^gui:Gửi$")]},
            fallbacks=[CommandHandler("huy", cancel)],
            allow_reentry=True,
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main()
