# SPDX-License-Identifier: Apache-2.0
"""Tests of the boot bundle's layout."""
import subprocess

from fixture import ROOT, elf

PAGE = 4096


def _entries(archive):
    """(name, offset of the data, bytes) of each entry, as any newc reader finds them."""
    offset = 0
    while True:
        assert archive[offset:offset + 6] == b"070701", offset
        fields = [int(archive[offset + 6 + 8 * n:offset + 14 + 8 * n], 16) for n in range(13)]
        size, length = fields[6], fields[11]
        name = archive[offset + 110:offset + 110 + length].rstrip(b"\0").decode()
        data = (offset + 110 + length + 3) & ~3
        yield name, data, size
        if name == "TRAILER!!!":
            return
        offset = (data + size + 3) & ~3


def _bundle(stand):
    return stand.build("bundle", ROOT / "configs" / "two-linux.dts")


def test_pages(stand):
    """every file's data begins at a page of the bundle and fills whole pages"""
    for name, data, size in _entries(_bundle(stand)):
        assert data % PAGE == 0 and size % PAGE == 0, name


def test_order(stand):
    """the supervisor comes first, at the second page, then the plan, then each file once"""
    entries = list(_entries(_bundle(stand)))
    assert entries[0][1] == PAGE
    assert [name for name, _, _ in entries] == [
        "supervisor.bin", "system.dtb", "uart.elf", "blk.elf", f"{stand.expected.controller}.elf",
        "vuart.elf", "virtio_blk.elf", "vmm.elf", "images/vmlinuz", "images/initrd.img", "TRAILER!!!"]


def test_contents(stand):
    """files are in it as they are, padded with zeros"""
    archive = _bundle(stand)
    found = {name: archive[data:data + size] for name, data, size in _entries(archive)}
    assert found["vmm.elf"] == elf().ljust(PAGE, b"\0")
    assert found["images/vmlinuz"] == bytes(4 * PAGE)
    tree = stand.build("plan", ROOT / "configs" / "two-linux.dts")
    assert found["system.dtb"].startswith(tree) and not found["system.dtb"][len(tree):].strip(b"\0")


def test_cpio(stand):
    """GNU cpio reads it"""
    done = subprocess.run(["cpio", "-it"], input=_bundle(stand), capture_output=True)
    assert done.returncode == 0 and done.stdout.split()[-1] == b"images/initrd.img", done.stderr


def test_deterministic(stand):
    """the same inputs give the same bytes"""
    assert _bundle(stand) == _bundle(stand)


TESTS = [test_pages, test_order, test_contents, test_cpio, test_deterministic]
