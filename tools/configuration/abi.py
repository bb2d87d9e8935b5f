# SPDX-License-Identifier: Apache-2.0
"""The kernel's numbers, read from ipc/*.h so that they stand in one place only."""
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _strip(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def read_header(text):
    """Every enumerator and every object-like macro whose value is a plain expression."""
    numbers = {}

    def value(expression):
        plain = re.sub(r"\b(0x[0-9a-fA-F]+|\d+)[uUlL]+\b", r"\1", expression)
        return eval(plain, {"__builtins__": {}}, numbers)  # our own headers, numbers only

    text = _strip(text)
    for body in re.findall(r"enum \w+ \{(.*?)\}", text, flags=re.S):
        following = 0
        for name, expression in re.findall(r"(\w+)\s*(?:=\s*([^,]+))?(?:,|$)", body.strip()):
            numbers[name] = value(expression) if expression else following
            following = numbers[name] + 1
    for name, expression in re.findall(r"^#define (\w+) (.+)$", text, flags=re.M):
        try:
            numbers[name] = value(expression)
        except (NameError, SyntaxError):
            pass  # a macro over other things than numbers
    return numbers


def read(name):
    """The numbers of a header of ipc/."""
    return read_header((ROOT / "ipc" / name).read_text())


globals().update(read("syscall.h"))
