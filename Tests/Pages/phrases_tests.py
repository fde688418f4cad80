"""What nodes say in English is told in Chinese: administrators' acts, incidents, alarms, and defects of settings."""

import re

import console
import photos
from station import PASSWORD, ROOT
from waiting import wait
from world import test

BOOK = """async () => {
    const books = await Promise.all(["kept", "settings"].map(name => import(`/console/phrases-${name}-zh.js`)));
    return books.flatMap(book => book.default);
}"""
SAY = """async texts => {
    const { phrase } = await import("/console/phrases.js");
    return texts.map(phrase);
}"""
MARK = r"\{\w+\}"
# Texts of settings with a defect, and what the console says about it.
WRONG = [
    ("organisation", "organisation\t1\nversion\tx\nmember\t周强\n", "第 3 行：成员（member）应写在部门、工作组或网格下面。"),
    ("organisation", "organisation\t1\nversion\tx\ngrid\tBT-01\n", "第 3 行：有 2 格，应有 3 格。"),
    ("organisation", "organisation\t1\nversion\tx\nstation\t南坑\n", "第 3 行：这里不认识“station”。"),
    ("organisation", "organisation\t1\nversion\tx\ngrid\tBT-01\t南坑\u202e\n", "第 3 行：有一个格子里有 U+202E（看不见的字符）。"),
    ("organisation", "organisation\t1\nversion\tx", "第 2 行：最后一行末尾没有换行。"),
    ("calendar", "calendar\t1\nversion\tx\nknown\t2026-13-01\t2026-12-31\n",
     "第 3 行：“2026-13-01”不是 yyyy-mm-dd 形式的日期。"),
    ("templates", "templates\t1\nversion\tx\ntemplate\tclosed\tall\t已办结\n", "第 3 行：“all”应为 public 或 inside。"),
    ("catalogue", "catalogue\t1\nversion\tx\nmajor\tSZ\t市政\tMunicipal\ncategory\tSZ 1\t井盖\tCover\t市政\n",
     "第 4 行：“SZ 1”不能作编号"),
]


def _program():
    """All sentences of the program, with those that are written over several lines in one piece."""
    text = "\n".join(file.read_text() for file in sorted((ROOT / "Sources").rglob("*.swift")))
    return re.sub(r'"\s*\+\s*"', "", re.sub(r"\\\n\s*", "", text))


@test
def every_phrase_is_one_that_the_program_says(world):
    page = world.desk().page()
    program, gone = _program(), []
    book = page.evaluate(BOOK)
    assert len(book) > 100, len(book)
    for english, chinese in book:
        # What stands between two marks is in the program as it is.
        parts = [part.strip(", ") for part in re.split(rf"{MARK}|\[|\]", english)]
        gone += [(part, english) for part in parts if len(part) > 5 and part not in program]
        named, used = (set(re.findall(MARK, words)) for words in (english, chinese))
        assert used <= named, (english, chinese, used - named)
        assert re.search("[\u4e00-\u9fff]", chinese) or chinese == "{phrase}", chinese
    assert not gone, "\n".join(f"{part!r} of {english!r}" for part, english in gone)
    # Names that look like the rest of a sentence, and what nobody has told yet.
    said = page.evaluate(SAY, [
        "Gave the role staff the role viewer and a new password.", "Gave 林涛 the role staff, the work group leader, the "
        "grids BT-01, and a new password.", "Changed 甲 (0123abcd): it is 乙 and serves no grid.", "Danced on the table.",
        "Made token 3 for 南坑二号.", "Made token 4.", "The disk is nearly full: it refuses photos until there is room. "
        "Sync continues.", "<b>Revoked</b> <img src=x onerror=alert(1)> (0123abcd).",
        "The database was restored from a copy: it holds less from other nodes than before. Nothing that other nodes "
        "hold is lost: what is missing comes back. To end this alarm, run `fieldpost incidents resolve`."])
    assert said[0].startswith("为 the role staff 设了新密码，角色：") and "工作组" not in said[0], said
    assert said[1] == "为 林涛 设了新密码，角色：工作人员，工作组：网格长，网格：BT-01。", said
    assert said[2] == "修改网关 甲（0123abcd）：名称 乙，网格 无。" and said[3] == "Danced on the table.", said
    assert said[4:7] == ["生成第 3 号令牌，用于 南坑二号。", "生成第 4 号令牌。",
                         "磁盘将满：在腾出空间前不收照片。同步照常进行。"], said
    assert said[7].startswith("<b>Revoked</b>") and said[8].startswith("数据库是从备份恢复的："), said


