"""What a resident does on the page, by finger."""

import hashlib
import uuid

import photos

COUNT = "() => document.querySelectorAll('.thumbnail').length"


def report_of(secret):
    """The id of the report that is made with a receipt (PROTOCOL.md, 5.15). `secret`: its 16 bytes."""
    digest = bytearray(hashlib.sha256(b"fieldpost report 1" + hashlib.sha256(secret).digest()).digest()[:16])
    digest[6], digest[8] = 0x80 | digest[6] & 0x0F, 0x80 | digest[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(digest)))


def fill(page, text, pictures=(), category="SZ01", grid="BT-01", names=None):
    """Fills in the form: photos, words, category, grid."""
    if pictures:
        with page.expect_file_chooser() as choosing:
            page.locator("label[for=photo-input]").tap()
        choosing.value.set_files(photos.files(*pictures, names=names))
        page.wait_for_function(f"n => ({COUNT})() >= n", arg=len(pictures))
    page.locator("#words").tap()
    page.keyboard.insert_text(text)
    page.locator(f"[data-code={category}]").first.tap()
    page.locator(f"label.tile:has(#grid-{grid})").tap()


def send(page):
    """From the filled form to the receipt. Gives the secret of the receipt."""
    page.locator("#to-check").tap()
    page.locator("#send").tap()
    page.wait_for_url("**/#/r/*")
    page.locator("#receipt-title").wait_for()
    return page.url.split("#/r/")[1]


def report(page, text, pictures=(), **more):
    """A whole report. Gives the secret of its receipt."""
    page.goto(page.url.split("#")[0] + "#/")
    page.locator("#words").wait_for()
    ready(page)
    fill(page, text, pictures, **more)
    return send(page)


def ready(page):
    """Waits until all parts of the page have come, as they do a moment after the first view."""
    page.locator("html[data-ready=all]").wait_for()


def waiting(page):
    """How many things the page says are not sent yet."""
    return page.evaluate("""async () => {
        const { queue } = await import("/report/database.js");
        return (await queue.items()).filter(item => item.state !== "sent").length;
    }""")
