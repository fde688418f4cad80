"""Logins at the console: who gets in, who does not and why, and how logins end."""

import console
from station import PASSWORD, ROOT, ask
from waiting import wait
from world import test


@test
def console_logins_say_why_and_lock_nobody_else_out(world):
    station = world.station
    console.people(station)
    first, stranger = world.desk(), world.desk()
    page = console.enter(first, "何静")
    # Somebody at the address of 何静 guesses the password of 李强, and somebody elsewhere too.
    for visit in (stranger, first):
        other = world.browser.chromium.new_context()
        guess = other.new_page()
        guess.goto(visit.url)
        guess.locator("#name").wait_for()
        console.type_login(guess, "李强", "wrong password")
        fault = guess.locator("#login-fault")
        fault.get_by_text("姓名或密码不对").first.wait_for()
        wait(lambda: guess.locator("#password").input_value() == "", "the wrong password is gone")
        assert guess.locator("#name").input_value() == "李强"
        answers = []
        while 429 not in answers and len(answers) < 60:
            with guess.expect_response(lambda answer: answer.request.method == "POST") as posted:
                console.type_login(guess, "李强", f"wrong password {len(answers)}")
            answers.append(posted.value.status)
        assert len(answers) >= 9 and 429 in answers, answers
        fault.get_by_text("尝试次数太多").first.wait_for()
        other.close()
    # 何静 gets in again at that very address, and 李强 at another one.
    page.locator("#menu summary").click()
    page.locator("#logout").click()
    page.locator("#name").wait_for()
    console.type_login(page, "何静")
    page.locator("#menu").wait_for()
    third = console.enter(world.desk(), "李强")
    third.locator("#menu", has_text="李强").wait_for()


@test
def console_shows_nothing_without_a_login_and_comes_back_to_the_shared_place(world):
    station = world.station
    console.people(station)
    identifier = console.report(station, "井盖松动，只有登录的人能看")
    visit = world.desk()
    page = visit.page(f"#/case/{identifier}")
    page.locator("#name").wait_for()
    assert "井盖松动" not in page.content()
    console.type_login(page, "何静")
    page.locator(".case-text", has_text="井盖松动").wait_for()
    # Another tab of this browser is in already, and hears what changes.
    tab = visit.page(f"#/case/{identifier}")
    tab.locator(".case-text").wait_for()
    tab.locator("#link.live").wait_for()
    console.step(station, identifier, "accepted")
    for one in (page, tab):
        one.locator("#do-filed").wait_for()
    # Logging out leaves nothing in either tab, and ends the login at the node.
    secret = console.cookie(visit)
    page.locator("#menu summary").click()
    page.locator("#logout").click()
    for one in (page, tab):
        one.locator("#name").wait_for()
        assert "井盖松动" not in one.content()
    assert console.cookie(visit) in (None, "")
    status, _ = ask(station.central.http, "/v1/session", headers={"Cookie": f"fieldpost={secret}"})
    assert status == 401, status


@test
def console_logins_are_listed_ended_and_end_with_a_new_password(world):
    console.people(world.station)
    here, there = world.desk(), world.desk()
    page = console.enter(here, "何静", "#/me")
    other = console.enter(there, "何静")
    page.reload()
    page.locator("table.plain tbody tr").nth(1).wait_for()
    assert page.get_by_text("就是这里").count() == 1
    page.get_by_role("button", name="结束").click()
    other.locator("#name").wait_for()
    other.get_by_text("登录已结束").first.wait_for()
    wait(lambda: page.locator("table.plain tbody tr").count() == 1, "one login is left")
    # A wrong old password changes nothing, and says so.
    new = "坂田 2026 another horse"
    for old, words in (("wrong password", "现在的密码不对"), (PASSWORD, "")):
        page.locator("#old").fill(old)
        page.locator("#new").fill("short")
        page.locator("#again").fill("short")
        page.get_by_role("button", name="修改密码").click()
        page.locator("#password-fault", has_text="至少").wait_for()
        page.locator("#new").fill(new)
        page.locator("#again").fill(new)
        page.get_by_role("button", name="修改密码").click()
        if words:
            page.locator("#password-fault", has_text=words).wait_for()
    page.locator("#name").wait_for()
    console.type_login(page, "何静")
    page.get_by_text("姓名或密码不对").first.wait_for()
    console.type_login(page, "何静", new)
    page.locator("#menu").wait_for()


@test
def console_has_no_anonymous_read(world):
    """Of all paths of the API, at central's port of the console."""
    station = world.station
    identifier = console.report(station, "井盖松动")
    names = _paths()
    assert len(names) > 40, names
    told = []
    for name in names:
        path = name.replace("{id}", identifier).replace("{sha256}", "0" * 64).replace("{name}", "organisation")
        status, _ = ask(station.central.http, path)
        if status == 200:
            told.append(name)
    assert sorted(told) == OPEN, told


MORE = ["/v1/live", "/v1/export?format=csv", "/v1/export?format=geojson", "/v1/map", "/v1/access", "/v1/settings",
        "/v1/gateways", "/v1/tokens", "/v1/audit", "/v1/incidents", "/v1/quarantine", "/v1/people", "/v1/sessions"]
# What anybody may ask: whether the node lives, and the categories and grids that a form offers.
OPEN = ["/healthz", "/v1/form"]


def _paths():
    lines = (ROOT / "Protocol/openapi.yaml").read_text().splitlines()
    return [line.strip()[:-1] for line in lines if line.startswith("  /") and line.endswith(":")] + MORE


@test
def console_over_tls_has_a_cookie_bound_to_this_host(world):
    world.about = {"central_certificate": world.browser.certificate}
    station = world.station
    console.people(station)
    visit = world.desk()
    page = console.enter(visit, "何静")
    kept = visit.context.cookies()
    assert [one["name"] for one in kept] == ["__Host-fieldpost"], kept
    assert kept[0]["secure"] and kept[0]["httpOnly"] and kept[0]["sameSite"] == "Strict", kept
    page.reload()
    page.locator("#link.live").wait_for()
