"""What pages of others, planted cookies, strange addresses and hostile texts do to the console: nothing."""

import http.client

import console
from console_map_tests import CENTRES, drawing
from hostile_tests import ALL, IMAGE, TEXTS
from other_site import FRAME, TRY, OtherSite, tries
from station import PASSWORD, ask
from waiting import wait
from world import test

# What no text may make: scripts in the page, pictures from elsewhere, handlers, frames.
FOREIGN = """() => [...document.querySelectorAll("script:not([src]), iframe, object, embed, base, svg[onload], img")]
    .filter(one => !(one.tagName === "IMG" && /^(blob:|\\/v1\\/blobs\\/|\\/leaflet\\/)/.test(one.getAttribute("src"))))
    .concat([...document.querySelectorAll("*")].filter(element => [...element.attributes]
        .some(attribute => /^on/i.test(attribute.name) || /^\\s*javascript:/i.test(attribute.value))))
    .map(element => element.outerHTML.slice(0, 120))"""


@test
def console_refuses_what_pages_of_others_send(world):
    station = world.station
    console.people(station)
    identifier = console.report(station, "只有登录的人能办理")
    visit = world.desk()
    page = console.enter(visit, "何静", f"#/case/{identifier}")
    page.locator("#do-accepted").wait_for()
    secret = console.cookie(visit)
    site = OtherSite()
    try:
        for origin in site.origins:
            evil = visit.context.new_page()
            evil.goto(origin)
            said = evil.evaluate(TRY, tries(visit.url, identifier, "看看", PASSWORD))
            readable = [one for one in said if not one.endswith(": refused") and "opaque 0" not in one]
            assert not readable, (origin, readable)
            # The console in a frame of theirs is empty.
            assert evil.evaluate(FRAME, visit.url) is True
            assert not any(frame.url.startswith(visit.url) and frame.query_selector("#name, #menu")
                           for frame in evil.frames)
            evil.close()
            assert console.cookie(visit) == secret, "the login is still the own one"
    finally:
        site.close()
    # These were meant to be refused; the browser says so in its console.
    visit.faults.clear()
    visit.outside.clear()
    report = station.report(identifier)
    assert report["traces"] == [] and report["fields"].get("stage") is None, report["traces"]
    # The person themselves goes on.
    console.act(page, "accepted")
    wait(lambda: station.report(identifier)["traces"], "the own step is taken")


@test
def console_wants_the_guard_with_each_change(world):
    """Whoever has only the cookie, as a browser sends it by itself, changes nothing."""
    station = world.station
    console.people(station)
    identifier = console.report(station, "井盖松动")
    visit = world.desk()
    console.enter(visit, "王主任")
    cookie = {"Cookie": f"fieldpost={console.cookie(visit)}"}
    port = station.central.http
    assert ask(port, "/v1/reports", headers=cookie)[0] == 200
    guard = ask(port, "/v1/session", headers=cookie)[1]["guard"]
    other = ask(port, "/v1/session", {"name": "何静", "password": PASSWORD})[1]["guard"]
    changes = [("POST", f"/v1/reports/{identifier}/steps", {"step": "accepted"}),
               ("POST", "/v1/steps", {"steps": [{"report": identifier, "step": "accepted"}]}),
               ("PATCH", f"/v1/reports/{identifier}", {"text": "anders"}),
               ("POST", f"/v1/reports/{identifier}/notes", {"text": "Notiz"}), ("POST", "/v1/tokens", None),
               ("POST", "/v1/access", {"name": "恶意", "role": "admin", "password": "long enough 1"}),
               ("POST", "/v1/access/revoke?name=何静", None), ("PUT", "/v1/settings/map", {}),
               ("DELETE", "/v1/sessions?id=1", None)]
    for method, path, body in changes:
        for value in (None, "", "0", guard[:-1], guard.upper(), other, console.cookie(visit)):
            headers = {**cookie, **({} if value is None else {"Fieldpost-Guard": value})}
            status, answer = ask(port, path, body if body is not None else b"", headers, method)
            assert status == 403 or value == guard.upper() == guard, (method, path, value, status, answer)
    assert station.report(identifier)["traces"] == []
    status, answer = ask(port, changes[0][1], changes[0][2], {**cookie, "Fieldpost-Guard": guard})
    assert status in (200, 201), answer


