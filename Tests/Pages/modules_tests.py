"""The parts of the pages that bytes pass through, by themselves in the browser: hashes, ids, and what a photo says."""

import base64
import hashlib
import io
import random

from PIL import Image

import photos
from world import test

RUN = """async ([path, name, packed]) => {
    const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    const function_ = (await import(path))[name];
    const results = [];
    for (const text of packed) results.push(await function_(bytes(text)));
    return results;
}"""


@test
def hashes_are_right_at_every_length(world):
    page = world.resident().page()
    dice = random.Random(17)
    texts = [dice.randbytes(length) for length in [*range(0, 260), 1_048_575, 1_048_576, 1_048_577, 3_200_001]]
    told = page.evaluate(RUN, ["/shared/sha256.js", "sha256Hex", [_pack(text) for text in texts]])
    for text, digest in zip(texts, told):
        assert digest == hashlib.sha256(text).hexdigest(), f"{len(text)} bytes"


@test
def the_id_of_a_report_follows_from_its_receipt(world):
    page = world.resident().page()
    told = page.evaluate("""async () => {
        const { drawReceipt, receiptOf, reportOf } = await import("/report/receipts.js");
        return [receiptOf("AAECAwQFBgcICQoLDA0ODw"), drawReceipt()].map(({ hash }) => [hash, reportOf(hash)]);
    }""")
    # The example of PROTOCOL.md, 5.15.
    assert told[0] == [hashlib.sha256(bytes(range(16))).hexdigest(), "5d3cd097-186e-8919-91ad-6dbb9f26bec0"], told[0]
    assert told[1][1] != told[0][1] and told[1][1][14] == "8" and told[1][1][19] in "89ab", told[1]


@test
def ids_are_random_whatever_the_clock_says(world):
    visit = world.resident()
    page = visit.page()
    made = page.evaluate("""async () => {
        const { uuid7 } = await import("/shared/ids.js");
        const now = Date.now, ids = [];
        for (const moment of [0, -5, 1e15, now()]) {
            Date.now = () => moment;
            for (let n = 0; n < 500; n += 1) ids.push(uuid7());
        }
        Date.now = now;
        return ids;
    }""")
    assert len(set(made)) == 2000
    assert all(len(text) == 36 and text[14] == "7" and text[19] in "89ab" for text in made)


@test
def what_a_photo_says_is_read_before_it_is_scaled(world):
    page = world.resident().page()
    good = photos.photo(3, size=(1200, 900))
    cases = [good, _without_place(good), photos.photo(4, size=(1200, 900), place=(-33.868820, -70.6)), b"", b"\xff\xd8"]
    told = page.evaluate(RUN, ["/shared/exif.js", "readExif", [_pack(case) for case in cases]])
    assert told[0]["takenAt"] == "2026-11-30T08:15:30+08:00", told[0]
    assert abs(told[0]["place"]["lat"] - 22.634123) < 1e-5 and abs(told[0]["place"]["lon"] - 114.070456) < 1e-5, told[0]
    assert told[1]["place"] is None and told[1]["takenAt"], "a place of zeros is none"
    assert abs(told[2]["place"]["lat"] + 33.868820) < 1e-5 and abs(told[2]["place"]["lon"] + 70.6) < 1e-5, told[2]
    assert told[3] == told[4] == {"takenAt": None, "place": None, "heading": None}
    # Cut and damaged at every place of its head: never an error.
    dice, head = random.Random(5), good[:600]
    damaged = [head[:length] for length in range(0, 600, 3)]
    for _ in range(600):
        bytes_ = bytearray(good[:2000])
        for _ in range(dice.randrange(1, 6)):
            bytes_[dice.randrange(600)] = dice.randrange(256)
        damaged.append(bytes(bytes_))
    assert len(page.evaluate(RUN, ["/shared/exif.js", "readExif", [_pack(case) for case in damaged]])) == len(damaged)


@test
def photos_are_scaled_upright_and_lose_what_they_say(world):
    page = world.resident().page()
    image = Image.new("RGB", (3000, 1000), (200, 30, 30))
    image.paste((30, 30, 200), (0, 0, 1500, 1000))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0110] = "SECRET-PHONE"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif.tobytes())
    told = page.evaluate("""async (text) => {
        const { readPhoto } = await import("/shared/photos.js");
        const { base64 } = await import("/shared/ids.js");
        const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
        const read = async options => {
            const photo = await readPhoto(new File([bytes], "a.jpg", { type: "image/jpeg" }), options);
            return { ...photo, bytes: base64(new Uint8Array(photo.bytes)), thumbnail: photo.thumbnail.size };
        };
        return [await read({}), await read({ original: true })];
    }""", _pack(out.getvalue()))
    scaled, original = (base64.b64decode(photo["bytes"]) for photo in told)
    upright = Image.open(io.BytesIO(scaled))
    assert upright.size == (683, 2048) == (told[0]["width"], told[0]["height"]), (upright.size, told[0]["width"])
    top, bottom = upright.getpixel((300, 100)), upright.getpixel((300, 1900))
    assert top[2] > 150 > top[0] and bottom[0] > 150 > bottom[2], "turned as its EXIF says"
    assert b"SECRET-PHONE" not in scaled and b"Exif" not in scaled
    assert told[0]["sha256"] == photos.sha256(scaled) and told[0]["thumbnail"] > 500
    assert original == out.getvalue() and told[1]["sha256"] == photos.sha256(original)


def _pack(data):
    return base64.b64encode(data).decode()


def _without_place(data):
    """As Android 10 and later give it to a browser: the place overwritten with zeros, all lengths as before."""
    start = data.index(b"\x00\x01\x00\x02\x00\x00\x00\x02N")
    end = data.index(b"\xff\xdb")
    changed = bytearray(data)
    changed[start + 8] = 0
    values = data.index((22).to_bytes(4, "big") + (1).to_bytes(4, "big"), start)
    for place in range(values, end):
        changed[place] = 0
    return bytes(changed)
