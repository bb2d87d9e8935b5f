# SPDX-License-Identifier: Apache-2.0
"""A look at the guests' file systems from the host, without any code of ours in between."""
import hashlib
import os
import subprocess
from pathlib import Path

from .tap import Failure

PART = 64 << 20  # bytes of each guest's region; see tools/images/disk
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"


def _run(*words):
    done = subprocess.run(words, env=os.environ | {"PATH": PATH, "LC_ALL": "C"}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


class Part:
    """One guest's region of a disk image, copied."""

    def __init__(self, image, index):
        self.file = Path(f"{image}.{index}")
        with open(image, "rb") as disk:
            disk.seek(index * PART)
            self.file.write_bytes(disk.read(PART))

    def check_clean(self):
        """The file system has no mistake that e2fsck would find."""
        code, printed = _run("e2fsck", "-fn", str(self.file))
        if code:
            raise Failure(f"e2fsck -fn found mistakes (exit code {code}):\n{printed}")

    def checksum(self, path):
        """SHA-256 of a file, in hexadecimal."""
        copy = Path(f"{self.file}.copy")
        copy.unlink(missing_ok=True)
        _, printed = _run("debugfs", "-R", f"dump {path} {copy}", str(self.file))
        if not copy.exists():
            raise Failure(f"debugfs finds no {path}:\n{printed}")
        return hashlib.sha256(copy.read_bytes()).hexdigest()
