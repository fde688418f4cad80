"""The map of the console: what is drawn, what arrives, and the window of time."""

import datetime

import eviltransform

from desk import CORNERS, SIDE, desk, draw_map, report
from waiting import wait
from world import test

HOSTILE = "<img src=x onerror=document.title='hit'><b>三单元</b>"


@test
def a_report_is_drawn_where_it_is_and_opens_its_case(world):
    draw_map(world.station, {"BT-02": HOSTILE})
    _, page = desk(world, path="#/map?days=30")
    page.wait_for_selector(".leaflet-container canvas")
    wait(lambda: HOSTILE in page.locator(".map-grid-name").all_inner_texts(), "the name of a grid stays text")
    # In the middle of BT-02, as a Chinese phone says it: a browser that ignores the datum draws it in no grid's middle.
    lat, lon = CORNERS["BT-02"][0] + SIDE / 2, CORNERS["BT-02"][1] + SIDE / 2
    gcj = eviltransform.wgs2gcj(lat, lon)
    where = {"lat": round(gcj[0], 7), "lon": round(gcj[1], 7), "datum": "gcj02"}
    # It is there only for a moment.
    page.evaluate("""() => new MutationObserver(() => {
        if (document.querySelector(".map-pulse")) self.hasPulsed = true;
    }).observe(document.body, { childList: true, subtree: true, attributes: true })""")
    identifier = report(world.station, HOSTILE, "BT-02", location=where)
    wait(lambda: page.locator(".map-item").count() == 1, "it arrives without a reload")
    wait(lambda: page.evaluate("self.hasPulsed"), "its place is shown when it arrives")
    box = page.locator(".map-grid-name", has_text="三单元").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".map-tip")
    assert HOSTILE in page.locator(".map-tip").inner_text()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait(lambda: page.evaluate("location.hash") == f"#/case/{identifier}", "a click opens the case")
    page.go_back()
    page.wait_for_selector(".map-item")
    assert page.title() != "hit"


@test
def a_grid_can_be_chosen_on_the_map_and_the_address_says_so(world):
    draw_map(world.station)
    for grid in ("BT-01", "BT-02", "BT-02"):
        report(world.station, f"{grid} 的楼道堆放杂物", grid, at=(0.2, 0.2))
    visit, page = desk(world, path="#/map")
    wait(lambda: page.locator(".map-item").count() == 3, "all three are listed")
    box = page.locator(".map-grid-name", has_text="BT-02").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 12)
    wait(lambda: page.locator(".map-item").count() == 2, "those of the grid are left")
    wait(lambda: page.input_value("#map-grid") == "BT-02", "the choice says so")
    again = visit.page(page.url.split("/", 3)[3])
    wait(lambda: again.locator(".map-item").count() == 2, "the address opens the same")
    page.select_option("#map-grid", "")
    wait(lambda: page.locator(".map-item").count() == 3, "all are back")
    page.fill("#map-text", "BT-01")
    page.keyboard.press("Enter")
    wait(lambda: page.locator(".map-item").count() == 1, "the search finds one")


@test
def a_window_of_time_can_be_drawn_moved_by_keys_and_played(world):
    now = datetime.datetime.now(datetime.timezone.utc)
    for days in (1, 10, 20):
        report(world.station, f"{days} 天前的上报", captured_at=(now - datetime.timedelta(days=days)).isoformat())
    visit, page = desk(world, path="#/map?days=30")
    wait(lambda: page.locator(".map-item").count() == 3, "all three are listed")
    track = page.locator(".brush-track").bounding_box()
    x = lambda part: track["x"] + track["width"] * part
    page.mouse.move(x(0.55), track["y"] + 8)
    page.mouse.down()
    page.mouse.move(x(0.80), track["y"] + 8, steps=5)
    page.mouse.up()
    wait(lambda: page.locator(".map-item").count() == 1, "only that of ten days ago")
    assert "10 天前" in page.locator(".map-item").inner_text()
    again = visit.page(page.url.split("/", 3)[3])
    wait(lambda: again.locator(".map-item").count() == 1, "the address has the window")
    page.focus(".brush-handle.from")
    page.keyboard.press("Home")
    wait(lambda: page.locator(".map-item").count() == 2, "from the beginning on")
    page.locator(".brush-handle.to").press("End")
    wait(lambda: page.locator(".map-item").count() == 3, "to the present")
    page.select_option(".brush select", "4")
    page.click(".brush-play")
    seen = set()

    def is_over():
        seen.add(page.locator(".map-item").count())
        return page.locator(".brush-play").get_attribute("aria-pressed") == "false"

    wait(is_over, "the playback ends")
    assert seen & {0, 1}, f"the window went over the time, but showed {seen}"
    wait(lambda: "1 天前" in page.locator(".map-list").inner_text(), "it ends at the present")


@test
def the_console_says_what_its_map_lacks(world):
    report(world.station, "没有地图时也能看到的上报")
    visit, page = desk(world)
    page.route("**/leaflet/*", lambda route: route.fulfill(status=404))
    page.evaluate("location.hash = '#/map'")
    page.wait_for_selector(".map-missing")
    assert "libjs-leaflet.markercluster" in page.locator(".map-missing").inner_text()
    wait(lambda: page.locator(".map-item").count() == 1, "the list works without the library")
    assert page.locator(".notice.warn").count() == 1, "that there is no map of the community is said too"
