# SPDX-License-Identifier: Apache-2.0
"""Writes cpio newc archives: the boot bundle, page-aligned, and the guests' initramfs."""
from dataclasses import dataclass

HEADER = 110  # bytes of a newc header: "070701" and 13 numbers of 8 hexadecimal digits
FILE, FOLDER, LINK, CHARACTER = 0o100000, 0o040000, 0o120000, 0o020000


@dataclass
class Entry:
    name: str
    data: bytes = b""
    mode: int = FILE | 0o644
    device: tuple = (0, 0)


def _pack_entry(entry, offset, inode, align):
    """One entry at `offset` of the archive: NUL bytes lengthen its name to align its data."""
    name = entry.name.encode() + b"\0"
    name += b"\0" * (-(offset + HEADER + len(name)) % align)
    fields = (inode, entry.mode, 0, 0, 1, 0, len(entry.data), 0, 0, *entry.device, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % field for field in fields)
    return header + name + entry.data + b"\0" * (-len(entry.data) % 4)


def pack(entries, align=4):
    parts, offset = [], 0
    for inode, entry in enumerate([*entries, Entry("TRAILER!!!", mode=0)], 1):
        parts.append(_pack_entry(entry, offset, inode, align))
        offset += len(parts[-1])
    return b"".join(parts)


def pack_pages(files, page=4096):
    """An archive of (name, data) pairs whose data begin at a page and fill whole pages.

    The padding counts as data, so any newc reader finds the next header; who needs a file's exact
    size has it from the plan.
    """
    return pack([Entry(name, data + b"\0" * (-len(data) % page)) for name, data in files], page)
