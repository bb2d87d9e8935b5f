# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a configuration: collected, so that one run names every mistake."""
import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    """A place in a source file."""

    file: str
    line: int

    def __str__(self):
        return f"{self.file}:{self.line}"


class Refused(Exception):
    """The configuration cannot be used; the report says why."""


class Report:
    """Of one configuration: `file`, and what that includes."""

    def __init__(self, file):
        self.file = str(file)
        self.errors = []

    def age(self, where):
        """Sorts places: what the file itself says comes after what it includes."""
        return where.file == self.file, where.line

    def error(self, where, message, suggestion=None):
        entry = (where, message + (f"; {suggestion}" if suggestion else ""))
        if entry not in self.errors:
            self.errors.append(entry)

    def stop_if_bad(self):
        if self.errors:
            raise Refused()

    def lines(self):
        order = sorted(self.errors, key=lambda entry: (entry[0].file, entry[0].line))
        return [f"{where}: error: {message}" for where, message in order]


def did_you_mean(name, known):
    """A suggestion for a misspelt name: the nearest known one, else all of them."""
    known = sorted(known)
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return "known: " + ", ".join(known) if known else None
