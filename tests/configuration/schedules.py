# SPDX-License-Identifier: Apache-2.0
"""Tests of where the plan lets everything run, and for how long."""
import random

from decoded import Decoded, number
from fixture import HERE, ROOT

MACHINE = "&machine { cpus = <4>; };"


def _file(stand, lines):
    """The system without mistakes, on four CPUs, with lines of the test's own."""
    file = stand.folder / "system.dts"
    file.write_text(f'/dts-v1/;\n/include/ "{HERE / "refused" / "base.dtsi"}"\n{MACHINE}\n{lines}\n')
    return file


def _plan(stand, lines):
    return Decoded(stand.build("plan", _file(stand, lines)))


def _masks(plan):
    """Name -> CPU mask of the supervisor, all tasks and vCPUs."""
    nodes = {"supervisor": plan.plan, **plan.tasks}
    nodes |= {name: entry for name, entry in plan.objects.items() if "index" in entry}
    return {name: number(entry["cpus"]) for name, entry in nodes.items()}


def _times(node):
    return number(node["budget"]), number(node["period"])


def _refused(stand, lines):
    code, _, errors = stand.configure("check", _file(stand, lines))
    assert code == 1, "expected a refusal"
    return errors


def test_usual(stand):
    """who names no CPU may run on all, without a limit"""
    plan = _plan(stand, "")
    assert set(_masks(plan).values()) == {0b1111}, _masks(plan)
    for name, node in (*plan.tasks.items(), ("left.vcpu0", plan.objects["left.vcpu0"])):
        assert _times(node) == (0, 0), name


def test_one_cpu(stand):
    """on a machine of one CPU everything is on CPU 0"""
    plan = Decoded(stand.build("plan", ROOT / "configs" / "linux.dts"))
    assert set(_masks(plan).values()) == {1}, _masks(plan)


def test_named(stand):
    """a VM's servers are where its vCPUs are, unless they name CPUs of their own"""
    masks = _masks(_plan(stand, "&left { vcpus = <2>; cpus = <3 1>; };\n"
                                "&left_disk { cpus = <0>; };\n&uart { cpus = <2>; };"))
    assert masks == {"supervisor": 15, "uart": 4, "blk": 15, "left.vgic": 10, "left.console": 10,
                     "left.disk": 1, "left.vmm": 10, "right.vgic": 15, "right.disk": 15,
                     "right.vmm": 15, "left.vcpu0": 10, "left.vcpu1": 10, "right.vcpu0": 15}, masks


def test_pinned(stand):
    """a pinned VM's vCPU n has CPU n of the list alone, its servers have the list, others may too"""
    masks = _masks(_plan(stand, "&left { vcpus = <2>; cpus = <3 1>; pinned; };"))
    assert (masks["left.vcpu0"], masks["left.vcpu1"]) == (8, 2), masks
    assert masks["left.vgic"] == 10 and masks["right.vcpu0"] == masks["supervisor"] == 15, masks


def test_exclusive(stand):
    """on an exclusive VM's CPUs runs nothing but its vCPUs, one each"""
    masks = _masks(_plan(stand, "&left { vcpus = <2>; cpus = <3 1>; exclusive; };"))
    assert (masks.pop("left.vcpu0"), masks.pop("left.vcpu1")) == (8, 2)
    assert set(masks.values()) == {0b0101}, masks


def test_exclusive_own(stand):
    """only a device of the exclusive VM itself may name its CPUs"""
    masks = _masks(_plan(stand, "&left { cpus = <3>; exclusive; };\n"
                                "&left_disk { cpus = <3 2>; };"))
    assert masks["left.disk"] == 0b1100 and masks["left.console"] == 0b0111, masks
    assert "names CPU 3" in _refused(stand, "&left { cpus = <3>; exclusive; };\n"
                                            "&right_disk { cpus = <3 2>; };")


