"""The residents' way in WebKitGTK: a report with photos, also through a cut, and its receipt."""

import photos
from relay import Relay
from waiting import wait
from webkit import WebKit
from world import test

WAITING = """
    const { queue } = await import("/report/database.js");
    return (await queue.items()).filter(item => item.state !== "sent").length;
"""


@test
def residents_report_in_webkit(world):
    station = world.station
    line = Relay(station.gateway.public_http, "127.0.5.1")
    phone = WebKit(f"http://127.0.0.1:{line.port}/")
    try:
        pictures = [photos.photo(90 + number, size=(2600, 1950)) for number in range(2)]
        paths = photos.written(world.browser.folder, *pictures)
        _report(phone, "WebKit 井盖松动", paths[:1])
        wait(lambda: phone.run(WAITING) == 0, "it is sent")
        report = wait(lambda: station.reports("WebKit 井盖"), "the report is at central")[0]
        row = wait(lambda: station.report(report["id"])["attachments"], "its photo is named at central")[0]
        data = wait(lambda: station.holds(row["sha256"]), "the bytes of the photo are at central")
        assert photos.sha256(data) == row["sha256"] and data[:2] == b"\xff\xd8" and b"Exif" not in data[:200]
        wait(lambda: "到达" in phone.text(), "the receipt says where it is")
        if world.screenshots:
            phone.picture(world.screenshots / "webkit-receipt.png")
        # And without a line: kept, and sent after a reload.
        phone.driver.get(phone.url + "#/")
        line.cut()
        _report(phone, "WebKit 离线", paths[1:])
        assert phone.run(WAITING) == 1
        line.heal()
        phone.driver.get(phone.url)
        phone.one("#words")
        wait(lambda: phone.run(WAITING) == 0, "it is sent")
        second = wait(lambda: station.reports("WebKit 离线"), "the second one is at central")
        assert len(second) == 1 and len(station.reports()) == 2
        row = wait(lambda: station.report(second[0]["id"])["attachments"], "its photo is named at central")[0]
        wait(lambda: station.holds(row["sha256"]), "the bytes of the second photo are at central")
    finally:
        phone.close()
        line.close()


def _report(phone, text, paths):
    phone.one("#words")
    phone.choose("#photo-input", *paths)
    phone.one(".thumbnail")
    phone.type("#words", text)
    phone.press("[data-code=SZ01]")
    phone.press("label.tile:has(#grid-BT-01)")
    phone.press("#to-check")
    phone.press("#send")
    phone.one("#receipt-title")
