# SPDX-License-Identifier: Apache-2.0
"""A good boot bundle, taken apart, and changed in one place."""
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from configuration.archive import HEADER, pack_pages  # noqa: E402
from tests.support.architecture import bundle  # noqa: E402

GOOD = bundle("timer")
PROGRAMS = 64  # an ELF file's program headers
TEXT = PROGRAMS  # the first of them
DATA = PROGRAMS + 2 * 56  # the writable one


def _number(archive, at, field):
    return int(archive[at + 6 + 8 * field:at + 14 + 8 * field], 16)


class Bundle:
    """The archive's bytes, and where each file's data lie in them."""

    def __init__(self, archive=None):
        self.bytes = bytearray(archive or GOOD.read_bytes())
        self.files, at, name = {}, 0, ""
        while name != "TRAILER!!!":
            size, name_size = _number(self.bytes, at, 6), _number(self.bytes, at, 11)
            name = self.bytes[at + HEADER:at + HEADER + name_size].rstrip(b"\0").decode()
            data = at + HEADER + name_size + 3 & ~3
            self.files[name] = (data, size)
            at = data + size + 3 & ~3
        self.files.pop(name)

    def place(self, name, offset=0):
        """Where in the archive the byte at `offset` of a file is."""
        return self.files[name][0] + offset

    def data(self, name):
        start, size = self.files[name]
        return bytes(self.bytes[start:start + size])

    def number(self, name, offset):
        """A 32-bit big-endian number of a file."""
        return struct.unpack_from(">I", self.bytes, self.place(name, offset))[0]

    def cut(self, length):
        """Only the first bytes."""
        del self.bytes[length:]
        return self

    def flip(self, place, bits=0xff):
        self.bytes[place] ^= bits
        return self

    def write(self, name, offset, form, *numbers):
        """Numbers, as struct packs them, over what is at `offset` of a file."""
        struct.pack_into(form, self.bytes, self.place(name, offset), *numbers)
        return self

    def replace(self, name, old, new):
        """Other bytes instead of those that are in a file exactly once."""
        assert len(old) == len(new) and self.data(name).count(old) == 1, old
        offset = self.place(name, self.data(name).index(old))
        self.bytes[offset:offset + len(new)] = new
        return self

    def without(self, name):
        """The same bundle without a file."""
        return Bundle(pack_pages([(file, self.data(file)) for file in self.files
                                  if file != name]))
