# SPDX-License-Identifier: Apache-2.0
"""Tests of the plans of the two real configurations, on every architecture."""
import re

from expected import AIA_REGISTERS, AIA_ROUTES
from configuration import abi
from decoded import Decoded, number, ranges, string
from fixture import ROOT
from privileges import DRIVER_REACH, handles, mappings

PAGE, BLOCK = 0x1000, 0x200000
ACCESS = {abi.MAP_READ: "r", abi.MAP_READ | abi.MAP_WRITE: "rw"}

DURABLE_SIZE, PLACE_SIZE = 0x9000, 0x20000  # struct durable; the task's stack and variables, too


def _plan(stand, name):
    return Decoded(stand.build("plan", ROOT / "configs" / f"{name}.dts"))


def test_handles(stand):
    """each task of linux.dts holds the handles it needs and no other"""
    plan = _plan(stand, "linux")
    assert list(plan.tasks) == list(handles(stand.expected))
    for name, expected in handles(stand.expected).items():
        found = plan.grants(name)
        assert [grant.there for grant in found] == list(range(1, len(found) + 1)), name
        rights = [(grant.object, grant.rights, grant.badge) for grant in found]
        wanted = [(target, getattr(abi, f"RIGHT_{right}"), badge)
                  for target, right, badge in expected]
        assert rights == wanted, (name, rights)


def test_mappings(stand):
    """each task of linux.dts maps the memory it needs, never executable, and no other"""
    plan = _plan(stand, "linux")
    for name, expected in mappings(stand.expected).items():
        found = [(entry.object, ACCESS[entry.access], entry.size)
                 for entry in plan.task_maps(name)]
        assert found == [("places", "rw", DURABLE_SIZE), *expected], (name, found)


def test_places(stand):
    """every task has a place of its own, and reaches no other one's"""
    plan = _plan(stand, "two-linux")
    for index, name in enumerate(plan.tasks):
        place, = [entry for entry in plan.task_maps(name) if entry.object == "places"]
        assert (place.offset, place.size) == (index * PLACE_SIZE, DURABLE_SIZE), (name, place)
        assert "places" not in [grant.object for grant in plan.grants(name)], name
    assert number(plan.objects["places"]["size"]) == len(plan.tasks) * PLACE_SIZE


def test_isolation(stand):
    """with two-linux.dts no task of one VM reaches anything of the other"""
    plan = _plan(stand, "two-linux")
    for name in plan.tasks:
        reached = [entry.object for entry in (*plan.task_maps(name), *plan.grants(name))]
        for vm, other in (("left", "right"), ("right", "left")):
            if name.startswith(f"{vm}."):
                assert not [each for each in reached if each.startswith(other)], (name, reached)
        if name in DRIVER_REACH:
            foreign = [each for each in reached if each.startswith(("left", "right"))]
            assert all(each.endswith(DRIVER_REACH[name]) for each in foreign), (name, foreign)
    for vm in ("left", "right"):
        memory, = plan.vm_maps(vm)
        assert memory == (f"{vm}.memory", 7, stand.expected.base, 0, 256 << 20), memory
        for route in plan.routes(vm):
            assert route.endpoint.startswith(f"{vm}."), route


def test_rights(stand):
    """nobody may pass a handle on, and only its own task receives from an endpoint"""
    for name in ("linux", "two-linux"):
        plan = _plan(stand, name)
        receivers = [(task, grant.object) for task in plan.tasks for grant in plan.grants(task)
                     if grant.rights & abi.RIGHT_RECEIVE]
        assert receivers == [(task, f"{task}.endpoint") for task in plan.tasks]
        assert not [grant for task in plan.tasks for grant in plan.grants(task)
                    if grant.rights & abi.RIGHT_GRANT]


def test_signals(stand):
    """no two sources share a bit at the serial line's server, and no two clients a number"""
    plan = _plan(stand, "two-linux")
    given = [grant for task in plan.tasks for grant in plan.grants(task)]
    bits = [grant.badge for grant in given
            if (grant.object, grant.rights) == ("uart.endpoint", abi.RIGHT_SIGNAL)]
    texts = [text for name, text in plan.texts("uart").items() if name.startswith("source")]
    bits += [1 << texts.index("uart"), 1 << texts.index("supervisor")]
    assert sorted(bits) == [1 << bit for bit in range(plan.arguments("uart")["sources"])]
    clients = [grant.badge for grant in given
               if (grant.object, grant.rights) == ("blk.endpoint", abi.RIGHT_CALL)]
    assert clients == list(range(plan.arguments("blk")["clients"])) == [0, 1]
    assert plan.texts("uart")["source0"] == "left" and plan.texts("uart")["source1"] == "right"


