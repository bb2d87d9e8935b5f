# SPDX-License-Identifier: Apache-2.0
"""Tests of what the checker refuses; each file of refused/ ends with the messages it gets."""
import os
import re
from pathlib import Path

from expected import EXPECTED
from fixture import HERE, ROOT


def _words(text):
    return " ".join(text.split())


def _refusal(path):
    text = path.read_text()
    sentence = re.search(r"/\* (?!SPDX)(.*?)\.? \*/", text).group(1)
    expected = re.search(r"/\*\n((?: \* .*\n)+) \*/\n$", text).group(1).replace("\n * ", "\n")

    def test(stand):
        os.chdir(HERE)
        code, out, errors = stand.configure("check", path.relative_to(HERE))
        assert code == 1 and not out
        assert _words(errors) == _words(expected.removeprefix(" * ")), errors

    test.__doc__ = f"{path.stem} is refused: {sentence[0].lower()}{sentence[1:]}"
    return test


def _base(stand, lines):
    """A file that adds lines to the system without mistakes."""
    base = HERE / "refused" / "base.dtsi"
    file = stand.folder / "system.dts"
    file.write_text(f'/dts-v1/;\n/include/ "{base}"\n{lines}\n')
    return file


def test_base(stand):
    """the system that the refused ones start from is good"""
    code, out, errors = stand.configure("check", _base(stand, ""))
    assert code == 0 and "left.memory" in out and not errors, errors


def test_limits(stand):
    """what goes beyond the kernel's and the servers' limits is counted and refused"""
    devices = "\n".join(f'd{n} {{ compatible = "arm,pl011"; binary = "vuart"; '
                        "backend = <&uart>; };" for n in range(60))
    file = _base(stand, f"&right {{ {devices} }};")
    code, _, errors = stand.configure("check", file)
    assert code == 1
    for message in ("handles of the supervisor: 365, the limit is 252; remove 113",
                    "devices of /vms/right: 61, the limit is 32; remove 29",
                    "routes of /vms/right: 72, the limit is 64; remove 8",
                    "console sources of the task uart: 131, the limit is 48; remove 83"):
        assert f"error: {message}\n" in errors, (message, errors)


def test_pinned(stand):
    """what is allocated goes around what is pinned"""
    file = _base(stand, "&left_console { interrupts = <34>; };\n"
                        "&right_disk { reg = <0x0 0x0a000200 0x0 0x200>; };\n"
                        '&left { d { compatible = "arm,pl011"; binary = "vuart"; '
                        "backend = <&uart>; }; };")
    code, out, errors = stand.configure("check", file)
    assert code == 0, errors
    assert "0x9001000..0x9001fff -> left.d (" in out and "0xa000200..0xa0003ff -> right" in out
    badges = re.findall(r"call +left\.vgic\.endpoint  badge (\w+)", out)
    assert sorted(badges) == ["0x21", "0x22", "0x23"], badges


def test_not_built(stand):
    """images and servers that make has not built yet are named, unless only names are asked for"""
    file = ROOT / "configs" / "linux.dts"
    (stand.folder / "images" / "vmlinuz").unlink()
    (stand.folder / "servers" / "vgic.elf").rename(stand.folder / "vgic.elf")
    code, _, errors = stand.configure("check", file)
    assert code == 1 and "no image 'vmlinuz' for the kernel of /vms/linux; `make images`" in errors
    assert f"no file {stand.folder}/servers/vgic.elf; make builds it" in errors, errors
    depends = stand.build("depends", file).decode()
    assert str(stand.folder / "images" / "vmlinuz") in depends
    assert str(stand.folder / "servers" / "vgic.elf") in depends


def test_missing_file(stand):
    """a configuration that is not there is one mistake"""
    code, _, errors = stand.configure("check", Path("nothing.dts"))
    assert code == 1 and errors.count("\n") == 1 and "No such file" in errors, errors


def test_included(stand):
    """make is told what a configuration includes, and goes on when that is gone"""
    file = stand.folder / "own.dts"
    file.write_text(f'/dts-v1/;\n/include/ "{ROOT}/tests/systems/sweep.dts"\n')
    (stand.folder / "servers" / "killer.elf").touch()
    os.chdir(ROOT)
    lines = stand.build("depends", file).decode().splitlines()
    included = [f"{ROOT}/tests/systems/sweep.dts", f"{ROOT}/tests/systems/system.dtsi",
                f"configs/{stand.architecture}/machine.dtsi"]
    assert lines[-2:] == [f"{stand.folder}/output: {' '.join(included)}",
                          f"{' '.join(included)}:"], lines


def test_systems(stand):
    """the systems of configs/, of the tests and of the benchmarks have no mistakes"""
    folders = ["configs", "tests/systems", "tests/bench", f"tests/systems/{stand.architecture}"]
    files = [path for folder in folders for path in (ROOT / folder).glob("*.dts*")]
    for names in re.findall(r'binary = (.*?);', "".join(path.read_text() for path in files)):
        for binary in names.replace('"', "").split(", "):
            (stand.folder / "servers" / f"{binary}.elf").touch()
    systems = [path for path in files if path.suffix == ".dts"]
    for path in systems:
        stand.build("depends", path)
    assert len(systems) > 40, systems


TESTS = [(test, "aarch64") for test in (
    test_base, *map(_refusal, sorted((HERE / "refused").glob("*.dts"))),
    test_limits, test_pinned, test_not_built, test_missing_file)]
TESTS += [(test, name) for test in (test_included, test_systems) for name in EXPECTED]
TESTS += [(_refusal(path), "riscv64") for path in sorted((HERE / "refused/riscv64").glob("*.dts"))]
