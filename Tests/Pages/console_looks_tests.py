"""How the screens of the console look: rules of axe, and pictures in three sizes, two schemes and two languages."""

import console
import looks
import photos
from console_map_tests import drawing, spread
from world import test

READY = {"board": "tr[data-id]", "case": ".case-text", "map": ".map-list h2", "wall": ".wall-tile", "login": "#name",
         "fleet": ".fleet-audit", "people": "table", "settings": "textarea", "me": "table.plain"}


def day(world):
    """A station in the middle of a day: cases at all stages, photos, a late one, one that waits, two grids' worth."""
    station = world.station
    console.people(station)
    console.setting(station, "map", drawing())
    ids = spread(station, 24)
    way = [("accepted", {}), ("inspected", {"reason": "现场确认"}), ("filed", {}),
           ("dispatched", {"department": console.SERVICE, "reason": "请按时限处置"}), ("handling", {}),
           ("feedback", {"reason": "已处理，请核查", "audience": "public"}), ("verified", {}), ("closed", {})]
    for number, identifier in enumerate(ids):
        for code, more in way[:number % 9]:
            console.step(station, identifier, code, **more)
    console.step(station, ids[4], "suspended", reason="雨天不能施工", until=console.in_days(35) + ":00+08:00")
    full = ids[7]
    for number, role in enumerate(("scene", "close", "before", "after")):
        console.attach(station, full, photos.photo(400 + number, size=(1600, 1200)), role)
    return station, full


def _look(world, page, screen, name):
    def ready():
        page.locator(READY[screen]).first.wait_for()
        page.wait_for_timeout(700)
    ready()
    world.look(page, f"console-{name}", sizes=looks.DESKS, ready=ready)


@test
def console_looks_of_board_and_case(world):
    _, full = day(world)
    page = world.desk().page()
    _look(world, page, "login", "login")
    console.type_login(page, "何静")
    page.locator("#link.live").wait_for()
    _look(world, page, "board", "board")
    console.go(page, f"#/case/{full}")
    _look(world, page, "case", "case")


@test
def console_looks_of_dialogs(world):
    station = world.station
    console.people(station)
    ids = console.seed(station)
    for identifier in ids[:3]:
        console.step(station, identifier, "accepted")
    page = console.enter(world.desk(), "何静", f"#/case/{ids[0]}")
    page.locator("#do-dispatched").click()
    page.locator("dialog[open]").wait_for()
    page.locator("dialog.step button[type=submit]").click()
    found = looks.rules(page, "dialog of a step")
    page.keyboard.press("Escape")
    page.locator("#edit").click()
    found += looks.rules(page, "dialog of an edit")
    page.keyboard.press("Escape")
    console.go(page, "#/board?stage=accepted")
    page.locator("#choose-all").check()
    page.keyboard.press("?")
    found += looks.rules(page, "keys")
    page.keyboard.press("Escape")
    page.locator("#exports summary").click()
    found += looks.rules(page, "files")
    console.go(page, "#/board?text=nothing")
    page.locator(".empty").wait_for()
    found += looks.rules(page, "empty list")
    console.go(page, "#/me")
    _look(world, page, "me", "me")
    assert not found, "\n".join(found)


@test
def console_looks_of_the_map(world):
    day(world)
    page = console.enter(world.desk(), "何静", "#/map?days=30")
    _look(world, page, "map", "map")


@test
def console_looks_of_the_wall(world):
    day(world)
    page = console.enter(world.desk(viewport={"width": 1920, "height": 1080}), "何静", "#/wall?page=now&hold=true")
    for name in ("now", "late", "figures", "fleet"):
        console.go(page, f"#/wall?page={name}&hold=true")
        _look(world, page, "wall", f"wall-{name}")


@test
def console_looks_of_administration(world):
    day(world)
    page = console.enter(world.desk(), "王主任", "#/fleet")
    for name, place in (("fleet", "#/fleet"), ("people", "#/people"), ("settings", "#/settings?name=organisation")):
        console.go(page, place)
        _look(world, page, name, name)
