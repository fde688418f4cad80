"""What people wrote while the line to a gateway was cut, settled at the console field by field."""

import console
from station import ask
from waiting import wait
from world import test

FIELDS = {"category": ("AQ02", "AQ03"), "grid": ("BT-02", "BT-03"), "text": ("电动车从窗户飞线充电", "消防通道停了电动车")}


def _edit_at_gateway(station, identifier, values):
    """The terminal changes fields where central cannot be reached."""
    path = f"/v1/reports/{identifier}"
    status, seen = ask(station.gateway.http, path, headers=console.terminal(station))
    assert status == 200, seen
    headers = {**console.terminal(station), "If-Match": f"\"{seen['version']}\""}
    status, answer = ask(station.gateway.http, path, {**values, "author": "网格员07"}, headers, "PATCH")
    assert status == 200, answer


@test
def console_settles_a_conflict_of_a_cut_gateway_field_by_field(world):
    world.about = {"is_cuttable": True}
    station = world.station
    console.people(station)
    identifier = console.report(station, "楼道里有电动车", "AQ01")
    console.step(station, identifier, "accepted")
    version = station.report(identifier)["version"]
    wait(lambda: station.report(identifier, station.gateway)["version"] == version, "the gateway has the step")
    desk = console.enter(world.desk(), "何静", f"#/case/{identifier}")
    reader = console.enter(world.desk(), "看看", f"#/case/{identifier}")
    desk.locator("#edit").wait_for()

    station.link.cut()
    _edit_at_gateway(station, identifier, {name: values[0] for name, values in FIELDS.items()})
    desk.locator("#edit").click()
    for name, (_, value) in FIELDS.items():
        field = desk.locator(f"dialog #step-{name}")
        field.fill(value) if name == "text" else field.select_option(value)
    desk.locator("dialog button[type=submit]").click()
    desk.locator(".case-text", has_text=FIELDS["text"][1]).wait_for()
    assert desk.locator("#conflicts").count() == 0
    station.link.heal()

    # Both values of each field, with who wrote them and through which node.
    desk.locator("#conflicts").wait_for(timeout=120_000)
    reader.locator("#conflicts").wait_for()
    wait(lambda: desk.locator("#conflicts .sibling").count() == 6, "both values of three fields")
    told = desk.locator("#conflicts").inner_text()
    for words in ("网格员07", "何静", "南坑社区工作站", "坂田中心", FIELDS["text"][0], FIELDS["text"][1]):
        assert words in told, (words, told)
    assert reader.locator("#conflicts button").count() == 0, "who only reads settles nothing"
    # One after the other: the gateway's category and text, central's grid.
    for number, (name, index) in enumerate((("category", 0), ("text", 0), ("grid", 1))):
        label = wait(lambda: _words(desk, name, FIELDS[name][index]), "the value is there")
        desk.locator("#conflicts .sibling", has_text=label).locator(f"button[id^=take-{name}-]").click()
        left = 2 - number
        for page in (desk, reader):
            wait(lambda: page.locator("#conflicts .sibling").count() == 2 * left, f"{left} fields are left")
    for node in (station.central, station.gateway):
        wait(lambda: not station.report(identifier, node)["conflict"], f"settled at {node.role}")
        fields = station.report(identifier, node)["fields"]
        assert (fields["category"], fields["grid"], fields["text"]) == ("AQ02", "BT-03", FIELDS["text"][0]), fields


def _words(page, name, value):
    """How the page names a value."""
    return page.evaluate("""async ([name, value]) => {
        const { valueWords } = await import("/console/case-values.js");
        const words = valueWords(name, value);
        return typeof words === "string" ? words : words?.textContent;
    }""", [name, value])


@test
def console_shows_steps_that_stand_against_each_other_and_ends_the_dispute(world):
    world.about = {"is_cuttable": True}
    station = world.station
    console.people(station)
    identifier = console.report(station, "井盖松动")
    for code, more in (("accepted", {}), ("filed", {}), ("dispatched", {"department": console.SERVICE})):
        console.step(station, identifier, code, **more)
    version = station.report(identifier)["version"]
    wait(lambda: station.report(identifier, station.gateway)["version"] == version, "the gateway has the steps")
    desk = console.enter(world.desk(), "何静", f"#/case/{identifier}")
    desk.locator("#do-returned").wait_for()
    station.link.cut()
    status, answer = station.ask(station.gateway, f"/v1/reports/{identifier}/steps",
                                 {"step": "feedback", "reason": "已装好井盖"}, login="周强")
    assert status in (200, 201), answer
    console.act(desk, "returned", reason="不属于本单位")
    station.link.heal()
    desk.locator("#disputes").wait_for(timeout=120_000)
    told = desk.locator("#disputes").inner_text()
    for words in ("反馈", "退回", "已装好井盖", "不属于本单位", "周强", "何静", "有分歧"):
        assert words in told, (words, told)
    # It is among the cases that people disagree on, until the next step decides.
    console.go(desk, "#/board?conflict=true")
    console.row(desk, identifier).wait_for()
    console.go(desk, f"#/case/{identifier}")
    desk.locator("#do-verified").click()
    console.send(desk)
    desk.locator("#disputes").wait_for(state="detached")
    wait(lambda: station.report(identifier)["fields"]["stage"] == "verified", "the step decided")
