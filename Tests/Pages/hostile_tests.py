"""Texts, names and files that try to be more than text, in every field that somebody can fill in."""

import photos
import resident
from waiting import wait
from world import test

IMAGE = "<img src=x onerror=alert(1)>"
TEXTS = [IMAGE, "\"><script>alert(2)</script>", "'-alert(3)-'", "</textarea><svg onload=alert(4)>",
         "javascript:alert(5)", "{{constructor.constructor('alert(6)')()}}", "\u202e反转\u202d", "&lt;b&gt;",
         "${alert(7)}", "<!--station-->"]
ALL = " ".join(TEXTS)
FOREIGN = """() => [...document.querySelectorAll(
        "script:not([src]), img:not([src^='blob:']), svg[onload], iframe, object, base")]
    .map(element => element.outerHTML.slice(0, 80))
    .concat([...document.querySelectorAll("*")].filter(element => [...element.attributes]
        .some(attribute => /^on/i.test(attribute.name) || /^\\s*javascript:/i.test(attribute.value)))
        .map(element => element.outerHTML.slice(0, 80)))"""


def _clean(page, *texts):
    """All texts are there, letter by letter, and nothing of them became an element."""
    shown = page.locator("body").inner_text()
    values = page.evaluate("() => [...document.querySelectorAll('input, textarea')].map(one => one.value).join(' ')")
    for text in texts:
        assert text in shown or text in values, f"{text!r} is not shown as it is"
    assert page.evaluate(FOREIGN) == []


@test
def hostile_texts_and_names_stay_text_for_residents(world):
    world.about = {"name": f"南坑{IMAGE}", "grids": ["BT-01", "<b>BT-02</b>", "\"><script>alert(8)"]}
    station, visit = world.station, world.resident()
    station.central.run("sealing", "rotate")
    wait(lambda: station.ask(station.gateway, "/v1/form")[1]["contact"], "the gateway can seal")
    page = visit.page()
    page.locator("#words").wait_for()
    _clean(page, f"南坑{IMAGE}", "<b>BT-02</b>", "\"><script>alert(8)")
    # A file that cannot be read is named.
    page.locator("#photo-input").set_input_files(
        [{"name": f"{IMAGE}.jpg", "mimeType": "image/jpeg", "buffer": b""}])
    page.locator("#photo-fault").wait_for()
    _clean(page, f"{IMAGE}.jpg")
    page.locator("#place-words").fill(TEXTS[1])
    resident.fill(page, ALL, [photos.photo(80)], names=[f"\"><script>alert(9)</script>{IMAGE}.jpg"])
    page.locator("summary", has_text="联系方式").tap()
    page.locator("#contact-name").fill(IMAGE)
    page.locator("#contact-phone").fill("<i>1</i>")
    page.locator("#to-check").tap()
    page.locator("#send").wait_for()
    _clean(page, *TEXTS, IMAGE, "<i>1</i>")
    page.locator("#send").tap()
    page.wait_for_url("**/#/r/*")
    secret = page.url.split("#/r/")[1]
    wait(lambda: resident.waiting(page) == 0, "it is sent")
    _clean(page, *TEXTS)
    for path in ("mine", "queue", f"r/{secret}"):
        page.goto(visit.url + "#/" + path)
        page.locator(f"#{'receipt' if path.startswith('r/') else path}-title").wait_for()
        _clean(page)
    report = wait(lambda: station.reports("反转"), "at central")[0]
    assert report["fields"]["text"].startswith(ALL), "every letter arrived"
    # What staff and the reporter write comes back to the reporter's phone.
    path = f"/v1/reports/{report['id']}"
    for body in ({"step": "accepted"}, {"step": "absent", "reason": f"现场没有 {ALL}", "audience": "public"}):
        status, answer = station.ask(station.central, path + "/steps", body, login="李强")
        assert status in (200, 201), answer
    page.locator("summary", has_text="补充说明或照片").tap()
    page.locator("#note").fill(f"补充 {ALL}")
    page.locator("#send-note").tap()
    wait(lambda: resident.waiting(page) == 0, "the note is sent")
    wait(lambda: f"现场没有 {TEXTS[0]}" in page.locator("main").inner_text(), "the reason is shown")
    wait(lambda: f"补充 {TEXTS[0]}" in page.locator("main").inner_text(), "the note is shown")
    _clean(page, *TEXTS)
    # The page without script, where the node itself writes the texts.
    visit.context.route("**/*.js", lambda route: route.abort())
    page.goto(visit.url)
    _clean(page, f"南坑{IMAGE}")
    page.evaluate("""secret => {
        const form = document.createElement("form");
        form.method = "post"; form.action = "/receipt";
        const field = document.createElement("input"); field.name = "secret"; field.value = secret;
        form.append(field); document.body.append(form); form.submit();
    }""", secret)
    page.wait_for_url("**/receipt")
    _clean(page, f"现场没有 {TEXTS[0]}", f"补充 {TEXTS[0]}")


@test
def a_link_with_anything_behind_it_opens_nothing_else(world):
    visit = world.resident()
    for end in (f"#/r/{IMAGE}", "#/r/javascript:alert(1)", "#" + TEXTS[1], "?grid=" + TEXTS[1], "#/r/" + "A" * 22,
                "#/r/../../v1/reports", "#__proto__", "?grid=BT-01&grid=BT-02#/check"):
        page = visit.page(end)
        page.locator("#page h1").wait_for()
        page.wait_for_timeout(200)
        assert page.evaluate(FOREIGN) == [], end
        page.close()
