# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone, twice in one unit, with what its room may see and no more."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from tree import ROOT, below

sys.path.insert(0, str(ROOT / "tools"))
from architecture import ARCHITECTURES, owner  # noqa: E402

FLAGS = ["-fsyntax-only", "-xc", "-std=gnu11", "-ffreestanding", "-Wall", "-Wextra", "-Werror",
         "-I."]
# What each room sees; {} is the architecture.
ROOMS = {
    "ipc/": [],
    "kernel/": ["-Ibuild", "-Iarch/{}"],
    "arch/include/": ["-Ibuild", "-Iarch/{}"],
    "arch/{}/": ["-Ibuild", "-Iarch/{}"],
    "servers/": ["-Ibuild", "-isystem", "build/{}/sysroot/usr/include"],
    "build/gen/": ["-Ibuild"],
}
# The halves of arch.h and vm.h that say so: these two include them where their types are complete.
PARTS = {"arch_inline.h", "arch_vcpu_inline.h"}


def compile_twice(header, commands):
    """What the first compiler to complain says of a unit that is only this header."""
    name = header.removeprefix("build/")
    unit = f'#include "{name}"\n' * 2
    for command in commands:
        done = subprocess.run([*command, "-"], input=unit, cwd=ROOT, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            errors = [line for line in done.stdout.splitlines() if "error:" in line]
            return [f"{header}:1: does not compile alone: {line}" for line in errors[:1] or ["?"]]
    return []


def headers(tree):
    """(room, header or None, command) of each header and each architecture that has it."""
    there = [each for each in ARCHITECTURES.values() if any(below(tree, [f"arch/{each.name}/"]))]
    for room, sees in ROOMS.items():
        for here in there:
            place = room.format(here.name)
            command = [here.tool("gcc"), *FLAGS, *(word.format(here.name) for word in sees)]
            yield place, None, command
            for path, _ in below(tree, [place], (".h",)):
                if path.split("/")[-1] not in PARTS and owner(path) in (None, here):
                    yield place, path, command
                    if room == "ipc/":
                        yield place, path, ["gcc", *FLAGS]


def check_headers(tree):
    """every header of kernel/, arch/, ipc/, servers/ and the generator compiles alone"""
    rooms, work = {}, {}
    for room, path, command in headers(tree):
        rooms.setdefault(room, []).append(path)
        if path:
            work.setdefault(path, []).append(command)
    for room, paths in rooms.items():
        if not any(paths):
            yield f"{room}:1: has no headers; `make generate` makes those of build/gen/"
    with ThreadPoolExecutor(2) as pool:
        for complaints in pool.map(lambda item: compile_twice(*item), work.items()):
            yield from complaints
