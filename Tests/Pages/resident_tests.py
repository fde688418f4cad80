"""Residents: from the address to the receipt, without a gateway, in two tabs, through a restart, with a full phone."""

import photos
import resident
from waiting import wait
from world import test

TAPS = 6
WORKER = "async () => (await navigator.serviceWorker.getRegistration())?.active?.state"


@test
def a_resident_needs_few_taps_from_the_address_to_the_receipt(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    page.locator("#words").wait_for()
    world.look(page, "form")
    visit.taps = 0
    resident.fill(page, "三单元门口井盖松动", [photos.photo(30)])
    world.look(page, "form-filled")
    page.locator("#to-check").tap()
    page.locator("#send").wait_for()
    world.look(page, "check")
    page.locator("#send").tap()
    page.wait_for_url("**/#/r/*")
    page.locator("#receipt-title").wait_for()
    world.note(f"{visit.taps} taps, that on the camera and that into the text included")
    assert visit.taps <= TAPS, visit.taps
    report = wait(lambda: station.reports("井盖松动"), "the report is at central")[0]
    assert report["fields"]["category"] == "SZ01" and report["fields"]["grid"] == "BT-01"
    wait(lambda: station.report(report["id"])["attachments"], "its photo is named at central")
    wait(lambda: resident.waiting(page) == 0, "nothing waits")
    wait(lambda: "到达" in page.locator("main").inner_text(), "the receipt says where it is")
    world.look(page, "receipt")


def _three_without_a_gateway(world, safe, kept):
    station = world.station
    visit = world.resident(safe=safe, kept=kept)
    page = visit.page()
    resident.ready(page)
    if safe:
        # Not by wait_for_function, which takes the promise itself for true.
        wait(lambda: page.evaluate(WORKER) == "activated", "the worker has all files")
    station.gateway.kill()
    sent = {}
    for number in range(3):
        pictures = [photos.photo(40 + 3 * number + n) for n in range(number + 1)]
        secret = resident.report(page, f"离线上报 {number}", pictures)
        sent[f"离线上报 {number}"] = (secret, len(pictures))
    assert resident.waiting(page) == 3
    return station, visit, page, sent


def _arrived_once(world, station, visit, page, sent):
    wait(lambda: resident.waiting(page) == 0, "nothing waits on the phone")
    wait(lambda: len(station.reports()) == 3, "three reports at central")
    for text, (secret, count) in sent.items():
        report = station.reports(text)
        assert len(report) == 1, f"{text} arrived {len(report)} times"
        rows = wait(lambda: len(rows := station.report(report[0]["id"])["attachments"]) == count and rows, "its photos")
        for row in rows:
            data = wait(lambda: station.holds(row["sha256"]), f"the bytes of a photo of {text}")
            assert photos.sha256(data) == row["sha256"] and data[:2] == b"\xff\xd8"
        assert len({row["sha256"] for row in rows}) == count
        page.goto(visit.url + "#/r/" + secret)
        wait(lambda: "井盖缺损" in page.locator("#receipt-title").inner_text(), "the receipt opens")
    assert len(station.reports()) == 3


@test
def three_reports_without_a_gateway_arrive_after_a_reload(world):
    """Tier 0: the page lives as long as the tab; what it keeps survives a reload when the gateway is back."""
    station, visit, page, sent = _three_without_a_gateway(world, safe=False, kept=False)
    page.goto(visit.url.rstrip("/") + "/#/queue")
    page.locator("#queue-title").wait_for()
    world.look(page, "queue-offline")
    page.goto(visit.url + "#/mine")
    page.locator("#mine-title").wait_for()
    world.look(page, "mine-offline")
    station.gateway.start()
    page.reload()
    page.locator("#page").wait_for()
    _arrived_once(world, station, visit, page, sent)


@test
def three_reports_without_a_gateway_arrive_after_closing_the_tab_offline(world):
    """Tier 1: the worker opens the page with nothing reachable, also after the whole browser was closed."""
    world.secure = True
    station, visit, page, sent = _three_without_a_gateway(world, safe=True, kept=True)
    page.close()
    again = visit.page()
    again.locator("#words").wait_for()
    assert resident.waiting(again) == 3
    visit.close()
    visit.open()
    last = visit.page()
    last.locator("#words").wait_for()
    assert resident.waiting(last) == 3
    world.look(last, "form-offline-worker")
    last.goto(visit.url + "#/mine")
    last.locator("#mine-title").wait_for()
    station.gateway.start()
    last.bring_to_front()
    _arrived_once(world, station, visit, last, sent)


@test
def a_gateway_that_is_killed_in_the_middle_of_a_photo_gets_the_rest(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    page.locator("#words").wait_for()
    page.locator("summary", has_text="照片选项").tap()
    page.get_by_label("发送原图").check()
    photo = photos.large(50)
    before = visit.relay.up
    visit.relay.slow(4_000)  # the looks below take longer on a busy machine
    resident.report(page, "照片中途断电", [photo])
    page.goto(visit.url + "#/queue")
    page.locator("#queue-title").wait_for()
    wait(lambda: page.locator("progress").count(), "the page shows how far the photo is")
    world.look(page, "queue-sending")
    visit.relay.slow(200_000)
    wait(lambda: visit.relay.up - before > len(photo) // 2, "half of the photo has passed")
    assert visit.relay.up - before < len(photo), "the photo is still on its way"
    station.gateway.kill()
    wait(lambda: page.locator("progress").count() == 0, "the page sees that nobody answers")
    world.look(page, "queue-cut")
    station.gateway.start()
    visit.relay.slow(4_000_000)
    wait(lambda: resident.waiting(page) == 0, "all is sent")
    moved = visit.relay.up - before
    world.note(f"{moved} bytes for a photo of {len(photo)}")
    # What was on its way when the gateway died comes again: at most a piece and what the sockets held.
    assert moved < len(photo) + 700_000, moved
    report = wait(lambda: station.reports("照片中途断电"), "at central")[0]
    wait(lambda: station.holds(photos.sha256(photo)) == photo, "the original is at central, byte for byte")
    assert [row["sha256"] for row in station.report(report["id"])["attachments"]] == [photos.sha256(photo)]


@test
def two_tabs_send_once(world):
    station, visit = world.station, world.resident()
    pages = [visit.page(), visit.page()]
    for page in pages:
        resident.ready(page)
    visit.relay.cut()
    photo = photos.photo(60)
    for number, page in enumerate(pages):
        resident.report(page, f"第{number}个标签页", [photo, photos.photo(61 + number)])
    assert resident.waiting(pages[0]) == resident.waiting(pages[1]) == 2
    before = visit.relay.up
    visit.requests.clear()
    visit.relay.heal()
    for page in pages:
        page.evaluate("""() => {
            dispatchEvent(new Event("online"));
            document.dispatchEvent(new Event("visibilitychange"));
        }""")
    wait(lambda: resident.waiting(pages[0]) == 0 and resident.waiting(pages[1]) == 0, "all is sent")
    posts = [request for request in visit.requests if request.method == "POST" and "/v1/reports" in request.url]
    uploads = [request for request in visit.requests if request.method == "POST" and "/v1/uploads" in request.url]
    attached = [request for request in visit.requests if request.method == "POST" and "attachments" in request.url]
    assert (len(posts), len(uploads), len(attached)) == (2, 4, 4), (len(posts), len(uploads), len(attached))
    world.note(f"{visit.relay.up - before} bytes")
    wait(lambda: len(station.reports()) == 2, "two reports at central")
    for report in station.reports():
        wait(lambda: len(station.report(report["id"])["attachments"]) == 2, "two photos of each")


def _full(world, room):
    """A phone whose browser gives the page so many bytes, with a filled form and no gateway."""
    visit = world.resident()
    page = visit.context.new_page()
    # Before the page is opened: Chromium remembers for half a minute how much room it found.
    visit.context.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": visit.url.rstrip("/"), "quotaSize": room})
    page.goto(visit.url)
    resident.ready(page)
    visit.relay.cut()
    resident.fill(page, "手机满了也要报", [photos.photo(70), photos.photo(71)])
    page.locator("#to-check").tap()
    page.locator("#send").tap()
    return visit, page


@test
def a_phone_without_room_for_photos_keeps_the_words_and_says_so(world):
    station = world.station
    visit, page = _full(world, 700_000)
    page.wait_for_url("**/#/r/*")
    page.get_by_text("照片只在本页里").first.wait_for()
    world.look(page, "full-words-kept")
    visit.relay.heal()
    wait(lambda: resident.waiting(page) == 0, "all is sent")
    report = wait(lambda: station.reports("手机满了"), "at central")[0]
    wait(lambda: len(station.report(report["id"])["attachments"]) == 2, "with its photos, which were in the tab")


@test
def a_phone_without_any_room_sends_from_the_open_page(world):
    station = world.station
    visit, page = _full(world, 1)
    page.wait_for_url("**/#/r/*")
    shown = wait(lambda: "满" in (text := page.locator("body").inner_text()) and text, "it is told")
    assert "不要关闭" in shown or "保持本页" in shown, shown
    world.look(page, "full-nothing-kept")
    visit.relay.heal()
    wait(lambda: resident.waiting(page) == 0, "all is sent")
    report = wait(lambda: station.reports("手机满了"), "at central")[0]
    wait(lambda: len(station.report(report["id"])["attachments"]) == 2, "with its photos, which were in the tab")