def test_times(stand):
    """budgets and periods are microseconds in the file and nanoseconds in the plan"""
    plan = _plan(stand, "&left { vcpus = <2>; budget = <1500>; period = <10000000>; };\n"
                        "&blk { budget = <100>; period = <100>; };\n"
                        "&right_disk { budget = <700>; period = <1400>; };")
    for index in range(2):
        assert _times(plan.objects[f"left.vcpu{index}"]) == (1_500_000, 10_000_000_000)
    assert _times(plan.tasks["blk"]) == (100_000, 100_000)
    assert _times(plan.tasks["right.disk"]) == (700_000, 1_400_000)
    for name in ("left.vgic", "left.vmm", "left.disk", "uart"):
        assert _times(plan.tasks[name]) == (0, 0), name


def test_full(stand):
    """budgets may fill every CPU to the last microsecond, and none beyond"""
    lines = ("&left {{ vcpus = <3>; cpus = <0 1>; budget = <5000>; period = <10000>; }};\n"
             "&right {{ vcpus = <2>; cpus = <1 2>; budget = <{}>; period = <10000>; }};\n"
             "&uart {{ cpus = <0>; budget = <1000000>; period = <3000000>; }};\n"
             "&blk {{ cpus = <0>; budget = <500000>; period = <3000000>; }};\n")
    # 3 x 50 % + 1/3 + 1/6 fill CPUs 0 and 1: CPU 2 is left for two.
    assert _times(_plan(stand, lines.format(5000)).objects["right.vcpu1"])[0] == 5_000_000
    errors = _refused(stand, lines.format(5001))
    assert "the budgets on CPU 0-2 are 300.02 % of 300 %" in errors, errors


def test_sums(stand):
    """whether budgets fit is what a search over all ways to deal them out finds"""
    whole, answers = 10000, set()
    for parts in ((10000, 10000), (10000, 7000), (6000, 7000), (4000, 6000)):
        for left in ("0", "0 1", "1 2", "0 1 2 3"):
            for right in ("0", "1", "2 3"):
                lines = (f"&left {{ vcpus = <2>; cpus = <{left}>; budget = <{parts[0]}>; "
                         f"period = <{whole}>; }};\n&right {{ vcpus = <2>; cpus = <{right}>; "
                         f"budget = <{parts[1]}>; period = <{whole}>; }};")
                code, _, errors = stand.configure("check", _file(stand, lines))
                wanted = _fits([(parts[0], left.split())] * 2 + [(parts[1], right.split())] * 2,
                               {cpu: whole for cpu in "0123"})
                assert (code == 0) == wanted, (lines, errors)
                answers.add(wanted)
    assert answers == {True, False}


def _fits(demands, room):
    """Deals the demands out in thousandths, each CPU in turn, and takes back what leads nowhere."""
    demands = [(left, cpus) for left, cpus in demands if left]
    if not demands:
        return True
    left, cpus = demands[0]
    for cpu in cpus:
        if room[cpu]:
            part = min(left, room[cpu])
            for taken in range(part, 0, -1000):
                if _fits([(left - taken, [other for other in cpus if other > cpu]), *demands[1:]],
                         room | {cpu: room[cpu] - taken}):
                    return True
    return False


def test_shown(stand):
    """make check prints each CPU with all that runs there, and each one's budget"""
    file = _file(stand, "&left { cpus = <3>; exclusive; };\n"
                        "&right { cpus = <1 2>; budget = <2500>; period = <10000>; };")
    code, out, errors = stand.configure("check", file)
    assert code == 0, errors
    for line in ("    CPU 0: supervisor, uart, blk, left.vgic, left.console, left.disk, left.vmm",
                 "    CPU 3: left.vcpu0", "task right.vmm: vmm.elf, priority 20, CPU 1-2",
                 "task left.vmm: vmm.elf, priority 20, CPU 0-2",
                 "    vCPU 0: CPU 1-2, 2500 us of 10000 us", "    vCPU 0: CPU 3"):
        assert f"\n{line}\n" in out, (line, out)


