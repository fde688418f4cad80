"""What a test gets: a station when it asks for one, phones, and the checks that every test makes at its end."""

import itertools
import pathlib

import looks
from browser import DESK, Visit
from station import Station

TESTS = []
_sources = itertools.count(2)


def test(function):
    """Makes a function of one `World` a test."""
    TESTS.append(function)
    return function


class World:
    def __init__(self, browser, screenshots, name):
        self.browser, self.screenshots, self.name = browser, screenshots, name
        self.secure, self.about = False, {}
        self.notes, self.seen, self.visits, self._station = [], [], [], None

    @property
    def station(self):
        """The station of this test. With `secure` set before, its gateway has a certificate: it then serves residents
        over TLS as well, and staff over TLS only. `about` may have a `name` and `grids`."""
        if self._station is None:
            self._station = Station(self.browser.certificate if self.secure else None, **self.about)
        return self._station

    def resident(self, safe=False, node=None, **options):
        """A phone of a resident, at the plain address or at the safe one, with an own address."""
        node = node or self.station.gateway
        port = node.public_https if safe else node.public_http
        return self._visit(port, safe=safe, source=f"127.0.1.{next(_sources) % 250 + 2}", **options)

    def staff(self, **options):
        """A phone of staff, at the port of terminals."""
        return self._visit(self.station.gateway.http, safe=self.secure, **options)

    def desk(self, **options):
        """A computer at central, with an own address."""
        central = self.station.central
        return self._visit(central.http, safe=central.certificate is not None,
                           source=f"127.0.1.{next(_sources) % 250 + 2}", **{**DESK, **options})

    def _visit(self, port, **options):
        visit = Visit(self.browser, port, **options)
        self.visits.append(visit)
        return visit

    def look(self, page, name, scripted=True, **options):
        """Checks what `page` shows by all rules of `looks.py`. What they find is told at the end of the test."""
        self.seen += looks.look(page, name, self.screenshots, scripted, **options)
        for visit in self.visits:
            # axe and pictures put style into the page, which its policy refuses.
            visit.faults[:] = [fault for fault in visit.faults if not any(own in fault for own in looks.OWN)]

    def note(self, text):
        """A figure that the line of the test tells."""
        self.notes.append(text)

    def check(self):
        """No error, no violation of the policy, no dialog and no request to another site, whatever the test did."""
        for visit in self.visits:
            assert not visit.outside, f"asked of other sites: {visit.outside}"
            assert not visit.faults, "\n".join(visit.faults)
        assert not self.seen, "\n".join(self.seen)

    def leave_traces(self):
        """Of a test that failed: a picture of each open page."""
        folder = self.screenshots or pathlib.Path(".build/pages-failures")
        folder.mkdir(parents=True, exist_ok=True)
        for number, visit in enumerate(self.visits):
            for page in visit.context.pages if visit.context else []:
                try:
                    page.screenshot(path=folder / f"failed-{self.name}-{number}.png", full_page=True, timeout=5000)
                    print(f"  {page.url} in {folder}/failed-{self.name}-{number}.png; {visit.faults}")
                except Exception as error:  # noqa: BLE001 -- a page that does not answer has no picture.
                    print(f"  no picture of {page.url}: {error}")

    def close(self):
        for visit in self.visits:
            visit.end()
        if self._station:
            self._station.close()
