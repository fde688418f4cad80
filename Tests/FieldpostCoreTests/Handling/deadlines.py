"""Deadlines by another hand, from the words of Protocol/HANDLING.md and the package chinesecalendar.

Reads lines of cells with tabs between them, and writes one line for each:
    due      START  KIND  AMOUNT    the due time
    minutes  START  END             whole office minutes between them
    day      yyyy-mm-dd             1 for a working day, 0 for a free one
START, END and due times are milliseconds since 1970 (UTC).
It walks from day to day, and from one stretch of office hours to the next.
"""
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


for line in sys.stdin:
    what, *cells = line.rstrip("\n").split("\t")
    if what == "due":
        answer = (due(instant(cells[0]), cells[1], int(cells[2])) - EPOCH) // MILLISECOND
    elif what == "minutes":
        answer = minutes(instant(cells[0]), instant(cells[1]))
    else:
        answer = int(is_workday(date.fromisoformat(cells[0])))
    print(answer)
