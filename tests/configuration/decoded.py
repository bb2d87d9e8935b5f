# SPDX-License-Identifier: Apache-2.0
"""Reads system.dtb by the words of docs/configuration.md, not by the code that wrote it."""
import struct
from collections import namedtuple

import libfdt

Grant = namedtuple("Grant", "there object rights badge")
Map = namedtuple("Map", "object access address offset size")
Route = namedtuple("Route", "kind first last endpoint badge flags")


def _read(tree, offset):
    """A node as a dictionary: bytes for properties, dictionaries for nodes."""
    node = {}
    position = tree.first_property_offset(offset, libfdt.QUIET_NOTFOUND)
    while position >= 0:
        found = tree.get_property_by_offset(position)
        node[found.name] = bytes(found)
        position = tree.next_property_offset(position, libfdt.QUIET_NOTFOUND)
    child = tree.first_subnode(offset, libfdt.QUIET_NOTFOUND)
    while child >= 0:
        node[tree.get_name(child)] = _read(tree, child)
        child = tree.next_subnode(child, libfdt.QUIET_NOTFOUND)
    return node


def number(data):
    return int.from_bytes(data, "big")


def ranges(data):
    """(address, size) of each."""
    return tuple(struct.iter_unpack(">QQ", data))


def string(data):
    return data.rstrip(b"\0").decode()


class Decoded:
    def __init__(self, data):
        self.data = data
        root = _read(libfdt.FdtRo(data), 0)
        self.objects, self.guests = root["plan"]["objects"], root["vms"]
        self.names = {number(entry["slot"]): name for name, entry in self.objects.items()}
        self.plan, self.tasks, self.vms = root["plan"], root["plan"]["tasks"], root["plan"]["vms"]

    def _maps(self, node):
        for slot, access, *rest in struct.iter_unpack(">IIQQQ", node["maps"]):
            yield Map(self.names[slot], access, *rest)

    def task_maps(self, name):
        return list(self._maps(self.tasks[name]))

    def vm_maps(self, name):
        return list(self._maps(self.vms[name]))

    def grants(self, name):
        return [Grant(there, self.names[here], rights, badge) for there, here, rights, badge
                in struct.iter_unpack(">IIIQ", self.tasks[name]["grants"])]

    def routes(self, name):
        return [Route(kind, first, last, self.names[slot], badge, flags)
                for kind, first, last, slot, badge, flags
                in struct.iter_unpack(">IQQIII", self.vms[name]["routes"])]

    def arguments(self, name):
        """Name -> number."""
        return {key: number(value[:8]) for key, value in self.tasks[name]["arguments"].items()}

    def texts(self, name):
        """Name -> text behind the number."""
        return {key: string(value[8:]) for key, value in self.tasks[name]["arguments"].items()
                if value[8:]}
