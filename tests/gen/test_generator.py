#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The generator's tests, as TAP: its outputs against golden files, every error's exact words."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "gen"))

import generate  # noqa: E402  (found through the path above)

GOOD = """/// A thing.
interface thing = 9 {
	caller "anyone";
	death "nothing";
	/// How many.
	const size: u8 = 4;
	/// Which way.
	enum way: u8 { left = 0, right = 1 }
	/// A pair.
	struct pair { first: u32; second: u32; }
	/// A piece of state.
	durable struct state version 2 { pair: pair[size]; way: way; rest: u8[3]; }
	/// Goes there.
	method go = 1 (way: way, steps: u32 in 1..size) -> (left: u64) raises (BUSY) idempotent;
}
"""

# What is refused, the text of GOOD that is replaced (where it stands first), its replacement, and
# the errors, without the file's name.
REFUSED = [
    ("a word that is no keyword", "method", "metod",
     "14:2: error: found 'metod', expected 'const', 'durable', 'enum', 'method', 'rebuilt', "
     "'serves' or 'struct'; did you mean 'method'?"),
    ("a missing colon", "steps: u32", "steps u32", "14:33: error: found 'u32', expected ':'"),
    ("a character the language does not have", "go = 1 (", "go = 1 @(",
     "14:16: error: found '@', expected '('"),
    ("a file that ends too early", "idempotent;\n}", "",
     "14:78: error: found the end of the file, expected ';' or 'idempotent'"),
    ("an empty file", GOOD, "",
     "1:1: error: found the end of the file, expected a /// comment or 'interface'"),
    ("a second interface in a file", "idempotent;\n}", "idempotent;\n}\ninterface",
     "16:1: error: found 'interface', expected the end of the file"),
    ("an interface that does not say what its death means", '\tdeath "nothing";\n', "",
     "4:2: error: found '///', expected 'death'"),
    ("a text without its end", '"anyone"', '"anyone',
     "3:9: error: found '\"', expected a text in quotes"),
    ("an octal number", "go = 1", "go = 01", "14:15: error: found '1', expected '('"),
    ("a number of more than 64 bits", "u8 = 4", "u8 = 0x10000000000000000",
     "6:37: error: found '0', expected ';'"),

    ("an interface in a file of another name", "interface thing", "interface thin",
     "2:11: error: found interface 'thin', expected 'thing', as the file is called"),
    ("an undocumented interface", "/// A thing.\n", "",
     "1:11: error: found no documentation of interface 'thing', expected /// lines before it"),
    ("an undocumented method", "\t/// Goes there.\n", "",
     "13:9: error: found no documentation of method 'go', expected /// lines before it"),
    ("documentation that would end its comment in C", "/// How many.", "/// How many, see ipc/*.h.",
     "6:8: error: found '/*' or '*/' in the documentation of 'size', expected neither: "
     "it becomes a comment of C"),
    ("an interface with number 0", "thing = 9", "thing = 0",
     "2:19: error: found number 0 of interface 'thing', expected 1 to 65535"),
    ("a method with a number beyond 16 bits", "go = 1", "go = 65536",
     "14:14: error: found number 65536 of method 'go', expected 1 to 65535"),
    ("a method's number used twice", "\t/// Goes there.",
     "\t/// Stops.\n\tmethod stop = 1 () -> ();\n"
     "\t/// Goes there.",
     "16:14: error: found number 1 of method 'go', expected one not taken in thing.idl:14"),
    ("a method's name used twice", "\t/// Goes there.",
     "\t/// Goes.\n\tmethod go = 2 () -> ();\n"
     "\t/// Goes there.",
     "16:9: error: found method 'go', expected one not taken in thing.idl:14"),
    ("a const's name used twice", "\t/// Which way.", "\tconst size: u8 = 5;\n\t/// Which way.",
     "7:8: error: found const 'size', expected one not taken in thing.idl:6"),
    ("a const and an enum's value of one name in C", "const size", "const way_left",
     "8:17: error: found enum value 'left', expected one not taken in thing.idl:6",
     "12:46: error: found 'size', expected a number or a const defined above",
     "14:44: error: found 'size', expected a number or a const defined above"),
    ("a struct called like a generated one", "struct pair", "struct server",
     "10:9: error: found struct 'server', expected one not taken in thing.idl:2",
     "12:41: error: found type 'pair', expected u8, u16, u32, u64 "
     "or an enum or struct defined above"),
    ("a field's name used twice", "second: u32", "first: u32",
     "10:28: error: found field 'first', expected one not taken in thing.idl:10"),
    ("an argument's name used twice", "steps: u32", "way: u32",
     "14:27: error: found argument 'way', expected one not taken in thing.idl:14"),
    ("an enum's number used twice", "right = 1", "right = 0",
     "8:35: error: found value 0, expected one not taken in thing.idl:8"),
    ("a reserved word of C", "steps: u32", "register: u32",
     "14:27: error: found 'register', a reserved word of C, expected another name"),
    ("a name with capital letters", "steps: u32", "Steps: u32",
     "14:27: error: found 'Steps', expected small letters, digits and underscores"),
    ("an argument called like a local variable", "steps: u32", "badge: u32",
     "14:27: error: found argument 'badge', expected a name that the generated "
     "functions leave free"),
    ("an unknown type", "steps: u32", "steps: u23",
     "14:34: error: found type 'u23', expected u8, u16, u32, u64 "
     "or an enum or struct defined above; did you mean 'u32'?"),
    ("a const of a type that is no number", "size: u8", "size: pair",
     "6:14: error: found type 'pair', expected u8, u16, u32 or u64"),
    ("a type used above its definition", "first: u32", "first: state",
     "10:23: error: found type 'state', expected u8, u16, u32, u64 "
     "or an enum or struct defined above"),
    ("a struct as an argument", "steps: u32 in 1..size", "steps: pair",
     "14:34: error: found struct 'pair', expected a number: every argument is one word"),
    ("a const beyond its type", "u8 = 4", "u8 = 256",
     "6:19: error: found 256, expected at most 255, the largest u8"),
    ("an enum's value beyond its type", "right = 1", "right = 0x100",
     "8:35: error: found 0x100, expected at most 255, the largest u8"),
    ("a range beyond its type", "1..size", "1..0x100000000",
     "14:44: error: found 0x100000000, expected at most 4294967295, the largest u32"),
    ("an empty range", "1..size", "5..size",
     "14:41: error: found the empty range 5..size, expected its end not below its start"),
    ("a range of an enum", "go = 1 (way: way", "go = 1 (way: way in 0..1",
     "14:29: error: found a range of an enum, expected none: its values are its range"),
    ("a range up to an unknown const", "1..size", "1..sise",
     "14:44: error: found 'sise', expected a number or a const defined above; "
     "did you mean 'size'?"),
    ("an array of nothing", "u8[3]", "u8[0]",
     "12:72: error: found an array of 0, expected at least 1"),
    ("more than eight arguments", "steps: u32 in 1..size", ", ".join(f"a{i}: u8" for i in range(8)),
     "14:83: error: found 9 arguments, expected at most 8"),
    ("more than eight results", "(left: u64)", f"({', '.join(f'a{i}: u8' for i in range(9))})",
     "14:118: error: found 9 results, expected at most 8"),
    ("an unknown status", "(BUSY)", "(BUSSY)",
     "14:73: error: found status 'BUSSY', expected one of ipc/status.h; did you mean 'BUSY'?"),
    ("a hole between fields", "first: u32", "first: u8",
     "10:27: error: found field 'second' at offset 1, expected 3 more bytes before it: "
     "its type is aligned to 4"),
    ("a hole at a struct's end", "u8[3]", "u8[2]",
     "12:17: error: found struct 'state' of 35 bytes, expected 1 more at its end: "
     "it is aligned to 4"),
]

