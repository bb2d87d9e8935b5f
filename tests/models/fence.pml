/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's fences on other CPUs: it changes its own tables at one CPU, and asks for a fence where
 * its other vCPU is. Only a CPU that holds that one is told; one that does not fences by itself
 * before it runs it, for it may have run there before. One that sleeps is not told either: it makes
 * up for it when it wakes.
 *
 * Property: once the call has returned, no CPU runs the other vCPU with an entry from before.
 *
 * Memory order: the store of the tables and the load of who is held are a Dekker pair with the store
 * of who is held and the walks after the fence; so are `fence_due` and `sleeps`. Each CPU's stores
 * go through a buffer of its own; a full fence waits until that is empty.
 *
 * Functions: fence_call harts_holding sleeps fence_awake arch_idle guest_switch vcpu_release
 *
 * MUTANT_NO_FENCE_BEFORE_LOOK: assertion violated
 * MUTANT_NO_FENCE_AFTER_HELD: assertion violated
 * MUTANT_HELD_LATE: assertion violated
 * MUTANT_NO_OWN_FENCE: assertion violated
 * MUTANT_TELL_NOBODY: assertion violated
 * MUTANT_DUE_LATE: assertion violated
 * MUTANT_PLAIN_AWAKE: assertion violated
 * MUTANT_NOT_MADE_UP: assertion violated
 * MUTANT_NO_FENCE_AFTER_DUE: assertion violated
 */
#define CPUS 2 /* that the other vCPU goes to and fro between */
#define SWITCHES 2
#define NAPS 2

mtype = { NONE, OLD, NEW, HELD, SLEEPS, DUE };

mtype tables = OLD; /* all of these as memory has them */
bool held[CPUS];    /* `guest`: is it that vCPU? */
bool asleep[CPUS], due[CPUS] = true; /* somebody else has asked before */

mtype entry[CPUS] = NONE; /* in the TLB */
bool done;
byte switches, naps, at = CPUS; /* who has the vCPU */

chan tables_buffer = [1] of { mtype };
chan buffer[CPUS] = [4] of { mtype, bool };

#define DRAINED empty(buffer[cpu])

active proctype drain_tables()
{
end:	do
	:: atomic { tables_buffer ? tables }
	od
}

proctype drain(byte cpu)
{
	bool value;

end:	do
	:: atomic { buffer[cpu] ? HELD, value -> held[cpu] = value }
	:: atomic { buffer[cpu] ? SLEEPS, value -> asleep[cpu] = value }
	:: atomic { buffer[cpu] ? DUE, value -> due[cpu] = value }
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
		told[number] = held[number];
		if
		:: told[number] ->
#ifdef MUTANT_DUE_LATE
		   told[number] = !asleep[number];
		   due[number] = true
#else
		   due[number] = true;
		   told[number] = !asleep[number]
#endif
		:: else
		fi
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
	buffer[cpu] ! HELD, true;
#endif
#ifndef MUTANT_NO_FENCE_AFTER_HELD
	DRAINED;
#endif
#ifndef MUTANT_NO_OWN_FENCE
	entry[cpu] = NONE;
#endif
#ifdef MUTANT_HELD_LATE
	buffer[cpu] ! HELD, true;
#endif
}

/* Hardware walks the tables whenever it likes, also of a vCPU that does not run. */
inline walk()
{
	if
	:: atomic { entry[cpu] == NONE -> entry[cpu] = tables }
	:: skip
	fi
}

inline arch_idle()
{
	buffer[cpu] ! SLEEPS, true;
	walk();
#ifdef MUTANT_PLAIN_AWAKE
	buffer[cpu] ! SLEEPS, false;
#else
	atomic { DRAINED -> asleep[cpu] = false };
#endif
	if
#ifndef MUTANT_NOT_MADE_UP
	:: due[cpu] ->
	   buffer[cpu] ! DUE, false;
#ifndef MUTANT_NO_FENCE_AFTER_DUE
	   DRAINED;
#endif
	   entry[cpu] = NONE
#endif
	:: else
	fi
}

proctype run_cpu(byte cpu)
{
end:	do
	:: atomic { at == CPUS && switches < SWITCHES -> at = cpu; switches++ };
	   guest_switch();
	   do
	   :: atomic { entry[cpu] == NONE -> entry[cpu] = tables }
	   :: atomic { entry[cpu] != NONE -> assert(!(done && entry[cpu] == OLD)) }
	   :: atomic { naps < NAPS -> naps++ };
	      arch_idle()
	   :: buffer[cpu] ! HELD, false; /* vcpu_release */
	      atomic { DRAINED -> at = CPUS };
	      break
	   od
	od
}

init {
	byte number;

	atomic {
		for (number : 0 .. CPUS - 1) {
			run drain(number);
			run run_cpu(number)
		}
	}
}
