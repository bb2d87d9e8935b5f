# SPDX-License-Identifier: Apache-2.0
"""A system under QEMU, driven through its one serial line as a person would."""
import re
import subprocess
import tempfile
from pathlib import Path

import pexpect

from .architecture import HERE, IMAGES, ROOT
from .tap import Failure, check

PROMPT = "guest# "
FOCUS_KEY = "\x1d"  # Ctrl-]

LINES = 100  # of the serial line that a failed test reports

# Far more than anything takes: these only end what hangs.
BOOT_SECONDS, STEP_SECONDS = 180, 90


class Machine:
    """A running configuration (a .dts whose bundle is built) with a disk of its own.

    `drive`: more of QEMU's options for that, each behind a comma.
    """

    def __init__(self, config, cpu=HERE.cpu, words=(), drive=""):
        self.folder = tempfile.TemporaryDirectory()
        self.disk = Path(self.folder.name) / "disk.img"
        subprocess.run(["cp", "--sparse=always", IMAGES / "disk.img", self.disk], check=True)
        self.log = []
        arguments = [str(config), "--arch", HERE.name, "--cpu", cpu,
                     "--disk", f"format=raw,file={self.disk}{drive}"]
        arguments += ["--", *words] if words else []
        self.child = pexpect.spawn(str(ROOT / "tools" / "run"), arguments, cwd=ROOT,
                                   timeout=STEP_SECONDS, encoding="utf-8",
                                   codec_errors="replace", dimensions=(40, 400))
        self.child.delaybeforesend = None
        self.child.logfile_read = self

    def write(self, text):
        """All that the line has shown, for what a failed test reports."""
        self.log.append(text)

    def flush(self):
        pass

    @property
    def shown(self):
        return "".join(self.log).replace("\r", "")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.child.close(force=True)
        self.folder.cleanup()
        if kind and issubclass(kind, (Failure, pexpect.ExceptionPexpect)):
            words = error.args[0] if kind is Failure else f"{kind.__name__}, waiting for " + (
                re.sub(r"\s+", " ", str(error).split("searcher: ")[-1]))
            lines = self.shown.splitlines()[-LINES:]
            raise Failure("\n".join([words, "the serial line showed, last:", *lines])) from None

    def wait(self, text, seconds=STEP_SECONDS):
        """Waits for a text; what came before it."""
        self.child.expect_exact(text, timeout=seconds)
        return self.child.before.replace("\r", "")

    def wait_match(self, pattern, seconds=STEP_SECONDS):
        self.child.expect(pattern, timeout=seconds)
        return self.child.match

    def wait_shown(self, text):
        """Waits until a text was shown, now or at any time before."""
        if text not in self.shown:
            self.wait(text)

    def boot(self):
        """Waits for a guest's shell; what was printed until then."""
        return self.wait(PROMPT, BOOT_SECONDS)

    def type(self, line):
        self.child.send(line + "\r")

    def shell(self, command):
        """What a shell command prints."""
        self.type(command)
        self.wait_match(re.escape(command) + r"\r+\n")  # a terminal adds a \r of its own
        return self.wait(PROMPT).strip("\n")

    def focus(self, number):
        self.child.send(f"{FOCUS_KEY}{number}")

    def end(self):
        """Waits until QEMU ends; its exit code."""
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus

    def power_off(self):
        """Types poweroff; the machine must end by itself and without an error."""
        self.type("poweroff")
        check(self.end(), 0, "QEMU's exit code after poweroff")
