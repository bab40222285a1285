"""The A4 sheet for a meeting: QR, short code, three steps; one HTML file without script."""

from datetime import date
from html import escape
from io import BytesIO, StringIO
from urllib.parse import urlsplit

import segno

from bot.domain.partial_dates import plain_date

PAGE = """\
<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Mã vào “Dân vận khéo”: {unit}</title>
<style>
@page {{ size: A4 portrait; margin: 15mm; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: 180mm; padding: 6mm 4mm; color: #111; background: #fff;
  font: 16pt/1.4 "Be Vietnam Pro", "Noto Sans", Arial, Helvetica, sans-serif; text-align: center; }}
header p {{ margin: 0; font-size: 15pt; letter-spacing: .04em; }}
h1 {{ margin: 2mm 0 0; font-size: 30pt; line-height: 1.2; overflow-wrap: anywhere;
  text-wrap: balance; }}
.qr svg {{ width: 92mm; max-width: 100%; height: auto; margin: 6mm 0 2mm; }}
.say {{ margin: 4mm 0 0; }}
.code {{ margin: 1mm auto 6mm; padding: 3mm 4mm; border: 1mm solid #111; border-radius: 3mm;
  display: inline-block; max-width: 100%;
  white-space: nowrap; font: 700 min(34pt, 7.4vw)/1.2 "DejaVu Sans Mono", Consolas, monospace;
  letter-spacing: .04em; }}
ol {{ list-style: none; margin: 0; padding: 0; text-align: left; }}
li {{ display: flex; gap: 5mm; align-items: center; margin-bottom: 4mm; }}
li span {{ min-width: 0; overflow-wrap: anywhere; }}
li b {{ flex: 0 0 13mm; height: 13mm; border-radius: 50%; background: #111; color: #fff;
  font-size: 22pt; line-height: 13mm; text-align: center;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
footer {{ margin-top: 5mm; padding-top: 3mm; border-top: .4mm solid #111; font-size: 12pt; }}
@media print {{ body {{ padding: 0; max-width: none; }} .code {{ font-size: 34pt; }} }}
</style>
</head>
<body>
<header><p>PHONG TRÀO THI ĐUA “DÂN VẬN KHÉO”</p><h1>{unit}</h1></header>
{qr}
<p class="say">{or_code}</p>
<p class="code">{code}</p>
<ol>
{steps}
</ol>
<footer>Dùng được đến hết ngày {expires}. Mã này chỉ để xin vào {unit}; ai vào cũng được người phụ \
trách xác nhận. Trợ lý không bao giờ hỏi mật khẩu, tiền hay ảnh giấy tờ.</footer>
</body>
</html>
"""


def sheet_html(unit_name: str, url: str, short_code: str, expires: date) -> str:
    """url is the invitation's link; "" where the web chat has no public address."""
    steps = [f"<li><b>{n}</b><span>{s}</span></li>" for n, s in enumerate(_steps(url), 1)]
    return PAGE.format(
        unit=escape(unit_name),
        qr=f'<div class="qr">{qr_svg(url)}</div>' if url else "",
        or_code="Không quét được? Gõ mã này:" if url else "Gõ mã này cho Trợ lý:",
        code=escape(short_code),
        steps="\n".join(steps),
        expires=plain_date(expires),
    )


def _steps(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    home = escape(f"{parts.scheme}://{parts.netloc}")
    way_in = (
        "Mở máy ảnh của điện thoại, đưa vào ô vuông trên, bấm vào đường dẫn hiện ra. "
        f"Hoặc vào <strong>{home}</strong> và gõ mã."
        if url
        else "Mở cuộc trò chuyện với Trợ lý “Dân vận khéo” và gõ mã trên."
    )
    return (
        way_in,
        "Bấm “Bấm để vào”. Đọc và chọn “Đồng ý”." if url else "Đọc và chọn “Đồng ý”.",
        "Trả lời vài câu: xưng hô, họ tên. Người phụ trách xác nhận là xong.",
    )


def qr_svg(url: str) -> str:
    """Inline SVG: black on white, quiet zone of four, 15 % of it may be dirty."""
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, omitsize=True, light="#fff", title="Mã QR"
    )
    return out.getvalue().decode()


def qr_png(url: str) -> bytes:
    """For a chat: about 300 pixels wide."""
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="png", scale=8, border=4)
    return out.getvalue()


def qr_terminal(url: str) -> str:
    out = StringIO()
    segno.make(url, error="l", micro=False).terminal(out, compact=True)
    return out.getvalue()
