"""What each role sees at the console, and what the node refuses whoever asks past it."""

import console
from waiting import wait
from world import test

ADMINISTERING = ["fleet", "people", "settings"]
# A request of the page itself, with its cookie and its guard, for what its screens do not offer.
ASK = """async ([method, path, json]) => {
    const { app } = await import("/console/app.js");
    try { return (await app.call(method, path, json ? { json } : {})).status; }
    catch (error) { return error.status; }
}"""


def _ways(page):
    return page.locator("#head nav a").evaluate_all("ways => ways.map(way => way.getAttribute('href').slice(2))")


def _ids(page):
    return page.locator("tr[data-id]").evaluate_all("rows => rows.map(row => row.dataset.id).sort()")


@test
def console_shows_each_role_what_it_may(world):
    station = world.station
    console.people(station)
    ids = console.seed(station)
    for identifier in ids[:2]:
        console.step(station, identifier, "accepted")
        console.step(station, identifier, "dispatched", department=console.SERVICE if identifier == ids[0]
                     else console.URBAN)
    steps = f"/v1/reports/{ids[0]}/steps"

    # Who only reads sees all and changes nothing.
    page = console.enter(world.desk(), "看看")
    wait(lambda: len(_ids(page)) == 7, "all are listed")
    assert _ways(page) == ["board", "map", "wall"] and page.locator("tr[data-id] input").count() == 0
    page.keyboard.press("j")
    page.keyboard.press("a")
    assert page.locator("dialog").count() == 0
    console.go(page, f"#/case/{ids[0]}")
    page.get_by_text("您的账号只能看，不能办理").first.wait_for()
    assert page.locator("#edit, [id^=do-]").count() == 0
    assert page.evaluate(ASK, ["POST", steps, {"step": "handling"}]) == 403
    _refuses_administration(page)

    # A department sees its own cases first.
    page = console.enter(world.desk(), "周强")
    wait(lambda: _ids(page) == [ids[0]], "the department's own")
    assert page.locator("#scope-department[aria-pressed=true]").count() == 1
    console.go(page, f"#/case/{ids[0]}")
    page.locator("#do-feedback").wait_for()
    assert page.locator("#do-closed, #do-dispatched, #edit").count() == 0
    page.locator("#why-not summary").click()
    page.locator("#why-not li", has_text="延时").wait_for()
    assert page.evaluate(ASK, ["POST", steps, {"step": "closed"}]) in (403, 409, 422)
    _refuses_administration(page)

    # The leader of a grid sees that grid.
    page = console.enter(world.desk(), "林涛", "#/board?list=all")
    own = sorted(ids[index] for index in (0, 3, 6))
    wait(lambda: _ids(page) == own, "the grid's own")
    for identifier, is_own in ((ids[3], True), (ids[1], False)):
        status = page.evaluate(ASK, ["GET", f"/v1/reports/{identifier}", None])
        assert (status == 200) == is_own, (identifier, status)
    console.go(page, f"#/case/{ids[1]}")
    page.locator("main .empty, main .notice").first.wait_for()
    assert console.TEXTS[1][1] not in page.content()
    console.go(page, f"#/case/{ids[0]}")
    page.locator("#do-supervised").wait_for()
    console.act(page, "supervised", reason="请加快")
    wait(lambda: any(one["stage"] == "supervised" for one in station.report(ids[0])["traces"]), "it is supervised")
    _refuses_administration(page)

    # An administrator has all screens.
    page = console.enter(world.desk(), "王主任")
    wait(lambda: len(_ids(page)) == 7, "all are listed")
    assert _ways(page) == ["board", "map", "wall", *ADMINISTERING]


def _refuses_administration(page):
    for screen in ADMINISTERING:
        console.go(page, f"#/{screen}")
        page.get_by_text("这个页面不对您开放").first.wait_for()
        console.go(page, "#/board")
        page.locator(".board").wait_for()
    for method, path, json in (("GET", "/v1/access", None), ("GET", "/v1/gateways", None), ("GET", "/v1/audit", None),
                               ("POST", "/v1/tokens", None), ("GET", "/v1/people", None),
                               ("POST", "/v1/access", {"name": "恶意", "role": "admin", "password": "long enough 1"}),
                               ("POST", "/v1/access/revoke?name=李强", None), ("PUT", "/v1/settings/map", {})):
        status = page.evaluate(ASK, [method, path, json])
        assert status == 403, (method, path, status)


@test
def console_ends_what_a_revoked_person_sees(world):
    station = world.station
    console.people(station)
    identifier = console.report(station, "只给在册的人看")
    page = console.enter(world.desk(), "何静", f"#/case/{identifier}")
    page.locator(".case-text").wait_for()
    station.central.run("access", "revoke", "何静")
    console.step(station, identifier, "accepted", reason="也只给在册的人看")
    page.locator("#name").wait_for()
    assert "只给在册的人看" not in page.content()
    # Whose role has changed logs in anew.
    page = console.enter(world.desk(), "李强", f"#/case/{identifier}")
    page.locator("#edit").wait_for()
    station.account("李强", "--role", "viewer")
    assert page.evaluate(ASK, ["POST", f"/v1/reports/{identifier}/steps", {"step": "filed"}]) not in (200, 201)
    page.locator("#name").wait_for()
    assert station.ask(station.central, f"/v1/reports/{identifier}", login="王芳")[1]["fields"]["stage"] == "accepted"
