/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An endpoint: callers at their CPUs, one who signals at yet another, and a passive server that
 * runs where the caller is, or at its home for signals.
 *
 * Properties: at most one CPU has the server for itself, and somebody else writes its registers
 * only while they are in memory; a CPU runs it only when whoever handed it over is done with it;
 * every message is delivered once, and answered; at rest the server waits and nobody waits for it,
 * neither a caller nor a signal.
 *
 * Memory order: nothing here is a Dekker pair of a plain store and a load: every decision is an
 * exchange or a compare-and-swap of the one word, and those of one place are in one order. What a
 * claim acquires, the wait released; `signals` is changed by sequentially consistent exchanges on
 * both sides. Inboxes are sets here: inbox.pml has them in steps. The lock is one step: it is a
 * ticket lock, whose turns alone.pml has. A CPU may look at a server that is no longer there, or
 * not yet: the one word that it goes by is written last by who hands the server over, with release.
 *
 * Functions: endpoint_send endpoint_claim claim_or_mark endpoint_queue endpoint_hand
 *	endpoint_deliver endpoint_signal deliver_signals endpoint_reply_wait wait current_wait receive
 *	receive_caller endpoint_lend_first thread_ready thread_notify thread_lend thread_look
 *
 * MUTANT_NO_PENDING: assertion violated
 * MUTANT_FORGET_THE_REST: assertion violated
 * MUTANT_PLAIN_WAIT: assertion violated
 * MUTANT_PLAIN_CLAIM: assertion violated
 * MUTANT_KEEP_CURRENT: assertion violated
 * MUTANT_SAVE_LATE: assertion violated
 * MUTANT_MARK_FIRST: assertion violated
 * MUTANT_BUSY_LATE: assertion violated
 * MUTANT_LOOK_AT_TWO_LIVES: assertion violated
 * MUTANT_NO_LOCK: assertion violated
 */
#define CALLERS 3 /* caller n is at CPU n, and more urgent than n - 1 */
#ifndef MESSAGES
#define MESSAGES 1 /* of each caller */
#endif
#ifndef SIGNALS
#define SIGNALS 1
#endif
#define HOME 0
#define NONE CALLERS

#define BUSY 0
#define PENDING 1
#define WAITING 2 /* the server's thread */

mtype = { NOBODY, CALLER, SERVER };
mtype = { READY, RECEIVING, SENDING, CALLING };

byte word = WAITING;
bool locked, signals;
bool queued[CALLERS];
mtype state[CALLERS];
mtype server_state = RECEIVING;
byte server_at = NONE; /* the CPU that has it; none while it waits, or is being handed over */
byte near;             /* where it was or comes to: only a hint, for notifications */
byte in_hand = NONE;
bool notified;       /* the server is in an inbox */
bool look[CALLERS];  /* in that CPU's */

/* For the properties alone. */
bool owned;        /* somebody has the server for itself */
bool handing;      /* and is not done with giving it something to do */
bool saved = true; /* its registers are in memory */
byte sent[CALLERS], delivered[CALLERS], answered[CALLERS];

#ifdef MUTANT_NO_LOCK
#define LOCK_TAKE skip
#else
#define LOCK_TAKE atomic { !locked -> locked = true }
#endif
#define LOCK_DROP locked = false

#ifdef MUTANT_NO_PENDING
#define MARK BUSY
#else
#define MARK PENDING
#endif

/* The load that goes before only saves the compare-and-swap where that would fail. */
inline endpoint_claim()
{
#ifdef MUTANT_PLAIN_CLAIM
	claimed = (word == WAITING);
#endif
	atomic {
		if
#ifdef MUTANT_PLAIN_CLAIM
		:: claimed ->
#else
		:: word == WAITING ->
#endif
		   word = BUSY;
		   assert(!owned && server_state == RECEIVING);
		   owned = true;
		   handing = true;
		   claimed = true
		:: else -> claimed = false
		fi
	}
}

inline claim_or_mark()
{
	do
	:: endpoint_claim();
	   if
	   :: claimed -> break
	   :: else
	   fi;
	   atomic {
		   if
		   :: word == BUSY -> word = MARK; break
		   :: word == PENDING -> break
		   :: else
		   fi
	   }
	od
}

/* The server, owned, gets a caller's message: what is owned is written in one step. */
inline endpoint_hand(who)
{
	atomic {
		assert(owned && saved && in_hand == NONE);
		in_hand = who;
		delivered[who]++;
		assert(delivered[who] == sent[who]);
		state[who] = CALLING;
		near = who
	}
}

inline deliver_signals()
{
	assert(owned && saved && in_hand == NONE);
	near = HOME
}

/* From here on it is anybody's, or still owned: somebody came. */
inline endpoint_wait()
{
	waits = true;
	atomic {
		if
#ifndef MUTANT_PLAIN_WAIT
		:: word == PENDING -> waits = false
#endif
		:: else -> word = WAITING; owned = false
		fi
	}
}

inline thread_notify()
{
	atomic { was = notified; notified = true };
	if
	:: was -> was = false
	:: else -> where = near; atomic { look[where] = true; where = 0 }
	fi
}

/* Last of all its CPU: who sees itself there has all of it. */
inline thread_ready()
{
	server_state = READY;
	atomic { handing = false; where = near; server_at = where };
	if
	:: where == cpu -> ready = true
	:: else -> thread_notify()
	fi;
	where = 0
}

