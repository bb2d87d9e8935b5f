# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/configure."""
import argparse
import sys
from pathlib import Path

from .archive import pack_pages
from .encode import derive, encode
from .files import Files
from .model import read_system
from .report import Refused, Report
from .source import Source


def _arguments(words):
    parser = argparse.ArgumentParser(prog="tools/configure", description=(
        "Checks a system's configuration and derives its plan; see docs/configuration.md."))
    parser.add_argument("command", choices=("check", "plan", "bundle", "depends"), help=(
        "check it and print who may touch what; write system.dtb; write the boot bundle; "
        "write the bundle's make dependencies"))
    parser.add_argument("file", type=Path, help="the configuration: a .dts file")
    parser.add_argument("-o", "--output", type=Path, help="the file to write")
    parser.add_argument("--images", type=Path, default=Path("build/images"))
    parser.add_argument("--guests", type=Path, default=Path("build/aarch64/guests"))
    parser.add_argument("--servers", type=Path, default=Path("build/aarch64/servers"))
    return parser.parse_args(words)


def main(words=None):
    arguments = _arguments(words)
    files = Files(arguments.images, arguments.guests, arguments.servers)
    report = Report()
    try:
        source = Source(arguments.file, report)
        system = read_system(source, None)
        report.stop_if_bad()
        if arguments.command == "depends":
            arguments.output.write_text(files.dependencies(system, arguments.file))
            return 0
        plan = derive(system, files.image_sizes(system))
    except Refused:
        print("\n".join(report.lines()), file=sys.stderr)
        return 1
    tree = encode(plan)
    if arguments.command == "plan":
        arguments.output.write_bytes(tree)
    elif arguments.command == "bundle":
        arguments.output.write_bytes(pack_pages(files.contents(plan, tree)))
    return 0
