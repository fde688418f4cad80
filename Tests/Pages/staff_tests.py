"""Staff: tasks through a cut, what others did meanwhile, new reports, and terminals that are paired."""

import json

import photos
from resident_tests import WORKER
from station import PASSWORD, ask
from waiting import wait
from world import test

PLACES = ["一号楼", "二号楼", "三号楼", "四号楼", "五号楼"]


def seed(station, count=5):
    """So many reports of a terminal that the desk has accepted. Gives their ids by the texts."""
    ids = {}
    for number in range(count):
        place = PLACES[number % len(PLACES)]
        body = {"channel": "terminal", "category": ["SZ01", "AQ03", "SR01", "SZ02", "AQ01"][number % 5],
                "grid": station.grids[number % 2], "text": f"{place}门前有问题 {number}",
                "location": {"lat": 22.6341 + number / 1000, "lon": 114.07, "datum": "wgs84"}}
        if number == 0:
            body["priority"] = "urgent"
        status, answer = ask(station.gateway.http, "/v1/reports", body, {"Authorization": f"Bearer {station.terminal}"},
                             tls=station.gateway.certificate is not None)
        assert status == 201, answer
        ids[body["text"]] = answer["id"]
        step(station, answer["id"], {"step": "accepted"}, "王芳")
    return ids


def step(station, report, body, who):
    status, answer = station.ask(station.gateway, f"/v1/reports/{report}/steps", body, login=who)
    assert status in (200, 201), answer


def enter(page, name="赵敏"):
    """Logs in with name and password."""
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("form button[type=submit]").tap()
    page.locator("#tab-all").wait_for()
    wait(lambda: page.evaluate("""async () => {
        const { state } = await import("/staff/state.js");
        return state.form.categories.length === 71 && state.me.groups.length > 0;
    }"""), "the form's data and the person's group are on the phone")


def take(page, report, kind, result, reason="", pictures=()):
    """Opens a task and does a work of it. The page keeps it whether the node answers or not."""
    base = page.url.split("#")[0]
    page.goto(f"{base}#/tasks")
    page.locator("#tab-all").tap()
    page.locator(f"a.card[href='#/case/{report}']").tap()
    page.locator(f"a[href='#/step/{report}/{kind}']").tap()
    page.locator(f"label.choice:has(input[value={result}])").tap()
    if pictures:
        with page.expect_file_chooser() as choosing:
            page.locator("label.file:has(input[multiple])").first.tap()
        choosing.value.set_files(photos.files(*pictures))
        page.wait_for_function("n => document.querySelectorAll('.thumbs img').length >= n", arg=len(pictures))
    if reason:
        page.locator("#reason").fill(reason)
    page.locator("form button[type=submit]").tap()
    page.wait_for_url(f"**#/case/{report}")


def unsent(page):
    """How many things the page says are not sent yet."""
    return page.evaluate("""async () => {
        const { unsent } = await import("/staff/state.js");
        return unsent().length;
    }""")


def _five_tasks(world):
    station = world.station
    ids = seed(station)
    visit = world.staff()
    page = visit.page("staff")
    page.locator("#name").wait_for()
    world.look(page, "staff-login")
    enter(page)
    page.locator("#tab-all").tap()
    wait(lambda: page.locator("a.card").count() == 5, "five tasks are listed")
    world.look(page, "staff-tasks")
    # Everything that forms need is on the phone before the link goes.
    wait(lambda: page.evaluate("""async () => {
        const { state } = await import("/staff/state.js");
        return state.details.size === 5 && state.form.categories.length === 71;
    }"""), "the cases are on the phone")
    if world.secure:
        wait(lambda: page.evaluate(WORKER) == "activated", "the worker has all files")
    page.wait_for_timeout(1500)
    visit.relay.cut()
    works = [("inspected", "", 2), ("inspected", "井盖已围挡", 1), ("absent", "现场没有发现", 0), ("unclear", "大门锁着", 0),
             ("inspected", "", 1)]
    made = []
    for number, ((text, report), (result, reason, count)) in enumerate(zip(ids.items(), works)):
        pictures = [photos.photo(100 + 3 * number + n, size=(1600, 1200)) for n in range(count)]
        take(page, report, "check", result, reason, pictures)
        made.append((report, result, reason, count))
        if number == 0:
            world.look(page, "staff-case-waiting")
    assert unsent(page) == 5
    # Meanwhile the desk ends one of these cases, and others go on.
    step(station, made[4][0], {"step": "voided", "reason": "重复上报"}, "王芳")
    page.goto(page.url.split("#")[0] + "#/queue")
    page.locator("#title").wait_for()
    world.look(page, "staff-queue-offline")
    return station, visit, page, made


