"""Photos as phones take them: noisy JPEGs with a time, a place and an orientation in their EXIF."""

import datetime
import hashlib
import io
import random

from PIL import Image, ImageDraw

TAKEN = datetime.datetime(2026, 11, 30, 8, 15, 30)


def photo(seed=1, size=(3000, 2250), place=(22.634123, 114.070456), quality=88):
    """The bytes of one photo. Equal seeds give equal bytes."""
    draw = random.Random(seed)
    small = Image.frombytes("RGB", (size[0] // 12, size[1] // 12), draw.randbytes(size[0] // 12 * (size[1] // 12) * 3))
    image = small.resize(size, Image.Resampling.BICUBIC)
    canvas = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = draw.randrange(size[0]), draw.randrange(size[1])
        canvas.rectangle((x, y, x + draw.randrange(400), y + draw.randrange(300)), fill=tuple(draw.randbytes(3)))
    exif = Image.Exif()
    exif[0x0110] = "测试手机 \u202e<img src=x onerror=alert(1)>"
    exif.get_ifd(0x8769)[0x9003] = TAKEN.strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(0x8769)[0x9011] = "+08:00"
    if place:
        gps = exif.get_ifd(0x8825)
        gps[1], gps[2] = "N" if place[0] >= 0 else "S", _degrees(abs(place[0]))
        gps[3], gps[4] = "E" if place[1] >= 0 else "W", _degrees(abs(place[1]))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, exif=exif.tobytes())
    return out.getvalue()


def large(seed=1):
    """A photo of about 1.6 MB: several pieces of an upload."""
    return photo(seed, size=(2048, 1536), quality=100)


def files(*photos, names=None):
    """What playwright's `set_files` takes."""
    names = names or [f"IMG_{number:04}.jpg" for number in range(len(photos))]
    return [{"name": name, "mimeType": "image/jpeg", "buffer": data} for name, data in zip(names, photos)]


def written(folder, *photos):
    """The photos as files on a disk, which a browser can read again when a form is sent again."""
    paths = [folder / f"IMG_{sha256(data)[:8]}.jpg" for data in photos]
    for path, data in zip(paths, photos):
        path.write_bytes(data)
    return paths


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def _degrees(value):
    whole = int(value)
    minutes = int((value - whole) * 60)
    return (whole, minutes, round((value - whole - minutes / 60) * 3600, 4))
