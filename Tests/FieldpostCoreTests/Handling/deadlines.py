"""Deadlines by another hand, from the words of Protocol/HANDLING.md and the package chinesecalendar.

Reads lines of cells with tabs between them, and writes one line for each:
    due      START  KIND  AMOUNT    the due time
    minutes  START  END             whole office minutes between them
    day      yyyy-mm-dd             1 for a working day, 0 for a free one
START, END and due times are milliseconds since 1970 (UTC).
It walks from day to day, and from one stretch of office hours to the next.

    python3 deadlines.py --vectors >Protocol/vectors/deadlines.json
"""
import json
import random
import sys
from datetime import date, datetime, time, timedelta, timezone

from chinese_calendar import is_workday

SHANGHAI = timezone(timedelta(hours=8))
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
HOURS = [(time(8, 30), time(12, 0)), (time(14, 0), time(18, 0))]
ONE_DAY = timedelta(days=1)


def stretches(day):
    """The office hours of days from this one on."""
    while True:
        if is_workday(day):
            for begin, end in HOURS:
                yield datetime.combine(day, begin, SHANGHAI), datetime.combine(day, end, SHANGHAI)
        day += ONE_DAY


def due(start, kind, amount):
    if kind == "urgent_hours":
        return start + timedelta(hours=amount)
    if kind == "calendar_days":
        day = start.date() + timedelta(days=amount + 1)
        return datetime.combine(day, time(0, 0), SHANGHAI)
    if kind == "working_days":
        day, left = start.date(), amount
        while left > 0:
            day += ONE_DAY
            if is_workday(day):
                left -= 1
        return datetime.combine(day, HOURS[-1][1], SHANGHAI)
    left = timedelta(hours=amount)
    for begin, end in stretches(start.date()):
        begin = max(begin, start)
        if begin >= end:
            continue
        if left <= end - begin:
            return begin + left
        left -= end - begin


def minutes(start, end):
    total = timedelta(0)
    for begin, close in stretches(start.date()):
        if begin >= end:
            return total // timedelta(minutes=1)
        total += max(timedelta(0), min(close, end) - max(begin, start))


def instant(text):
    return (EPOCH + int(text) * MILLISECOND).astimezone(SHANGHAI)


def milliseconds(moment):
    return (moment - EPOCH) // MILLISECOND


def vectors():
    """Some hundred limits: of each kind, around each edge of the day, before and in each holiday and worked weekend."""
    draw = random.Random(20_180_208)
    amounts = {"urgent_hours": 72, "office_hours": 60, "working_days": 20, "calendar_days": 30}
    edges = [time(0, 0), time(8, 29, 59, 999_000), time(8, 30), time(12, 0), time(12, 0, 0, 1_000), time(13, 0),
             time(14, 0), time(17, 59, 59, 999_000), time(18, 0), time(23, 59, 59, 999_000)]
    known = [date(2018, 1, 1) + ONE_DAY * number for number in range(3_200)]
    special = [day for day in known if is_workday(day) != (day.weekday() < 5)]
    leap = [date(2020, 2, 28), date(2020, 2, 29), date(2024, 2, 29), date(2019, 12, 31)]
    rows = []
    for number in range(400):
        kind = list(amounts)[number % 4]
        day = draw.choice((special, known, leap)[number // 4 % 3]) - ONE_DAY * draw.choice((0, 0, 1))
        moment = draw.choice(edges) if number % 3 else time(draw.randrange(24), draw.randrange(60), draw.randrange(60))
        start, amount = datetime.combine(day, moment, SHANGHAI), draw.randint(1, amounts[kind])
        if date(2018, 1, 1) <= start.date() and due(start, kind, amount).date() < date(2026, 12, 1):
            end = due(start, kind, amount)
            shown = [moment.isoformat(timespec="milliseconds") for moment in (start, end)]
            rows.append({"start": milliseconds(start), "limit": f"{amount} {kind}", "due": milliseconds(end),
                         "from": shown[0], "until": shown[1]})
    return rows


if sys.argv[1:] == ["--vectors"]:
    print("[\n" + ",\n".join("  " + json.dumps(row) for row in vectors()) + "\n]")
    sys.exit()
for line in sys.stdin:
    what, *cells = line.rstrip("\n").split("\t")
    if what == "due":
        answer = milliseconds(due(instant(cells[0]), cells[1], int(cells[2])))
    elif what == "minutes":
        answer = minutes(instant(cells[0]), instant(cells[1]))
    else:
        answer = int(is_workday(date.fromisoformat(cells[0])))
    print(answer)
