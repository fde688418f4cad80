"""Receipts on phones: the secret link elsewhere, notes, photos, rating, taking back, following, export and import."""

import io

from PIL import Image

import photos
import resident
from waiting import wait
from world import test


def _closed(station, report):
    """Staff bring the case to its end, with a photo of the work and words for the public."""
    path = f"/v1/reports/{report}"
    steps = [{"step": "accepted"}, {"step": "inspected"}, {"step": "filed", "limit": "P1D"},
             {"step": "dispatched", "department": "市政"}, {"step": "feedback", "reason": "已换新井盖", "audience": "public"},
             {"step": "verified"}, {"step": "closed"}]
    for body in steps:
        status, answer = station.ask(station.central, path + "/steps", body, login="李强")
        if status == 422 and "limit" in body:
            status, answer = station.ask(station.central, path + "/steps", {"step": body["step"]}, login="李强")
        assert status in (200, 201), (body, answer)
    data = photos.photo(120, size=(1600, 1200))
    hash_ = photos.sha256(data)
    status, answer = station.ask(station.central, f"/v1/blobs/{hash_}", data, login="李强", method="PUT",
                                 headers={"Content-Type": "image/jpeg"})
    assert status in (200, 201), answer
    status, answer = station.ask(station.central, path + "/attachments", {"sha256": hash_, "role": "after"}, login="李强")
    assert status in (200, 201), answer


def _find(station, text):
    return wait(lambda: station.reports(text), f"{text} is at central")[0]


