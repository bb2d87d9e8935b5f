# SPDX-License-Identifier: Apache-2.0
"""The boot bundle: a cpio newc archive in which every file's data fills whole pages."""
PAGE = 4096
HEADER = 110  # bytes of a newc header: "070701" and 13 numbers of 8 hexadecimal digits


def _entry(name, data, offset, inode, mode):
    """One file at `offset` of the archive: NUL bytes lengthen its name until the data meets a page.

    The size says the padded data, so any newc reader finds the next header; who needs a file's
    exact size has it from the plan.
    """
    name = name.encode() + b"\0"
    name += b"\0" * (-(offset + HEADER + len(name)) % PAGE)
    data += b"\0" * (-len(data) % PAGE)
    fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
    return b"070701" + b"".join(b"%08X" % field for field in fields) + name + data


def pack(files):
    """The archive of (name, data) pairs, in their order."""
    parts, offset = [], 0
    for inode, (name, data) in enumerate([*files, ("TRAILER!!!", b"")], 1):
        mode = 0o100644 if data else 0
        parts.append(_entry(name, data, offset, inode, mode))
        offset += len(parts[-1])
    return b"".join(parts)