def test_slots(stand):
    """every slot of the supervisor's table is used once, threads' slots among them"""
    for name in ("linux", "two-linux"):
        plan = _plan(stand, name)
        slots = [number(entry["slot"]) for entry in plan.objects.values()]
        for task in plan.tasks.values():
            slots += [number(task["slot"]), number(task["slot"]) + 1]
        assert sorted(slots) == list(range(abi.SLOT_FREE, abi.SLOT_FREE + len(slots)))
        assert next(iter(plan.objects)) == "supervisor"
        for vm, entry in plan.vms.items():
            assert plan.names[number(entry["slot"])] == vm


def test_order(stand):
    """an object stands behind those it names"""
    plan = _plan(stand, "two-linux")
    made = set()
    for entry in plan.objects.values():
        for reference in ("endpoint", "vm", "page"):
            assert reference not in entry or number(entry[reference]) in made, entry
        assert "fault" not in entry or number(entry["fault"][:4]) in made, entry
        made.add(number(entry["slot"]))


def test_spaces(stand):
    """mappings of a task do not touch, with a page between them, and are aligned for blocks"""
    for name in ("linux", "two-linux"):
        plan = _plan(stand, name)
        for task in plan.tasks:
            end = 0x100000000
            for entry in sorted(plan.task_maps(task), key=lambda each: each.address):
                assert entry.address >= end and entry.address % PAGE == 0, (task, entry)
                assert entry.size % PAGE == 0
                assert entry.offset == 0 or entry.object == "places", (task, entry)
                assert entry.size < BLOCK or entry.address % BLOCK == 0, (task, entry)
                end = entry.address + entry.size + PAGE
        for vm in plan.vms:
            memory = plan.objects[f"{vm}.memory"]
            assert number(memory["align"]) == BLOCK and number(memory["size"]) == 256 << 20


def _check_routes(plan, ends, expected):
    """`expected` goes to these servers, and everything else to the VM manager."""
    routes = plan.routes("linux")
    assert len(routes) <= abi.ROUTE_COUNT
    for kind, last in ends.items():
        following = 0
        for route in sorted(each for each in routes if each.kind == kind):
            assert route.first == following and route.last >= route.first, route
            following = route.last + 1
        assert following == last + 1
    found = {(route.kind, route.first, route.last, route.endpoint, route.badge, route.flags)
             for route in routes if route.endpoint != "linux.vmm.endpoint"}
    wanted = {(kind, first, last, f"linux.{task}.endpoint", badge, flags)
              for kind, first, last, task, badge, flags in expected}
    assert found == wanted, found ^ wanted
    assert not [route for route in routes if route.endpoint == "linux.vmm.endpoint"
                and (route.badge or route.flags)]


def test_routes(stand):
    """a VM's routes do not overlap, and every register and hypercall has one"""
    _check_routes(_plan(stand, "linux"), stand.expected.ends, stand.expected.routes)


def _changed(stand, lines, name="linux"):
    """A plan of a configuration that says something more."""
    file = stand.folder / "changed.dts"
    file.write_text(f'/dts-v1/;\n/include/ "{ROOT}/configs/{name}.dts"\n{lines}\n')
    return Decoded(stand.build("plan", file))


def test_aia(stand):
    """a VM's interrupt controller may also be an AIA, whose CSRs and pages are routed"""
    plan = _changed(stand, '/ { vms { linux { vcpus = <2>; interrupt-controller = "aia"; }; }; };')
    _check_routes(plan, stand.expected.ends, AIA_ROUTES)
    assert string(plan.tasks["linux.vaia"]["binary"]) == "vaia.elf"
    controller = plan.guests["linux"]["interrupt-controller"]
    assert string(controller["compatible"]) == "riscv,aia"
    assert ranges(controller["reg"]) == AIA_REGISTERS
    found = plan.arguments("linux.vaia")
    assert found["vcpus"] == 2 and found["lines0"] == 6 and found["lines1"] == 0, found
    assert {"vcpu0", "vcpu1", "interrupts0", "interrupts1"} <= found.keys(), found
    badges = [grant.badge for task in ("linux.console", "linux.disk")
              for grant in plan.grants(task) if grant.object == "linux.vaia.endpoint"]
    assert badges == [1, 2], badges


