# SPDX-License-Identifier: Apache-2.0
"""Reads one node of a configuration: a name that nobody asks for is a name that nobody knows."""
from .report import did_you_mean
from .source import DANGLING

MISSING = object()


class Reader:
    """Reads one node. What is asked for is known; finish() refuses everything else."""

    def __init__(self, source, node):
        self.source, self.report, self.node = source, source.report, node
        self.properties, self.children = set(), set()

    def _find(self, name, default):
        self.properties.add(name)
        found = self.node.properties.get(name)
        if found is None and default is MISSING:
            self.report.error(self.node.where, f"{self.node.path} lacks the property '{name}'")
        return found

    def cells(self, name, count, example, default=MISSING):
        """`count` cells, or None."""
        found = self._find(name, default)
        if not found:
            return None
        if found.kind != "cells" or len(found.cells) != count:
            self.report.error(found.where, f"'{name}' of {self.node.path} takes {example}")
            return None
        return found.cells

    def number(self, name, allowed, default=MISSING):
        cells = self.cells(name, 1, "one number: <n>", default)
        if not cells:
            return None if default is MISSING else default
        if cells[0] not in allowed:
            steps = f" in steps of {allowed.step}" if allowed.step > 1 else ""
            self.report.error(self.node.properties[name].where,
                              f"'{name}' of {self.node.path} is {cells[0]}, "
                              f"allowed are {allowed[0]} to {allowed[-1]}{steps}")
            return None
        return cells[0]

    def numbers(self, name, example):
        """One number or more, or None."""
        found = self._find(name, None)
        if not found:
            return None
        if found.kind != "cells":
            self.report.error(found.where, f"'{name}' of {self.node.path} takes {example}")
            return None
        return found.cells

    def flag(self, name):
        """A property without a value: whether it is there."""
        found = self._find(name, None)
        if found and found.kind != "empty":
            self.report.error(found.where, f"'{name}' of {self.node.path} takes no value",
                              f"write '{name};'")
        return found is not None

    def size(self, name, align, default=MISSING):
        """A number of two cells."""
        cells = self.cells(name, 2, "two cells: <high low>", default)
        if not cells:
            return None if default is MISSING else default
        return self.aligned(name, cells[0] << 32 | cells[1], align)

    def range(self, name, align, default=MISSING, limit=1 << 64):
        """(first, size) of two cells each."""
        cells = self.cells(name, 4, "four cells: <high low high low>, first and size", default)
        if not cells:
            return None
        first, size = cells[0] << 32 | cells[1], cells[2] << 32 | cells[3]
        where = self.node.properties[name].where
        if not size:
            self.report.error(where, f"'{name}' of {self.node.path} is empty")
            return None
        if first + size > limit:
            self.report.error(where, f"'{name}' of {self.node.path} ends at {first + size:#x}, "
                                     f"beyond {limit:#x}")
            return None
        if self.aligned(name, first, align) is None or self.aligned(name, size, align) is None:
            return None
        return first, size

    def aligned(self, name, value, align):
        if value % align:
            nearest = (value + align - 1) // align * align
            self.report.error(self.node.properties[name].where,
                              f"{value:#x} in '{name}' of {self.node.path} is no multiple of "
                              f"{align:#x}", f"use {nearest:#x}")
            return None
        return value

    def string(self, name, known=None, default=MISSING):
        found = self._find(name, default)
        if not found:
            return None if default is MISSING else default
        if found.kind != "strings" or len(found.strings) != 1 or not found.strings[0]:
            self.report.error(found.where, f"'{name}' of {self.node.path} takes one string")
            return None
        value = found.strings[0]
        if known is not None and value not in known:
            self.report.error(found.where, f"unknown {name} '{value}' of {self.node.path}",
                              did_you_mean(value, known))
            return None
        return value

    def choices(self, name, known, default=MISSING):
        """One string or more, each of them known."""
        found = self._find(name, default)
        if not found:
            return () if default is MISSING else default
        if found.kind != "strings" or not all(found.strings):
            self.report.error(found.where, f"'{name}' of {self.node.path} takes strings")
            return ()
        for value in found.strings:
            if value not in known:
                self.report.error(found.where, f"unknown {name} '{value}' of {self.node.path}",
                                  did_you_mean(value, known))
        return tuple(found.strings)

    def reference(self, name, targets, what):
        """The one of `targets` (by node) that a phandle names."""
        cells = self.cells(name, 1, f"one reference to {what}: <&label>")
        if not cells or cells[0] == DANGLING:
            return None
        where = self.node.properties[name].where
        node = self.source.phandles.get(cells[0])
        labels = [f"&{label}" for label, labelled in self.source.labels.items()
                  if any(labelled is target.node for target in targets)]
        suggestion = "use " + " or ".join(labels) if labels else None
        if node is None:
            self.report.error(where, f"'{name}' of {self.node.path}: {cells[0]} is no reference",
                              suggestion)
            return None
        for target in targets:
            if target.node is node:
                return target
        self.report.error(where, f"'{name}' of {self.node.path} refers to {node.path} "
                                 f"({node.where}), which is not {what}", suggestion)
        return None

    def child(self, name):
        """The child of this name, which must be there."""
        self.children.add(name)
        if name not in self.node.children:
            self.report.error(self.node.where, f"{self.node.path} lacks the node '{name}'")
        return self.node.children.get(name)

    def finish(self, children=()):
        """Refuses what was not asked for; `children` may have any name."""
        known = self.children | set(children)
        for found in self.node.properties.values():
            if found.name not in self.properties:
                self.report.error(found.where, f"unknown property '{found.name}' of "
                                  f"{self.node.path}", did_you_mean(found.name, self.properties))
        for child in self.node.children.values():
            if child.name not in known:
                self.report.error(child.where, f"unknown node '{child.name}' in {self.node.path}",
                                  did_you_mean(child.name, known) if known else None)
