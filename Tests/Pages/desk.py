"""The console at central, as an administrator has it at a desk."""

import json

from browser import Visit
from station import PASSWORD
from waiting import wait

DESK = {"viewport": {"width": 1366, "height": 900}, "is_mobile": False, "has_touch": False, "device_scale_factor": 1}
ADMIN = "陈静"
CORNERS = {"BT-01": (22.630, 114.060), "BT-02": (22.630, 114.070), "BT-03": (22.640, 114.060)}
SIDE = 0.008


def desk(world, name=ADMIN, role="admin", path="", **account):
    """A browser in which somebody has logged in at central: the visit and its page. The account is made if needed."""
    arguments = [word for key, value in account.items() for word in (f"--{key}", value)]
    world.station.central.run("access", "account", name, "--role", role, *arguments, password=PASSWORD)
    visit = Visit(world.browser, world.station.central.http, **DESK)
    world.visits.append(visit)
    page = visit.page()
    page.locator("main input").first.fill(name)
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#menu")
    if path:
        go(page, path)
    return visit, page


def go(page, path):
    """To another screen."""
    page.evaluate("hash => { location.hash = hash; }", path)


def draw_map(station, names=None):
    """Gives central a map with a square for each grid, and a building in each."""
    features = []
    for grid, (lat, lon) in CORNERS.items():
        name = (names or {}).get(grid, f"{grid} 网格")
        features.append(_square({"grid": grid, "name": name}, lat, lon, SIDE))
        features.append(_square({"name": "一栋"}, lat + SIDE / 3, lon + SIDE / 3, SIDE / 8))
    file = station.folder / "map.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    station.central.run("settings", "set", "map", "--file", str(file))


def _square(properties, lat, lon, side):
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def report(station, text, grid="BT-01", at=(0.5, 0.5), **fields):
    """Sends a report by the terminal, at a place in its grid, and waits until central has it. Its id."""
    lat, lon = CORNERS[grid]
    body = {"channel": "terminal", "grid": grid, "category": "AQ01", "text": text, "reporter": "王敏",
            "location": {"lat": round(lat + SIDE * at[0], 7), "lon": round(lon + SIDE * at[1], 7)}, **fields}
    status, answer = station.ask(station.gateway, "/v1/reports", body,
                                 headers={"Authorization": f"Bearer {station.terminal}"})
    assert status == 201, answer
    wait(lambda: station.ask(station.central, f"/v1/reports/{answer['id']}", login="李强")[0] == 200,
         "the report is at central")
    return answer["id"]
