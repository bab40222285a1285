"""What somebody reads who opened an address that is none."""

from aiohttp import web
from aiohttp.typedefs import Handler

PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Dân vận khéo</title>
<p>Địa chỉ này không có trang nào.</p><p><a href="/">Bấm vào đây để vào trò chuyện</a></p></html>
"""
HEADERS = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


@web.middleware
async def kind_404(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only for addresses no page answers at all; the pages have their own words."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return web.Response(text=PAGE, status=404, content_type="text/html", headers=HEADERS)
