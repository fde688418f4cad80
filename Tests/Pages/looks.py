"""What is checked of each state of a page by looking: rules of axe, nothing cut, large targets; and its pictures."""

from axe_playwright_python.sync_playwright import Axe

WIDTHS, SCHEMES, LANGUAGES = (360, 412), ("light", "dark"), ("zh", "en")
DESKS = [(1366, 768), (1920, 1080), (3840, 2160)]
RULES = {"rules": {"target-size": {"enabled": True}}}
LARGE = 44
OWN = ("style-src", "Couldn't load preload assets")
SWITCH = """async language => {
    const words = await import("/shared/words.js");
    if (words.language() !== language) words.setLanguage(language);
}"""
# What a finger must hit. Links within sentences are as high as their line, which WCAG 2.2 allows.
SMALL = """large => {
    const targets = element => [element, ...(element.labels ?? [])]
        .map(one => one.getBoundingClientRect()).filter(box => box.width > 1 && box.height > 1);
    return [...document.querySelectorAll("button, select, textarea, input, summary, a[href], [role=button]")]
        .filter(element => !element.closest(".boxes-layer")  // as large as what they cover
            && element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
            && !(element.tagName === "A" && getComputedStyle(element).display === "inline"))
        .map(element => [element, targets(element)])
        .filter(([, boxes]) => boxes.length && boxes.some(box => box.bottom > 0 && box.right > 0)
            && !boxes.some(box => box.height > large - 0.5 && box.width > large - 0.5))
        .map(([element, [{ width, height }]]) =>
            `${element.outerHTML.slice(0, 90)} is ${Math.round(width)}x${Math.round(height)}`);
}"""
CUT = """() => {
    const scrolls = element => {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
            if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(at).overflowX)) return true;
        return false;
    };
    return [...document.querySelectorAll("body *")]
        .filter(element => element.checkVisibility() && !element.closest("svg, .unseen, option"))
        .filter(element => {
            const box = element.getBoundingClientRect();
            return box.width > 1 && box.bottom > 0 && box.right > 0 && !scrolls(element)
                && (box.right > innerWidth + 1 || box.left < -1);
        })
        .map(element => element.outerHTML.slice(0, 90));
}"""


def look(page, name, folder=None, scripted=True, sizes=None, ready=lambda: None):
    """Checks the state that `page` shows, in each size, scheme and language, and takes its pictures into `folder`.

    `sizes` are those of phones if they are not given; only there targets must be as large as a finger, and text of
    twice the size must fit. `ready` waits until the page has drawn itself in another language."""
    found = []
    size = page.viewport_size
    is_phone = sizes is None
    sizes = sizes or [(width, size["height"]) for width in WIDTHS]
    for language in LANGUAGES if scripted else ("zh",):
        if scripted:
            page.evaluate(SWITCH, language)
            page.wait_for_timeout(150)
            ready()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += rules(page, f"{language} {scheme}")
            for width, height in sizes:
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(60)
                found += [f"{width} {language}: cut: {text}" for text in _cut(page)]
                if folder:
                    folder.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}-{language}.png", full_page=True)
        page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
        if is_phone:
            found += [f"{language}: small: {text}" for text in page.evaluate(SMALL, LARGE)]
            found += _doubled(page, name, language, folder)
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")
    if scripted:
        page.evaluate(SWITCH, "zh")
    return [f"{name}: {text}" for text in dict.fromkeys(found)]


# What moves from one scheme to the other has no colour yet that could be judged.
STILL = """() => Promise.all(document.getAnimations()
    .filter(animation => animation.effect?.getComputedTiming().endTime !== Infinity)
    .map(animation => animation.finished.catch(() => {})))"""


def rules(page, where):
    """What axe finds in the state that `page` shows."""
    page.evaluate(STILL)
    results = Axe().run(page, options=RULES)
    found = []
    for rule in results.response["violations"]:
        for node in rule["nodes"]:
            why = node["any"][0]["message"] if rule["id"] == "color-contrast" else rule["help"]
            found.append(f"{where}: {rule['id']}: {node['html'][:120]}: {why}")
    return found


def _cut(page):
    return page.evaluate(CUT)


def _doubled(page, name, language, folder):
    """Text of twice the size, as people set it in their browser: nothing may leave the screen sideways."""
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    page.wait_for_timeout(60)
    found = [f"200 % text, {language}: cut: {text}" for text in _cut(page)]
    wide = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    if wide > 1:
        found.append(f"200 % text, {language}: {wide} pixels beyond the screen")
    if folder:
        page.screenshot(path=folder / f"{name}-360-large-{language}.png", full_page=True)
    page.evaluate("() => { document.documentElement.style.fontSize = ''; }")
    return found
