"""The queue that both pages use, by itself: what a wrong clock, a closed tab, a copy and a cut do to it."""

import base64
import os

import photos
from resident import report_of
from station import ask
from waiting import wait
from world import test

OPEN = """async () => {
    const { Queue } = await import("/shared/queue.js");
    await Promise.all(["ids", "sha256", "queue-file"].map(name => import(`/shared/${name}.js`)));
    self.queue = new Queue({ name: "tried" });
    queue.start();
}"""
ADD = """async ([id, receipt, text, packed]) => {
    const { hex, fromBase64 } = await import("/shared/ids.js");
    const { Sha256 } = await import("/shared/sha256.js");
    const bytes = fromBase64(packed);
    const secret = fromBase64(receipt);
    await queue.add({
        id, kind: "report",
        request: { method: "POST", path: "/v1/reports", json: {
            id, channel: "suishoupai", category: "SZ01", grid: "BT-01", text,
            receipt: hex(new Sha256().update(secret).digest()) } },
        attach: { path: "/v1/receipt/attachments", authorization: `Receipt ${receipt}` },
        photos: bytes.length ? [{ sha256: hex(new Sha256().update(bytes).digest()), bytes: bytes.buffer,
            size: bytes.length, type: "image/jpeg", role: "scene" }] : [],
    });
}"""
STATES = "async () => (await queue.items()).map(item => item.state)"


def _add(page, text, photo=b""):
    secret = os.urandom(16)
    packed = base64.urlsafe_b64encode(secret).decode().rstrip("=")
    page.evaluate(ADD, [report_of(secret), packed, text, base64.b64encode(photo).decode()])


def _sent(page, count=1):
    wait(lambda: page.evaluate(STATES) == ["sent"] * count, f"{count} sent")


def _posts(visit):
    return [request for request in visit.requests
            if request.method == "POST" and request.url.endswith("/v1/reports")]


@test
def a_wrong_clock_neither_stops_the_queue_nor_doubles_it(world):
    station, visit = world.station, world.resident()
    first, second = visit.page(), visit.page()
    for page in (first, second):
        page.evaluate("() => { const real = Date.now; const start = real(); self.moment = 0; "
                      "Date.now = () => self.moment + real() - start; }")
        page.evaluate(OPEN)

    def jump(moment):
        for page in (first, second):
            page.evaluate("moment => { self.moment = moment; }", moment)

    _add(first, "1970 年的手机")
    _sent(first)
    jump(4_102_444_800_000)
    _add(second, "2100 年的手机")
    _sent(second, 2)
    jump(-1_000_000)
    _add(first, "还是 1970 年", photos.photo(7, size=(900, 700)))
    _sent(first, 3)
    arrived = wait(lambda: [report for report in station.reports() if len(station.reports()) == 3], "all at central")
    assert [report["fields"]["text"] for report in arrived] == ["1970 年的手机", "2100 年的手机", "还是 1970 年"]
    assert len(_posts(visit)) == 3


@test
def a_tab_that_is_closed_while_it_sends_hands_over_to_the_other(world):
    station, visit = world.station, world.resident()
    photo = photos.large(8)
    first, second = visit.page(), visit.page()
    for page in (first, second):
        page.evaluate(OPEN)
    visit.relay.slow(200_000)
    before = visit.relay.up
    _add(first, "坑洼", photo)
    wait(lambda: visit.relay.up - before > 700_000, "a part of the photo is sent")
    first.close()
    visit.relay.slow(5_000_000)
    _sent(second)
    moved = visit.relay.up - before
    assert moved < len(photo) + 600_000, f"{moved} bytes for a photo of {len(photo)}"
    report = wait(lambda: station.reports("坑洼"), "at central")[0]
    assert [row["sha256"] for row in report["attachments"]] == [photos.sha256(photo)]
    wait(lambda: station.holds(photos.sha256(photo)) == photo, "the photo is at central")
    assert len(station.reports()) == 1


@test
def what_is_exported_here_arrives_once_from_elsewhere(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    page.evaluate(OPEN)
    visit.relay.cut()
    photo = photos.photo(9, size=(900, 700))
    _add(page, "导出的井盖", photo)
    _add(page, "导出的路灯")
    packed = page.evaluate("""async () => {
        const { base64 } = await import("/shared/ids.js");
        return base64(new Uint8Array(await (await queue.exportFile()).arrayBuffer()));
    }""")
    other = world.resident()
    elsewhere = other.page()
    elsewhere.evaluate(OPEN)
    take = """async (packed) => {
        const { fromBase64 } = await import("/shared/ids.js");
        return queue.importFile(new Blob([fromBase64(packed)]));
    }"""
    assert elsewhere.evaluate(take, packed) == 2
    assert elsewhere.evaluate(take, packed) == 0, "a second import brings nothing new"
    _sent(elsewhere, 2)
    visit.relay.heal()
    page.evaluate("() => queue.sendNow()")
    _sent(page, 2)
    arrived = wait(lambda: len(station.reports()) == 2 and station.reports(), "both at central")
    assert sorted(report["fields"]["text"] for report in arrived) == ["导出的井盖", "导出的路灯"]
    assert sorted(len(report["attachments"]) for report in arrived) == [0, 1]


@test
def a_refusal_keeps_everything_and_says_why(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    page.evaluate(OPEN)
    _add(page, "字" * 50_000, photos.photo(10, size=(900, 700)))
    _add(page, "短的")
    wait(lambda: page.evaluate(STATES) == ["refused", "sent"], "the first is refused and stops nothing")
    item = page.evaluate("""async () => {
        const [item] = await queue.items();
        const bytes = await queue.bytes(item.id, item.photos[0].sha256);
        return { problem: item.problem, text: item.request.json.text.length, bytes: bytes.byteLength };
    }""")
    assert item["text"] == 50_000 and item["bytes"] > 1000, item
    assert item["problem"]["status"] in (413, 422), item
    assert len(station.reports(node=station.gateway)) == 1


@test
def a_node_that_is_full_or_busy_is_asked_again_later(world):
    station, visit = world.station, world.resident()
    page = visit.page()
    page.evaluate(OPEN)
    # Just before, so that no report more may come from this address meanwhile.
    neighbours = (ask(station.gateway.public_http, "/v1/reports", {"channel": "suishoupai", "text": f"邻居 {number}"},
                      source=visit.relay.source)[0] for number in range(60))
    assert 429 in neighbours, "the address may not send so many"
    _add(page, "等一等")
    wait(lambda: page.evaluate("() => queue.status.problem?.status") == 429, "the node says later")
    state = page.evaluate("async () => { const [item] = await queue.items(); return item.state; }")
    assert state == "waiting"
    _sent(page)
    assert len(_posts(visit)) <= 4, "it waits as long as it was told"
