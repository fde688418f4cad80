"""One case from the resident's phone to its end and back, by people who see each other's steps."""

import time

import console
import photos
import resident
from waiting import wait
from world import test



class Watch:
    """Measures how long other pages take to show what one page did."""

    def __init__(self, *pages):
        self.pages, self.times = pages, []

    def sees(self, words):
        """All pages show these words as the stage. Counts from the answer to whoever took the step."""
        begin = time.monotonic()
        for page in self.pages:
            page.wait_for_function("""words => document.querySelector(".case-head .chip")?.textContent.includes(words)
                || [...document.querySelectorAll(".case-head .chip")].some(chip => chip.textContent.includes(words))""",
                                   arg=words, polling=20)
        self.times.append(time.monotonic() - begin)


@test
def console_brings_a_case_from_the_phone_to_its_end_and_back(world):
    station, phone = world.station, world.resident()
    console.people(station)
    desk = console.enter(world.desk(), "何静", "#/board?stage=untouched")
    desk.evaluate("() => { self.isSame = true; }")
    page = phone.page()
    text = "三单元门前井盖松动"
    secret = resident.report(page, text, [photos.photo(301, size=(1600, 1200))])
    # It comes onto the board by itself.
    desk.locator("tr[data-id]", has_text=text).wait_for()
    identifier = desk.locator("tr[data-id]", has_text=text).get_attribute("data-id")
    console.row(desk, identifier).locator("a").click()
    desk.locator("#do-accepted").wait_for()
    other = console.enter(world.desk(), "李强", f"#/case/{identifier}")
    other.locator("#do-accepted").wait_for()
    watch, back = Watch(other), Watch(desk)

    console.act(desk, "accepted")
    watch.sees("受理")
    console.act(other, "inspected", reason="现场确认，井盖松动")
    back.sees("核实")
    # A limit of its own, and the catalogue of departments.
    desk.locator("#do-filed").click()
    console.fill(desk, limit="other")
    desk.locator("#step-amount").fill("2")
    desk.locator("dialog.step .unit").select_option("working_days")
    console.send(desk)
    watch.sees("立案")
    desk.locator(".flow", has_text="2 工作日").wait_for()
    console.act(desk, "dispatched", department=console.SERVICE, reason="请按时限处置")
    watch.sees("派遣")

    # The department finds it among its own cases, and sends it back, which needs a reason.
    worker = console.enter(world.desk(), "周强")
    console.row(worker, identifier).locator("a").click()
    worker.locator("#do-returned").click()
    worker.locator("dialog.step button[type=submit]").click()
    worker.locator("#step-reason-fault", has_text="请写明理由").wait_for()
    assert worker.evaluate("() => document.activeElement.id") == "step-reason"
    console.fill(worker, reason="井盖属水务，请重新派遣")
    console.send(worker)
    Watch(desk, other).sees("退回")
    desk.get_by_text("井盖属水务，请重新派遣").first.wait_for()
    console.act(desk, "dispatched", department=console.SERVICE, reason="权属已查明，由你单位处置")
    watch.sees("派遣")
    # More time, then a rest, then on.
    console.act(desk, "extended", reason="等待备件", until=console.in_days(38))
    other.locator(".flow", has_text="延期 1 次").wait_for()
    console.act(desk, "suspended", reason="雨天不能施工", until=console.in_days(35))
    watch.sees("挂账")
    desk.locator("#do-resumed").wait_for()
    console.act(desk, "resumed")
    other.wait_for_function("() => !document.querySelector('.case-head').textContent.includes('挂账')")
    console.act(worker, "handling", [photos.photo(302, size=(1600, 1200))], "before")
    Watch(desk, other).sees("处置")
    console.act(worker, "feedback", [photos.photo(303, size=(1600, 1200))], "after", reason="已换新井盖")
    Watch(desk, other).sees("反馈")
    # Before and after side by side, then the check with a photo of its own.
    other.locator("#compare").click()
    wait(lambda: other.evaluate("() => [...document.querySelectorAll('dialog[open] img')].filter("
                                "image => image.naturalWidth > 100).length") == 2, "both photos are shown")
    other.keyboard.press("Escape")
    console.act(other, "verified", [photos.photo(304, size=(1600, 1200))], "after", reason="已核查，平整")
    back.sees("核查")
    wait(lambda: desk.locator(".photos li").count() == 4, "all photos are shown")
    console.act(desk, "closed", reason="结案")
    watch.sees("结案")
    held = station.report(identifier)["attachments"]
    assert sorted(one["role"] for one in held) == ["after", "after", "before", "scene"], held
    for one in held:
        data = wait(lambda: station.holds(one["sha256"]), "the bytes are at central")
        assert photos.sha256(data) == one["sha256"]

    # The resident is not content: the case is open again in front of those who look at it.
    page.goto(phone.url + "#/r/" + secret)
    page.locator("#comment").wait_for()
    page.locator("#comment").fill("还是晃")
    page.locator("#dissatisfied").tap()
    for one in (desk, other):
        one.locator(".case-head", has_text="重新处理").wait_for()
        one.get_by_text("还是晃").first.wait_for()
        one.locator("#do-dispatched").wait_for()
    assert desk.evaluate("() => self.isSame"), "no reload in all this"
    times = sorted(watch.times + back.times)
    usual = times[len(times) // 2]
    world.note(f"another browser shows a step {usual:.2f} s after it was answered, at most {times[-1]:.2f} s")


@test
def console_tells_of_a_step_that_came_between_and_of_what_cannot_be_done(world):
    station = world.station
    console.people(station)
    identifier = console.report(station, "路灯不亮")
    console.step(station, identifier, "accepted")
    one, two = (console.enter(world.desk(), name, f"#/case/{identifier}") for name in ("何静", "李强"))
    # Why other steps are not possible.
    one.locator("#why-not summary").click()
    one.locator("#why-not li", has_text="结案：要在").wait_for()
    one.locator("#do-filed").click()
    console.act(two, "inspected")
    # The open dialog says so, and its author goes on from what is now.
    news = one.locator("dialog.step .notice.warn")
    news.wait_for()
    assert "核实" in news.inner_text()
    news.get_by_role("button").click()
    one.locator("dialog.step").wait_for()
    assert one.locator("#step-code").input_value() == "filed"
    console.send(one)
    wait(lambda: station.report(identifier)["fields"].get("stage") == "filed", "it is filed")
    assert not station.report(identifier)["conflict"]
    # A note with a photo, for the inside.
    one.locator("#do-note").click()
    one.locator("dialog #step-note").fill("居民说晚上看不清台阶")
    one.locator("dialog input[type=file]").set_input_files(photos.files(photos.photo(310, size=(1600, 1200))))
    one.locator("dialog .thumbs li").wait_for()
    one.locator("dialog button[type=submit]").click()
    two.get_by_text("居民说晚上看不清台阶").first.wait_for()
    two.locator(".photos li").wait_for()
    # Near ones of the same kind are suggested, and joined only by a person.
    twin = console.report(station, "这里路灯也不亮")
    console.step(station, twin, "accepted")
    one.reload()
    one.locator(".near li", has_text="这里路灯也不亮").wait_for()
    console.go(two, f"#/case/{twin}")
    two.locator(".near li", has_text="路灯不亮").get_by_role("button").click()
    wait(lambda: two.locator("#step-original").input_value() == identifier, "the other one is filled in")
    two.locator("#step-reason").fill("同一盏灯")
    console.send(two)
    wait(lambda: station.report(twin)["fields"].get("stage") == "merged", "it is joined")


@test
def console_files_a_case_under_a_condition_of_its_category(world):
    station = world.station
    console.people(station)
    loose, missing = (console.report(station, text) for text in ("井盖松动，车过有响声", "井盖没了，有人差点掉下去"))
    for identifier in (loose, missing):
        console.step(station, identifier, "accepted")
        console.step(station, identifier, "inspected")
    page = console.enter(world.desk(), "何静", f"#/case/{loose}")
    page.locator("#do-filed").click()
    # Each condition is offered in its own words, with its limit.
    page.locator("#step-limit option").nth(2).wait_for(state="attached")
    offered = page.locator("#step-limit option").all_inner_texts()
    assert offered[1:3] == ["缺失或移位，有人坠落的危险（4 紧急工作时）", "破损、下沉、异响（2 工作日）"], offered
    console.fill(page, limit="破损、下沉、异响")
    console.send(page)
    page.locator(".flow", has_text="2 工作日").wait_for()
    page.locator(".trace", has_text="破损、下沉、异响").wait_for()
    # Nothing chosen: the usual one.
    console.go(page, f"#/case/{missing}")
    page.locator(".case-text", has_text="差点掉下去").wait_for()
    console.act(page, "filed")
    page.locator(".flow", has_text="4 紧急工作时").wait_for()
    page.locator(".trace", has_text="缺失或移位，有人坠落的危险").wait_for()
