"""Where the map draws a report: places in the datums of Chinese phones, against two other programs."""

import math
import pathlib
import random

import eviltransform
import prcoords

from world import test

PAGES = pathlib.Path(__file__).parents[2] / "Sources/FieldpostHTTP/Pages"

RUN = """async (places) => {
    const { toWGS84, gcj02, bd09 } = await import("/console/map-datum.js");
    return places.map(([lat, lon]) => {
        const [gcj, bd] = [gcj02([lat, lon]), bd09([lat, lon])];
        const back = ([y, x], datum) => toWGS84({ lat: y, lon: x, datum });
        return { gcj, bd, fromGCJ: back(gcj, "gcj02"), fromBD: back(bd, "bd09"), same: back([lat, lon], "cgcs2000") };
    });
}"""


@test
def places_of_chinese_phones_are_drawn_where_they_are(world):
    page = world.resident().page()
    page.route("**/console/map-datum.js", lambda route: route.fulfill(path=PAGES / "console/map-datum.js"))
    dice = random.Random(11)
    places = [(22.634, 114.070)]
    places += [(22.634 + dice.uniform(-0.02, 0.02), 114.070 + dice.uniform(-0.02, 0.02)) for _ in range(300)]
    places += [(dice.uniform(18, 53), dice.uniform(74, 134)) for _ in range(300)]
    for place, told in zip(places, page.evaluate(RUN, places)):
        assert _metres(told["gcj"], prcoords.wgs_gcj(prcoords.Coords(*place), False)) < 0.001, place
        assert _metres(told["gcj"], eviltransform.wgs2gcj(*place)) < 0.1, place
        assert _metres(told["bd"], prcoords.wgs_bd(prcoords.Coords(*place), False)) < 0.001, place
        assert _metres(told["bd"], eviltransform.wgs2bd(*place)) < 0.1, place
        assert _metres(told["fromGCJ"], place) < 0.01, place
        assert _metres(told["fromBD"], place) < 0.01, place
        assert _metres(told["same"], place) == 0, place
    home = page.evaluate(RUN, places[:1])[0]
    assert 400 < _metres(home["gcj"], places[0]) < 800, "the shift is some 600 m"


@test
def a_place_that_is_none_is_not_drawn(world):
    page = world.resident().page()
    page.route("**/console/map-datum.js", lambda route: route.fulfill(path=PAGES / "console/map-datum.js"))
    told = page.evaluate("""async () => {
        const { toWGS84 } = await import("/console/map-datum.js");
        return [undefined, null, {}, { lat: 0, lon: 0 }, { lat: "22", lon: 114 },
            { lat: 22.6, lon: 114, datum: "mars" }, { lat: 51.5, lon: -0.1, datum: "gcj02" }]
            .map(place => toWGS84(place));
    }""")
    assert told[:6] == [None] * 6, told
    assert told[6] == [51.5, -0.1], "outside of China nothing is shifted"


def _metres(one, other):
    lat = math.radians((one[0] + other[0]) / 2)
    return math.hypot((one[0] - other[0]) * 111_132, (one[1] - other[1]) * 111_320 * math.cos(lat))
