/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CPU's inbox: others push threads for it to look at, its owner takes them all, and threads move
 * between CPUs meanwhile.
 *
 * Properties: a thread is in one inbox at most; only the CPU that has a thread looks at it; at rest
 * every thread is with the CPU that its `cpu` says, and has been looked at since it was notified.
 *
 * Memory order: the drainer clears `notified`, then looks; the notifier has something to be seen,
 * then exchanges `notified`. That is a Dekker pair, so the clearing is sequentially consistent; a
 * weaker one goes through a store buffer. The stores of `cpu` and `next` are released by the
 * exchange and the compare-and-swap that follow them, so order among them is the program's. But a
 * CPU may see a thread's new `cpu` before it is notified, since it looks for another reason: so that
 * store is the last of a move, and it releases what was written of the thread before.
 *
 * Functions: thread_notify thread_look_all thread_look thread_move thread_schedule
 *
 * MUTANT_FORGET_RESCHEDULE: assertion violated
 * MUTANT_WRITE_AFTER_MOVE: assertion violated
 * MUTANT_PLAIN_CLEAR: assertion violated
 * MUTANT_CLEAR_AFTER_LOOK: assertion violated
 * MUTANT_NEXT_AFTER_CLEAR: assertion violated
 * MUTANT_NO_FORWARD: assertion violated
 * MUTANT_NO_FLAG: assertion violated
 * MUTANT_PLAIN_PUSH: assertion violated
 */
#define CPUS 2
#ifndef THREADS
#define THREADS 2
#endif
#define NOTIFIERS 2
#ifndef MOVES
#define MOVES 2 /* of thread 0 */
#endif
#define NONE THREADS

byte inbox[CPUS], next[THREADS];
bool interrupt[CPUS];
bool notified[THREADS];
bool event[THREADS]; /* what there is to see */
byte at[THREADS];    /* the thread's `cpu` */

/* For the properties alone. */
byte listed[THREADS]; /* in how many inboxes */
byte owner[THREADS];  /* the CPU that has it; CPUS while it is on its way */
byte moves;

/* Its registers, its state: not while another CPU has it. */
#define WRITE_STATE(thread) assert(owner[thread] == CPUS)

chan buffer[CPUS] = [THREADS] of { byte };

#ifdef MUTANT_PLAIN_CLEAR
#define CLEAR_NOTIFIED(thread) buffer[cpu] ! thread
#else
#define CLEAR_NOTIFIED(thread) notified[thread] = false
#endif

/* Who pushes onto a stack that is not empty leaves the interrupt to who found it empty. */
#define FIRST (first == NONE)

#ifdef MUTANT_PLAIN_PUSH
#define INBOX_IS(first) true
#else
#define INBOX_IS(first) inbox[to] == first
#endif

active [CPUS] proctype drain()
{
	byte thread;

end:	do
	:: atomic { buffer[_pid] ? thread -> notified[thread] = false }
	od
}

inline thread_notify(thread)
{
	atomic { was = notified[thread]; notified[thread] = true };
#ifdef MUTANT_NO_FLAG
	was = false;
#endif
	if
	:: was
	:: else ->
	   to = at[thread];
	   do
	   :: first = inbox[to];
	      next[thread] = first;
	      atomic {
		      if
		      :: INBOX_IS(first) ->
			 inbox[to] = thread;
			 assert(listed[thread] == 0);
			 listed[thread]++;
			 break
		      :: else
		      fi
	      }
	   od;
	   if
	   :: to == cpu -> reschedule = true
	   :: to != cpu && FIRST -> interrupt[to] = true
	   :: else
	   fi;
	   atomic { to = 0; first = 0 }
	fi;
	was = false
}

/* At another CPU. */
proctype run_notifier(byte number)
{
	byte cpu = CPUS, to, first, thread;
	bool was, reschedule;

	for (thread : 0 .. THREADS - 1) {
		event[thread] = true; /* fetch-or */
		thread_notify(thread)
	}
}

inline thread_look(thread)
{
	atomic {
		assert(owner[thread] == cpu || owner[thread] == CPUS);
		owner[thread] = cpu
	};
	if
	:: event[thread] -> event[thread] = false /* exchange */
	:: else
	fi
}

inline thread_look_all()
{
	atomic { list = inbox[cpu]; inbox[cpu] = NONE };
	do
	:: list == NONE -> break
	:: else ->
	   thread = list;
#ifdef MUTANT_NEXT_AFTER_CLEAR
	   listed[thread]--;
	   CLEAR_NOTIFIED(thread);
	   list = next[thread];
#else
	   list = next[thread];
	   listed[thread]--;
#ifndef MUTANT_CLEAR_AFTER_LOOK
	   CLEAR_NOTIFIED(thread);
#endif
#endif
	   if
#ifndef MUTANT_NO_FORWARD
	   :: at[thread] != cpu -> thread_notify(thread)
#endif
	   :: else -> thread_look(thread)
	   fi;
#ifdef MUTANT_CLEAR_AFTER_LOOK
	   CLEAR_NOTIFIED(thread);
#endif
	   thread = 0
	od
}

/* On the way out of the kernel. What this CPU tells itself meanwhile comes without interrupt. */
inline thread_schedule()
{
	do
	:: reschedule = false;
	   thread_look_all();
#ifdef MUTANT_FORGET_RESCHEDULE
	   reschedule = false;
#endif
	   if
	   :: !reschedule -> break
	   :: else
	   fi
	od
}

proctype run_cpu(byte cpu)
{
	byte to, first, thread, list;
	bool was, reschedule;

end:	do
	:: interrupt[cpu] -> interrupt[cpu] = false; thread_schedule()
	:: atomic {
		owner[0] == cpu && moves < MOVES ->
		moves++;
		owner[0] = CPUS
	   };
#ifdef MUTANT_WRITE_AFTER_MOVE
	   at[0] = 1 - cpu;
	   WRITE_STATE(0);
#else
	   WRITE_STATE(0);
	   at[0] = 1 - cpu;
#endif
	   thread_notify(0);
	   thread_schedule()
	od
}

proctype watch()
{
	byte thread;

	timeout;
	for (thread : 0 .. THREADS - 1) {
		assert(!event[thread]);
		assert(!notified[thread]);
		assert(listed[thread] == 0);
		assert(owner[thread] == at[thread])
	}
}

init {
	byte number;

	atomic {
		for (number : 0 .. THREADS - 1) {
			at[number] = number / 2;
			owner[number] = number / 2
		}
		for (number : 0 .. CPUS - 1) {
			inbox[number] = NONE;
			run run_cpu(number)
		}
		for (number : 1 .. NOTIFIERS) {
			run run_notifier(number)
		}
		run watch()
	}
}
