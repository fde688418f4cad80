"""How many bytes the first view of the console takes, with a board as full as in life."""

import random

import console
from station import ask
from waiting import wait
from world import test

REPORTS = 300
LIMIT = 150_000  # bytes over the wire, with headers, from the address to the board
PLACES = ["三单元楼道", "南门保安亭旁", "老榕树下", "地铁口天桥", "二期地下车库", "菜市场后门", "幼儿园门口", "环卫工具房",
          "五楼过道", "水果店前", "篮球场东侧", "消防栓旁"]
THINGS = ["有电动车充电，拉了一根黄色的插线板", "井盖松动，车过有响声", "消防通道被两辆货车占用", "路灯不亮，晚上看不清台阶",
          "烧烤店把桌子摆上人行道", "垃圾桶满溢，味道很大", "水管漏水，地面一直是湿的", "有人夜里打桩，吵得睡不着",
          "树枝断了，挂在电线上", "墙皮脱落，差点砸到人", "共享单车堆了一地", "装修垃圾没人清"]
ENDS = ["请尽快处理", "上周也报过一次", "孩子每天从这里走", "已经好几天了", "昨晚更严重", "物业说不归他们管", "希望有人来看看"]


def _fill(station):
    """Reports of many people, each in its own words."""
    dice = random.Random(5)
    codes = [code for code, _ in console.TEXTS]
    for _ in range(REPORTS):
        text = f"{dice.choice(PLACES)}{dice.choice(THINGS)}，{dice.choice(ENDS)}。{dice.randrange(1, 40)} 栋"
        body = {"channel": "terminal", "category": dice.choice(codes), "grid": dice.choice(station.grids), "text": text,
                "reporter": f"网格员{dice.randrange(1, 30):02}",
                "location": {"lat": round(22.63 + dice.random() / 99, 7), "lon": round(114.06 + dice.random() / 49, 7),
                             "datum": dice.choice(["wgs84", "gcj02"]), "accuracy": dice.randrange(3, 60)}}
        status, answer = wait(lambda: _taken(station, body), "the report is taken")
        assert status == 201, answer
    wait(lambda: _count(station) == REPORTS, "all reports are at central", seconds=300)


def _taken(station, body):
    status, answer = ask(station.gateway.http, "/v1/reports", body, console.terminal(station))
    return None if status == 429 else (status, answer)


def _count(station):
    status, page = station.ask(station.central, "/v1/reports?limit=500", login="李强")
    return len(page["reports"]) if status == 200 else 0


@test
def console_first_view_is_small_with_a_full_board(world):
    station = world.station
    console.people(station)
    _fill(station)
    visit = world.desk()
    answers, seen = [], []
    visit.context.on("response", lambda answer: answers.append(answer))
    page = visit.page("#/board")
    page.locator("#name").wait_for()
    console.type_login(page, "何静")
    page.locator("tr[data-id]").nth(20).wait_for()
    page.wait_for_timeout(2500)
    for answer in [one for one in answers if not one.url.endswith("/v1/live")]:
        size = answer.request.sizes()
        path = answer.url.removeprefix(visit.url)
        seen.append((size["responseBodySize"] + size["responseHeadersSize"], size["responseBodySize"], path))
    total, bodies = (sum(one[part] for one in seen) for part in (0, 1))
    shown = page.locator("tr[data-id]").count()
    large = ", ".join(f"{path} {size}" for size, _, path in sorted(seen, reverse=True)[:5])
    world.note(f"{total} bytes, {bodies} of them bodies, in {len(seen)} answers, {shown} rows; the largest: {large}")
    assert not [path for _, _, path in seen if path.startswith("leaflet")], "the map comes with the map"
    assert shown >= 25 and total < LIMIT, (total, seen)
