"""What the trial works with: the commands of the guide, a photo, and what a program needs."""

import re
import subprocess
from pathlib import Path

GUIDE = Path("Deploy/GUIDE.md")


def swift_libraries(program):
    """The folder of Swift's shared libraries that a program needs; nil for one that has them in it."""
    found = re.search(r"libswiftCore\.so => (\S+)/libswiftCore\.so",
                      subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout)
    return found and found.group(1)


def guide(section):
    """The commands in each fenced block of a section, one a command: continued lines are joined."""
    text = re.search(rf"^## {section}\n(.*?)(?=^## |\Z)", GUIDE.read_text(), re.S | re.M).group(1)
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M)
    return [[line for line in block.replace("\\\n", "").split("\n") if line.strip()] for block in blocks]


def photo(directory):
    """A JPEG of 1,600 by 1,200 pixels."""
    width, height = 1600, 1200
    row = bytes((x * 7 + channel * 50) % 256 for x in range(width) for channel in range(3))
    pixels = b"".join(row[3 * (y % width):] + row[:3 * (y % width)] for y in range(height))
    made = subprocess.run(["cjpeg", "-quality", "90"], input=b"P6 %d %d 255\n" % (width, height) + pixels,
                          capture_output=True, check=True).stdout
    (directory / "photo.jpg").write_bytes(made)
    return made