# An interface that uses a type of GOOD, and the same for that type.
OTHER = """/// Another thing.
interface other = 10 {
	caller "anyone";
	death "nothing";
	struct box { pair: thing.pair[2]; }
}
"""

USED = [
    ("a type of an interface that is not there", "thinc.pair",
     "other.idl:5:21: error: found type 'thinc.pair', expected one of an interface that is there; "
     "did you mean 'thing'?"),
    ("a type that the other interface does not have", "thing.pear",
     "other.idl:5:21: error: found type 'thing.pear', expected an enum or struct of thing.idl; "
     "did you mean 'pair'?"),
    ("a type of another interface that is its own", "other.box",
     "other.idl:5:21: error: found type 'other.box', expected none of an interface that itself "
     "needs 'other'"),
    ("a number's type said to be of another interface", "thing.u32",
     "other.idl:5:21: error: found type 'thing.u32', expected an enum or struct of thing.idl"),
]

# A server with state, and the same for what is replaced in it.
KEPT = """/// A server.
interface kept = 11 {
	caller "anyone";
	death "nothing";
	struct plain { x: u32; }
	durable struct state version 3 from 1 {
		first: u32; second: u32[2] since 2; third: u16[2] since 3; fourth: u64 since 3;
	}
	rebuilt struct cache { hits: u64; }
	/// Adds.
	method add = 1 (by: u32) -> ();
	/// Counts.
	method count = 2 () -> (hits: u64) idempotent;
	serves kept.add writes state, cache;
	serves kept.count writes cache unlogged;
	serves thing.go;
	serves signal writes cache;
}
"""