def _lines(draw, label, vm):
    """A node's words on its schedule, sensible or not."""
    vcpus, words = draw.choice((1, 2)), []
    if vm:
        words = [f"vcpus = <{vcpus}>;"]
        words += [word for word in ("pinned;", "exclusive;") if draw.random() < 0.3]
    if draw.random() < (0.9 if words[1:] else 0.2):
        cpus = draw.sample("01234" if draw.random() < 0.1 else "0123", vcpus)
        words.append(f"cpus = <{' '.join(cpus)}>;")
    if draw.random() < 0.2:
        words.append(f"budget = <{draw.randint(1, 10) * 1000}>; period = <10000>;")
    return f"&{label} {{ {' '.join(words)} }};"


def test_random(stand):
    """of systems made by chance some are refused with a reason, and the others keep what they say"""
    draw, accepted, refused = random.Random(3), 0, 0
    for _ in range(200):
        lines = [_lines(draw, label, label in ("left", "right"))
                 for label in ("uart", "blk", "left", "right", "left_disk", "right_disk")]
        output = stand.folder / "plan"
        code, _, errors = stand.configure("plan", _file(stand, "\n".join(lines)), output)
        if code:
            refused += 1
            assert errors.startswith(f"{stand.folder}/system.dts:") or "base.dtsi:" in errors
            continue
        accepted += 1
        _check_kept(Decoded(output.read_bytes()), lines)
    assert min(accepted, refused) >= 20, (accepted, refused)


def _check_kept(plan, lines):
    """Every mask is one of this machine's, and exclusive and pinned vCPUs have a CPU each."""
    masks, text = _masks(plan), "\n".join(lines)
    assert all(0 < mask < 16 for mask in masks.values()), (text, masks)
    for vm, line in (("left", lines[2]), ("right", lines[3])):
        vcpus = {name: mask for name, mask in masks.items() if name.startswith(f"{vm}.vcpu")}
        if "pinned" in line or "exclusive" in line:
            assert all(mask.bit_count() == 1 for mask in vcpus.values()), (text, masks)
            assert len(set(vcpus.values())) == len(vcpus), (text, masks)
        if "exclusive" in line:
            for name in masks.keys() - vcpus.keys() - {f"{vm}.disk"}:
                assert not masks[name] & sum(vcpus.values()), (text, name, masks)


def test_smp(stand):
    """in smp.dts one guest's four vCPUs may be on all four CPUs"""
    plan = Decoded(stand.build("plan", ROOT / "configs" / "smp.dts"))
    masks = _masks(plan)
    assert [masks[f"linux.vcpu{index}"] for index in range(4)] == [15] * 4, masks
    assert number(plan.guests["linux"]["vcpus"]) == 4


def test_hybrid(stand):
    """in hybrid.dts a real-time guest is alone on CPU 3, and every guest has its place"""
    (stand.folder / "guests" / "realtime.bin").write_bytes(b"realtime")
    plan = Decoded(stand.build("plan", ROOT / "configs" / "hybrid.dts"))
    masks = _masks(plan)
    assert masks.pop("realtime.vcpu0") == 0b1000 and max(masks.values()) == 0b0111, masks
    assert (masks["pinned.vcpu0"], masks["pinned.vcpu1"]) == (1, 2), masks
    assert masks["left.vcpu0"] == masks["right.vcpu0"] == 7, masks
    assert _times(plan.objects["left.vcpu0"]) == (5_000_000, 10_000_000)
    starts = [plan.arguments("blk")[f"start{client}"] for client in range(3)]
    assert starts == [0, 0x20000, 0x40000], starts


SYSTEMS = [test_one_cpu, test_smp, test_hybrid]  # of configs/, which every architecture has
TESTS = [test for name, test in list(globals().items())
         if name.startswith("test_") and test not in SYSTEMS]
