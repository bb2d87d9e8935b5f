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
from check import Checker
from model import SCALARS
from parse import Problem, parse

ROOT = Path(__file__).resolve().parent.parent


def statuses():
    """The status codes a method may raise, without their prefix."""
    return re.findall(r"^\tSTATUS_(\w+) = -", (ROOT / "ipc/status.h").read_text(), re.MULTILINE)


def load(paths):
    """The interfaces of all files, in the order of their numbers, and what is wrong with them."""
    interfaces, problems = [], []
    for path in sorted(paths):
        try:
            interfaces.append(parse(path, Path(path).read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(path, 1, 1, f"found no text to read: {error}"))
        except Problem as problem:
            problems.append(problem)
    problems += Checker(statuses(), interfaces).problems
    return sorted(interfaces, key=lambda interface: interface.id.number), problems


def render(interfaces):
    """File name -> text."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).with_name("templates")),
                            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
                            keep_trailing_newline=True)
    templates.filters.update(comment=layout.comment, prose=layout.prose, cell=layout.cell)
    templates.globals.update(documented=layout.documented, wrap=layout.wrap, names=layout.Names,
                             u64=SCALARS["u64"])
    files = {"manual.md": templates.get_template("manual.md").render(
        interfaces=[(interface, layout.Names(interface)) for interface in interfaces])}
    for interface in interfaces:
        kinds = ["", *(["_client", "_server"] if interface.methods else []),
                 *(["_events"] if interface.events else [])]
        for kind in kinds:
            files[f"{interface.name}{kind}.h"] = templates.get_template(
                f"interface{kind}.h").render(interface=interface, c=layout.Names(interface))
    return files


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", type=Path, required=True, help="folder to write to")
    arguments.add_argument("idl", nargs="+", help="interface files")
    arguments = arguments.parse_args()
    interfaces, problems = load(arguments.idl)
    if problems:
        sys.exit("\n".join(map(str, sorted(problems, key=lambda problem: problem.place))))
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name, text in render(interfaces).items():
        (arguments.output / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
