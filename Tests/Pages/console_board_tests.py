"""The board: queues, addresses that can be shared, keys, many cases at once, files, and a line that is lost."""

import csv
import io
import json

import console
from waiting import wait
from world import test


def _ids(page):
    return page.locator("tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id)")


def _settled(page, ids):
    """The list has exactly these rows, in whatever order."""
    wait(lambda: sorted(_ids(page)) == sorted(ids), "the list has these rows")


@test
def console_lists_are_filtered_and_their_addresses_can_be_shared(world):
    station = world.station
    console.people(station)
    ids = console.seed(station)
    console.step(station, ids[0], "accepted")
    console.step(station, ids[1], "accepted")
    console.step(station, ids[1], "filed")
    console.report(station, "电梯里有电动车", "AQ01", "BT-03", 9, priority="urgent")
    page = console.enter(world.desk(), "何静")
    wait(lambda: len(_ids(page)) == 8, "all open work")
    page.locator("#queue-untouched .queue-count", has_text="6").wait_for()
    page.locator("#queue-filed").click()
    _settled(page, [ids[1]])
    # Of two choices right after each other, the second adds to the first.
    page.evaluate("""() => {
      document.querySelector("#queue-all").click();
      const grid = document.querySelector("#filter-grid");
      grid.value = "BT-01";
      grid.dispatchEvent(new Event("change", { bubbles: true }));
    }""")
    _settled(page, [ids[0], ids[3], ids[6]])
    page.locator("#search").fill("路灯")
    _settled(page, [ids[3]])
    assert "grid=BT-01" in page.url and "text=" in page.url, page.url
    # Another person opens the same address, and another screen of it.
    other = console.enter(world.desk(), "李强", page.url.split("/", 3)[3])
    _settled(other, [ids[3]])
    assert other.locator("#search").input_value() == "路灯" and other.locator("#filter-grid").input_value() == "BT-01"
    other.locator("#filter-clear").click()
    wait(lambda: len(_ids(other)) == 8, "all again")
    # Back and forth in the history of the browser.
    other.go_back()
    _settled(other, [ids[3]])
    page.locator("#queue-reports").click()
    page.locator("#filter-clear").click()
    wait(lambda: len(_ids(page)) == 8, "all reports")
    page.locator("#filter-category").select_option("AQ03")
    _settled(page, [ids[2]])
    page.reload()
    _settled(page, [ids[2]])
    page.locator("#filter-clear").click()
    page.locator("#filter-priority").click()
    wait(lambda: len(_ids(page)) == 1, "the urgent one")
    assert page.locator("tr[data-id]").get_by_text("紧急").count() == 1
    # An address that means nothing is told as such.
    for place, words in (("#/nowhere", "没有这个页面"), ("#/case/00000000-0000-4000-8000-000000000000", "中心没有这件上报"),
                         ("#/case/<img src=x onerror=alert(1)>", ""), ("#/board?stage=<b>", "")):
        console.go(page, place)
        page.locator("main .empty, main .notice, main .board").first.wait_for()
        if words:
            page.get_by_text(words).first.wait_for()


@test
def console_works_by_keys_and_on_many_cases(world):
    station = world.station
    console.people(station)
    ids = console.seed(station)
    page = console.enter(world.desk(), "何静", "#/board?stage=untouched")
    other = console.enter(world.desk(), "李强", "#/board?stage=untouched")
    for one in (page, other):
        wait(lambda: len(_ids(one)) == 7, "all wait")
    order = _ids(page)
    now = lambda: page.locator("tr.current").get_attribute("data-id")
    page.locator("main").focus()
    for key, index in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        wait(lambda: now() == order[index], f"{key} leads to row {index}")
    page.wait_for_function("id => document.activeElement.dataset.id === id", arg=order[1])
    page.keyboard.press("?")
    page.locator("dialog.keys").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog.keys").wait_for(state="detached")
    # Keys do nothing while somebody types.
    page.keyboard.press("/")
    page.wait_for_function("() => document.activeElement.id === 'search'")
    page.keyboard.type("jjj?")
    assert page.locator("dialog").count() == 0
    page.wait_for_url("**text=jjj*")
    page.locator("#search").fill("")
    page.wait_for_function("() => !location.hash.includes('text=')")
    wait(lambda: len(_ids(page)) == 7, "all again")
    page.keyboard.press("Escape")
    # One case by keys alone: a, Enter.
    first = order[0]
    page.locator("main").focus()
    while now() != first:
        page.keyboard.press("k")
    page.keyboard.press("a")
    page.locator("dialog.step").wait_for()
    page.keyboard.press("Enter")
    for one in (page, other):
        console.row(one, first).wait_for(state="detached")
    # Three at once; one of them has been taken by somebody else a moment before.
    three = _ids(page)[:3]
    for identifier in three:
        console.row(page, identifier).locator("input").check()
    page.locator("#bulk-step").click()
    page.locator("dialog.step").wait_for()
    console.step(station, three[2], "accepted", "王芳")
    page.locator("dialog.step button[type=submit]").click()
    page.wait_for_function("""() => !document.querySelector("dialog.step")
        || document.querySelector("dialog .refused li")""")
    if page.locator("dialog .refused li").count():
        page.keyboard.press("Escape")
    for identifier in three:
        console.row(other, identifier).wait_for(state="detached")
        assert station.report(identifier)["fields"]["stage"] == "accepted"
    # Dispatching all of a queue at once needs one department, and says so when that is missing.
    console.go(page, "#/board?stage=accepted")
    wait(lambda: len(_ids(page)) == 4, "four are accepted")
    page.locator("#choose-all").check()
    page.keyboard.press("d")
    page.locator("dialog.step").wait_for()
    page.locator("dialog.step button[type=submit]").click()
    page.locator("#step-department-fault", has_text="请选择部门").wait_for()
    console.fill(page, department=console.SERVICE)
    console.send(page)
    wait(lambda: len(_ids(page)) == 0, "none is left")
    for identifier in [first, *three]:
        assert station.report(identifier)["fields"]["department"] == console.SERVICE
    # Enter opens a case, j goes to the next one, b back.
    console.go(page, "#/board")
    wait(lambda: len(_ids(page)) == len(ids), "all open work")
    page.locator("main").focus()
    page.keyboard.press("j")
    opened = now()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#/case/{opened}")
    page.locator(".case-text").wait_for()
    page.keyboard.press("j")
    page.wait_for_function("id => !location.hash.endsWith(id)", arg=opened)
    page.locator(f".case-facts code:not(:text-is('{opened}'))").wait_for()
    page.keyboard.press("b")
    page.locator("tr.current").wait_for()


