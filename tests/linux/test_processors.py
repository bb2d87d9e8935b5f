#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Linux boots on every processor that the kernel promises to run on."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import HERE  # noqa: E402
from support.linux import check_disk, check_messages  # noqa: E402
from support.machine import Machine  # noqa: E402
from support.tap import run_one  # noqa: E402

PROCESSORS = {
    "aarch64": ("cortex-a57", "cortex-a72", "max"),
    "riscv64": ("rv64", "rv64,v=on", "rv64,svinval=on,svnapot=on,svpbmt=on"),
}[HERE.name]


def boot(processor):
    with Machine("configs/linux.dts", cpu=processor) as machine:
        machine.boot()
        check_disk(machine)
        machine.shell("head -c 3000000 /dev/urandom | sha256sum")  # the widest instructions it has
        check_messages(machine)
        machine.power_off()


def main():
    print(f"1..{len(PROCESSORS)}")
    return int(any([run_one(number, "linux/processors", f"-cpu {name} boots and reads its disk",
                            boot, name) for number, name in enumerate(PROCESSORS, 1)]))


if __name__ == "__main__":
    sys.exit(main())
