/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may be in the kernel: several CPUs share it, or one is alone and may ask others to give up
 * the thread that their hardware holds.
 *
 * Properties: nobody is inside while one is alone; a stopped thread is nobody's, neither as what
 * hardware holds nor as who asked for what is being done; whoever waits gets in (no deadlock, two
 * that stop each other among it), before a second one has become alone meanwhile.
 *
 * Memory order: stores go through a store buffer (a FIFO, as release stores stay in order). A
 * sequentially consistent store waits until the buffer is empty; a release store does not. Loads
 * are in the order of the program, as acquire loads are; the relaxed add of the next ticket drains
 * nothing. `evict` only goes to and fro between two CPUs: release and acquire are enough for it.
 *
 * Functions: cpu_enter cpu_wait cpu_leave cpu_enter_alone hold_others cpu_leave_alone cpu_evict
 * *	evict_serve let_in thread_stop lock_drop
 *
 * MUTANT_PLAIN_INSIDE: assertion violated
 * MUTANT_PLAIN_HELD: assertion violated
 * MUTANT_RELEASE_EARLY: assertion violated
 * MUTANT_INSIDE_LATE: assertion violated
 * MUTANT_DEAF_AT_THE_LOCK: invalid end state
 * MUTANT_DEAF_AT_THE_DOOR: invalid end state
 * MUTANT_NO_LOOK_AT_THE_DOOR: assertion violated
 * MUTANT_NO_LOOK_AT_THE_LOCK: assertion violated
 * MUTANT_STAY_INSIDE: invalid end state
 * MUTANT_PUSH_IN: assertion violated
 */
#define CPUS 3
#define NONE CPUS /* thread n begins at CPU n */

byte memory[2 * CPUS + 1];
#define INSIDE(cpu) (cpu)
#define HELD(cpu) (CPUS + cpu)
#define OWNER (2 * CPUS) /* of the ticket lock */

chan buffer[CPUS] = [CPUS + 1] of { byte, byte };

byte ticket_next;
byte evict[CPUS];
bool interrupt[CPUS];
byte current[CPUS];

bool waits[CPUS]; /* at the door */

/* For the properties alone. */
byte passed[CPUS]; /* those who became alone while it waited */
bool stopped[CPUS];
byte alone, shared;

#define STORE_SEQUENTIAL(place, value) atomic { empty(buffer[cpu]) -> memory[place] = value }
#define STORE_RELEASE(place, value) buffer[cpu] ! place, value

#ifdef MUTANT_PLAIN_INSIDE
#define STORE_INSIDE STORE_RELEASE
#else
#define STORE_INSIDE STORE_SEQUENTIAL
#endif
#ifdef MUTANT_PLAIN_HELD
#define STORE_HELD STORE_RELEASE
#else
#define STORE_HELD STORE_SEQUENTIAL
#endif

active [CPUS] proctype drain()
{
	byte place;
	byte value;

end:	do
	:: atomic { buffer[_pid] ? place, value -> memory[place] = value }
	od
}

/* Saves what the hardware holds, forgets it, answers. */
inline evict_serve()
{
	assert(current[cpu] == evict[cpu]);
	current[cpu] = NONE;
	evict[cpu] = NONE
}

inline cpu_enter()
{
	do
	:: STORE_INSIDE(INSIDE(cpu), true);
	   if
	   :: !memory[HELD(cpu)] -> waits[cpu] = false; passed[cpu] = 0; break
	   :: else
	   fi;
	   waits[cpu] = true;
	   STORE_RELEASE(INSIDE(cpu), false);
	   do
	   :: !memory[HELD(cpu)] -> break
#ifndef MUTANT_DEAF_AT_THE_DOOR
	   :: evict[cpu] != NONE -> evict_serve()
#endif
	   od
	od;
	shared++
}

inline cpu_leave()
{
	shared--;
	STORE_RELEASE(INSIDE(cpu), false)
}

