# SPDX-License-Identifier: Apache-2.0
"""Everything the tasks of configs/linux.dts may touch. A line that is not here is too much."""


def handles(expected):
    """Task -> its handles, in the order of their slots: (object, rights, badge)."""
    controller, (console, disk) = f"linux.{expected.controller}", expected.lines
    return {
        "uart": [("uart.endpoint", "RECEIVE", 0), ("uart.irq", "MANAGE", 0),
                 ("linux.console.endpoint", "SIGNAL", 1), ("supervisor", "SIGNAL", 2)],
        "blk": [("blk.endpoint", "RECEIVE", 0), ("blk.irq", "MANAGE", 0), ("blk.dma", "DMA", 0),
                ("linux.disk.endpoint", "SIGNAL", 1), ("linux.memory", "DMA", 0),
                ("uart.endpoint", "SIGNAL", 1 << 2)],
        controller: [(f"{controller}.endpoint", "RECEIVE", 0), ("linux.vcpu0", "KICK", 0),
                     ("uart.endpoint", "SIGNAL", 1 << 3)],
        "linux.console": [("linux.console.endpoint", "RECEIVE", 0),
                          (f"{controller}.endpoint", "CALL", console),
                          ("uart.endpoint", "SIGNAL", 1 << 0), ("uart.endpoint", "SIGNAL", 1 << 4)],
        "linux.disk": [("linux.disk.endpoint", "RECEIVE", 0),
                       (f"{controller}.endpoint", "CALL", disk),
                       ("blk.endpoint", "CALL", 0), ("uart.endpoint", "SIGNAL", 1 << 5)],
        "linux.vmm": [("linux.vmm.endpoint", "RECEIVE", 0), ("supervisor", "CALL", 0),
                      (f"{controller}.endpoint", "CALL", 0), ("linux.console.endpoint", "CALL", 0),
                      ("linux.disk.endpoint", "CALL", 0), ("linux.vcpu0", "MANAGE", 0),
                      ("uart.endpoint", "SIGNAL", 1 << 6)],
    }


def mappings(expected):
    """Task -> what it maps: (object, access, bytes)."""
    controller = f"linux.{expected.controller}"
    firmware = [(name, "rw", 0x10000000) for name in expected.firmware]
    return {
        "uart": [("uart.device", "rw", 0x1000), ("linux.console.channel", "rw", 0x1000),
                 ("uart.log", "rw", 0x1000), ("blk.log", "rw", 0x1000),
                 (f"{controller}.log", "rw", 0x1000), ("linux.console.log", "rw", 0x1000),
                 ("linux.disk.log", "rw", 0x1000), ("linux.vmm.log", "rw", 0x1000),
                 ("supervisor.log", "rw", 0x1000)],
        "blk": [("blk.device", "rw", 0x1000), ("blk.dma", "rw", 0x40000),
                ("linux.disk.queue", "rw", 0x21000), ("blk.log", "rw", 0x1000)],
        controller: [("linux.interrupts0", "rw", 0x1000), (f"{controller}.log", "rw", 0x1000)],
        "linux.console": [("linux.console.channel", "rw", 0x1000), *firmware,
                          ("linux.console.log", "rw", 0x1000)],
        "linux.disk": [("linux.memory", "rw", 0x10000000), ("linux.disk.queue", "rw", 0x21000),
                       ("linux.disk.log", "rw", 0x1000)],
        "linux.vmm": [("system.dtb", "r", 0x3000), ("linux.memory", "rw", 0x10000000),
                      ("images+vmlinuz", "r", 0x4000), ("images+initrd.img", "r", 0x1000),
                      ("linux.vmm.log", "rw", 0x1000)],
    }


# What may be shared across VMs: (driver server, end of an object's name of any VM).
DRIVER_REACH = {
    "uart": ("console.endpoint", "console.channel", ".log"),
    "blk": ("disk.endpoint", "disk.queue", ".memory"),
}
