#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""SPIN searches all that the protocols may do: models hold, broken models do not.

A model's heading names its mutants, one a line, and what SPIN has to say of each:
`MUTANT_<what is broken>: <words of the error>`. Prints TAP.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from support.tap import Failure, check, run  # noqa: E402

FOLDER = ROOT / "tests" / "models"
WORK = ROOT / "build" / "tests" / "models"
MEMORY = 1024  # MiB: a search that needs more stops, and says so
DEPTH = 200000  # steps: likewise
SECONDS = 300  # ends a search that hangs

MUTANT = re.compile(r"^ \* (MUTANT_\w+): (.+)$", re.MULTILINE)
NAMED = re.compile(r"^ \* Functions: (.+(?:\n \*\t.+)*)", re.MULTILINE)
ATTRIBUTE = re.compile(r"__attribute__\(\(\w+\)\) ")
USED = re.compile(r"^#ifn?def (MUTANT_\w+)$", re.MULTILINE)
ERRORS = re.compile(r"errors: (\d+)")
STATES = re.compile(r"^ *(\S+) states, stored", re.MULTILINE)
DEEPEST = re.compile(r"depth reached (\d+)")
TRUNCATED = ("max search depth too small", "reached -DMEMLIM", "pan: out of memory",
             "Search not completed")


def execute(folder, *words):
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=SECONDS)
    return done.returncode, done.stdout


def build(model, mutant):
    """The verifier of a model; mutant is its define, or None."""
    folder = WORK / f"{model.stem}-{mutant or 'right'}"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    define = [f"-D{mutant}"] if mutant else []
    code, said = execute(folder, "spin", "-a", *define, str(model))
    if code or not (folder / "pan.c").exists():
        raise Failure(f"spin -a {model.name}: exit code {code}\n{said}")
    code, said = execute(folder, "gcc", "-O0" if mutant else "-O1", "-w", "-DSAFETY", "-DNOFAIR",
                         f"-DMEMLIM={MEMORY}", "-o", "pan", "pan.c")
    check(code, 0, f"exit code of the compiler, which says:\n{said}")
    return folder


def search(model, mutant=None):
    """What the verifier says, and how many errors it found."""
    folder = build(model, mutant)
    said = execute(folder, "./pan", f"-m{DEPTH}", "-w20")[1]
    errors = ERRORS.search(said)
    if not errors:
        raise Failure(f"the verifier of {model.name} did not end its search:\n{said}")
    return said, int(errors[1]), folder


def steps_to_error(model, folder):
    """The last steps before the error, in the model's words."""
    said = execute(folder, "spin", "-t", "-p", "-g", f"-k{model.name}.trail", str(model))[1]
    return "\n".join(said.splitlines()[-80:])


def holds(model):
    """A test that a full search finds no error."""
    def test():
        said, errors, folder = search(model)
        if errors:
            raise Failure(f"{errors} errors\n{said}\n{steps_to_error(model, folder)}")
        for words in TRUNCATED:
            if words in said:
                raise Failure(f"the search was not complete: {words}\n{said}")
        print(f"# {model.stem}: {float(STATES.search(said)[1]):.0f} states,"
              f" depth {DEEPEST.search(said)[1]}")
    test.__doc__ = f"{model.stem}: holds in every state"
    return test


def fails(model, mutant, words):
    """A test that SPIN finds what is wrong with a mutant."""
    def test():
        said, errors, _ = search(model, mutant)
        check(errors, 1, f"errors found in a broken model, of which SPIN says:\n{said}")
        if words not in said:
            raise Failure(f"expected an error of the kind {words!r}, saw\n{said}")
    what = mutant.removeprefix("MUTANT_").lower().replace("_", " ")
    test.__doc__ = f"{model.stem}, broken ({what}): SPIN finds it"
    return test


def listed(model):
    """A test that the heading names the mutants that there are."""
    def test():
        text = model.read_text()
        check(sorted(name for name, _ in MUTANT.findall(text)), sorted(set(USED.findall(text))),
              "mutants that the heading names, against those in the text")
    test.__doc__ = f"{model.stem}: its heading names its mutants"
    return test


def functions():
    """The functions that kernel/, arch/ and servers/ define."""
    head = re.compile(r"^[a-z_][\w ]*[ *](\w+)\([^;{]*\)\n\{", re.MULTILINE)
    return {name for folder in ("kernel", "arch", "servers") for path in (ROOT / folder).rglob("*.[ch]")
            for name in head.findall(ATTRIBUTE.sub("", path.read_text()))}


def stands_for(model):
    """A test that the functions which the model stands for are there."""
    def test():
        named = NAMED.search(model.read_text())
        check(bool(named), True, "a line in the heading that names functions")
        names = set(named[1].replace("*", " ").split())
        check(names - functions(), set(), "functions that the model names and the tree lacks")
    test.__doc__ = f"{model.stem}: the functions it stands for are there"
    return test


def main():
    wanted = sys.argv[1:]
    tests = []
    for model in sorted(FOLDER.glob("*.pml")):
        if wanted and model.stem not in wanted:
            continue
        tests += [listed(model), stands_for(model), holds(model)]
        tests += [fails(model, name, words) for name, words in MUTANT.findall(model.read_text())]
    return run("models", tests)


if __name__ == "__main__":
    sys.exit(main())
