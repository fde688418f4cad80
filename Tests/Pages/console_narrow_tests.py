"""Large text and small windows: every screen of the console folds, and none scrolls sideways."""

import console
from console_looks_tests import READY, day
from world import test

# A window at text of twice the size (WCAG 1.4.4), a smaller one at the same, and 1280 at 400 % (WCAG 1.4.10).
STATES = [(1366, 768, "200%"), (1024, 768, "200%"), (320, 640, "")]
LARGE = "size => { document.documentElement.style.fontSize = size; }"
WIDE = """() => {
    const wide = document.documentElement.scrollWidth - innerWidth;
    const past = [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()
        && one.getBoundingClientRect().right > innerWidth + 1);
    const flat = [...document.querySelectorAll("body *")].filter(one => one.scrollHeight > 60 && one.clientHeight < 30
        && one.checkVisibility() && getComputedStyle(one).overflowY === "auto");
    const told = list => list.slice(-3).map(one => one.outerHTML.slice(0, 80));
    return wide > 0 || flat.length ? [`${wide} pixels`, ...told(past), "flat:", ...told(flat)] : null;
}"""


def _wide(page):
    """What does not fit, once the page has had time to draw itself. None if all fits."""
    for _ in range(30):
        page.wait_for_timeout(120)
        if not (wide := page.evaluate(WIDE)):
            break
    return wide


def _folds(page, name, found):
    """Looks at what is shown in each state and language."""
    for language in ("en", "zh"):
        page.evaluate("""async language => {
            const words = await import("/shared/words.js");
            if (words.language() !== language) words.setLanguage(language);
        }""", language)
        page.locator(READY[name.split()[0]]).first.wait_for()
        page.wait_for_timeout(400)
        for width, height, size in STATES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(LARGE, size)
            wide = _wide(page)
            if wide:
                found.append(f"{name}, {language}, {width} at {size or '100%'}: {wide}")
            page.evaluate(LARGE, "")
    page.set_viewport_size({"width": 1366, "height": 768})


@test
def console_folds_at_twice_the_text_and_in_small_windows(world):
    _, full = day(world)
    page, found = world.desk().page(), []
    _folds(page, "login", found)
    console.type_login(page, "王主任")
    page.locator("#link.live").wait_for()
    places = {"board": "#/board", "board all": "#/board?list=all", "case": f"#/case/{full}", "map": "#/map?days=30",
              "fleet": "#/fleet", "people": "#/people", "me": "#/me"}
    places |= {f"wall {name}": f"#/wall?page={name}&hold=true" for name in ("now", "late", "figures", "fleet")}
    places |= {f"settings {name}": f"#/settings?name={name}"
               for name in ("organisation", "catalogue", "calendar", "templates", "map")}
    for name, place in places.items():
        console.go(page, place)
        _folds(page, name, found)
    assert not found, "\n".join(found)


@test
def console_folds_its_dialogs(world):
    _, full = day(world)
    page = console.enter(world.desk(), "何静", f"#/case/{full}")
    found = []
    for width, height, size in STATES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(LARGE, size)
        for opener in ("#do-closed", "#do-note", "#edit"):
            page.locator(opener).click()
            page.locator("dialog[open]").wait_for()
            wide = page.evaluate("""() => {
                const dialog = document.querySelector("dialog[open]");
                const box = dialog.getBoundingClientRect();
                return Math.max(dialog.scrollWidth - dialog.clientWidth, box.right - innerWidth, -box.left);
            }""")
            if wide > 0 or _wide(page):
                found.append(f"{opener} at {width} {size}: {wide}")
            page.keyboard.press("Escape")
            page.locator("dialog[open]").wait_for(state="detached")
        page.locator("#menu summary").click()
        wide = _wide(page)
        page.keyboard.press("Escape")
        if wide:
            found.append(f"menu at {width} {size}: {wide}")
    assert not found, "\n".join(found)
