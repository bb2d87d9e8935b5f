# SPDX-License-Identifier: Apache-2.0
"""Writes trees of plain dictionaries as flattened device trees."""
import libfdt


def u32(*numbers):
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def u64(*numbers):
    return b"".join(number.to_bytes(8, "big") for number in numbers)


def text(string):
    return string.encode() + b"\0"


ROOM = 1 << 20  # for the largest tree: the library makes room for all but its last step


def flatten(root):
    """A dictionary is a node, bytes are a property; a node's properties stand before its nodes."""
    writer = libfdt.FdtSw(ROOM)
    writer.finish_reservemap()

    def write(name, node):
        with writer.add_node(name):
            for key, value in node.items():
                if isinstance(value, bytes):
                    writer.property(key, value)
            for key, value in node.items():
                if isinstance(value, dict):
                    write(key, value)

    write("", root)
    tree = writer.as_fdt()
    return bytes(tree.as_bytearray()[:tree.totalsize()])
