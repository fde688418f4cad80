"""A server of map tiles, as another site has them: it paints rings around places, in the datum of its tiles."""

import http.server
import io
import math
import threading

import eviltransform
from PIL import Image, ImageDraw

from relay import free_port

SIZE, FINE = 256, 4  # pixels of a tile, and how much finer it is painted
RADIUS, WIDTH = 18, 3
GROUND = (240, 238, 230)
INTO = {"wgs84": lambda lat, lon: (lat, lon), "cgcs2000": lambda lat, lon: (lat, lon),
        "gcj02": eviltransform.wgs2gcj, "bd09": eviltransform.wgs2bd}


class TileSite:
    """`rings`: {(lat, lon) in WGS-84: colour}. `asked` holds the paths of all requests."""

    def __init__(self, datum, rings):
        self.datum, self.rings, self.asked, self.fails = datum, rings, [], False
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.url = self.origin + "/{z}/{x}/{y}.png"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def paint(self, z, x, y):
        image = Image.new("RGB", (SIZE * FINE, SIZE * FINE), GROUND)
        draw = ImageDraw.Draw(image)
        for place, colour in self.rings.items():
            east, south = plane(*INTO[self.datum](*place), z)
            east, south = (east - SIZE * x) * FINE, (south - SIZE * y) * FINE
            for radius, ink in ((RADIUS + WIDTH / 2, colour), (RADIUS - WIDTH / 2, GROUND)):
                radius *= FINE
                draw.ellipse((east - radius, south - radius, east + radius, south + radius), fill=ink)
        out = io.BytesIO()
        image.resize((SIZE, SIZE), Image.Resampling.BOX).save(out, "PNG")
        return out.getvalue()

    def _handler(self):
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                self.send_response(404 if site.fails else 200)
                self.send_header("Content-Type", "image/png")
                self.end_headers()
                if not site.fails:
                    self.wfile.write(site.paint(*map(int, self.path[1:-4].split("/"))))

            def log_message(self, *_):
                pass

        return Handler


def plane(lat, lon, z):
    """Where a place lies in the plane of Web Mercator, in pixels at a zoom."""
    north = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * SIZE * 2 ** z, (1 - north / math.pi) / 2 * SIZE * 2 ** z
