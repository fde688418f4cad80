"""Administration at the console: gateways that ask to join, people, and settings."""

import re
import subprocess

import console
from station import BINARY, CLEAN, PASSWORD, Node
from waiting import wait
from world import test


class _Stranger:
    """A gateway that asks to be enrolled without a token, and waits for a person at central. `words` are the six that
    it shows."""

    def __init__(self, station, name="南坑二号站"):
        self.node = Node("gateway", station.folder / "second", [
            "--name", name, "--dial", f"127.0.0.1:{station.listen}", "--grids", "BT-04,BT-05"])
        self.node.start()
        self._said = station.folder / "said"
        with open(self._said, "wb") as output:
            self.asking = subprocess.Popen(
                [BINARY, "enroll", "--configuration", str(self.node.configuration)], env=CLEAN,
                stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        self.words = wait(self._words, "the gateway shows six words")

    def _words(self):
        found = re.search(r"\b[a-z]+(?:-[a-z]+){5}\b", self._said.read_text())
        return found and found.group().split("-")

    def end(self):
        self.asking.kill()
        self.asking.wait(20)
        self.node.kill()


@test
def console_approves_a_gateway_by_its_six_words(world):
    station = world.station
    console.people(station)
    page = console.enter(world.desk(), "王主任", "#/fleet")
    page.locator(".fleet-table tr", has_text="南坑社区工作站").wait_for()
    stranger = _Stranger(station)
    try:
        card = page.locator(".fleet-pending li.card", has_text="南坑二号站")
        card.wait_for()
        card.locator(".fleet-words li").nth(5).wait_for()
        assert card.locator(".fleet-words li").all_inner_texts() == stranger.words
        card.get_by_role("button", name="批准").click()
        dialog = page.locator("dialog")
        dialog.locator(".fleet-words li").nth(5).wait_for()
        assert dialog.locator(".fleet-words li").all_inner_texts() == stranger.words
        # Nobody approves without having compared.
        dialog.get_by_role("button", name="批准").click()
        dialog.get_by_text("请先核对六个词").first.wait_for()
        dialog.locator("#compared").check()
        dialog.get_by_role("button", name="批准").click()
        dialog.wait_for(state="detached")
        page.locator(".fleet-table tr", has_text="南坑二号站").wait_for()
        assert stranger.asking.wait(60) == 0, "the gateway is told"
        # What was done, and by whom, is in the audit list.
        wait(lambda: "王主任" in page.locator(".fleet-audit").inner_text(), "the audit list names who did it")
        # Compared anew from the beginning.
        row = page.locator(".fleet-table tr", has_text="南坑二号站")
        row.get_by_text("在线").first.wait_for(timeout=120_000)
        row.get_by_role("button").click()
        page.locator("dialog").get_by_role("button", name="核对数据").click()
        page.locator("#resync-mode").select_option("full")
        page.locator("dialog").get_by_role("button", name="开始").click()
        page.locator("dialog").get_by_text("已重新拉取").first.wait_for(timeout=120_000)
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        # What came of it stays in the row. A job of a gateway that is gone waits there, can be paused and cancelled.
        row.get_by_role("button", name="从头重新拉取").wait_for()
        stranger.node.kill()
        row.get_by_text("断开").first.wait_for(timeout=120_000)
        row.get_by_role("button", name="操作").click()
        page.locator("dialog").get_by_role("button", name="核对数据").click()
        page.locator("dialog").get_by_role("button", name="开始").click()
        page.locator("dialog").get_by_text("等待网关连线").first.wait_for()
        page.keyboard.press("Escape")
        job = row.get_by_role("button", name="只核对，不补：等待网关连线")
        job.click()
        page.locator("#resync-pause").click()
        page.locator("#resync-resume").click()
        page.locator("#resync-cancel").click()
        page.locator("dialog").get_by_text("已取消").first.wait_for()
        page.keyboard.press("Escape")
        row.get_by_role("button", name="只核对，不补：已取消").wait_for()
    finally:
        stranger.end()


@test
def console_rejects_a_gateway_that_nobody_knows(world):
    station = world.station
    console.people(station)
    stranger = _Stranger(station, "<img src=x onerror=alert(1)>")
    try:
        page = console.enter(world.desk(), "王主任", "#/fleet")
        card = page.locator(".fleet-pending li.card", has_text="<img src=x")
        card.get_by_role("button", name="拒绝").click()
        page.locator("dialog form button[type=submit]").click()
        # The gateway may ask again at once, so the card may be there again.
        wait(lambda: "拒绝网关 <img" in page.locator(".fleet-audit").inner_text(), "the audit list names the refusal")
        assert page.locator("main img").count() == 0
    finally:
        stranger.end()


@test
def console_makes_accounts_and_takes_them_back(world):
    station = world.station
    console.people(station)
    page = console.enter(world.desk(), "王主任", "#/people")
    page.locator("#people-add").click()
    form = page.locator("dialog form")
    form.locator("button[type=submit]").click()
    form.locator("[role=alert] .error").wait_for()
    page.locator("#person-name").fill("孙丽")
    page.locator("#person-role").select_option("staff")
    page.locator("#person-group").select_option("collector")
    form.locator(".people-grids label", has_text="BT-02").locator("input").check()
    form.locator("button[type=submit]").click()
    secret = page.locator("dialog code.secret")
    password = secret.inner_text()
    assert len(password) >= 19, password
    page.keyboard.press("Escape")
    page.locator("tr", has_text="孙丽").wait_for()
    other = console.enter(world.desk(), "孙丽", password=password)
    wait(lambda: "采集员" in other.locator("#menu").evaluate("menu => menu.textContent"), "the menu tells the group")
    # Another role, with the same password: the login stays.
    page.locator("#people-find").fill("孙丽")
    page.locator("tr", has_text="孙丽").get_by_role("button").first.click()
    page.locator("dialog").get_by_role("button", name="修改角色").click()
    page.locator("#person-role").select_option("viewer")
    page.locator("#person-group").select_option("")
    page.locator("dialog form button[type=submit]").click()
    page.get_by_text("密码不变，登录继续有效").wait_for()
    page.keyboard.press("Escape")
    wait(lambda: "采集员" not in page.locator("tr", has_text="孙丽").inner_text(), "the row shows the other role")
    other.reload()
    other.locator("#menu").wait_for(state="attached")
    assert "采集员" not in other.locator("#menu").evaluate("menu => menu.textContent")
    # Taken back: the other browser is out.
    page.locator("#people-find").fill("孙丽")
    page.get_by_role("button", name="操作：孙丽").or_(page.locator("tr", has_text="孙丽").get_by_role("button")).first.click()
    page.locator("dialog").get_by_role("button", name="停用").click()
    page.locator("dialog form button[type=submit]").click()
    page.locator("tr.gone", has_text="孙丽").wait_for()
    console.report(station, "只给在册的人看", "AQ01", "BT-02")
    other.locator("#name").wait_for()
    assert "只给在册的人看" not in other.content()
    other.reload()
    other.locator("#name").wait_for()
    console.type_login(other, "孙丽", password)
    other.get_by_text("姓名或密码不对").first.wait_for()
    assert PASSWORD not in page.content()


@test
def console_edits_settings_and_names_the_line_that_is_wrong(world):
    station = world.station
    console.people(station)
    page = console.enter(world.desk(), "王主任", "#/settings?name=organisation")
    area = page.locator("textarea.settings-area")
    area.wait_for()
    wait(lambda: area.input_value() == console.ORGANISATION, "the setting is shown")
    text = area.input_value()
    save = page.get_by_role("button", name="保存")
    assert save.is_disabled()
    area.fill(text + "unit\tX\n")
    save.click()
    line = len(text.splitlines()) + 1
    page.get_by_text(f"第 {line} 行不符合格式").first.wait_for()
    assert page.locator(".settings-numbers .wrong").inner_text() == str(line)
    # Another administrator saves first; nothing of either is lost.
    station.account("刘主任", "--role", "admin")
    other = console.enter(world.desk(), "刘主任", "#/settings?name=organisation")
    there = other.locator("textarea.settings-area")
    there.wait_for()
    there.fill(text + "grid\tBT-04\t南坑第四网格\n")
    other.get_by_role("button", name="保存").click()
    other.get_by_text("第 2 版").first.wait_for()
    page.get_by_text("别人刚保存了另一个版本").first.wait_for()
    area.fill(text + "grid\tBT-05\t南坑第五网格\n")
    save.click()
    page.get_by_text("别人刚保存了另一个版本").first.wait_for()
    page.get_by_role("button", name="查看别人的版本").click()
    theirs = page.locator("textarea.settings-theirs")
    theirs.wait_for()
    assert "BT-04" in theirs.input_value() and "BT-05" in area.input_value()
    page.get_by_role("button", name="用我的覆盖这一版").click()
    wait(lambda: "BT-05" in station.central.run("settings", "show", "organisation"), "it is saved")
    wait(lambda: "BT-05" in there.input_value(), "the other one sees it")
    # It counts at once: the board offers the new grid.
    console.go(page, "#/board")
    wait(lambda: page.locator("#filter-grid option[value=BT-05]").count() == 1, "the new grid can be chosen")
