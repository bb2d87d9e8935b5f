# SPDX-License-Identifier: Apache-2.0
"""Every header compiles alone, twice in one unit, with what its room may see and no more."""
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import ROOT, below

FLAGS = ["-fsyntax-only", "-xc", "-std=gnu11", "-ffreestanding", "-Wall", "-Wextra", "-Werror",
         "-I."]
TARGET = [os.environ.get("CROSS", "aarch64-linux-gnu-") + "gcc", *FLAGS, "-Ibuild"]
CPU = os.environ.get("ARCH", "aarch64")
ROOMS = {
    "ipc/": [["gcc", *FLAGS], [TARGET[0], *FLAGS]],
    "kernel/": [[*TARGET, f"-Iarch/{CPU}"]],
    "arch/include/": [[*TARGET, f"-Iarch/{CPU}"]],
    f"arch/{CPU}/": [[*TARGET, f"-Iarch/{CPU}"]],
    "servers/": [[*TARGET, "-isystem", f"build/{CPU}/sysroot/usr/include"]],
    "build/gen/": [TARGET],
}
# The halves of arch.h and vm.h that say so: these two include them where their types are complete.
PARTS = {"arch_inline.h", "arch_vcpu_inline.h"}


def compile_twice(header, command):
    """What the compiler says of a unit that is only this header."""
    name = header.removeprefix("build/")
    unit = f'#include "{name}"\n' * 2
    done = subprocess.run([*command, "-"], input=unit, cwd=ROOT, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        errors = [line for line in done.stdout.splitlines() if "error:" in line]
        return [f"{header}:1: does not compile alone: {line}" for line in errors[:1] or ["?"]]
    return []


def check_headers(tree):
    """every header of kernel/, arch/, ipc/, servers/ and the generator compiles alone"""
    for room in ROOMS:
        if not any(below(tree, [room], (".h",))):
            yield f"{room}:1: has no headers; `make generate` makes those of build/gen/"
    work = [(path, command) for room, commands in ROOMS.items() for command in commands
            for path, _ in below(tree, [room], (".h",)) if path.split("/")[-1] not in PARTS]
    with ThreadPoolExecutor(2) as pool:
        for complaints in pool.map(lambda item: compile_twice(*item), work):
            yield from complaints
