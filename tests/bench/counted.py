# SPDX-License-Identifier: Apache-2.0
"""One run with each CPU's instructions counted for itself (plugin/count.c): marks and paths."""
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from configuration.report import Report
from configuration.source import Source

from tests.support.architecture import HERE

from .machine import DISK, MEMORY, TURN, coppice, turns_of

FOLDER = Path(__file__).resolve().parent
MARK = {int(value, 0): name.lower() for name, value in
        re.findall(r"^#define MARK_(\w+) (\w+)", (FOLDER / "guest" / "marks.h").read_text(), re.M)}
NEVER = 1 << 32  # instructions: more than any path has


@dataclass
class Progress:
    """Instructions of one CPU: all until then; of them, in loops that wait for another CPU; and
    what those that it waited for did in the kernel meanwhile."""
    count: int
    waited: int
    held: int
    time: int  # of the CPU `clock`; after a sleep, when it ended

    def since(self, earlier):
        """What a CPU of a parallel machine would need: the wait lasts as long as what it is for."""
        return (self.count - self.waited + self.held
                - earlier.count + earlier.waited - earlier.held)


@dataclass
class Mark:
    cpu: int
    name: str
    then: Progress
    asleep: Progress  # at the CPU's last WFI


@dataclass
class Trip:
    """A path through the kernel; `entry`: its vector's offset, 1 after the kernel's WFI."""
    cpu: int
    length: int
    waited: int
    held: int
    time: int
    entry: int
    trace: list = field(repr=False)

    @property
    def own(self):
        return self.length - self.waited


@dataclass
class Run:
    printed: str
    events: list

    def marks(self, *names):
        """The marks of these names, in order; without names, all."""
        return [event for event in self.events
                if isinstance(event, Mark) and (not names or event.name in names)]

    def between(self, first, last):
        """The run from one event to another one."""
        begin, end = self.events.index(first), self.events.index(last)
        return Run(self.printed, self.events[begin:end])

    def trips(self):
        return [event for event in self.events if isinstance(event, Trip)]

    def follow(self, *names):
        """Each sequence of marks of these names that one CPU passed with none between."""
        found = []
        for cpu in sorted({mark.cpu for mark in self.marks()}):
            marks = [mark for mark in self.marks() if mark.cpu == cpu]
            for index in range(len(marks) - len(names) + 1):
                part = marks[index:index + len(names)]
                if [mark.name for mark in part] == list(names):
                    found.append(part)
        return found

    def number(self, name):
        """A number that a guest printed."""
        found = re.search(rf"\b{name} (\d+)\s*$", self.printed, re.M)
        if not found:
            sys.exit(f"bench: no '{name}' in what was printed:\n{self.printed}")
        return int(found[1])


def _symbols(build):
    lines = subprocess.run([HERE.tool("nm"), build / "kernel.elf"],
                           capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[-1]: int(line.split()[0], 16) for line in lines}


def _event(line, high):
    """`high`: the upper half of the kernel's addresses, which the plugin leaves out of a trace."""
    kind, *numbers = line.split()
    numbers = [int(number) for number in numbers]
    if kind == "mark":
        return Mark(numbers[0], MARK[numbers[1]], Progress(*numbers[2:6]), Progress(*numbers[6:]))
    if kind == "path":
        return Trip(*numbers[:6], [high | place for place in numbers[6:]])
    return None


def run(build, system, path=NEVER, trace=NEVER, clock=0, turns=TURN):
    """`path`: the shortest path that is written down; `trace`: with its instructions; `clock`: the CPU
    whose instructions are the time; `turns`: of how many instructions."""
    symbols = _symbols(build)
    machine = Source(Report(str(FOLDER / f"{system}.dts")), HERE.name).root.children["machine"]
    cpus = machine.properties["cpus"].cells[0]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events"
        words = {"out": file, "text": symbols["kernel_text"], "vectors": symbols["vectors"],
                 "text-end": symbols["kernel_text_end"], "path": path, "trace": trace,
                 "clock": clock}
        plugin = ",".join([str(build.resolve() / "count.so"),
                           *(f"{name}={value}" for name, value in words.items())])
        printed = coppice(build, f"bench-{system}", MEMORY, "-smp", cpus, *DISK,
                          *turns_of(turns), "-plugin", plugin)
        high = symbols["kernel_text"] >> 32 << 32
        events = [_event(line, high) for line in file.read_text().splitlines()]
    return Run(printed, [event for event in events if event])