def _all_arrived(station, page, made):
    wait(lambda: unsent(page) == 0, "all is sent")
    for report, result, reason, count in made:
        whole = wait(lambda: len((found := station.report(report))["attachments"]) == count and any(
            trace["author"] == "赵敏" for trace in found["traces"]) and found, f"{result} and its photos at central")
        own = [trace for trace in whole["traces"] if trace["author"] == "赵敏"]
        assert [trace["step"] if "step" in trace else trace["stage"] for trace in own] == [result], json.dumps(
            whole["traces"], ensure_ascii=False)
        assert not reason or reason in json.dumps(own, ensure_ascii=False)
        for row in whole["attachments"]:
            assert row["role"] == "scene", row
            data = wait(lambda: station.holds(row["sha256"]), "the bytes of a photo at central")
            assert photos.sha256(data) == row["sha256"]


@test
def staff_work_five_tasks_through_a_cut(world):
    station, visit, page, made = _five_tasks(world)
    visit.relay.heal()
    _all_arrived(station, page, made)
    # Of what the desk did meanwhile the page tells, in words.
    page.goto(page.url.split("#")[0] + f"#/case/{made[4][0]}")
    wait(lambda: "王芳" in page.locator("main").inner_text(), "who did what meanwhile is told")
    world.look(page, "staff-conflict")
    page.goto(page.url.split("#")[0] + "#/queue")
    page.locator("#title").wait_for()
    world.look(page, "staff-queue-done")


@test
def staff_work_offline_after_closing_the_tab(world):
    """At the safe address the page opens from its worker with nothing reachable, and shows the person's tasks."""
    world.secure = True
    station, visit, page, made = _five_tasks(world)
    page.close()
    page = visit.page("staff")
    page.locator("#tab-all").wait_for()
    wait(lambda: unsent(page) == 5, "what was made is on the phone")
    page.locator("#tab-all").tap()
    wait(lambda: page.locator("a.card").count() == 5, "the tasks are on the phone")
    visit.relay.heal()
    if page.locator("a[href='#/login']").count():
        page.locator("a[href='#/login']").first.tap()
        page.locator("#password").fill(PASSWORD)
        page.locator("form button[type=submit]").tap()
    _all_arrived(station, page, made)


@test
def an_urgent_report_takes_staff_three_taps(world):
    station, visit = world.station, world.staff()
    page = visit.page("staff")
    enter(page)
    page.locator("#new").tap()
    page.locator("#text").fill("普通上报")
    page.locator("#grid").select_option("BT-02")
    world.look(page, "staff-new-report")
    page.locator("form button[type=submit]").first.tap()
    wait(lambda: station.reports("普通上报"), "the ordinary one at central")
    # The phone knows the grid now.
    page.wait_for_url("**#/tasks")
    visit.taps = 0
    page.locator("#urgent").tap()
    page.locator("[data-code=AQ03]").first.tap()
    page.locator("form button[type=submit]").tap()
    page.wait_for_url("**#/tasks")
    assert visit.taps == 3, visit.taps
    report = wait(lambda: [row for row in station.reports() if row["fields"].get("priority") == "urgent"],
                  "the urgent one at central")[0]
    assert report["fields"]["category"] == "AQ03" and report["history"][0]["author"] == "赵敏", report


@test
def a_wrong_password_and_a_revoked_account_are_told(world):
    station, visit = world.station, world.staff()
    page = visit.page("staff")
    page.locator("form button[type=submit]").tap()
    world.look(page, "staff-login-faults")
    page.locator("#name").fill("赵敏")
    page.locator("#password").fill("wrong")
    page.locator("form button[type=submit]").tap()
    wait(lambda: page.get_by_role("alert").inner_text(), "it is told")
    world.look(page, "staff-login-refused")
    enter(page)
    ids = seed(station, 1)
    report = next(iter(ids.values()))
    page.locator("#tab-all").tap()
    wait(lambda: page.locator("a.card").count() == 1, "the task is listed")
    page.wait_for_timeout(1500)
    visit.relay.cut()
    take(page, report, "check", "inspected", "看过了")
    station.central.run("access", "revoke", "赵敏")
    wait(lambda: station.ask(station.gateway, "/v1/tasks", login="赵敏")[0] == 401, "the gateway has heard of it")
    visit.relay.heal()
    page.get_by_text("登录").first.wait_for()
    wait(lambda: page.locator("a[href='#/login']").count(), "the page asks to log in again")
    assert unsent(page) == 1, "what was made is kept"
    world.look(page, "staff-login-lost")


@test
def a_terminal_is_paired_by_a_code(world):
    station = world.station
    seed(station, 1)
    phone, terminal = world.staff(), world.staff()
    desk = phone.page("staff")
    enter(desk)
    desk.goto(phone.url + "staff#/me")
    desk.locator("#make-code").tap()
    code = desk.locator("#pair-code").inner_text()
    world.look(desk, "staff-me")
    page = terminal.page("staff")
    page.get_by_role("button", name="终端").tap()
    page.locator("#token").fill(station.terminal)
    page.locator("form button[type=submit]").tap()
    page.locator("#code").fill(code)
    page.locator("form button[type=submit]").tap()
    page.locator("#tab-all").tap()
    wait(lambda: page.locator("a.card").count() == 1, "the terminal lists the person's tasks")
    # A reload needs no password: the terminal acts for the person until the pairing ends.
    page.reload()
    page.locator("#tab-all").tap()
    wait(lambda: page.locator("a.card").count() == 1, "and again after a reload")
