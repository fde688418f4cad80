"""The residents' form without script, as WeChat's oldest views and careful people have it."""

import photos
from waiting import wait
from world import test


def _open(world):
    visit = world.resident(java_script_enabled=False)
    return visit, visit.page()


def _fill(page, text="三单元门口井盖松动，晚上看不见。"):
    page.get_by_label("类别").select_option("SZ01")
    page.get_by_label("网格").select_option("BT-01")
    page.get_by_label("情况说明").fill(text)
    page.get_by_label("地点").fill("A栋三单元门口")


def _submit(page, words="提交"):
    with page.expect_navigation():
        page.get_by_role("button", name=words).tap()


@test
def the_form_works_without_script(world):
    station = world.station
    visit, page = _open(world)
    assert "南坑社区工作站" in page.locator("body").inner_text()
    assert page.get_by_label("类别").locator("option").count() == 72
    _fill(page)
    pictures = [photos.photo(seed, size=(1600, 1200)) for seed in (20, 21)]
    chosen = photos.written(world.browser.folder, *pictures)
    page.get_by_label("照片").set_input_files(chosen)
    _submit(page)
    shown = page.locator("body").inner_text()
    assert "已收到" in shown and "井盖" not in shown, shown
    secret = page.locator("output.secret").inner_text().strip()
    report = wait(lambda: station.reports("井盖松动"), "the report is at central")[0]
    fields = report["fields"]
    assert fields["category"] == "SZ01" and fields["grid"] == "BT-01" and fields["channel"] == "suishoupai"
    assert "A栋三单元门口" in fields["text"], fields
    assert {row["sha256"] for row in report["attachments"]} == {photos.sha256(data) for data in pictures}
    for data in pictures:
        wait(lambda: station.holds(photos.sha256(data)) == data, "the photo is at central, byte for byte")
    page.reload()
    assert len(station.reports()) == 1, "a form that is sent again reports nothing new"
    assert page.locator("output.secret").inner_text().strip() == secret
    # What became of it, without a script and without an address that names the secret.
    status, answer = station.ask(station.central, f"/v1/reports/{report['id']}/steps", {"step": "accepted"}, login="李强")
    assert status in (200, 201), answer
    wait(lambda: station.report(report["id"], station.gateway)["traces"], "the gateway has heard of the step")
    _submit(page, "查看进展")
    shown = page.locator("body").inner_text()
    assert "受理" in shown and "井盖缺损" in shown and "A栋三单元门口" not in shown, shown
    assert secret not in page.url


@test
def the_pages_without_script_look_right(world):
    """With the script kept away from a browser that has scripts, since the checks are scripts themselves."""
    visit = world.resident()
    visit.context.route("**/*.js", lambda route: route.abort())
    page = visit.page()
    page.locator("summary").tap()
    world.look(page, "plain-form", scripted=False)
    _submit(page)
    world.look(page, "plain-fault", scripted=False)
    page.go_back()
    _fill(page)
    _submit(page)
    world.look(page, "plain-received", scripted=False)
    _submit(page, "查看进展")
    world.look(page, "plain-progress", scripted=False)


@test
def without_script_contact_data_is_sealed(world):
    station = world.station
    station.central.run("sealing", "rotate")
    wait(lambda: station.ask(station.gateway, "/v1/form")[1]["contact"], "the gateway knows the key")
    _, page = _open(world)
    _fill(page, "路灯不亮")
    page.locator("summary").tap()
    page.get_by_label("姓名").fill("李阿姨")
    page.get_by_label("电话").fill("13800001234")
    _submit(page)
    report = wait(lambda: station.reports("路灯不亮"), "the report is at central")[0]
    assert "13800001234" not in str(report) and "李阿姨" not in str(report)
    journal = b"".join(file.read_bytes() for file in station.gateway.folder.rglob("*") if file.is_file())
    assert b"13800001234" not in journal and "李阿姨".encode() not in journal


@test
def without_script_errors_say_what_to_do(world):
    station = world.station
    visit, page = _open(world)
    no_photo = [{"name": "账单.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" + bytes(4000)}]
    for name, text, chosen in (("nothing", "", []), ("no-photo", "看附件", no_photo)):
        page.goto(visit.url)
        page.get_by_label("情况说明").fill(text)
        page.get_by_label("照片").set_input_files(chosen)
        _submit(page)
        _explains(page, name)
        page.go_back()
        assert page.get_by_label("情况说明").input_value() == text, "what was written is still there"
    # What this form cannot send, and other programs can.
    for name, parts in {"a text that is too long": {"text": "很长" * 30000}, "a stage": {"text": "x", "stage": "closed"},
                        "a field that is not there": {"text": "x", "colour": "red"}}.items():
        answer = visit.context.request.post(f"http://127.0.0.1:{visit.relay.port}/report", multipart=parts)
        assert 400 <= answer.status < 500 and "text/html" in answer.headers["content-type"], (name, answer.status)
        page.set_content(answer.text())
        _explains(page, name)
    assert not station.reports(node=station.gateway), "nothing of these was reported"


def _explains(page, name):
    shown = page.locator("body").inner_text()
    assert page.locator("h1").count() == 1 and page.locator("html").get_attribute("lang"), (name, shown)
    assert any(word in shown for word in ("没有收下", "没有完成")), (name, shown)
    assert "请" in shown, (name, shown)
    assert page.locator("a[href], form").count(), f"{name}: the page gives a way back"
