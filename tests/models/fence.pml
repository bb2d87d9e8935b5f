/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's fences on other CPUs: it changes its own tables at one CPU, and asks for a fence where
 * its other vCPU is. Only a CPU that holds that one is told; one that does not fences by itself
 * before it runs it, for it may have run there before.
 *
 * Property: once the call has returned, no CPU runs the other vCPU with an entry from before.
 *
 * Memory order: the store of the tables and the load of who is held are a Dekker pair with the store
 * of who is held and the walks after the fence. Each CPU's stores go through a buffer of its own; a
 * full fence waits until that is empty.
 *
 * Functions: fence_call harts_holding guest_switch vcpu_release
 *
 * MUTANT_NO_FENCE_BEFORE_LOOK: assertion violated
 * MUTANT_NO_FENCE_AFTER_HELD: assertion violated
 * MUTANT_HELD_LATE: assertion violated
 * MUTANT_NO_OWN_FENCE: assertion violated
 * MUTANT_TELL_NOBODY: assertion violated
 */
#define CPUS 2 /* that the other vCPU goes to and fro between */
#define SWITCHES 3

mtype = { NONE, OLD, NEW };

mtype tables = OLD;     /* as memory has them */
bool held[CPUS];        /* `guest`, as memory has it: is it that vCPU? */
mtype entry[CPUS] = NONE; /* in the TLB */
bool runs[CPUS], done;
byte switches, at = CPUS; /* who has the vCPU */

chan tables_buffer = [1] of { mtype };
chan held_buffer[CPUS] = [2] of { bool };

active proctype drain_tables()
{
end:	do
	:: atomic { tables_buffer ? tables }
	od
}

proctype drain_held(byte cpu)
{
end:	do
	:: atomic { held_buffer[cpu] ? held[cpu] }
	od
}

/* The guest at its own CPU, then the kernel there. */
active proctype fence_call()
{
	byte number;
	bool told[CPUS];

	tables_buffer ! NEW;
#ifndef MUTANT_NO_FENCE_BEFORE_LOOK
	empty(tables_buffer);
#endif
	for (number : 0 .. CPUS - 1) {
		told[number] = held[number]
	}
	/* The firmware's call orders what was stored before it, and waits for those it tells. */
	empty(tables_buffer);
	for (number : 0 .. CPUS - 1) {
		if
#ifndef MUTANT_TELL_NOBODY
		:: told[number] -> entry[number] = NONE
#endif
		:: else
		fi
	}
	done = true
}

inline guest_switch()
{
#ifndef MUTANT_HELD_LATE
	held_buffer[cpu] ! true;
#endif
#ifndef MUTANT_NO_FENCE_AFTER_HELD
	empty(held_buffer[cpu]);
#endif
#ifndef MUTANT_NO_OWN_FENCE
	entry[cpu] = NONE;
#endif
#ifdef MUTANT_HELD_LATE
	held_buffer[cpu] ! true;
#endif
	runs[cpu] = true
}

proctype run_cpu(byte cpu)
{
end:	do
	:: atomic { at == CPUS && switches < SWITCHES -> at = cpu; switches++ };
	   guest_switch();
	   do
	   :: atomic { entry[cpu] == NONE -> entry[cpu] = tables }
	   :: atomic { entry[cpu] != NONE -> assert(!(done && entry[cpu] == OLD)) }
	   :: runs[cpu] = false; /* vcpu_release */
	      held_buffer[cpu] ! false;
	      atomic { empty(held_buffer[cpu]) -> at = CPUS };
	      break
	   od
	od
}

init {
	byte number;

	atomic {
		for (number : 0 .. CPUS - 1) {
			run drain_held(number);
			run run_cpu(number)
		}
	}
}
