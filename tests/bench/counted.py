# SPDX-License-Identifier: Apache-2.0
"""One run with each CPU's instructions counted for itself (plugin/count.c): marks and paths."""
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .machine import DISK, coppice

MARKS = Path(__file__).resolve().parent / "guest" / "marks.h"
MARK = {name.lower(): int(value, 0)
        for name, value in re.findall(r"^#define MARK_(\w+) (\w+)", MARKS.read_text(), re.M)}
MEMORY = 256  # MiB, of every measured system


@dataclass
class Mark:
    """`count`: the CPU's instructions until then; `asleep`: until its last WFI before that;
    `waited`: of them, those in loops that wait for another CPU; `held`: for how many of its own."""
    cpu: int
    mark: int
    count: int
    asleep: int
    waited: int
    held: int


@dataclass
class Path_:
    """From an entry (0: out of a WFI) into the kernel to the way back out of it."""
    cpu: int
    length: int
    waited: int
    held: int
    entry: int
    trace: list


@dataclass
class Run:
    printed: str
    events: list

    def marks(self, *names):
        """The marks of these names, in order; of all, without names."""
        numbers = [MARK[name] for name in names]
        return [event for event in self.events
                if isinstance(event, Mark) and (not names or event.mark in numbers)]

    def paths(self, first=None, last=None):
        """The paths that ended between two events."""
        begin = self.events.index(first) if first else 0
        end = self.events.index(last) if last else len(self.events)
        return [event for event in self.events[begin:end] if isinstance(event, Path_)]

    def printed_number(self, name):
        return [int(value) for value in re.findall(rf"\b{name} (\d+)$", self.printed, re.M)]


def _symbols(build):
    lines = subprocess.run(["aarch64-linux-gnu-nm", build / "aarch64" / "kernel.elf"],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[-1]: int(line.split()[0], 16) for line in lines}


def _event(line):
    kind, *numbers = line.split()
    numbers = [int(number) for number in numbers]
    if kind == "mark":
        return Mark(*numbers)
    return Path_(*numbers[:5], numbers[5:]) if kind == "path" else None


def run(build, system, cpus, path=None, trace=None):
    """`path`: the shortest path that is written down, if any; `trace`: with its instructions."""
    symbols = _symbols(build)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events"
        words = {"out": file, "text": symbols["kernel_text"], "text-end": symbols["kernel_text_end"],
                 "vectors": symbols["vectors"], "path": path or 1 << 32, "trace": trace or 1 << 32}
        plugin = ",".join([str(build / "host" / "count.so"), *(f"{name}={value}" for name, value in
                                                            words.items())])
        printed = coppice(build, system, MEMORY, "-smp", cpus, "-plugin", plugin, *DISK)
        events = [_event(line) for line in file.read_text().splitlines()]
    return Run(printed, [event for event in events if event])