KEPT_REFUSED = [
    ("a durable struct of version 0", "version 3 from 1", "version 0",
     "6:31: error: found version 0 of struct 'state', expected 1 to 65535"),
    ("a version beyond 16 bits", "version 3", "version 0x10000",
     "6:31: error: found 0x10000, expected at most 65535, the largest u16"),
    ("a version that goes on from a later one", "from 1", "from 4",
     "6:38: error: found version 4 of struct 'state', expected 1 to 3"),
    ("a field since the oldest version", "second: u32[2] since 2", "second: u32[2] since 1",
     "7:36: error: found field 'second' since version 1, expected 2 to 3"),
    ("a field since a version that is to come", "fourth: u64 since 3", "fourth: u64 since 4",
     "7:80: error: found field 'fourth' since version 4, expected 2 to 3"),
    ("a field since a version, where no older one goes on", " from 1", "",
     "7:36: error: found field 'second' since version 2, expected none: "
     "version 3 goes on from no older one"),
    ("a field of an older version behind a newer one's", "fourth: u64 since 3", "fourth: u64",
     "7:62: error: found field 'fourth' of version 1 behind one of version 3, "
     "expected newer fields at the end"),
    ("an older version that ends in a hole", "first: u32; second: u32[2] since 2; third: u16[2]",
     "first: u64; second: u32 since 2; third: u32",
     "7:36: error: found the end of version 2 at offset 12, expected a multiple of 8, "
     "to which its fields are aligned"),
    ("since in a struct that has no versions", "x: u32", "x: u32 since 2",
     "5:24: error: found 'since', expected ';' or '['"),
    ("a durable struct that is too large", "fourth: u64", "fourth: u64[2048]",
     "6:17: error: found durable struct 'state' of 16400 bytes, expected at most 16384"),
    ("a version's name used twice", "struct plain", "struct state_oldest",
     "6:17: error: found versions of struct 'state', expected one not taken in kept.idl:5"),
    ("a second durable struct of a server", "rebuilt struct cache", "durable struct cache version 1",
     "9:17: error: found another durable struct 'cache' of a server, expected one only",
     "15:9: error: found kept.count unlogged, which writes the durable struct 'cache' of "
     "kept.idl:9, expected it to write rebuilt ones only"),
    ("an event of an interface that is not there", "thing.go", "thinc.go",
     "16:9: error: found 'thinc.go', expected a method of an interface that is there; "
     "did you mean 'thing'?"),
    ("an event that its interface does not have", "thing.go", "thing.goo",
     "16:9: error: found 'thing.goo', expected a method of thing.idl; did you mean 'go'?"),
    ("an event that is neither a method nor the signals", "serves signal", "serves signals",
     "17:17: error: found 'writes', expected '.'"),
    ("an event served twice", "thing.go", "kept.add",
     "16:9: error: found event 'kept.add', expected one not taken in kept.idl:14"),
    ("the signals served twice", "serves thing.go", "serves signal",
     "17:9: error: found event 'signal', expected one not taken in kept.idl:16"),
    ("a method called like a generated function of the server", "method add", "method message",
     "2:11: error: found server 'kept', expected one not taken in kept.idl:11",
     "14:9: error: found 'kept.add', expected a method of kept.idl"),
    ("a write of a struct that is not there", "writes state, cache", "writes stat, cache",
     "14:25: error: found struct 'stat', expected a durable or rebuilt one of this interface; "
     "did you mean 'state'?"),
    ("a write of a struct that no life has", "writes state, cache", "writes plain",
     "14:25: error: found struct 'plain', which no life of the server has, expected one that "
     "kept.idl:5 says is durable or rebuilt"),
    ("more results than are stored with the state", "(by: u32) -> ()",
     "(by: u32) -> (a: u64, b: u64, c: u64, d: u64, e: u64)",
     "14:9: error: found kept.add with 5 results, kept.idl:11, expected at most 4: "
     "they are stored with the state"),
    ("skipping the log for a method that writes durable state", "writes cache unlogged",
     "writes state, cache unlogged",
     "15:9: error: found kept.count unlogged, which writes the durable struct 'state' of "
     "kept.idl:6, expected it to write rebuilt ones only"),
    ("skipping the log for a method that is not idempotent", "writes state, cache",
     "writes cache unlogged",
     "14:9: error: found kept.add unlogged, which kept.idl:11 does not call idempotent, "
     "expected one that may be done again"),
    ("a logged method of which nothing would be logged", "writes state, cache", "writes cache",
     "14:9: error: found kept.add logged, which writes the rebuilt struct 'cache' of kept.idl:9 "
     "only, expected 'unlogged': its next life finds nothing of it"),
    ("skipping the log for a method that writes nothing", "thing.go", "thing.go unlogged",
     "16:18: error: found 'unlogged', expected ';' or 'writes'"),
    ("a struct of a server called like a word of a method", "struct cache", "struct by",
     "9:17: error: found struct 'by' of a server, expected another name than that of a word of "
     "kept.add, kept.idl:11",
     "14:32: error: found struct 'cache', expected a durable or rebuilt one of this interface",
     "15:27: error: found struct 'cache', expected a durable or rebuilt one of this interface",
     "17:23: error: found struct 'cache', expected a durable or rebuilt one of this interface"),
]


