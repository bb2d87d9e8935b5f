#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Each server is cut at one instruction after the other of a request that goes through it.

`all` as an argument: at every instruction of long requests, too. The disk that keeps what is written
is as slow as the host, so its requests are not the same each time: what they take says nothing.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.restart.system import DIED, checks, run_system  # noqa: E402
from tests.support.tap import Failure, run_one  # noqa: E402

SECONDS = 1500
REGROW = 100000  # instructions from a cut to the first message done, at most
DOUBLED = 0.01  # of all lines, at most, with a character printed once more
FIGURE = r"\n# (length|cuts|regrow) 0x([0-9a-f]+)"


def sweeps(shown):
    """(sentence, figures) of each sweep."""
    found = re.findall(rf"^(?:pass|fail) - (.*: .*?)((?:{FIGURE}){{3}})", shown,
                       re.M)
    return {sentence: {name: int(value, 16) for name, value in re.findall(FIGURE, figures)}
            for sentence, figures, *_ in found}


def check_text(shown):
    """every line written while its servers were cut is on the console, once and in order"""
    # The driver's life may end right behind the store that prints a character: docs/console.md.
    lines = re.findall(r"^(?:([a-z])\1?)$", shown, re.M)
    doubled = len(re.findall(r"^(?:([a-z])\1|)$", shown, re.M))
    writes = [each["cuts"] + 2 * ("again" not in name)
              for name, each in sweeps(shown).items() if "a line" in name]
    steps = sum((ord(after) - ord(before)) % 26 != 1 for before, after in zip(lines, lines[1:]))
    if len(lines) != sum(writes) or steps > len(writes) - 1 or doubled > DOUBLED * len(lines):
        raise Failure(f"expected {writes} lines, saw {len(lines)}, {steps} times not the next one, "
                      f"{doubled} characters twice")


def check_sweep(shown, sentence, exact):
    """is done rightly and in time, wherever its server is cut"""
    verdict = [(passed, full) for passed, _, full in checks(shown) if full == sentence]
    if not verdict[0][0]:
        raise Failure(verdict[0][1])
    figures = sweeps(shown)[sentence]
    if not figures["cuts"] or exact and not 0 < figures["regrow"] <= REGROW:
        raise Failure(f"{figures}, but a cut costs at most {REGROW} instructions")


def check_end(shown):
    """the guest runs to its end, and nothing else came or died"""
    wrong = [full for passed, _, full in checks(shown) if not passed]
    if not re.search("^end$", shown, re.M) or wrong or DIED.search(shown):
        raise Failure("\n".join(wrong + shown.splitlines()[-60:]))


def tests_of(shown, exact):
    """(sentence, test, arguments) of all that one run shows."""
    for sentence, figures in sweeps(shown).items():
        words = f"{sentence}, cut at {figures['cuts']} instructions"
        if exact:
            words += f", of {figures['length']}; regrown in at most {figures['regrow']}"
        yield words, check_sweep, (shown, sentence, exact)
    if exact:
        yield check_text.__doc__, check_text, (shown,)
    yield check_end.__doc__, check_end, (shown,)


def main():
    exact = "sweep-all" if "all" in sys.argv[1:] else "sweep"
    kept = run_system("sweep-disk", SECONDS)
    tests = [*tests_of(run_system(exact, SECONDS, disk=False), True),
             *(("kept disk: " + words, *rest) for words, *rest in tests_of(kept, False))]
    print(f"1..{len(tests)}")
    failed = [run_one(number, "restart/sweep", words, test, *arguments)
              for number, (words, test, arguments) in enumerate(tests, 1)]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