@test
def console_lists_leave_as_files(world):
    station = world.station
    console.people(station)
    ids = console.seed(station)
    formula = console.report(station, "=HYPERLINK(\"http://evil.test\",\"点\"),\"引号\"\n第二行", "AQ01", "BT-02", 8)
    visit = world.desk(accept_downloads=True)
    page = console.enter(visit, "何静", "#/board?list=all&grid=BT-02")
    wait(lambda: len(_ids(page)) == 3, "those of the grid")
    files = {}
    for words in ("CSV", "GeoJSON"):
        page.locator("#exports summary").click()
        with page.expect_download() as coming:
            page.locator("#exports a", has_text=words).click()
        files[words] = open(coming.value.path(), encoding="utf-8").read()
        if page.locator("#exports[open]").count():
            page.keyboard.press("Escape")
            page.evaluate("() => { document.querySelector('#exports').open = false; }")
    assert files["CSV"].startswith("\ufeff"), "spreadsheets read UTF-8 by its mark"
    rows = list(csv.DictReader(io.StringIO(files["CSV"][1:])))
    shown = {ids[1], ids[4], formula}
    assert {row["id"] for row in rows} == shown, rows
    text = next(row["text"] for row in rows if row["id"] == formula)
    assert text.startswith("'=HYPERLINK") and text.endswith("\"引号\"\n第二行"), text
    assert all(row["category_zh"] for row in rows)
    features = json.loads(files["GeoJSON"])["features"]
    assert {one["properties"]["id"] for one in features} == shown
    assert all(22 < one["geometry"]["coordinates"][1] < 23 for one in features)


@test
def console_shows_a_lost_line_and_catches_up(world):
    station = world.station
    console.people(station)
    ids = console.seed(station, 3)
    visit = world.desk()
    page = console.enter(visit, "何静")
    wait(lambda: len(_ids(page)) == 3, "three cases")
    page.evaluate("() => { self.isSame = true; }")
    visit.relay.cut()
    page.locator("#link.lost").wait_for()
    page.locator("#lines", has_text="收不到实时消息").wait_for()
    # What somebody does now is not lost silently.
    console.row(page, ids[0]).locator("input").check()
    page.locator("#bulk-step").click()
    page.locator("dialog.step button[type=submit]").click()
    page.locator("dialog.step .notice.bad", has_text="连不上中心").wait_for()
    # Others go on meanwhile.
    console.step(station, ids[1], "accepted")
    new = console.report(station, "断线时来的一件", "SR01", "BT-01", 4)
    visit.relay.heal()
    page.locator("#link.live").wait_for()
    console.send(page)
    console.row(page, new).wait_for()
    console.row(page, ids[1]).get_by_text("受理", exact=True).wait_for()
    wait(lambda: page.locator("#lines .notice").count() == 0, "the line is there again")
    assert page.evaluate("() => self.isSame"), "without a reload"
    assert station.report(ids[0])["fields"]["stage"] == "accepted"
    assert len([trace for trace in station.report(ids[0])["traces"] if trace["stage"] == "accepted"]) == 1
    # A central that starts anew has other streams; logins outlive it or are asked for, in words.
    station.central.stop()
    page.locator("#link.lost").wait_for()
    station.central.start()
    page.locator("#link.live, #name").first.wait_for(timeout=120_000)
    if page.locator("#name").count():
        page.get_by_text("登录已结束").first.wait_for()
        console.type_login(page, "何静")
        page.locator("#link.live").wait_for()
        world.note("logins end with the node")
    wait(lambda: len(_ids(page)) == 4, "the list is there again")