@test
def a_reporter_sees_the_steps_and_rates_the_work(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    secret = resident.report(page, "井盖松动请处理", [photos.photo(121)])
    report = _find(station, "井盖松动请处理")
    # What the reporter is writing stays while the work goes on.
    page.locator("summary", has_text="补充说明或照片").tap()
    page.locator("#note").fill("写到一半的补充")
    _closed(station, report["id"])
    wait(lambda: "已换新井盖" in page.locator("main").inner_text(), "what staff wrote for the public is shown")
    assert page.locator("#note").input_value() == "写到一半的补充" and page.locator("#send-note").is_visible()
    # The photo after the work comes, without place and phone.
    shown = "() => [...document.querySelectorAll('article img')].some(image => image.naturalWidth > 50)"
    wait(lambda: page.evaluate(shown), "the photo after the work is shown")
    page.locator("summary", has_text="秘密链接").tap()
    page.locator(".qr img").wait_for()
    world.look(page, "receipt-ended")
    page.locator("#dissatisfied").tap()
    page.get_by_text("请写明哪里不满意").first.wait_for()
    world.look(page, "receipt-rating-fault")
    page.locator("#comment").fill("还是晃")
    page.locator("#dissatisfied").tap()
    wait(lambda: resident.waiting(page) == 0, "the rating is sent")
    wait(lambda: any(trace.get("stage") == "reopened" or trace.get("step") == "reopened"
                     for trace in station.report(report["id"])["traces"]), "the case is open again at central")
    assert secret in page.url


@test
def the_secret_link_opens_the_report_on_another_phone_and_nothing_else(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    secret = resident.report(page, "三单元门口路灯坏了", category="SZ02")
    _find(station, "三单元门口路灯坏了")
    page.locator("summary", has_text="秘密链接").tap()
    link = page.locator("#link").input_value()
    assert link == visit.url + "#/r/" + secret
    other = world.resident()
    there = other.page("#/r/" + secret)
    wait(lambda: "路灯故障" in there.locator("#receipt-title").inner_text(), "the other phone sees the category")
    assert "三单元门口" not in there.locator("main").inner_text(), "neither words nor place"
    world.look(there, "receipt-shared")
    there.locator("summary", has_text="补充说明或照片").tap()
    there.locator("#note").fill("我也看到了")
    there.locator("#note-photos").set_input_files(photos.files(photos.photo(122)))
    there.locator(".photos .thumbnail").wait_for()
    there.locator("#send-note").tap()
    wait(lambda: resident.waiting(there) == 0, "note and photo are sent")
    report = wait(lambda: (row := station.reports("三单元")[0])["attachments"] and row["notes"] and row, "at central")
    assert report["notes"][0]["text"] == "我也看到了" and report["notes"][0]["author"] == "reporter"
    # The secret is in no request line and in no log.
    for one in (visit, other):
        assert all(secret not in request.url for request in one.requests)
        assert all(secret not in (request.headers.get("referer") or "") for request in one.requests)
    assert secret not in station.gateway.log()
    page.goto(visit.url + "#/r/" + secret)
    wait(lambda: "我也看到了" in page.locator("main").inner_text(), "the first phone sees the note")
    page.locator("summary", has_text="撤回").tap()
    page.locator("#withdraw").tap()
    wait(lambda: "已撤回" in page.locator("main").inner_text(), "it is taken back")
    world.look(page, "receipt-withdrawn")
    status, _ = station.ask(station.gateway, f"/v1/reports/{report['id']}", login="王芳")
    assert status == 410
    wrong = world.resident().page("#/r/" + "A" * 21 + "Q")
    wrong.get_by_text("查不到").first.wait_for()
    world.look(wrong, "receipt-unknown")


@test
def a_neighbour_follows_a_report_instead_of_sending_it_again(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    resident.report(page, "三单元门口路灯坏了", category="SZ02")
    _find(station, "三单元门口路灯坏了")
    neighbour = world.resident()
    there = neighbour.page()
    there.locator("[data-code=SZ02]").first.tap()
    there.locator("label.tile:has(#grid-BT-01)").tap()
    there.locator("#nearby-title").wait_for()
    assert "三单元" not in there.locator("main").inner_text()
    world.look(there, "form-nearby")
    there.get_by_role("button", name="关注这件").tap()
    there.wait_for_url("**/#/r/*")
    wait(lambda: resident.waiting(there) == 0, "it is sent")
    wait(lambda: "到达" in there.locator("main").inner_text(), "the follower sees where it is")
    assert there.locator("#withdraw").count() == 0, "who follows takes nothing back"
    world.look(there, "receipt-follow")
    assert len(station.reports()) == 1


@test
def a_queued_report_is_edited_deleted_and_carried_to_another_phone(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    resident.ready(page)
    visit.relay.cut()
    resident.report(page, "写错了的说明", [photos.photo(130)])
    resident.report(page, "要删掉的")
    resident.report(page, "带到别处发")
    page.goto(visit.url + "#/queue")
    page.locator("li.card", has_text="写错了").get_by_role("button", name="修改").tap()
    page.locator("#words").fill("改好了的说明")
    page.locator("#to-check").tap()
    page.locator("#send").tap()
    page.wait_for_url("**/#/r/*")
    page.goto(visit.url + "#/queue")
    visit.answers = True
    page.locator("li.card", has_text="要删掉的").get_by_role("button", name="删除").tap()
    wait(lambda: resident.waiting(page) == 2, "one is deleted")
    with page.expect_download() as saving:
        page.get_by_role("button", name="导出到文件").tap()
    file = station.folder / "queue.jsonl"
    saving.value.save_as(file)
    other = world.resident()
    there = other.page("#/queue")
    there.locator("#queue-title").wait_for()
    with there.expect_file_chooser() as choosing:
        there.get_by_role("button", name="导入文件").tap()
    choosing.value.set_files(file)
    there.get_by_text("已导入 2 件").first.wait_for()
    world.look(there, "queue-imported")
    wait(lambda: resident.waiting(there) == 0, "the other phone sends them")
    visit.relay.heal()
    page.evaluate("() => dispatchEvent(new Event('online'))")
    wait(lambda: resident.waiting(page) == 0, "this phone finds that they are there")
    wait(lambda: len(station.reports()) == 2, "two reports at central")
    assert sorted(report["fields"]["text"] for report in station.reports()) == ["带到别处发", "改好了的说明"]
    page.goto(visit.url + "#/mine")
    page.locator("#mine-title").wait_for()
    assert page.locator("a.card").count() == 2, "what was deleted unsent is in no list"


@test
def what_is_blackened_never_leaves_the_phone(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    page.locator("#words").wait_for()
    picture = Image.new("RGB", (1600, 1200), (240, 240, 240))
    picture.paste((250, 10, 10), (560, 480, 1040, 720))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95)
    resident.fill(page, "车牌涂黑", [out.getvalue()])
    page.locator("#boxes-0").tap()
    page.get_by_role("button", name="加一个框").tap()
    world.look(page, "boxes")
    page.get_by_role("button", name="完成").tap()
    page.get_by_text("已涂黑").first.wait_for()
    resident.send(page)
    wait(lambda: resident.waiting(page) == 0, "it is sent")
    report = _find(station, "车牌涂黑")
    row = wait(lambda: station.report(report["id"])["attachments"], "its photo")[0]
    arrived = Image.open(io.BytesIO(wait(lambda: station.holds(row["sha256"]), "its bytes"))).convert("RGB")
    middle = arrived.getpixel((arrived.width // 2, arrived.height // 2))
    assert max(middle) < 40, f"the middle is {middle}"
    colours = arrived.getcolors(2_000_000)
    reds = sum(count for count, (red, green, blue) in colours if red > 180 and green < 90 and blue < 90)
    assert reds < 0.02 * arrived.width * arrived.height, f"{reds} pixels of what was covered"
    assert arrived.getpixel((20, 20))[0] > 200, "the rest is as it was"


@test
def categories_are_found_by_everyday_words_and_initials(world):
    visit = world.resident()
    page = visit.page()
    resident.ready(page)
    for words, code in {"电动车": "AQ01", "ddc": "AQ01", "e-bike": "AQ01", "ＤＤＣ": "AQ01", "没盖": "SZ01", "路灯不亮": "SZ02",
                        "manhole": "SZ01", "ldxd": None, "zzzz": None}.items():
        page.locator("#category-search").fill(words)
        found = page.evaluate("() => [...document.querySelectorAll('.choices:first-of-type [data-code]')]"
                              ".filter(one => one.checkVisibility()).map(one => one.dataset.code)")
        assert (code in found[:3]) if code else isinstance(found, list), (words, found)
    world.look(page, "form-nothing-found")
    page.get_by_role("button", name="English").tap()
    page.locator("html[lang=en]").wait_for()
    assert page.get_by_role("button", name="Check").count() == 1
    page.reload()
    page.locator("html[lang=en]").wait_for()
    page.locator("#to-check").tap()
    page.get_by_role("alert").wait_for()
    world.look(page, "form-faults")
