# SPDX-License-Identifier: Apache-2.0
"""Stand-ins for what a configuration names: servers, images and test guests of known sizes."""
import contextlib
import io
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "tools"))

from expected import EXPECTED  # noqa: E402
from configuration.command import main  # noqa: E402

SERVERS = ("uart", "blk", "vgic", "vplic", "vaia", "vuart", "virtio_blk", "vmm")
IMAGES = {"kernel": 1_000_001, "large": 20 << 20, "vmlinuz": 12_345, "initrd.img": 4096}
LOADED = 0x5000  # bytes of memory of every stand-in server


def elf():
    """An ELF with nothing but a segment."""
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, 0x400000, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return header + struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, 0, LOADED, 0x1000)


class Stand:
    """A folder with all files a configuration may name, and the architecture it is made for."""

    def __init__(self, folder, architecture="aarch64"):
        self.folder, self.architecture = folder, architecture
        self.expected = EXPECTED[architecture]
        for name in ("servers", "images", "guests"):
            (folder / name).mkdir()
        for name in SERVERS:
            (folder / "servers" / f"{name}.elf").write_bytes(elf())
        (folder / "servers" / "supervisor.bin").write_bytes(b"supervisor")
        for name, size in IMAGES.items():
            (folder / "images" / name).write_bytes(bytes(size))
        (folder / "guests" / "hello").write_bytes(b"hello")

    def configure(self, command, file, output=None):
        """Runs tools/configure: (exit code, standard output, standard error)."""
        words = [command, str(file), "--arch", self.architecture]
        for name in ("images", "servers", "guests"):
            words += [f"--{name}", str(self.folder / name)]
        words += ["-o", str(output)] if output else []
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words)
        return code, out.getvalue(), err.getvalue()

    def build(self, command, file):
        """The bytes that a command writes."""
        output = self.folder / "output"
        code, _, errors = self.configure(command, file, output)
        assert code == 0, errors
        return output.read_bytes()
