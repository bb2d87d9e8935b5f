# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/configure."""
import argparse
import sys
from pathlib import Path

import architecture

from .architectures import ARCHITECTURES
from .archive import pack_pages
from .check import check_plan, check_system
from .encode import encode
from .files import Files
from .plan import Plan
from .read import read_system
from .report import Refused, Report
from .show import show
from .source import Source

COMMANDS = {
    "check": "print who may touch what, who runs where",
    "plan": "write system.dtb",
    "bundle": "write the boot bundle",
    "depends": "write, for make, what the bundle is made of; nothing of it need be there yet",
}


def _arguments(words):
    parser = argparse.ArgumentParser(prog="tools/configure", description=(
        "Checks a system's configuration and derives its plan; see docs/configuration.md."))
    parser.add_argument("command", choices=COMMANDS, help="; ".join(
        f"{name}: {text}" for name, text in COMMANDS.items()))
    parser.add_argument("file", type=Path, help="the configuration: a .dts file")
    parser.add_argument("-o", "--output", type=Path, help="the file to write")
    parser.add_argument("--arch", choices=ARCHITECTURES, default=architecture.DEFAULT,
                        help="what it is made for; machine.dtsi is that of configs/ARCH/")
    for folder in ("images", "guests", "servers"):
        parser.add_argument(f"--{folder}", type=Path, help=f"build/ARCH/{folder}, if not given")
    arguments = parser.parse_args(words)
    built = architecture.ARCHITECTURES[arguments.arch].folder()
    for folder in ("images", "guests", "servers"):
        setattr(arguments, folder, getattr(arguments, folder) or built / folder)
    if arguments.command != "check" and not arguments.output:
        parser.error(f"{arguments.command} needs -o")
    return arguments


def _system(report, files, source, arch, built):
    """The checked system of a file."""
    system = read_system(source, files.binaries(), ARCHITECTURES[arch])
    report.stop_if_bad()
    check_system(report, system, files, built)
    report.stop_if_bad()
    return system


def _plan(report, system, files):
    """The checked plan. It holds its own size, which does not change its size."""
    sizes = files.image_sizes(system)
    draft = Plan(system, sizes, 0)
    check_plan(report, draft, files)
    report.stop_if_bad()
    return Plan(system, sizes, len(encode(draft)))


def _run(arguments, report):
    files = Files(arguments.images, arguments.guests, arguments.servers)
    source, built = Source(report, arguments.arch), arguments.command != "depends"
    system = _system(report, files, source, arguments.arch, built)
    if not built:
        arguments.output.write_text(files.dependencies(system, source, arguments.output))
        return
    plan = _plan(report, system, files)
    if arguments.command == "check":
        print(show(plan, files))
    elif arguments.command == "plan":
        arguments.output.write_bytes(encode(plan))
    else:
        arguments.output.write_bytes(pack_pages(files.contents(plan, encode(plan))))


def main(words=None):
    arguments = _arguments(words)
    report = Report(arguments.file)
    try:
        _run(arguments, report)
    except Refused:
        print("\n".join(report.lines()), file=sys.stderr)
        return 1
    return 0
