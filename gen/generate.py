#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Interfaces in, C headers and the manual out: idl/*.idl -> build/gen/.

All files are read and checked before the first one is written: an error leaves no half output.
"""

import argparse
import re
import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import layout
import model
from check import Checker
from parse import Problem, parse

ROOT = Path(__file__).resolve().parent.parent


def statuses():
    """The status codes a method may raise, without their prefix."""
    return re.findall(r"^\tSTATUS_(\w+) = -", (ROOT / "ipc/status.h").read_text(), re.MULTILINE)


def load(paths):
    """The interfaces of all files, in the order of their numbers, and what is wrong with them."""
    interfaces, checker = [], Checker(statuses())
    for path in sorted(paths):
        try:
            interfaces.append(parse(path, Path(path).read_text()))
            checker.check(interfaces[-1])
        except Problem as problem:
            checker.problems.append(problem)
    return sorted(interfaces, key=lambda interface: interface.id.number), checker.problems


def render(interfaces):
    """File name -> text."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")),
                            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                            keep_trailing_newline=True)
    templates.filters["comment"] = layout.comment
    templates.globals.update(documented=layout.documented, wrap=layout.wrap,
                             u64=model.SCALARS["u64"])
    files = {}
    for interface in interfaces:
        kinds = ("", "_client", "_server") if interface.methods else ("",)
        for kind in kinds:
            template = templates.get_template(f"interface{kind}.h")
            files[f"{interface.name}{kind}.h"] = template.render(
                interface=interface, c=layout.Namer(interface))
    return files


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", type=Path, required=True, help="folder to write to")
    arguments.add_argument("idl", nargs="+", help="interface files")
    arguments = arguments.parse_args()
    interfaces, problems = load(arguments.idl)
    if problems:
        sys.exit("\n".join(map(str, problems)))
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, text in render(interfaces).items():
        (arguments.output / name).write_text(text)


if __name__ == "__main__":
    main()
