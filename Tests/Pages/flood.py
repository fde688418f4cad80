"""Posts at a node from many addresses and connections at once, as a process of its own: `flood.py PORT POSTS RATE`.

At most RATE posts a second; 0 means as fast as the node answers.

Prints how many answers of each status came, and the seconds that it took, as JSON.
"""

import collections
import json
import socket
import sys
import threading
import time

CONNECTIONS = 16


def main():
    port, posts, rate = (int(argument) for argument in sys.argv[1:])
    statuses, begin = collections.Counter(), time.monotonic()
    pause = CONNECTIONS / rate if rate else 0
    threads = [threading.Thread(target=_post, args=(port, posts // CONNECTIONS, pause, number, statuses))
               for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"statuses": statuses, "seconds": time.monotonic() - begin}))


def _post(port, count, pause, number, statuses):
    body = json.dumps({"channel": "suishoupai", "category": "SZ01", "grid": "BT-01", "text": "井盖松动 " * 20}).encode()
    head = "POST /v1/reports HTTP/1.1\r\nHost: gw.test\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    line, sent, begin = None, 0, time.monotonic()
    while sent < count:
        time.sleep(max(0, begin + sent * pause - time.monotonic()))
        try:
            line = line or socket.create_connection(("127.0.0.1", port), 60, (f"127.0.3.{number + 1}", 0))
            line.sendall(head.encode() + body)
            answer, end = b"", -1
            while end < 0 or len(answer) < end:
                data = line.recv(65536)
                if not data:
                    raise OSError("closed")
                answer += data
                at = answer.find(b"\r\n\r\n")
                if end < 0 <= at:
                    fields = answer[:at].lower().split(b"content-length:")
                    end = at + 4 + int(fields[1].split(b"\r\n")[0])
            statuses[answer[9:12].decode()] += 1
        except OSError:
            statuses["closed"] += 1
            line = None
        sent += 1


main()
