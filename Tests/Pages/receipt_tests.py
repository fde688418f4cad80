"""What a receipt opens, and what it does not."""

import base64
import hashlib
import json
import os
import time

from resident import report_of
from station import ask
from world import test


@test
def a_receipt_opens_one_report_and_cannot_be_guessed(world):
    station = world.station
    port = station.gateway.public_http
    secrets = [os.urandom(16), os.urandom(16)]
    places = ["三单元门口", "五单元门口"]
    ids = []
    for secret, place in zip(secrets, places):
        identifier = report_of(secret)
        status, answer = ask(port, "/v1/reports", {
            "id": identifier, "channel": "suishoupai", "category": "SZ01", "grid": "BT-01", "text": f"井盖松动，{place}",
            "receipt": hashlib.sha256(secret).hexdigest()})
        assert status == 201, answer
        ids.append(identifier)
    for own, other in ((0, 1), (1, 0)):
        status, view = ask(port, "/v1/receipt", headers=_receipt(secrets[own]))
        assert status == 200, view
        text = json.dumps(view, ensure_ascii=False)
        for hidden in (places[0], places[1], ids[other]):
            assert hidden not in text, f"the public view tells {hidden}"
    # A receipt is nothing in a path, a query or a body, and opens nothing but its own paths.
    for path in ("/v1/reports", f"/v1/reports/{ids[1]}", f"/v1/reports/{ids[0]}/history", "/v1/tasks", "/v1/changes"):
        status, answer = ask(port, path, headers=_receipt(secrets[0]))
        assert status in (401, 403, 404, 405), (path, status, answer)
    hashes = [hashlib.sha256(secrets[1]).digest(), hashlib.sha256(secrets[1]).digest()[:16]]
    near = [bytes([secrets[1][0] ^ 1]) + secrets[1][1:], secrets[1][:-1] + bytes([secrets[1][-1] ^ 128])]
    answers, begin = [], time.monotonic()
    for guess in hashes + near + [os.urandom(16) for _ in range(60)]:
        answers.append(ask(port, "/v1/receipt", headers=_receipt(guess), source="127.0.9.9")[0])
    assert 200 not in answers, answers
    # Ten guesses, then six a minute.
    looked = sum(status == 404 for status in answers)
    most = 10 + 6 * (time.monotonic() - begin) / 60 + 1
    # The first is too long for a receipt.
    assert looked <= most and answers.count(429) == len(answers) - looked - 1, answers
    world.note(f"of {len(answers)} guesses {looked} were looked up")
    # The guesser's neighbour still sees the own report.
    status, _ = ask(port, "/v1/receipt", headers=_receipt(secrets[0]), source="127.0.9.10")
    assert status == 200, status


def _receipt(secret):
    return {"Authorization": "Receipt " + base64.urlsafe_b64encode(secret).decode().rstrip("=")}