@test
def administration_is_told_in_chinese(world):
    station = world.station
    console.people(station)
    station.central.run("token", "create", "--name", "南坑二号")
    station.central.run("access", "revoke", "看看")
    station.central.run("incidents", "resolve")
    page = console.enter(world.desk(), "王主任", "#/fleet")
    page.locator("#audit-log li", has_text="王主任").first.wait_for()
    left = page.locator("#audit-log [lang=en]").all_inner_texts()
    assert not left, left
    lines = page.locator("#audit-log li").all_inner_texts()
    for words in ("停用 看看。", "生成第 2 号令牌，用于 南坑二号。", "把到目前为止的事故都标记为已处理。",
                  "部门：坂田街道市政服务中心", "保存设置 organisation 第 1 版"):
        assert any(words in line for line in lines), (words, lines)
    # It is found by its words in both languages.
    page.locator("#audit-find").fill("停用")
    wait(lambda: page.locator("#audit-log li").count() == 1, "one act is found")
    page.locator("#audit-find").fill("revoked")
    wait(lambda: page.locator("#audit-log li").count() == 1, "one act is found")
    for name, text, words in WRONG:
        console.go(page, f"#/settings?name={name}")
        page.locator("h2 code", has_text=name).wait_for()
        page.locator("textarea.settings-area").fill(text)
        page.locator(".settings button.primary").click()
        fault = page.locator(".settings .notice.bad")
        wait(lambda: words in fault.inner_text(), f"the fault of {name} is told: {words}")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="放弃修改").click()
    assert PASSWORD not in page.content()


def _send_a_photo(station):
    """A photo of the terminal, which goes on to central. People want to see it small."""
    identifier = console.report(station, "没有缩略图的照片")
    data = photos.photo(77, size=(1600, 1200))
    sha256 = photos.sha256(data)
    for path, body, method, kind in (
            (f"/v1/blobs/{sha256}", data, "PUT", "image/jpeg"),
            (f"/v1/reports/{identifier}/attachments", {"sha256": sha256, "role": "scene"}, "POST", "application/json")):
        headers = {**console.terminal(station), "Content-Type": kind}
        status, answer = station.ask(station.gateway, path, body, method=method, headers=headers)
        assert status in (200, 201), answer
    wait(lambda: station.holds(sha256), "the photo is at central")
    for node, name in ((station.central, "李强"), (station.gateway, "王芳")):
        assert station.ask(node, f"/v1/blobs/{sha256}/thumbnail", login=name)[0] != 200, "there is no helper"


@test
def alarms_say_what_to_do_in_both_languages(world):
    station = world.station
    console.people(station)
    for node in (station.gateway, station.central):
        node.stop()
        node.more = {"FIELDPOST_THUMBNAIL_HELPER": "/nonexistent/fieldpost-thumbnail"}
        node.start()
    _send_a_photo(station)
    page = console.enter(world.desk(), "王主任", "#/fleet")
    page.locator(".fleet-central .notice.bad", has_text="缺少程序 /nonexistent/fieldpost-thumbnail").wait_for()
    line = page.locator("#gateway-alarms li", has_text="南坑社区工作站")
    line.wait_for(timeout=120_000)
    assert "无法生成缩略图" in line.inner_text() and "请在这台网关上安装" in line.inner_text(), line.inner_text()
    console.go(page, "#/wall?page=fleet&hold=true")
    page.locator(".wall-alarms li", has_text="照片没有缩略图").wait_for()
    console.go(page, "#/fleet")
    page.locator("#language").click()
    page.locator("#gateway-alarms li", has_text="Install fieldpost-thumbnail at the gateway").wait_for()
    page.locator(".fleet-central .notice.bad", has_text="because the program /nonexistent").wait_for()