@test
def console_login_takes_no_planted_cookie_and_leads_nowhere_else(world):
    station = world.station
    console.people(station)
    visit = world.desk()
    planted = "0123456789abcdef0123456789abcdef"
    visit.context.add_cookies([{"name": "fieldpost", "value": planted, "url": visit.url}])
    page = visit.page()
    page.locator("#name").wait_for()
    console.type_login(page, "何静")
    page.locator("#menu").wait_for()
    first = console.cookie(visit)
    assert first != planted
    port = station.central.http
    assert ask(port, "/v1/session", headers={"Cookie": f"fieldpost={planted}"})[0] == 401
    # A login of another person, planted while nobody is in: whoever logs in gets an own one.
    page.locator("#menu summary").click()
    page.locator("#logout").click()
    page.locator("#name").wait_for()
    assert ask(port, "/v1/session", headers={"Cookie": f"fieldpost={first}"})[0] == 401
    status, answer = ask(port, "/v1/session", {"name": "看看", "password": PASSWORD})
    assert status == 201, answer
    console.type_login(page, "李强")
    page.locator("#menu", has_text="李强").wait_for()
    second = console.cookie(visit)
    assert second not in (first, planted)
    flags = next(one for one in visit.context.cookies() if one["name"].endswith("fieldpost"))
    assert flags["httpOnly"] and flags["sameSite"] == "Strict" and flags["path"] == "/", flags
    assert page.evaluate("() => document.cookie") == ""
    # No address leads to another site, before the login or after it.
    for way in ("#//other.test/", "#/https://other.test/", "#/board?next=https://other.test/",
                "?next=//other.test/#/board", "#/case//other.test",
                "#javascript:alert(1)", "#/__proto__", "#/constructor"):
        page.goto("about:blank")
        page.goto(visit.url + way)
        page.locator("#menu").wait_for()
        page.wait_for_timeout(300)
        assert page.url.startswith(visit.url), (way, page.url)
        ways = page.evaluate("() => [...document.querySelectorAll('a, form, area')].map(one => one.href ?? one.action)")
        assert all(one.startswith(visit.url) for one in ways), (way, ways)
    for path in ("//other.test/", "/\\other.test/", "/%2f%2fother.test", "/https://other.test/", "/..//other.test",
                 "/console", "/console/", "/leaflet/../../etc/passwd", "/leaflet/..%2f..%2fetc%2fpasswd"):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        line.putrequest("GET", path, skip_host=True)
        line.putheader("Host", "other.test")
        line.endheaders()
        answer = line.getresponse()
        body = answer.read()
        assert answer.getheader("Location") is None and answer.status in (400, 404), (path, answer.status)
        assert b"root:" not in body
        line.close()


def _hostile_station(world):
    """A station where every name and text tries to be more than text. Gives the id of a case that has all of them."""
    world.about = {"name": f"南坑{IMAGE}", "is_cuttable": True}
    station = world.station
    console.people(station)
    tabless = ALL.replace("\u202e", "").replace("\u202d", "")
    console.setting(station, "organisation", console.ORGANISATION
                    + f"department\t{IMAGE}\t{IMAGE}\ngrid\tBT-04\t第四{IMAGE}\n")
    console.setting(station, "map", drawing(lambda grid: f"{grid}{IMAGE}"))
    station.account(f"{IMAGE}甲", "--role", "dispatcher", "--department", IMAGE)
    station.central.run("token", "create", "--name", f"T{IMAGE}"[:64])
    lat, lon = CENTRES["BT-01"]
    identifier = console.report(station, ALL, "AQ01", location={"lat": lat, "lon": lon, "datum": "wgs84"},
                                reporter=IMAGE, device=TEXTS[1])
    for code, more in (("accepted", {"reason": tabless}), ("filed", {"reason": ALL}),
                       ("dispatched", {"department": IMAGE, "reason": TEXTS[1], "audience": "public"}),
                       ("assigned", {"assignee": f"{IMAGE}甲"})):
        console.step(station, identifier, code, **more)
    status, answer = station.ask(station.central, f"/v1/reports/{identifier}/notes", {"text": ALL}, login="李强")
    assert status in (200, 201), answer
    return station, identifier


