#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The kernel's image: it has no instruction on FP registers but where those change hands."""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.support.architecture import FOLDER, HERE  # noqa: E402
from tests.support.tap import check, run  # noqa: E402

FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^ *[0-9a-f]+:\s+([^<]*)")
# By its mnemonic or its operands: also those on vectors, which both have in the same place.
FLOATING = {
    "aarch64": re.compile(r"\b[vqdshb]([12]?\d|3[01])\b|\bfp[cs]r\b"),
    "riscv64": re.compile(r"^(c\.)?f(?!ence)|^v|\bf([ast]\d+|csr)\b"),
}[HERE.name]


def floating():
    """Function -> how many such instructions it has, of all code that stays after boot."""
    lines = subprocess.run([HERE.tool("objdump"), "-d", "-j", ".text", "--no-show-raw-insn",
                            FOLDER / "kernel.elf"],
                           stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    found, function = {}, None
    for line in lines:
        begins, instruction = FUNCTION.match(line), INSTRUCTION.match(line)
        if begins:
            function = begins[1]
        elif instruction and FLOATING.search(instruction[1]):
            found[function] = found.get(function, 0) + 1
    return found


def test_floating():
    """only fp_save and fp_load touch FP registers: whose they are, the kernel never knows"""
    check(set(floating()), {"fp_save", "fp_load"}, "functions with FP instructions")


if __name__ == "__main__":
    sys.exit(run("kernel/image", [test_floating]))
