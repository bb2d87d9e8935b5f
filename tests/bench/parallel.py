# SPDX-License-Identifier: Apache-2.0
"""The figures of several CPUs and vCPUs, from marks and paths: each CPU's own instructions.

A guest's own counter says less there: QEMU runs the CPUs in turn, and its clock adds up all their
instructions. When the real-time guest's timer fires, each busy CPU has its turn first, and then again
after every turn of the guest's own CPU. What a CPU executes itself leaves out what it waits for
others. So where that matters there is one more CPU (clock.dtsi), with a guest that always runs: what it
executes is the time of a parallel machine, as exact as the turns are short. The counter's figure is
printed beside it.
"""
import sys
from statistics import median

from . import counted

LONG = 300  # instructions of a path worth writing down
CLOCK = 5   # the CPU whose guest measures the others' time (guest/clock.c)
SHORT = 32  # instructions of a turn where time is measured so


def _single(run, name):
    mark, = run.marks(name)
    return mark


def running(run):
    """From where all guests load to where the first one ends."""
    return run.between(run.marks("load_begin")[-1], run.marks("load_end")[0])


def _measured(run):
    """What the one measured guest does between its two marks; the loads must be at work meanwhile."""
    begin, end = _single(run, "run_begin"), _single(run, "run_end")
    part = run.between(begin, end)
    if part.marks("load_begin", "load_end"):
        sys.exit(f"bench: a guest that loads began too late or ended too early:\n{run.printed}")
    return part


def ipi(build):
    """Both CPUs' parts of an SGI from one vCPU to another: until it is sent, and to the handler."""
    run = counted.run(build, "ipi")
    sent = [after.then.since(before.then) - 1 for before, after in run.follow("send", "sent")]
    taken = [handler.then.since(loop.then) - 1
             for loop, handler, _ in run.follow("loop", "interrupt", "received")]
    return {"ipi_cross_vcpu": int(median(sent) + median(taken))}


def contended(build):
    """Calls of two CPUs to one server, of which each finds it busy: a call's part of both CPUs."""
    run = counted.run(build, "call")
    begins, ends = run.marks("calls_begin"), run.marks("calls_end")
    spent = sum(end.then.since(begin.then)
                for end in ends for begin in begins if end.cpu == begin.cpu)
    return {"server_call_contended": spent // run.number("contended_calls")}


def switch(build):
    """From a vCPU that goes to sleep to another one of the same CPU that is ready."""
    run = counted.run(build, "switch")
    return {"vcpu_switch": int(median(loop.then.since(leave.then) - 1
                                      for leave, loop in run.follow("leave", "loop")))}


def latencies(run):
    """Of each wake-up: the time from when the real-time guest's CPU woke to the handler."""
    return [handler.then.time - handler.asleep.time
            for handler, _ in _measured(run).follow("interrupt", "woken")]


def realtime(build):
    """The worst wake-up of all, in time and by the guest's own counter: beside guests that sleep, that
    load all they have, and one that resets itself, for which the kernel stops all CPUs."""
    idle, loaded, resets = (counted.run(build, f"realtime-{kind}", clock=CLOCK, turns=SHORT)
                            for kind in ("idle", "loaded", "resets"))
    quiet, busy = max(latencies(idle)), max(latencies(loaded))
    return {"rt_latency_idle": quiet, "rt_latency_loaded": busy,
            "rt_latency_ratio": round(busy / quiet, 4),
            "rt_latency_resets": max(latencies(resets)),
            "rt_counter_idle": idle.number("realtime_most"),
            "rt_counter_loaded": loaded.number("realtime_most")}


def interrupts_off(build):
    """The longest way through the kernel with eight guests: ever, and while they all run; and how
    long the longest takes then, with what it waits for other CPUs."""
    run = counted.run(build, "many", path=LONG, clock=CLOCK, turns=SHORT)
    together = running(run).trips()
    return {"irq_off_longest": max(trip.own for trip in run.trips()),
            "irq_off_running": max(trip.own for trip in together),
            "irq_off_waiting": max(trip.time for trip in together if trip.cpu != CLOCK)}


def _cost(run):
    """The median of what a round of work takes the guest's CPU, all servers' parts among it."""
    rounds = _measured(run).follow("round_begin", "interrupt", "interrupt", "round_end")
    return median(part[-1].then.since(part[0].then) for part in rounds)


def progress(build):
    """What a guest's work takes it beside one that hammers its devices, against one that sleeps: on
    a CPU of its own in instructions; on the same one, where budgets are all they get, in time."""
    shared = [counted.run(build, f"budget-{kind}").number("progress_ticks")
              for kind in ("loaded", "idle")]
    own = [_cost(counted.run(build, f"progress-{kind}")) for kind in ("loaded", "idle")]
    return {"progress_budget_ratio": round(shared[0] / shared[1], 4),
            "progress_ratio": round(own[0] / own[1], 4)}


def figures(build, quick=False):
    """All of them; `quick`: but for those that take long, the worst cases over whole runs."""
    quickly = ipi(build) | contended(build) | switch(build) | progress(build)
    return quickly if quick else quickly | realtime(build) | interrupts_off(build)
