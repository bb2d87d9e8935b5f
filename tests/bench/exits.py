# SPDX-License-Identifier: Apache-2.0
"""Counts a guest's exits in the log of QEMU's -d int, which has the console's text between."""
import re

ENTRY = re.compile(r"Taking exception .*\n\.\.\.from EL(?P<left>\d) to EL(?P<to>\d)\n(?:\.\.\..*\n)*"
                   r"|Exception return from AArch64 EL(?P<by>\d) to AArch64 EL(?P<back>\d) .*\n")


def split(log):
    """(the console's text, for each exit of the guest how much of that text came before it)

    Tasks run at EL0 too: what leaves EL0 for EL2 is the guest's if EL1 put it there.
    """
    text, exits, at, program = "", [], 0, False
    for entry in ENTRY.finditer(log):
        text += log[at:entry.start()]
        at = entry.end()
        if entry["to"] == "2" and (entry["left"] == "1" or program):
            exits.append(len(text))
        program = entry["by"] == "1" and entry["back"] == "0"
    return text + log[at:], exits
