"""The map and the wall of the console."""

import datetime
import json

import console
from waiting import wait
from world import test

CENTRES = {"BT-01": (22.6345, 114.0700), "BT-02": (22.6345, 114.0740), "BT-03": (22.6310, 114.0700)}


# How far a place of each datum is from the same place in WGS-84, there.
SHIFTS = {"wgs84": (0, 0), "gcj02": (-0.002687, 0.005131), "bd09": (0.003077, 0.011667)}


def drawing(names=lambda grid: f"{grid} 网格"):
    """The GeoJSON of the grids, each a rectangle."""
    features = []
    for grid, (lat, lon) in CENTRES.items():
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
        ring = [[lon + 0.0019 * x, lat + 0.0016 * y] for x, y in corners]
        features.append({"type": "Feature", "properties": {"grid": grid, "name": names(grid)},
                         "geometry": {"type": "Polygon", "coordinates": [ring]}})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _hours_ago(hours):
    then = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=hours)
    return then.isoformat(timespec="seconds")


def spread(station, count=30):
    """Reports all over the grids, in three datums. Gives their ids."""
    ids = []
    for number in range(count):
        grid = station.grids[number % 3]
        datum = list(SHIFTS)[number % 4 % 3]
        place = {"lat": CENTRES[grid][0] + SHIFTS[datum][0] + (number % 7 - 3) * 0.0003,
                 "lon": CENTRES[grid][1] + SHIFTS[datum][1] + (number % 5 - 2) * 0.0005, "accuracy": 9, "datum": datum}
        code, text = console.TEXTS[number % 7]
        ids.append(console.report(station, f"{text}（{number + 1} 号）", code, grid, location=place,
                                  captured_at=_hours_ago(number * 5)))
    return ids


def _has_leaflet(world, page):
    """False, with a printed reason, where the map library is not installed."""
    if not page.get_by_text("libjs-leaflet").count():
        return True
    world.note("skipped: libjs-leaflet and libjs-leaflet.markercluster are not installed")
    return False


def _shown(page):
    """How many reports the map shows: in clusters and alone, as its list counts them."""
    return int("0" + "".join(letter for letter in page.locator(".map-list h2").inner_text() if letter.isdigit()))


@test
def console_map_shows_grids_and_clusters_and_follows_filters(world):
    station = world.station
    console.people(station)
    console.setting(station, "map", drawing())
    ids = spread(station)
    for identifier in ids[:10]:
        console.step(station, identifier, "accepted")
    page = console.enter(world.desk(), "何静", "#/map")
    page.locator(".map-ground canvas, .map-missing").first.wait_for()
    if not _has_leaflet(world, page):
        return
    wait(lambda: _shown(page) == 30, "all reports are there")
    page.locator(".map-cluster").first.wait_for()
    sizes = page.locator(".map-cluster span").all_inner_texts()
    assert 10 <= sum(map(int, sizes)) <= 30, sizes
    # The grids are drawn: their ink is on the canvas.
    painted = "() => [...document.querySelectorAll('.map-ground canvas')].some(canvas => canvas.getContext('2d')" \
        ".getImageData(0, 0, canvas.width, canvas.height).data.some(byte => byte))"
    wait(lambda: page.evaluate(painted), "the grids are drawn")
    # Filters, and the address that keeps them.
    page.locator("#map-grid").select_option("BT-02")
    wait(lambda: _shown(page) == 10, "those of the grid")
    page.locator("#map-stage").select_option("accepted")
    wait(lambda: _shown(page) == 3, "those of the grid at this stage")
    page.locator("#map-text").fill("井盖")
    page.keyboard.press("Enter")
    wait(lambda: "text=" in page.url, "the search is in the address")
    count = wait(lambda: _shown(page) < 3 and _shown(page) + 1, "fewer") - 1
    other = console.enter(world.desk(), "李强", page.url.split("/", 3)[3])
    other.locator(".map-ground canvas").first.wait_for()
    wait(lambda: _shown(other) == count, "the shared address shows the same")
    assert other.locator("#map-grid").input_value() == "BT-02"
    # One that arrives is there by itself; a click on it in the list opens the case.
    console.go(page, "#/map")
    wait(lambda: _shown(page) == 30, "all again")
    new = console.report(station, "刚刚上报的一件", "AQ01", "BT-01")
    page.locator(".map-list a", has_text="刚刚上报的一件").wait_for()
    page.locator(".map-list a", has_text="刚刚上报的一件").click()
    page.wait_for_url(f"**#/case/{new}")
    page.go_back()
    page.locator(".map-ground canvas").first.wait_for()
    # The brush takes the time apart: from the right end, nothing that came before.
    handle = page.locator(".brush-handle.from")
    handle.focus()
    page.keyboard.press("End")
    wait(lambda: _shown(page) < 31, "the brush narrows")
    page.locator(".brush-play").click()
    page.locator(".brush-play").click()


@test
def console_wall_turns_by_itself_and_does_not_grow(world):
    station = world.station
    console.people(station)
    console.setting(station, "map", drawing())
    ids = console.seed(station)
    console.step(station, ids[0], "accepted")
    page = console.enter(world.desk(viewport={"width": 1920, "height": 1080}), "何静", "#/wall?seconds=5")
    at = lambda: page.locator(".wall-turns li.at").inner_text()
    page.locator(".wall-tile").first.wait_for()
    seen, sizes = [], []
    for _ in range(9):
        seen.append(at())
        sizes.append(page.evaluate("() => document.querySelectorAll('*').length"))
        page.wait_for_function("words => document.querySelector('.wall-turns li.at').textContent !== words",
                               arg=seen[-1])
    assert len(set(seen)) >= 3, seen
    turn = len(set(seen))
    assert seen[:turn] == seen[turn:2 * turn], seen
    # The first turn may begin before everything has come.
    assert sizes[2 * turn] <= sizes[turn] + 20, sizes
    # Numbers and the newest come without a touch.
    console.go(page, "#/wall?page=now&hold=true")
    console.report(station, "大屏上要看到的一件", "SZ01", "BT-01")
    page.locator(".wall-newest", has_text="大屏上要看到的一件").wait_for()
    assert page.evaluate("() => document.documentElement.scrollHeight <= innerHeight + 1"), "nothing is to be scrolled"
    smallest = page.evaluate("""() => Math.min(...[...document.querySelectorAll(".wall *")]
        .filter(one => one.checkVisibility({ opacityProperty: true }) && !one.closest(".wall-tools")
            && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
        .map(one => parseFloat(getComputedStyle(one).fontSize)))""")
    world.note(f"the smallest letters of the wall at 1920 have {smallest:.0f} pixels")
    assert smallest >= 16, smallest
