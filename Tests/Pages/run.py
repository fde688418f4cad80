"""Runs the browser tests one after the other: `run.py [--screenshots DIR] [NAME …]`."""

import argparse
import importlib
import pathlib
import signal
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

from browser import Browser
from world import TESTS, World


LIMIT = 900


def main():
    signal.signal(signal.SIGALRM, _too_long)
    options = argparse.ArgumentParser(prog="Tests/Pages/run.sh", description="Runs the browser tests of the pages.")
    options.add_argument("--screenshots", type=pathlib.Path, metavar="DIR", help="writes pictures of each state there")
    options.add_argument("names", nargs="*", metavar="NAME", help="tests whose name has this word; default: all")
    chosen = options.parse_args()
    here = pathlib.Path(__file__).parent
    for file in sorted(here.glob("*_tests.py")):
        importlib.import_module(file.stem)
    tests = [test for test in TESTS if not chosen.names or any(name in test.__name__ for name in chosen.names)]
    with sync_playwright() as playwright:
        browser = Browser(playwright)
        first = [test for test in tests if _fails(test, browser, chosen)]
        # A machine that is busy may be late once. What fails twice is a fault, and what fails once is named.
        failed = [test for test in first if _fails(test, browser, chosen)]
        browser.close()
    for test in first:
        if test not in failed:
            print(f"{test.__name__} passed only when it was tried again")
    if not tests:
        print("no test has such a name")
    print(f"{len(tests) - len(failed)} passed, {len(failed)} failed")
    sys.exit(1 if failed or not tests else 0)


def _fails(test, browser, chosen):
    """Runs one test, prints its line, and says whether it failed."""
    world, begin, fault = World(browser, chosen.screenshots, test.__name__), time.monotonic(), None
    signal.alarm(LIMIT)
    try:
        test(world)
        world.check()
    except Exception:  # noqa: BLE001 -- whatever it is, it is the result of this test.
        fault = _told(sys.exc_info())
        world.leave_traces()
    finally:
        signal.alarm(0)
        world.close()
    seconds = time.monotonic() - begin
    notes = "".join(f"; {note}" for note in world.notes)
    print(f"{'FAILED' if fault else 'passed'} {test.__name__} ({seconds:.1f} s{notes})", flush=True)
    if fault:
        print(fault, flush=True)
    return fault is not None


def _too_long(*_):
    raise TimeoutError(f"it took longer than {LIMIT} s")


def _told(fault):
    """The lines of these tests on the way to a fault, and what it says."""
    kind, value, trace = fault
    own = [frame for frame in traceback.extract_tb(trace) if "/Tests/Pages/" in frame.filename]
    return "".join(traceback.format_list(own) + traceback.format_exception_only(kind, value))


main()