inline cpu_enter_alone()
{
#ifdef MUTANT_STAY_INSIDE
	shared--;
#else
	cpu_leave();
#endif
	atomic { ticket = ticket_next; ticket_next++ };
	do
	:: memory[OWNER] == ticket -> break
#ifndef MUTANT_DEAF_AT_THE_LOCK
	:: evict[cpu] != NONE -> evict_serve()
#endif
	od;
#ifndef MUTANT_PUSH_IN
	for (other : 0 .. CPUS - 1) {
		other == cpu || !waits[other]
	}
#endif
	for (other : 0 .. CPUS - 1) {
		if
		:: other != cpu -> STORE_HELD(HELD(other), true)
		:: else
		fi
	}
	for (other : 0 .. CPUS - 1) {
		other == cpu || !memory[INSIDE(other)]
	}
	for (other : 0 .. CPUS - 1) {
		passed[other] = passed[other] + waits[other];
		assert(passed[other] <= 1)
	}
	alone++
}

/* Inside before the others may be. */
inline cpu_leave_alone()
{
	alone--;
#ifndef MUTANT_INSIDE_LATE
	STORE_RELEASE(INSIDE(cpu), true);
#endif
	shared++;
#ifdef MUTANT_RELEASE_EARLY
	STORE_RELEASE(OWNER, ticket + 1);
#endif
	for (other : 0 .. CPUS - 1) {
		if
		:: other != cpu -> STORE_RELEASE(HELD(other), false)
		:: else
		fi
	}
#ifndef MUTANT_RELEASE_EARLY
	STORE_RELEASE(OWNER, ticket + 1);
#endif
#ifdef MUTANT_INSIDE_LATE
	STORE_RELEASE(INSIDE(cpu), true);
#endif
	skip
}

/* The one who is alone: no CPU's hardware holds anything of the thread any more. */
inline thread_stop(thread)
{
	for (other : 0 .. CPUS - 1) {
		if
		:: other != cpu && current[other] == thread ->
		   evict[other] = thread;
		   interrupt[other] = true;
		   evict[other] == NONE
		:: else
		fi
	}
	stopped[thread] = true
}

#define NOBODY_ELSE assert(!alone || alone + shared == 1)
#define HOLDS_NOTHING_STOPPED assert(current[cpu] == NONE || !stopped[current[cpu]])

/* A CPU: its thread runs, makes one system call that stops some other thread, takes interrupts. */
proctype run_cpu(byte cpu)
{
	byte ticket, other, self, victim;
	bool asked;

end:	do
	:: interrupt[cpu] ->
	   interrupt[cpu] = false;
	   cpu_enter();
	   NOBODY_ELSE;
	   HOLDS_NOTHING_STOPPED;
	   cpu_leave()
	:: atomic { current[cpu] != NONE && !asked -> asked = true; self = current[cpu] };
	   if
	   :: victim = (cpu + 1) % CPUS
	   :: victim = (cpu + 2) % CPUS
	   fi;
	   cpu_enter();
#ifndef MUTANT_NO_LOOK_AT_THE_DOOR
	   if
	   :: current[cpu] != self -> cpu_leave(); goto end
	   :: else
	   fi;
#endif
	   NOBODY_ELSE;
	   assert(!stopped[self]);
	   cpu_enter_alone();
	   NOBODY_ELSE;
#ifndef MUTANT_NO_LOOK_AT_THE_LOCK
	   if
	   :: current[cpu] != self -> cpu_leave_alone(); cpu_leave(); goto end
	   :: else
	   fi;
#endif
	   assert(!stopped[self]);
	   thread_stop(victim);
	   NOBODY_ELSE;
	   cpu_leave_alone();
	   NOBODY_ELSE;
	   cpu_leave()
	od
}

init {
	byte cpu;

	atomic {
		for (cpu : 0 .. CPUS - 1) {
			current[cpu] = cpu;
			evict[cpu] = NONE
		}
		for (cpu : 0 .. CPUS - 1) {
			run run_cpu(cpu)
		}
	}
}
