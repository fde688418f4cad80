"""A receiver of webhooks, as a department's programmer would write it after reading Protocol/WEBHOOKS.md.

receiver.py FILE: prints its port, and writes a line of JSON to FILE for each request. It takes what is signed with the
secret in FILE.secret, and answers with the status in FILE.answer, if that exists; with "200 endless", without the end
of the answer.
"""

import base64
import hmac
import http.server
import json
import pathlib
import sys
import time

place = pathlib.Path(sys.argv[1])


def other(end):
    file = pathlib.Path(f"{place}.{end}")
    return file.read_text().strip() if file.exists() else ""


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        stamp = self.headers["webhook-timestamp"]
        key = base64.b64decode(other("secret").removeprefix("whsec_"))
        signed = f"{self.headers['webhook-id']}.{stamp}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        is_signed = (hmac.compare_digest(expected, self.headers["webhook-signature"])
                     and abs(time.time() - int(stamp)) < 300)
        words = (other("answer") or "204").split()
        status = int(words[0]) if is_signed else 401
        with place.open("a") as file:
            file.write(json.dumps({"id": self.headers["webhook-id"], "path": self.path, "status": status,
                                   "type": self.headers["content-type"], "body": json.loads(body)}) + "\n")
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", "/elsewhere")
        if "endless" in words:
            self.send_header("content-length", "1000")
            self.end_headers()
            time.sleep(60)
            return
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
server.serve_forever()
