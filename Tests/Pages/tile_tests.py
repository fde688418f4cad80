"""The layer of tiles of the map: each datum lies where reports of WGS-84 lie, and nothing is asked unless it is set."""

import io
import json
import math
import random

import console
import eviltransform
from PIL import Image

from tile_site import INTO, RADIUS, TileSite, plane
from waiting import wait
from world import test

HOSTILE = "© 底图 <img src=x onerror=document.title='hit'>"
DOT = (31, 102, 193)  # of a report that is new
PLACES = [(22.6340, 114.0700), (22.6378, 114.0650), (22.6378, 114.0752), (22.6303, 114.0648), (22.6304, 114.0751)]
COLOURS = [(255, 0, 255), (255, 140, 0), (0, 190, 0), (0, 200, 255), (150, 0, 0)]
PLANE = """async ({ datum, places }) => {
    const { planeOf } = await import("/console/map-tiles.js");
    const plane = planeOf(L, datum);
    return places.map(place => {
        const point = plane.latLngToPoint(L.latLng(place), 18);
        const back = plane.pointToLatLng(point, 18);
        return { point: [point.x, point.y], back: [back.lat, back.lng] };
    });
}"""


def _open(world, site, **member):
    """The map of a console whose setting `map` names these tiles. The policy of its page then allows their site."""
    member = {"url": site.url, "datum": site.datum, "attribution": HOSTILE, "max_zoom": 18, **member}
    console.setting(world.station, "map",
                    json.dumps({"type": "FeatureCollection", "features": [], "tiles": member}))
    visit = world.desk(viewport={"width": 1366, "height": 900})
    page = console.enter(visit, "何静", "#/map?days=30")
    page.locator(".map-ground canvas").first.wait_for()
    wait(lambda: page.locator(".map-item").count() == len(PLACES), "all reports are listed")
    return visit, page


def _only_tiles(visit, site):
    """Whatever was asked of another site was a tile."""
    assert visit.outside and all(url.startswith(site.origin + "/") for url in visit.outside), visit.outside
    visit.outside.clear()


def _centre(image, colour, around=None, reach=0):
    """The middle of the pixels of a colour, at most so far from a place."""
    width, height = image.size
    box = (0, 0, width, height) if around is None else (
        max(0, int(around[0] - reach)), max(0, int(around[1] - reach)),
        min(width, int(around[0] + reach) + 1), min(height, int(around[1] + reach) + 1))
    found = [(x + 0.5, y + 0.5) for y in range(box[1], box[3]) for x in range(box[0], box[2])
             if all(abs(one - other) < 28 for one, other in zip(image.getpixel((x, y)), colour))]
    assert len(found) > 20, (colour, around, len(found))
    return [sum(part) / len(found) for part in zip(*found)]


def _near(page):
    """How far the reports are from the middles of their rings at most, in pixels. None if that is more than one."""
    image = Image.open(io.BytesIO(page.locator(".map-ground").screenshot())).convert("RGB")
    try:
        rings = [_centre(image, colour) for colour in COLOURS]
        far = max(math.dist(ring, _centre(image, DOT, ring, RADIUS - 4)) for ring in rings)
    except AssertionError:
        return None
    return max(far, 0.001) if far <= 1 else None


def _lies(world, datum):
    """Reports lie in the rings that the tiles have around their places."""
    site = TileSite(datum, dict(zip(PLACES, COLOURS)))
    try:
        visit, page = _open(world, site)
        page.wait_for_function("""() => document.querySelectorAll(".leaflet-tile-loaded").length > 5
            && !document.querySelector(".leaflet-tile:not(.leaflet-tile-loaded)")""")
        # The map moves to the reports and the tiles come slowly into sight.
        far = wait(lambda: _near(page), f"{datum}: reports lie in the rings")
        world.note(f"{datum}: at most {far:.2f} pixels apart")
        assert page.locator(".map-credit").inner_text() == HOSTILE and page.title() != "hit"
        _only_tiles(visit, site)
    finally:
        site.close()


def _reports(world):
    console.people(world.station)
    for number, (lat, lon) in enumerate(PLACES):
        console.report(world.station, f"图上的第 {number + 1} 件", location={"lat": lat, "lon": lon, "datum": "wgs84"})


@test
def tiles_of_every_datum_lie_where_reports_lie(world):
    _reports(world)
    for datum in ("wgs84", "cgcs2000", "gcj02", "bd09"):
        _lies(world, datum)


@test
def a_click_on_tiles_of_another_datum_comes_back_to_its_place(world):
    _reports(world)
    site = TileSite("gcj02", {})
    try:
        visit, page = _open(world, site)
        dice = random.Random(7)
        places = [[22.634 + dice.uniform(-0.05, 0.05), 114.07 + dice.uniform(-0.05, 0.05)] for _ in range(400)]
        for datum in INTO:
            for place, told in zip(places, page.evaluate(PLANE, {"datum": datum, "places": places})):
                assert eviltransform.distance(*place, *told["back"]) < 0.1, (datum, place)
                wanted = plane(*INTO[datum](*place), 18)
                assert math.dist(told["point"], wanted) < 0.2, (datum, place)
        # Tiles that cannot be read are said, and everything else goes on.
        site.fails = True
        _only_tiles(visit, site)
        page.locator(".leaflet-control-zoom-out").click()
        page.locator(".leaflet-control-zoom-out").click()
        page.locator(".map-notes", has_text="底图没有读到").wait_for()
        assert page.locator(".map-item").count() == len(PLACES)
        site.fails = False
        page.locator(".leaflet-control-zoom-in").click()
        page.locator(".map-notes .notice").wait_for(state="detached")
        _only_tiles(visit, site)
    finally:
        site.close()


@test
def a_map_without_tiles_asks_nothing_of_other_sites(world):
    _reports(world)
    visit = world.desk()
    page = console.enter(visit, "何静", "#/map?days=30")
    page.locator(".map-ground canvas").first.wait_for()
    wait(lambda: page.locator(".map-item").count() == len(PLACES), "all reports are listed")
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(500)
    assert page.locator(".leaflet-tile, .map-credit").count() == 0
    assert not visit.outside, visit.outside