@test
def console_shows_hostile_texts_as_texts(world):
    station, identifier = _hostile_station(world)
    version = station.report(identifier)["version"]
    wait(lambda: station.report(identifier, station.gateway)["version"] == version, "the gateway has all")
    # A conflict of hostile values, too.
    station.link.cut()
    headers = {**console.terminal(station), "If-Match": f"\"{version}\""}
    ask(station.gateway.http, f"/v1/reports/{identifier}", {"text": TEXTS[3], "author": IMAGE}, headers, "PATCH")
    status, _ = station.ask(station.central, f"/v1/reports/{identifier}", {"text": TEXTS[1]}, "李强", "PATCH",
                            {"If-Match": f"\"{version}\""})
    assert status == 200
    station.link.heal()
    wait(lambda: station.report(identifier)["conflict"], "the conflict is there")
    visit = world.desk()
    page = console.enter(visit, "王主任", f"#/case/{identifier}")
    page.locator("#conflicts").wait_for()
    for text in (TEXTS[1], TEXTS[3], IMAGE, "反转", "{{constructor", f"南坑{IMAGE}"):
        assert text in page.locator("main").inner_text(), f"{text!r} is not shown as it is"
    for selector in ("#do-note", "#edit", "#do-dispatched"):
        page.locator(selector).click()
        page.locator("dialog[open]").wait_for()
        assert page.evaluate(FOREIGN) == [], selector
        page.keyboard.press("Escape")
    places = {"#/board": "tr[data-id]", f"#/board?text={IMAGE}&department={IMAGE}": ".board",
              "#/board?list=all&stage=<script>alert(1)</script>": ".board", "#/map?days=30": ".map-list",
              f"#/map?text={IMAGE}&grid={IMAGE}&category={IMAGE}": ".map-list", 
              "#/wall?page=now&hold=true": ".wall-newest li",
              "#/wall?page=late&hold=true": ".wall-page", "#/wall?page=figures&hold=true": ".wall-page",
              "#/wall?page=fleet&hold=true": ".wall-page", "#/fleet": ".fleet-audit", "#/people": "table",
              f"#/people?find={IMAGE}": "table", "#/settings?name=organisation": "textarea",
              "#/settings?name=map": "textarea", f"#/settings?name={IMAGE}": ".settings-text", "#/me": "table.plain"}
    for place, selector in places.items():
        console.go(page, place)
        page.locator(selector).first.wait_for()
        page.wait_for_timeout(700)
        found = page.evaluate(FOREIGN)
        assert found == [], (place, found)
    console.go(page, "#/people")
    page.locator("tr", has_text=f"{IMAGE}甲").get_by_role("button").click()
    page.locator("dialog[open]").wait_for()
    assert page.evaluate(FOREIGN) == []
    # A tooltip of the map is text, too.
    page.keyboard.press("Escape")
    console.go(page, "#/map?days=30&grid=BT-01")
    page.locator(".map-ground canvas, .map-missing").first.wait_for()
    page.wait_for_timeout(1500)
    ground = page.locator(".map-ground").bounding_box()
    for step in range(40):
        page.mouse.move(ground["x"] + ground["width"] * (0.3 + 0.01 * step), ground["y"] + ground["height"] / 2)
    assert page.evaluate(FOREIGN) == []
