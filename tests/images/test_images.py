#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The guest images work on the bare machine, without the hypervisor: what fails later is ours."""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import HERE, IMAGES, THERE  # noqa: E402

PROMPT = "guest# "
BOOT_SECONDS, COMMAND_SECONDS = 120, 60


class Guest:
    """Bare Linux under QEMU with a copy of the disk."""

    def __init__(self, folder, bootargs=""):
        disk = folder / "disk.img"
        subprocess.run(["cp", "--sparse=always", IMAGES / "disk.img", disk], check=True)
        self.child = pexpect.spawn(HERE.qemu, [
            "-M", HERE.bare, "-cpu", HERE.cpu, "-m", "256", "-nographic",
            "-nic", "none", "-no-reboot", "-global", "virtio-mmio.force-legacy=false",
            "-kernel", str(IMAGES / "vmlinuz"), "-initrd", str(IMAGES / "initrd.img"),
            "-append", f"console={THERE.tty} quiet {bootargs}",
            "-drive", f"if=none,format=raw,file={disk},id=disk0",
            "-device", "virtio-blk-device,drive=disk0",
        ], timeout=COMMAND_SECONDS, encoding="utf-8", codec_errors="replace")

    def run(self, command):
        """What a shell command prints."""
        self.child.sendline(command)
        self.child.expect(re.escape(command) + r"\r+\n")  # QEMU's terminal adds one \r more
        self.child.expect_exact(PROMPT)
        return self.child.before

    def wait_end(self):
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus

    def kill(self):
        self.child.close(force=True)


def test_shell(folder):
    """the shell starts on a controlling terminal, the disk's files are whole, poweroff ends it"""
    guest = Guest(folder)
    try:
        guest.child.expect_exact(PROMPT, timeout=BOOT_SECONDS)
        assert "can't access tty" not in guest.child.before
        assert f"/dev/{THERE.tty}" in guest.run("tty")
        assert "uid=0" in guest.run("id")
        guest.child.sendline("echo sleeping; sleep 500")
        guest.child.expect(r"\nsleeping")
        guest.child.send("\x03")  # only a controlling terminal makes this an interrupt
        guest.child.expect_exact(PROMPT)
        printed = guest.run("/tests/disk")
        assert "disk: good" in printed and printed.count(": OK") == 6, printed
        assert "/dev/vda" in guest.run("grep vda /proc/mounts")
        counters = re.findall(r"cntvct (\d+)", guest.run("stamp; stamp"))
        assert int(counters[0]) < int(counters[1])
        counters = re.findall(r"cntvct (\d+)", guest.run("directread read /dev/vda 4096 16"))
        assert int(counters[0]) < int(counters[1])
        assert "failed" not in guest.run("directread read /dev/vda 1048576 130")  # past the end
        assert "failed" not in guest.run("directread write /dev/vda 512 2")  # the boot block
        printed = guest.run("directread read /dev/vda 5 1")
        assert "BYTES is" in printed, printed
        guest.child.sendline("poweroff")
        assert guest.wait_end() == 0
    finally:
        guest.kill()


def test_reboot(folder):
    """reboot resets the machine"""
    guest = Guest(folder)
    try:
        guest.child.expect_exact(PROMPT, timeout=BOOT_SECONDS)
        guest.child.sendline("reboot")
        assert guest.wait_end() == 0
    finally:
        guest.kill()


def test_options(folder):
    """coppice.stamp is the first that user space prints, coppice.run runs a test and powers off"""
    guest = Guest(folder, "coppice.stamp coppice.run=disk")
    try:
        guest.child.expect(r"(?:^|\n)cntvct \d+\r+\n", timeout=BOOT_SECONDS)
        guest.child.expect_exact("disk: good")
        guest.child.expect_exact("coppice.run: exit 0")
        assert guest.wait_end() == 0
    finally:
        guest.kill()


TESTS = (test_shell, test_reboot, test_options)


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Path(folder))
                verdict = "ok"
            except (AssertionError, pexpect.ExceptionPexpect) as error:
                verdict, failed = "not ok", failed + 1
                print("\n".join(f"# {line}" for line in str(error).splitlines()))
        print(f"{verdict} {number} - images: {test.__doc__}", flush=True)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
