/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Balancing: a CPU with ready threads to spare offers them and gives them to idle CPUs, a CPU that
 * becomes idle tells those that offered.
 *
 * Property: at rest no CPU is idle while another has a ready thread that may run there.
 *
 * Memory order: the offer and the look at `idle` are a Dekker pair with the setting of `idle` and
 * the taking of the offers. All four are sequentially consistent fetch-ors, exchanges and loads, so
 * their order is the program's. The inbox is a set here: inbox.pml has it in steps.
 *
 * Functions: thread_schedule thread_share thread_move cpu_idle thread_most_urgent
 *
 * MUTANT_OFFER_LATE: assertion violated
 * MUTANT_IDLE_LATE: assertion violated
 * MUTANT_TELL_NOBODY: assertion violated
 * MUTANT_SHARE_ONE: assertion violated
 * MUTANT_SHARE_THE_FIRST: assertion violated
 */
#define CPUS 3
#define THREADS 4 /* the most urgent is 0; all wake up at CPU 0 */
#define NONE THREADS
#define BIT(cpu) (1 << (cpu))
#define MASK(thread) (thread == 1 -> BIT(0) : (thread == 2 -> BIT(0) | BIT(2) : 7))
#define LOWEST(mask) ((mask & 1) -> 0 : ((mask & 2) -> 1 : 2))

mtype = { BLOCKED, READY, COMING, RUNNING };

mtype state[THREADS];
byte at[THREADS];
byte running[CPUS];
byte idle, offers[CPUS]; /* bit n: CPU n */
bool interrupt[CPUS];
bool ends[THREADS]; /* thread 2 may; the others run for ever */

/* The first ready thread of this CPU, from `first` on: nobody else touches its queue. */
inline thread_first(first)
{
	atomic {
		thread = first;
		do
		:: thread < THREADS && !(state[thread] == READY && at[thread] == cpu) -> thread++
		:: else -> break
		od
	}
}

inline thread_look_all()
{
	atomic {
		for (thread : 0 .. THREADS - 1) {
			if
			:: state[thread] == COMING && at[thread] == cpu -> state[thread] = READY
			:: else
			fi
		}
		thread = 0
	}
}

inline thread_move(to)
{
	atomic { at[thread] = to; state[thread] = COMING };
	interrupt[to] = true
}

/* One fetch-or a step. */
inline thread_offer()
{
	left = others;
	do
	:: atomic {
		left ->
		offers[LOWEST(left)] = offers[LOWEST(left)] | BIT(cpu);
		left = left & (left - 1)
	   }
	:: else -> break
	od
}

/* Each ready thread is offered to the others it may run at; an idle one of them gets it. */
inline thread_share()
{
	thread_first(0);
	do
	:: thread == NONE -> break
	:: else ->
	   others = MASK(thread) & ~BIT(cpu);
#ifdef MUTANT_OFFER_LATE
	   found = others & idle;
	   thread_offer();
#else
	   thread_offer();
	   found = others & idle;
#endif
	   if
	   :: found ->
	      /* Fetch-and: the next thread looks for another CPU. */
	      atomic { found = LOWEST(found); idle = idle & ~BIT(found) };
	      thread_move(found);
#ifdef MUTANT_SHARE_ONE
	      break
#endif
	   :: else
	   fi;
#ifdef MUTANT_SHARE_THE_FIRST
	   break;
#endif
	   thread_first(thread + 1)
	od;
	atomic { others = 0; found = 0; thread = 0 }
}

inline cpu_idle()
{
#ifndef MUTANT_IDLE_LATE
	idle = idle | BIT(cpu); /* fetch-or */
#endif
	atomic { left = offers[cpu]; offers[cpu] = 0 };
#ifdef MUTANT_IDLE_LATE
	idle = idle | BIT(cpu);
#endif
#ifndef MUTANT_TELL_NOBODY
	do
	:: atomic { left -> interrupt[LOWEST(left)] = true; left = left & (left - 1) }
	:: else -> break
	od;
#endif
	left = 0;
end_idle:
	interrupt[cpu];
	idle = idle & ~BIT(cpu)
}

/* Every interrupt makes the CPU schedule; what ends leaves it without a thread. */
proctype run_cpu(byte cpu)
{
	byte thread, others, left, found;

	do
	:: interrupt[cpu] = false;
	   thread_look_all();
	   if
	   :: running[cpu] == NONE -> thread_first(0); atomic { running[cpu] = thread; thread = 0 }
	   :: else
	   fi;
	   if
	   :: running[cpu] == NONE -> cpu_idle()
	   :: else ->
	      state[running[cpu]] = RUNNING;
	      thread_share();
end_running:  if
	      :: interrupt[cpu]
	      :: ends[running[cpu]] -> state[running[cpu]] = BLOCKED; running[cpu] = NONE
	      fi
	   fi
	od
}

proctype run_waker()
{
	byte thread;

	for (thread : 0 .. THREADS - 1) {
		state[thread] = COMING;
		interrupt[0] = true
	}
}

proctype watch()
{
	byte cpu, thread;

	timeout;
	for (thread : 0 .. THREADS - 1) {
		assert(state[thread] != COMING);
		for (cpu : 0 .. CPUS - 1) {
			assert(running[cpu] != NONE || state[thread] != READY || !(MASK(thread) & BIT(cpu)))
		}
	}
}

init {
	byte number;

	atomic {
		for (number : 0 .. THREADS - 1) {
			state[number] = BLOCKED;
			if
			:: number == 2 -> ends[number] = true
			:: true
			fi
		}
		for (number : 0 .. CPUS - 1) {
			running[number] = NONE;
			run run_cpu(number)
		}
		run run_waker();
		run watch()
	}
}