inline thread_look()
{
#ifdef MUTANT_LOOK_AT_TWO_LIVES
	if
	:: server_state != READY -> where = NONE
	:: else -> where = near
	fi;
	if
	:: where == cpu && !ready && current != SERVER ->
#else
	where = server_at;
	if
	:: where == cpu && server_state == READY && !ready && current != SERVER ->
#endif
	   assert(owned && !handing);
	   ready = true
	:: where != cpu && where != NONE -> thread_notify()
	:: else
	fi
}

#define SOMEBODY_QUEUES (queued[0] || queued[1] || queued[2])

/* The server, whose registers are in memory, goes on with what there is, or waits. */
inline receive()
{
	LOCK_TAKE;
	do
	::
#ifndef MUTANT_BUSY_LATE
	   word = BUSY;
#endif
	   atomic { got = signals; signals = false };
#ifdef MUTANT_BUSY_LATE
	   word = BUSY;
#endif
	   if
	   :: got || SOMEBODY_QUEUES -> waits = false; break
	   :: else
	   fi;
	   endpoint_wait();
	   if
	   :: waits -> break
	   :: else
	   fi
	od;
	if
	:: waits -> LOCK_DROP
	:: else ->
	   handing = true;
	   if
	   :: got -> deliver_signals()
	   :: else ->
	      first = CALLERS - 1;
	      do
	      :: queued[first] -> break
	      :: else -> first--
	      od;
	      queued[first] = false;
	      endpoint_hand(first);
	      first = 0
	   fi;
#ifndef MUTANT_FORGET_THE_REST
	   if
	   :: SOMEBODY_QUEUES ->
	      atomic {
		      if
		      :: word == BUSY -> word = PENDING
		      :: else
		      fi
	      }
	   :: else
	   fi;
#endif
	   LOCK_DROP;
	   thread_ready()
	fi;
	got = false
}

inline endpoint_reply_wait()
{
	if
	:: in_hand != NONE ->
	   atomic {
		   assert(in_hand == cpu && state[cpu] == CALLING);
		   answered[cpu]++;
		   assert(answered[cpu] == delivered[cpu]);
		   in_hand = NONE;
		   state[cpu] = READY
	   }
	:: else
	fi;
#ifdef MUTANT_SAVE_LATE
	atomic { server_at = NONE; server_state = RECEIVING };
#else
	atomic { saved = true; server_at = NONE; server_state = RECEIVING };
#endif
	endpoint_wait();
#ifdef MUTANT_SAVE_LATE
	saved = true;
#endif
	if
	:: waits ->
#ifndef MUTANT_KEEP_CURRENT
	   current = NOBODY
#endif
	:: else ->
	   current = NOBODY;
	   receive()
	fi;
	waits = false
}

/* The hardware has the server's registers from now on. */
inline run_server()
{
	atomic {
		assert(owned && !handing && saved && server_state == READY && server_at == cpu);
		saved = false;
		current = SERVER
	}
}

inline endpoint_send()
{
	sent[cpu]++;
	endpoint_claim();
	if
	:: claimed
	:: else ->
	   LOCK_TAKE;
	   claim_or_mark();
	   if
	   :: claimed
	   :: else -> atomic { queued[cpu] = true; state[cpu] = SENDING }
	   fi;
	   LOCK_DROP
	fi;
	if
	:: claimed ->
	   endpoint_hand(cpu);
	   atomic { handing = false; server_state = READY; server_at = cpu };
	   run_server()
	:: else ->
	   current = NOBODY;
	   thread_notify() /* thread_lend */
	fi;
	claimed = false
}

#define CPU_FREE (current == NOBODY || (current == SERVER && server_state != READY))

proctype run_cpu(byte cpu)
{
	mtype current = CALLER;
	bool claimed, waits, got, was, ready;
	byte where, first;

end:	do
	:: look[cpu] ->
	   look[cpu] = false;
	   notified = false;
	   thread_look();
	   atomic { was = false; where = 0 }
	:: ready && current != SERVER -> ready = false; run_server()
	:: CPU_FREE && state[cpu] == READY -> current = CALLER
	:: current == CALLER && sent[cpu] < MESSAGES -> endpoint_send()
	:: current == SERVER && server_state == READY -> endpoint_reply_wait()
	od
}

/* At a CPU where the server does not run. */
proctype run_signaller()
{
	byte cpu = NONE, where, count;
	bool claimed, got, was, ready;

	do
	:: count == SIGNALS -> break
	:: else ->
	   count++;
#ifdef MUTANT_MARK_FIRST
	   claim_or_mark();
	   signals = true;
#else
	   signals = true;
	   claim_or_mark();
#endif
	   if
	   :: claimed ->
	      atomic { got = signals; signals = false };
	      deliver_signals();
	      thread_ready()
	   :: else
	   fi
	od
}

proctype watch()
{
	byte number;

	timeout;
	assert(word == WAITING && server_state == RECEIVING && !owned && !locked);
	assert(server_at == NONE && !notified);
	assert(!signals && !SOMEBODY_QUEUES);
	for (number : 0 .. CALLERS - 1) {
		assert(answered[number] == MESSAGES && state[number] == READY)
	}
}

init {
	byte number;

	atomic {
		for (number : 0 .. CALLERS - 1) {
			state[number] = READY;
			run run_cpu(number)
		}
		run run_signaller();
		run watch()
	}
}