def test_controller(stand):
    """the interrupt controller's server may be another one, and one to be upgraded to"""
    usual = stand.expected.controller
    plan = _changed(stand, f'/ {{ vms {{ linux {{ controller = "{usual}", "vmm"; }}; }}; }};')
    binaries = plan.tasks[f"linux.{usual}"]["binary"]
    assert binaries == f"{usual}.elf\0vmm.elf\0".encode(), binaries


def test_consoles(stand):
    """a VM's console is of the kind it asks for; only the first one may be the guest's firmware"""
    plan = _changed(stand, "/ { vms { linux { " + "".join(
        f'c{number} {{ compatible = "{compatible}"; binary = "vuart"; backend = <&uart>; }}; '
        for number, compatible in enumerate(("arm,pl011", "ns16550a"))) + "}; }; };")
    consoles = {"console": stand.expected.model, "c0": "arm,pl011", "c1": "ns16550a"}
    for name, model in consoles.items():
        assert plan.texts(f"linux.{name}")["model"] == model, name
        assert string(plan.guests["linux"][name]["compatible"]) == model, name
        size = ranges(plan.guests["linux"][name]["reg"])[0][1]
        assert size == {"arm,pl011": 0x1000, "ns16550a": 0x100}[model], (name, size)
    routed = {route.endpoint for route in plan.routes("linux") if route.kind == abi.EXIT_HYPERCALL}
    # dtc puts nodes that are added behind those that were there.
    assert not routed & {"linux.c0.endpoint", "linux.c1.endpoint"}, routed
    for name in ("c0", "c1"):
        maps = [entry.object for entry in plan.task_maps(f"linux.{name}")]
        assert "linux.memory" not in maps, (name, maps)
        assert "memory" not in plan.arguments(f"linux.{name}")


def test_no_console(stand):
    """without a console every call to firmware is the VM manager's, but for the interrupts"""
    plan = _changed(stand, "/ { vms { linux { /delete-node/ console; }; }; };")
    _check_routes(plan, stand.expected.ends,
                  [route for route in stand.expected.routes if route[3] != "console"])


def test_arguments(stand):
    """arguments name the addresses and handles that the task has for them"""
    plan = _plan(stand, "linux")

    def at(task, argument):
        address = plan.arguments(task)[argument]
        return next(entry.object for entry in plan.task_maps(task)
                    if entry.address <= address < entry.address + entry.size)

    def handle(task, argument):
        return plan.grants(task)[plan.arguments(task)[argument] - 1].object

    assert at("blk", "device") == "blk.device"
    assert plan.arguments("blk")["device"] & 0xFFF == stand.expected.offset
    assert handle("blk", "irq") == "blk.irq" and at("blk", "queue0") == "linux.disk.queue"
    assert handle("blk", "memory0") == "linux.memory" and at("blk", "dma") == "blk.dma"
    assert handle("blk", "dma-memory") == "blk.dma"
    assert (plan.arguments("blk")["start0"], plan.arguments("blk")["sectors0"]) == (0, 0x20000)
    assert at("uart", "source0") == at("linux.console", "channel") == "linux.console.channel"
    assert handle("uart", "signal0") == "linux.console.endpoint"
    assert "log-signal" not in plan.arguments("uart")
    controller = f"linux.{stand.expected.controller}"
    assert handle(controller, "vcpu0") == handle("linux.vmm", "vcpu0") == "linux.vcpu0"
    assert at(controller, "interrupts0") == "linux.interrupts0"
    words = {name: value for name, value in plan.arguments(controller).items()
             if name.startswith("lines")}
    assert words == stand.expected.words, words
    for task in ("uart", "linux.console"):
        assert plan.texts(task)["model"] == stand.expected.model
        assert plan.arguments(task)["model"] == 0
    firmware = ["linux.console"] if stand.expected.firmware else []
    assert firmware or "memory" not in plan.arguments("linux.console")
    for task in ("linux.disk", "linux.vmm", *firmware):
        assert at(task, "memory") == "linux.memory"
        assert plan.arguments(task)["memory-size"] == 256 << 20
        assert plan.arguments(task)["guest-base"] == stand.expected.base
    manager = plan.arguments("linux.vmm")
    assert manager["tree-size"] == len(plan.data) and plan.texts("linux.vmm")["vm"] == "linux"
    assert (manager["kernel-size"], manager["initrd-size"]) == (12_345, 4096)
    assert list(plan.tasks)[number(plan.plan["log-task"])] == "uart"
    assert plan.names[number(plan.plan["log-channel"])] == "supervisor.log"
    assert plan.names[number(plan.plan["log-signal"][:4])] == "uart.endpoint"
    last = plan.arguments("uart")["sources"] - 1
    assert number(plan.plan["log-signal"][4:]) == 1 << last
    assert at("uart", f"source{last}") == "supervisor.log"
    assert plan.arguments("uart")["operator"] == last
    assert handle("uart", f"signal{last}") == "supervisor"
    assert [handle("linux.vmm", f"device{n}") for n in range(manager["devices"])] == [
        f"{controller}.endpoint", "linux.console.endpoint", "linux.disk.endpoint"]
    for task in plan.tasks:
        assert at(task, "log-channel") == f"{task}.log"
        assert len(max(plan.texts(task).values(), default="", key=len)) < 24