def messages(texts):
    """What the generator says of files, given as name -> text, in the current folder."""
    for name, text in texts.items():
        Path(name).write_text(text)
    return list(map(str, generate.load(texts)[1]))


def refusals():
    """(what holds, what was seen, what is right) for everything that is refused."""
    yield "a good interface has no errors", messages({"thing.idl": GOOD}), []
    yield ("neither has one that uses its types, whatever the order of the files",
           messages({"other.idl": OTHER, "thing.idl": GOOD}), [])
    for what, old, new, *expected in REFUSED:
        assert old in GOOD, old
        yield (f"{what} is refused", messages({"thing.idl": GOOD.replace(old, new, 1)}),
               [f"thing.idl:{message}" for message in expected])
    examples = re.findall(r"```\n(///.*?)```", (ROOT / "docs/interfaces.md").read_text(), re.DOTALL)
    yield ("the examples of the documentation are good",
           messages(dict(zip(["ferry.idl", "boat.idl"], examples))), [])
    yield ("a server's state is good", messages({"kept.idl": KEPT, "thing.idl": GOOD}), [])
    for what, old, new, *expected in KEPT_REFUSED:
        assert old in KEPT, old
        yield (f"{what} is refused",
               sorted(messages({"kept.idl": KEPT.replace(old, new, 1), "thing.idl": GOOD})),
               sorted(f"kept.idl:{message}" for message in expected))
    for what, old, *expected in USED:
        yield (f"{what} is refused", messages({"other.idl": OTHER.replace("thing.pair", old, 1),
                                               "thing.idl": GOOD}), expected)
    circle = {f"{name}.idl": OTHER.replace("other = 10", f"{name} = {number}")
              .replace("thing.pair", f"{uses}.box")
              for number, (name, uses) in enumerate([("a", "b"), ("b", "c"), ("c", "a")], 1)}
    for files in circle, dict(reversed(circle.items())):
        yield ("interfaces whose types need each other in a circle are refused", messages(files),
               ["c.idl:5:21: error: found type 'a.box', expected none of an interface that itself "
                "needs 'c'"])
    yield ("two interfaces of one number are refused, whatever the order of the files",
           messages({"thing.idl": GOOD, "other.idl": GOOD.replace("thing", "other")}),
           ["thing.idl:2:19: error: found number 9 of interface 'thing', expected one not taken in "
            "other.idl:2"])


def outputs():
    """The same, for what is written."""
    def run(*files):
        return subprocess.run([sys.executable, ROOT / "gen/generate.py", "--output", "out", *files],
                              capture_output=True, text=True, check=False)

    files = generate.render(generate.load(map(str, HERE.glob("*.idl")))[0])
    golden = {path.name: path.read_text() for path in (HERE / "golden/gen").iterdir()}
    yield "the files written are those of the golden folder", sorted(files), sorted(golden)
    for name, text in sorted(files.items()):
        yield f"{name} is as its golden file", text.split("\n"), golden.get(name, "").split("\n")

    interfaces = sorted(map(str, (ROOT / "idl").glob("*.idl")))
    yield ("the order of the files does not matter", generate.render(generate.load(interfaces)[0]),
           generate.render(generate.load(interfaces[::-1])[0]))

    Path("thing.idl").write_text(GOOD.replace("u32", "u33"))
    bad = run("thing.idl", str(HERE / "shape.idl"))
    yield ("an error ends with status 1 and its message only",
           (bad.returncode, bad.stdout, bad.stderr.count("\n"), "Traceback" in bad.stderr),
           (1, "", 2, False))
    yield "an error leaves no output", Path("out").exists(), False
    yield ("a file that is not there is an error like others", run("none.idl").stderr,
           "none.idl:1:1: error: found no text to read: [Errno 2] No such file or directory: "
           "'none.idl'\n")


def main():
    number, failed = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for tests in (refusals(), outputs()):
            for sentence, seen, right in tests:
                number += 1
                print(f"{'ok' if seen == right else 'not ok'} {number} - gen: {sentence}")
                if seen != right:
                    failed += 1
                    print(f"#  seen: {seen}\n# right: {right}")
    print(f"1..{number}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
