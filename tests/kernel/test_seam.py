#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An architecture that forgets hooks of arch/include/arch.h: the linker says each one's name."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "structure")]
import seam  # noqa: E402
from tests.support.architecture import FOLDER, HERE  # noqa: E402
from tests.support.tap import Failure, check, run  # noqa: E402
from tree import read_tree  # noqa: E402

WORK = FOLDER / "tests" / "kernel"
SECONDS = 600
UNDEFINED = re.compile(r"undefined reference to `(\w+)'")
MISSING = "_is_missing"


def forget_hooks(folder):
    """Gives each hook that is defined below the folder another name; how many."""
    count = 0
    for path in folder.iterdir():
        text = path.read_text()
        names = [match for match in re.finditer(seam.DEFINITION, text, re.M)]
        for match in reversed(names):
            text = text[:match.end(1)] + MISSING + text[match.end(1):]
        if names:
            path.write_text(text)
        count += len(names)
    return count


def link_without():
    """What make says of a copy of the tree in which the architecture has no hooks."""
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        copy = Path(name)
        for path in ROOT.iterdir():
            if path.name not in ("arch", "build", ".git"):
                os.symlink(path, copy / path.name)
        shutil.copytree(ROOT / "arch", copy / "arch")
        built = copy / FOLDER.relative_to(ROOT)
        built.mkdir(parents=True)
        os.symlink(FOLDER / "sysroot", built / "sysroot")
        os.symlink(FOLDER.parent / "gen", built.parent / "gen")
        if forget_hooks(copy / "arch" / HERE.name) == 0:
            raise Failure("no hook was found")
        target = built.relative_to(copy) / "kernel.elf"
        # The names that nobody declared would be warned of before.
        made = subprocess.run(["make", "-j2", f"ARCH={HERE.name}", "WARNINGS=", str(target)], cwd=copy,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=SECONDS)
        if made.returncode == 0:
            raise Failure("a kernel without hooks was linked")
        return made.stdout


def test_names():
    """a kernel whose architecture has no hooks does not link, and each one is named"""
    said = link_without()
    named = {name for name in UNDEFINED.findall(said) if name.startswith("arch_")}
    if not named:
        raise Failure(said)
    check(named, set(seam.declared(read_tree())), "the hooks that the linker misses")


if __name__ == "__main__":
    sys.exit(run("kernel/seam", [test_names]))
