"""What people at central do with the console, by mouse and keys."""

import datetime

import photos
from station import PASSWORD, ask
from waiting import wait

SERVICE = "坂田街道市政服务中心"
URBAN = "坂田街道城市管理办公室"
ORGANISATION = f"""organisation\t1
version\tnk-2026.1
department\t{SERVICE}\t{SERVICE}
member\t周强
department\t{URBAN}\t{URBAN}
group\tdispatcher\t指挥组\tDispatchers
member\t李强
member\t何静
grid\tBT-01\t南坑第一网格
member\t林涛
grid\tBT-02\t南坑第二网格
grid\tBT-03\t南坑第三网格
"""
TEXTS = [("AQ01", "三单元楼道内有电动车充电，拉了一根黄色的插线板"), ("SZ01", "井盖松动，车过有响声"),
         ("AQ03", "消防通道被两辆货车占用"), ("SZ02", "路灯不亮，晚上看不清台阶"), ("SR04", "烧烤店把桌子摆上人行道"),
         ("AQ02", "三楼飞线给电动车充电"), ("SR01", "垃圾桶满溢，味道很大")]


def people(station):
    """王主任 administers, 何静 dispatches, 周强 is of a department, 林涛 leads the grid BT-01, 看看 only reads."""
    grids = ",".join(station.grids)
    station.account("王主任", "--role", "admin")
    station.account("何静", "--role", "dispatcher")
    station.account("周强", "--role", "staff", "--group", "handler", "--department", SERVICE, "--grids", grids)
    station.account("林涛", "--role", "staff", "--group", "leader", "--grids", station.grids[0])
    station.account("看看", "--role", "viewer")
    setting(station, "organisation", ORGANISATION)


def setting(station, name, text):
    """Makes a text the setting for all nodes."""
    file = station.folder / f"{name}.txt"
    file.write_text(text)
    station.central.run("settings", "set", name, "--file", str(file))


def report(station, text, category="SZ01", grid="BT-01", number=0, **more):
    """A report of the terminal at the gateway, which has come to central. Gives its id."""
    body = {"channel": "terminal", "category": category, "grid": grid, "text": text, "reporter": "网格员01",
            "location": {"lat": 22.6341 + number / 2000, "lon": 114.0705 + number / 3000, "datum": "wgs84",
                         "accuracy": 8}, **more}
    status, answer = ask(station.gateway.http, "/v1/reports", body, terminal(station))
    assert status == 201, answer
    wait(lambda: station.ask(station.central, f"/v1/reports/{answer['id']}", login="李强")[0] == 200, "it is at central")
    return answer["id"]


def terminal(station):
    """The header of the terminal."""
    return {"Authorization": f"Bearer {station.terminal}"}


def seed(station, count=len(TEXTS)):
    """Reports of all kinds in all grids. Gives their ids."""
    return [report(station, f"{TEXTS[n % 7][1]}（{n + 1} 号）", TEXTS[n % 7][0], station.grids[n % len(station.grids)], n)
            for n in range(count)]


def step(station, identifier, code, who="李强", **more):
    """A step without a browser."""
    status, answer = station.ask(station.central, f"/v1/reports/{identifier}/steps", {"step": code, **more}, login=who)
    assert status in (200, 201), (code, answer)


def attach(station, identifier, data, role="scene"):
    """A photo without a browser."""
    sha256 = photos.sha256(data)
    for path, body, method in ((f"/v1/blobs/{sha256}", data, "PUT"),
                               (f"/v1/reports/{identifier}/attachments", {"sha256": sha256, "role": role}, "POST")):
        headers = {"Content-Type": "image/jpeg"} if method == "PUT" else {}
        status, answer = station.ask(station.central, path, body, login="李强", method=method, headers=headers)
        assert status in (200, 201), answer
    return sha256


def type_login(page, name, password=PASSWORD):
    """Fills in the login and sends it."""
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("form.login button[type=submit]").click()


def enter(visit, name, place="#/board", password=PASSWORD):
    """Opens an address and logs in. Gives the page that shows it, with its live stream."""
    page = visit.page(place)
    type_login(page, name, password)
    page.locator("#menu").wait_for(state="attached")
    page.locator("#link.live, body.bare").first.wait_for(state="attached")
    return page


def in_days(days):
    """A time so many days from now in China, as a field of a form takes it."""
    then = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(days=days)
    return then.strftime("%Y-%m-%dT%H:%M")


def go(page, place):
    """Another address of the same page, without loading it anew."""
    page.evaluate("place => { location.hash = place; }", place)


def row(page, identifier):
    return page.locator(f"tr[data-id='{identifier}']")


def stage(page):
    """The chip with the stage of the case that the page shows."""
    return page.locator(".case-head .chip").first


def act(page, code, pictures=(), role=None, **fields):
    """Takes a step on the page of the case: its button, the fields by their names, photos, and sends it."""
    page.locator(f"#do-{code}").click()
    page.locator("dialog.step").wait_for()
    fill(page, pictures, role, **fields)
    send(page)


def fill(page, pictures=(), role=None, **fields):
    for name, value in fields.items():
        field = page.locator(f"dialog.step #step-{name}")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    if role:
        page.locator("dialog.step select[aria-label='照片的类型']").select_option(role)
    if pictures:
        page.locator("dialog.step input[type=file]").set_input_files(photos.files(*pictures))
        page.wait_for_function("n => document.querySelectorAll('dialog.step .thumbs li').length >= n",
                               arg=len(pictures))


def send(page):
    page.locator("dialog.step button[type=submit]").click()
    page.locator("dialog.step").wait_for(state="detached")


def cookie(visit):
    """The secret of the login that this browser has, or None."""
    found = [one["value"] for one in visit.context.cookies() if "fieldpost" in one["name"]]
    return found[0] if found else None
