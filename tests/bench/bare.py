# SPDX-License-Identifier: Apache-2.0
"""The bare machine with the few devices that Coppice's guest has: QEMU's own tree, cut down."""
import libfdt

from .here import here


def _children(tree, parent):
    offset = tree.first_subnode(parent, libfdt.QUIET_NOTFOUND)
    while offset >= 0:
        yield offset
        offset = tree.next_subnode(offset, libfdt.QUIET_NOTFOUND)


def _remove(tree, parent, kept):
    """Removes the children of `parent` that `kept` does not name, with or without their addresses."""
    parent_offset = tree.path_offset(parent)
    names = [tree.get_name(child) for child in _children(tree, parent_offset)]
    for name in names:
        if name not in kept and name.split("@")[0] not in kept:
            tree.del_node(tree.subnode_offset(tree.path_offset(parent), name))


def cut(blob):
    """The tree with the console, the disk, the timer and the interrupt controller only."""
    tree = libfdt.Fdt(blob)
    for parent, kept in here.KEPT.items():
        _remove(tree, parent, kept)
    tree.pack()  # QEMU doubles its size, and Linux takes no more than 2 MiB
    return bytes(tree.as_bytearray()[:tree.totalsize()])