def test_interrupts(stand):
    """drivers' interrupts signal bit 63 of their endpoints"""
    plan = _plan(stand, "linux")
    for name, interrupt in stand.expected.interrupts.items():
        irq = plan.objects[f"{name}.irq"]
        assert number(irq["number"]) == interrupt and number(irq["bits"]) == 1 << 63
        assert plan.names[number(irq["endpoint"])] == f"{name}.endpoint"


def test_priorities(stand):
    """vCPUs run below their servers, these below drivers, and the serial line above all"""
    plan = _plan(stand, "linux")
    found = {name: number(task["priority"]) for name, task in plan.tasks.items()}
    assert found == {"uart": 26, "blk": 24, f"linux.{stand.expected.controller}": 20,
                     "linux.console": 20, "linux.disk": 20, "linux.vmm": 20}
    assert number(plan.objects["linux.vcpu0"]["priority"]) == 8


def test_guest(stand):
    """the VM manager is told the guest's memory, devices and interrupt controller"""
    guest, expected = _plan(stand, "linux").guests["linux"], stand.expected
    assert ranges(guest["memory"]) == ((expected.base, 0x10000000),)
    assert number(guest["vcpus"]) == 1 and string(guest["bootargs"]) == "quiet"
    assert {name: (string(node["compatible"]), *ranges(node["reg"])[0], number(node["interrupts"]))
            for name, node in guest.items() if isinstance(node, dict) and "interrupts" in node
            } == expected.devices
    controller = guest["interrupt-controller"]
    assert string(controller["compatible"]) == expected.compatible
    assert ranges(controller["reg"]) == expected.registers


def test_sizes(_stand):
    """shared pages are as large as the interfaces' structs"""
    from configuration import check, plan
    for header, struct, size in (("block.h", "block_queue", plan.QUEUE_SIZE),
                                 ("console.h", "console_channel", plan.CHANNEL_SIZE)):
        text = (ROOT / "build" / "gen" / header).read_text()
        needed = int(re.search(rf"sizeof\(struct {struct}\) == (\d+)", text).group(1))
        assert needed <= size < needed + PAGE, struct
    idl = (ROOT / "idl" / "console.idl").read_text()
    assert f"client_maximum: u32 = {check.SOURCES_MAXIMUM};" in idl
    assert f"signal_look: u64 = {plan.SIGNAL_LOOK};" in idl
    assert f"signal_done: u64 = {plan.SIGNAL_DONE};" in (ROOT / "idl" / "block.idl").read_text()


RISCV64 = [test_aia]
TESTS = [test for name, test in list(globals().items())
         if name.startswith("test_") and test not in RISCV64]
