"""What somebody meets who sees badly or uses no finger: names, contrast, the way of the Tab key."""

from tests.browser.driver import Phone

CONTROLS = "button, a[href], summary, input:not([type=hidden]), textarea"
UNSEEN = f"""() => [...document.querySelectorAll('{CONTROLS}')]
    .filter(one => one.checkVisibility() && !one.disabled && !one.dataset.tabbed)
    .map(one => one.outerHTML.slice(0, 120))"""
TABBED = """() => {
    const here = document.activeElement;
    const again = here !== document.body && Boolean(here.dataset.tabbed);
    here.dataset.tabbed = '1';
    return again;
}"""
FORGET = (
    "() => document.querySelectorAll('[data-tabbed]').forEach((one) => delete one.dataset.tabbed)"
)
# Every visible text against the nearest background that is not transparent (WCAG 2.2, 1.4.3).
PALE = """() => {
    const rgba = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
    const light = (c) => c.slice(0, 3).map((v) => v / 255)
        .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (one) => {
        for (let at = one; at; at = at.parentElement) {
            const color = rgba(getComputedStyle(at).backgroundColor);
            if (color[3] === 1) return color;
        }
        return [255, 255, 255, 1];
    };
    const pale = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const one = text.parentElement, style = getComputedStyle(one);
        if (!text.data.trim() || !one.checkVisibility()) continue;
        const [a, b] = [light(rgba(style.color)), light(behind(one))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) pale.push(text.data.trim());
    }
    return pale;
}"""  # noqa: E501
SPOKEN = {"button", "link", "textbox", "combobox", "checkbox", "switch"}


async def nameless(one: Phone) -> list[str]:
    """Roles of controls that a screen reader could not name."""
    cdp = await one.context.new_cdp_session(one.page)
    tree = await cdp.send("Accessibility.getFullAXTree")
    return [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node.get("ignored")
        and node["role"]["value"] in SPOKEN
        and not node.get("name", {}).get("value", "").strip()
    ]


async def too_pale(one: Phone) -> list[str]:
    found: list[str] = await one.page.evaluate(PALE)
    return found


async def out_of_reach(one: Phone) -> list[str]:
    """Controls that Tab never comes to."""
    await one.page.evaluate(FORGET)
    for _ in range(60):
        await one.page.keyboard.press("Tab")
        if await one.page.evaluate(TABBED):
            break
    left: list[str] = await one.page.evaluate(UNSEEN)
    return left
