"""The pages before the chat: sign in, use an invitation, open it in the phone's own browser."""

from html import escape
from urllib.parse import urlsplit

from aiohttp import web

from bot.conversation.host import InvitationView, Session
from bot.platforms.web.assets import template
from bot.platforms.web.mount import Mount

IN_APPS = ("zalo", "fban", "fbav", "fb_iab", "fbios", "messenger", "instagram")

HINT = """<aside class="hint" aria-label="Nên mở bằng trình duyệt">
<p><b>Nên mở bằng trình duyệt của máy</b> (Chrome, Safari…) để lần sau vào lại dễ dàng.</p>
{how}</aside>"""
ANDROID = (
    '<p><a class="button" href="{intent}">Mở bằng trình duyệt của máy</a></p>'
    "<p>Nếu nút không chạy: bấm dấu <b>⋮</b> hoặc <b>•••</b> ở góc trên, chọn "
    "<b>Mở bằng trình duyệt</b>.</p>"
)
IPHONE = (
    "<p>Bấm dấu <b>•••</b> hoặc biểu tượng <b>la bàn</b> ở góc màn hình, chọn "
    "<b>Mở bằng Safari</b> (Mở bằng trình duyệt).</p>"
)
NOTICE = '<p class="notice" role="alert">{text}</p>'
INVITED = """<p class="lead">Mời tham gia</p>
<h2>{unit}</h2>
<p>Vai trò: <b>{role}</b></p>
{who}
<form method="post" action="{action}">{token}
<button class="primary big">Bấm để vào</button></form>"""
SAME_PHONE = """<p>Máy này đang mở trò chuyện của <b>{name}</b>. Bấm để vào sẽ thêm vai trò này
cho <b>{name}</b>.</p>
<form method="post" action="{out}">{token}
<button>Tôi không phải {name}</button></form>"""
BACK = '<p><a class="button primary big" href="{home}">Vào trò chuyện</a></p>'


def sign_in(
    mount: Mount, request: web.Request, *, notice: str = "", status: int = 200
) -> web.Response:
    said = NOTICE.format(text=escape(notice)) if notice else ""
    return page(
        mount,
        "signin.html",
        status,
        notice=said,
        hint=hint(mount, request, mount.home),
    )


def invitation(
    mount: Mount, request: web.Request, view: InvitationView, session: Session | None
) -> web.Response:
    action = mount.base + "/i/" + request.match_info["token"]
    if not view.usable:
        return unusable(mount, request, view.why_not, session)
    token = hidden(session) if session else ""
    body = INVITED.format(
        unit=escape(view.unit),
        role=escape(view.role),
        action=escape(action),
        token=token,
        who=same_phone(mount, session) if session else "",
    )
    return page(mount, "invite.html", body=body, hint=hint(mount, request, action))


def unusable(mount: Mount, request: web.Request, why: str, session: Session | None) -> web.Response:
    """Whoever is already in only needs the way back; the others may have a code as well."""
    if session is None:
        return sign_in(mount, request, notice=why, status=404)
    return refused(mount, why, 404)


def refused(mount: Mount, sentence: str, status: int) -> web.Response:
    """What somebody reads who opened an address or sent a form, and not the chat page's script."""
    body = NOTICE.format(text=escape(sentence)) + BACK.format(home=mount.home)
    return page(mount, "invite.html", status, body=body, hint="")


def same_phone(mount: Mount, session: Session) -> str:
    return SAME_PHONE.format(
        name=escape(session.name or "người khác"),
        out=f"{mount.base}/out",
        token=hidden(session),
    )


def hidden(session: Session) -> str:
    return f'<input type="hidden" name="csrf" value="{escape(session.csrf)}">'


def page(mount: Mount, name: str, status: int = 200, **parts: str) -> web.Response:
    text = template(name, mount.base).body.decode()
    for word, html in parts.items():
        text = text.replace("{{" + word + "}}", html)
    return web.Response(
        text=text,
        status=status,
        content_type="text/html",
        headers={"Cache-Control": "no-store", "Vary": "Cookie, User-Agent"},
    )


def hint(mount: Mount, request: web.Request, path: str) -> str:
    """Inside Zalo or Facebook the cookie stays in that app: next time nobody is signed in."""
    agent = request.headers.get("User-Agent", "").lower()
    if not any(name in agent for name in IN_APPS):
        return ""
    if "android" not in agent:
        return HINT.format(how=IPHONE)
    whole = urlsplit(mount.address_of_page(request, path))
    intent = (
        f"intent://{whole.netloc}{whole.path}#Intent;scheme={whole.scheme};"
        "action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;end"
    )
    return HINT.format(how=ANDROID.format(intent=escape(intent)))
