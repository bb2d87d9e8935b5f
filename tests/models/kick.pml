/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kicks: others set a vCPU's events, and its CPU attends to them before the guest runs on; the vCPU
 * waits for interrupts, calls servers and moves meanwhile.
 *
 * Properties: at rest the vCPU has attended to every event, whether it sleeps or its guest runs;
 * it is the current one at one CPU at most. The inbox is a set here: inbox.pml has it in steps.
 *
 * Memory order: the vCPU's store of `state` and its load of `events` are a Dekker pair with the
 * kicker's fetch-or of `events` and its load of `state`. Stores of `state` go through a store buffer
 * unless they are sequentially consistent; exchanges drain it.
 *
 * Functions: vcpu_event vcpu_has_events vcpu_attend vcpu_exit_wait vcpu_complete thread_notify
 *	thread_look thread_look_all thread_move
 *
 * MUTANT_PLAIN_READY: assertion violated
 * MUTANT_PLAIN_SLEEP: assertion violated
 * MUTANT_PLAIN_KICK: assertion violated
 * MUTANT_NO_ATTENTION: assertion violated
 * MUTANT_KICK_SLEEPERS_ONLY: assertion violated
 * MUTANT_KICK_RUNNERS_ONLY: assertion violated
 * MUTANT_WAKE_NOBODY: assertion violated
 */
#define CPUS 2
#define KICKERS 2
#define EXITS 3
#define MOVES 1

mtype = { READY, SLEEPING, CALLING };

mtype state = READY; /* as its own CPU sees it */
mtype seen = READY;  /* as others do */
bool events, notified;
byte at; /* the thread's `cpu` */
bool inbox[CPUS], interrupt[CPUS];
byte exits, moves;

bool current[CPUS]; /* the vCPU is what the CPU runs; for the property too */

chan buffer[CPUS] = [4] of { mtype };

#define STORE_RELEASE(value) atomic { state = value; buffer[cpu] ! value }
#define STORE_SEQUENTIAL(value) \
	atomic { empty(buffer[cpu]) -> state = value; seen = value }
#define DRAINED empty(buffer[cpu])

#ifdef MUTANT_PLAIN_READY
#define STORE_READY STORE_RELEASE(READY)
#else
#define STORE_READY STORE_SEQUENTIAL(READY)
#endif

#ifdef MUTANT_PLAIN_SLEEP
#define STORE_SLEEPING STORE_RELEASE(SLEEPING)
#else
#define STORE_SLEEPING STORE_SEQUENTIAL(SLEEPING)
#endif

active [CPUS] proctype drain()
{
end:	do
	:: atomic { buffer[_pid] ? seen }
	od
}

inline thread_notify()
{
	atomic { set = notified; notified = true };
	if
	:: set
	:: else ->
	   to = at;
	   inbox[to] = true;
	   interrupt[to] = true
	fi
}

/* What another CPU does; its exchanges are acquire and release at once. */
inline vcpu_event()
{
#ifdef MUTANT_PLAIN_KICK
	was = seen;
	atomic { set = events; events = true };
#else
	atomic { set = events; events = true };
	was = seen;
#endif
	if
	:: set -> skip /* whoever set it does the rest */
#ifndef MUTANT_KICK_RUNNERS_ONLY
	:: !set && was == SLEEPING -> thread_notify()
#endif
#ifndef MUTANT_KICK_SLEEPERS_ONLY
	:: !set && was == READY -> to = at; interrupt[to] = true
#endif
	:: else
	fi
}

proctype run_kicker()
{
	byte to;
	mtype was;
	bool set;

	vcpu_event()
}

/* Before the guest runs on: to the server, or into the guest. */
inline vcpu_attend()
{
	if
	:: !events
	:: else ->
	   atomic { DRAINED -> events = false };
	   STORE_RELEASE(CALLING)
	fi
}

inline thread_look()
{
	if
#ifndef MUTANT_WAKE_NOBODY
	:: state == SLEEPING && events ->
	   STORE_RELEASE(READY);
	   current[cpu] = true;
	   vcpu_attend()
#endif
	:: state == READY ->
	   assert(!current[1 - cpu]);
	   current[cpu] = true;
	   vcpu_attend()
	:: else
	fi
}

inline thread_look_all()
{
	atomic { set = inbox[cpu]; inbox[cpu] = false };
	if
	:: set ->
	   atomic { DRAINED -> notified = false };
	   if
	   :: at != cpu -> thread_notify()
	   :: else -> thread_look()
	   fi
	:: else
	fi
}

/* A guest's exit: it waits for an interrupt, or wants something of a server. */
inline vcpu_exit()
{
	if
	:: STORE_SLEEPING;
	   if
	   :: events -> STORE_RELEASE(READY); vcpu_attend()
	   :: else -> current[cpu] = false
	   fi
	:: STORE_RELEASE(CALLING)
	fi
}

proctype run_cpu(byte cpu)
{
	byte to;
	bool set;

end:	do
	:: interrupt[cpu] ->
	   interrupt[cpu] = false;
	   thread_look_all();
	   if
	   :: current[cpu] && state == READY -> vcpu_attend()
	   :: else
	   fi
	:: current[cpu] && state == CALLING -> /* the server answers */
	   STORE_READY;
#ifndef MUTANT_NO_ATTENTION
	   vcpu_attend()
#endif
	:: atomic { current[cpu] && state == READY && exits < EXITS -> exits++ };
	   vcpu_exit()
	:: atomic { current[cpu] && state == READY && moves < MOVES -> moves++ };
	   current[cpu] = false;
	   at = 1 - cpu;
	   thread_notify()
	od
}

proctype watch()
{
	timeout;
	assert(!events);
	assert(!notified);
	assert(state == seen);
	assert(state == SLEEPING || current[at]);
	assert(state == READY || !current[at])
}

init {
	byte number;

	atomic {
		current[0] = true;
		for (number : 0 .. CPUS - 1) {
			run run_cpu(number)
		}
		for (number : 1 .. KICKERS) {
			run run_kicker()
		}
		run watch()
	}
}
