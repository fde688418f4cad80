"""Waiting for a condition, with a limit."""

import time


def wait(condition, what, seconds=120, every=0.1):
    """Asks until `condition()` is true, and gives what it said. After the limit the test fails and names `what`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s still not: {what}; the last answer was {value!r}")
        time.sleep(every)
