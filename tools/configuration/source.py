# SPDX-License-Identifier: Apache-2.0
"""Reads a .dts through dtc, keeping for every node and property the line it was written on."""
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from architecture import DEFAULT

from .report import Where, did_you_mean

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
DANGLING = 0xFFFFFFFF  # what dtc writes, and reports, for a label that no node has


@dataclass
class Property:
    name: str
    where: Where
    kind: str  # "cells", "strings", "empty", or "mixed"
    cells: list = field(default_factory=list)
    strings: list = field(default_factory=list)
    data: bytes = b""


@dataclass
class Node:
    name: str
    where: Where = None
    parent: "Node" = None
    properties: dict = field(default_factory=dict)
    children: dict = field(default_factory=dict)

    @property
    def path(self):
        return (self.parent.path.rstrip("/") + "/" if self.parent else "/") + self.name

    def walk(self):
        yield self
        for child in self.children.values():
            yield from child.walk()


_LINE = re.compile(r"^\s*(.*[;{])(?: /\* (.*) \*/)?$")
_OPEN = re.compile(r"^((?:\w+: )*)(\S+) \{$")
_PROPERTY = re.compile(r"^([\w,.+*?#-]+)(?: = (.*))?;$")
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"|(?:/bits/ (\d+) )?<([^>]*)>|\[([^\]]*)\]')
_DIAGNOSIS = re.compile(r"^(?:Error: )?(\S+?):(\d+)[-.\d]*:?(?: ERROR \(\w+\):)? (.*)$")


def _property(name, text, where):
    found = Property(name, where, "empty")
    kinds = set()
    for string, bits, cells, octets in _VALUE.findall(text or ""):
        if cells or bits:
            size = int(bits or 32) // 8
            numbers = [int(word, 0) for word in cells.split() if not word.endswith(":")]
            found.data += b"".join(number.to_bytes(size, "big") for number in numbers)
            found.cells += numbers
            kinds.add("cells" if size == 4 else "mixed")
        elif octets:
            found.data += bytes.fromhex(octets)
            kinds.add("mixed")
        else:
            plain = string.encode().decode("unicode_escape")
            found.data += plain.encode("latin-1") + b"\0"
            found.strings.append(plain)
            kinds.add("strings")
    if kinds:
        found.kind = kinds.pop() if len(kinds) == 1 else "mixed"
    return found


class Source:
    """The tree of one file, its labels and what its phandles name.

    What it includes is looked for beside it, then in configs/<architecture>/.
    """

    def __init__(self, report, architecture=DEFAULT):
        self.report, self.path = report, report.file
        self.folder = CONFIGS / architecture
        self.labels, self.dangling = {}, {}
        self.phandles = {}
        self.root = Node("", Where(self.path, 1))
        done = self._run()
        self._parse(done.stdout)
        self._diagnose(done.stderr)
        if done.returncode:
            if not report.errors:
                self._fatal(done.stderr.strip().removeprefix("FATAL ERROR: "))
            report.stop_if_bad()

    def _run(self):
        """Runs dtc; notes the files that the first one includes."""
        with tempfile.NamedTemporaryFile(mode="r") as listing:
            # -f: dtc goes on after a semantic error, so that the checks here can name more of them.
            done = subprocess.run(["dtc", "-q", "-f", "-T", "-I", "dts", "-O", "dts",
                                   "-i", self.folder, "-d", listing.name, self.path],
                                  capture_output=True, text=True)
            # "-: first others": the first one is make's own business.
            self.included = [self._shown(name) for name in listing.read().split()[2:]]
        return done

    def _shown(self, file):
        """A file of our own as seen from here, as all others are."""
        return os.path.relpath(file) if file.startswith(f"{self.folder}/") else file

    def _where(self, comment):
        first = re.match(r"(.*?):(\d+)", comment or "")
        if not first:
            return self.root.where
        # dtc names files relative to the folder of the first one.
        file = os.path.normpath(os.path.join(os.path.dirname(self.path), first.group(1)))
        return Where(self._shown(file), int(first.group(2)))

    def _parse(self, text):
        node = None
        for line in text.splitlines():
            match = _LINE.match(line)
            if not match:
                continue
            code, where = match.group(1), self._where(match.group(2))
            opened = _OPEN.match(code)
            if opened:
                name = "" if opened.group(2) == "/" else opened.group(2)
                child = Node(name, where, node)
                if node:
                    node.children[name] = child
                else:
                    self.root = child
                for label in opened.group(1).replace(":", "").split():
                    self.labels[label] = child
                node = child
            elif code == "};":
                node = node.parent
            elif node and (match := _PROPERTY.match(code)):
                found = _property(match.group(1), match.group(2), where)
                node.properties[found.name] = found
                if found.name == "phandle" and found.cells:
                    self.phandles[found.cells[0]] = node
                    del node.properties["phandle"]

    def _diagnose(self, text):
        for line in text.splitlines():
            match = _DIAGNOSIS.match(line)
            if not match:
                continue
            where = Where(self._shown(match.group(1)), int(match.group(2)))
            message = match.group(3).strip()
            missing = re.match(r'(\S+): Reference to non-existent node or label "(.*)"', message)
            if missing:
                self._dangling(where, *missing.groups())
            else:
                self.report.error(where, message)

    def _fatal(self, message):
        """dtc says what it could not open, but not who includes it."""
        missing = re.match(r'Couldn\'t open "(.*?)": ', message)
        name = missing.group(1) if missing else self.path
        for file in [self.path, *self.included] if name != self.path else ():
            for line, text in enumerate(Path(file).read_text().splitlines(), 1):
                if "/include/" in text and f'"{name}"' in text:
                    known = {path.name for folder in (Path(file).parent, self.folder)
                             for path in folder.glob("*.dtsi")}
                    self.report.error(Where(file, line), message, did_you_mean(name, known))
                    return
        self.report.error(self.root.where, message)

    def _dangling(self, where, path, label):
        """dtc names the node that refers to nothing; the property, in its order, is found here."""
        node = next(node for node in self.root.walk() if node.path == path)
        for found in node.properties.values():
            if DANGLING in found.cells and found.name not in self.dangling.setdefault(path, set()):
                self.dangling[path].add(found.name)
                where = found.where
                break
        self.report.error(where, f"&{label} in {path} refers to no node",
                          did_you_mean(label, self.labels))
