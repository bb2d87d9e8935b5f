/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server that is cut again and again, between any two of its stores and calls, also while its
 * next life takes back, or ends, what the last one left: two callers, of which one may be stopped with its
 * message anywhere, and a source that rings.
 *
 * Properties: what a life opens is what was committed, and is whole; a message changes the state once;
 * its caller gets one reply, that of its own message, and by then the world shows what it did; no
 * message comes under a number that another one's reply has been stored for; at rest each message
 * is answered, and all that the source had has been taken.
 *
 * The state is three lines: how many messages changed it, whether somebody is still to be told so,
 * and how much was taken from the source. The word of the durable head, one aligned store, is
 * `sealed` and `which`. What a life does in memory that ends with it is one
 * step with the store next to it. A stop and each call are one step: the kernel does the one alone,
 * and endpoint.pml has the other in pieces. Numbers do not wrap: they are of 64 bits.
 *
 * Functions: endpoint_hand endpoint_signal endpoint_reply_wait endpoint_forget message_return
 *	receive receive_caller deliver_signals answer rt_touch rt_touch_line rt_commit seal
 *	copy_listed unlist rt_committed finish examine rt_durable_open rt_commit_reply rt_serve
 *
 * MUTANT_CHANGE_FIRST: assertion violated
 * MUTANT_SEAL_LATE: assertion violated
 * MUTANT_UNSEAL_FIRST: assertion violated
 * MUTANT_KEEP_SEALED: assertion violated
 * MUTANT_REPLY_STORED_LATE: assertion violated
 * MUTANT_ONE_RECORD: assertion violated
 * MUTANT_NO_RECORD: assertion violated
 * MUTANT_SETTLE_FIRST: assertion violated
 * MUTANT_SETTLE_LATE: assertion violated
 * MUTANT_TOLD_FIRST: assertion violated
 * MUTANT_NO_SETTLE_AGAIN: assertion violated
 * MUTANT_UNLIST_FIRST: assertion violated
 * MUTANT_TAKE_NONE_BACK: assertion violated
 * MUTANT_TAKE_ALL_BACK: assertion violated
 * MUTANT_FORGET_LAST: assertion violated
 * MUTANT_NO_LOOK: assertion violated
 * MUTANT_NO_RETURN: assertion violated
 * MUTANT_FRESH_NUMBER: assertion violated
 * MUTANT_OLD_NUMBER: assertion violated
 * MUTANT_NOT_FIRST: assertion violated
 */
#ifndef CUTS
#define CUTS 3
#endif
#define CALLERS 2
#define MESSAGES 2 /* of each caller; the last one of caller 1 changes nothing */
#define ALL (CALLERS * MESSAGES)
#define READS(message) (message == ALL - 1)
#ifndef RINGS
#define RINGS 1
#endif
#define NOBODY CALLERS

#define COUNT 0
#define OWED 1
#define TAKEN 2
#define LINES 3

mtype = { IDLE, SENDING, CALLING };

/* The kernel's. */
mtype state[CALLERS] = IDLE;
byte message[CALLERS];
bool returned[CALLERS];
byte sent[CALLERS];
byte sequence;
byte in_hand = NOBODY;
bool signals;
bool alive = true;
byte cuts;
bool stopped;

/* The place's. */
byte line[LINES], copy[LINES], list[LINES];
byte listed;
bit which, sealed;
byte record_sequence[2], record_reply[2];

/* The world's: an index that others read, what they saw when they were told, and the source. */
byte published, heard, source;

/* For the properties alone. */
bool committed[ALL], answered[ALL], given_up[ALL];
byte right[ALL];
byte changes;

inline rt_touch(number)
{
	if
	:: !touched[number] ->
	   list[listed] = number;
	   atomic { listed++; touched[number] = true }
	:: else
	fi
}

inline copy_listed()
{
	entry = 0;
	do
	:: entry == listed -> break
	:: else ->
	   d_step {
		   copy[list[entry]] = line[list[entry]];
		   touched[list[entry]] = false;
		   entry++
	   }
	od;
	entry = 0
}

inline unlist()
{
	listed = 0;
#ifndef MUTANT_KEEP_SEALED
	sealed = 0
#endif
}

#ifdef MUTANT_ONE_RECORD
#define OTHER which
#else
#define OTHER (1 - which)
#endif

inline rt_commit(for_message)
{
	if
	:: listed != 0 ->
#ifdef MUTANT_SEAL_LATE
	   copy_listed();
#endif
#ifndef MUTANT_REPLY_STORED_LATE
	   if
	   :: for_message ->
#ifndef MUTANT_NO_RECORD
	      record_sequence[OTHER] = number;
#endif
	      record_reply[OTHER] = reply
	   :: else
	   fi;
#endif
	   d_step {
		   sealed = 1;
		   if
		   :: for_message ->
		      which = OTHER;
		      last = number;
		      assert(!committed[text]);
		      committed[text] = true;
		      changes++;
		      right[text] = line[COUNT]
		   :: else
		   fi
	   }
#ifdef MUTANT_UNSEAL_FIRST
	   sealed = 0;
#endif
#ifndef MUTANT_SEAL_LATE
	   copy_listed();
#endif
#ifdef MUTANT_REPLY_STORED_LATE
	   if
	   :: for_message ->
	      record_sequence[which] = number;
	      record_reply[which] = reply
	   :: else
	   fi;
#endif
	   unlist()
	:: else
	fi
}

inline finish()
{
#ifdef MUTANT_UNLIST_FIRST
	atomic { kept = listed; listed = 0 };
#else
	kept = listed;
#endif
	entry = 0;
	do
	:: entry == kept -> break
	:: else ->
	   if
#ifndef MUTANT_TAKE_ALL_BACK
	   :: sealed -> copy[list[entry]] = line[list[entry]]
#endif
#ifndef MUTANT_TAKE_NONE_BACK
	   :: else -> line[list[entry]] = copy[list[entry]]
#else
	   :: else
#endif
	   fi;
	   entry++
	od;
	atomic { entry = 0; kept = 0 };
	unlist()
}

/* Its parts fit each other: whoever is owed is owed the last change. */
inline examine()
{
	d_step {
		assert(copy[COUNT] == line[COUNT] && copy[OWED] == line[OWED] &&
		       copy[TAKEN] == line[TAKEN]);
		assert(line[COUNT] == changes)
	}
}

/* The index first, then whoever is owed is told to look at it. Nothing is shown that may go again. */
inline server_settle()
{
	atomic { published = line[COUNT]; assert(published == changes) };
	if
	:: line[OWED] ->
#ifdef MUTANT_TOLD_FIRST
	   rt_touch(OWED);
	   line[OWED] = 0;
	   rt_commit(false);
	   heard = published
#else
	   heard = published;
	   rt_touch(OWED);
	   line[OWED] = 0
#endif
	:: else
	fi;
	rt_commit(false)
}

inline server_signal()
{
	if
	:: line[TAKEN] != source ->
	   rt_touch(TAKEN);
	   line[TAKEN] = source
	:: else
	fi
}

inline server_message()
{
	if
	:: !READS(text) ->
#ifdef MUTANT_CHANGE_FIRST
	   line[COUNT] = line[COUNT] + 1;
	   rt_touch(COUNT);
#else
	   rt_touch(COUNT);
	   line[COUNT] = line[COUNT] + 1;
#endif
	   rt_touch(OWED);
	   line[OWED] = 1
	:: else
	fi;
	reply = line[COUNT]
}

inline handle()
{
	if
	:: number == last -> reply = record_reply[which]
	:: else ->
	   again = false;
	   server_message();
#ifdef MUTANT_SETTLE_FIRST
	   server_settle();
#endif
	   rt_commit(true)
	fi;
#ifdef MUTANT_NO_SETTLE_AGAIN
	if
	:: !again -> server_settle()
	:: else
	fi
#else
#ifndef MUTANT_SETTLE_LATE
	server_settle()
#endif
#endif
}

inline endpoint_hand(who)
{
	sequence++;
	number = sequence;
	text = message[who];
	state[who] = CALLING;
	returned[who] = false;
	in_hand = who
}

inline endpoint_reply()
{
	atomic {
		if
		:: in_hand != NOBODY ->
		   assert(message[in_hand] == text && !answered[text]);
		   assert(READS(text) || (committed[text] && reply == right[text]));
		   assert(!READS(text) || reply == line[COUNT]);
		   assert(heard >= reply);
		   answered[text] = true;
		   state[in_hand] = IDLE;
		   in_hand = NOBODY
		:: else
		fi;
		number = 0;
		text = 0;
		reply = 0;
		again = true
	}
}

/* A message that came back is the first; of the others, the model tries each. */
#ifdef MUTANT_NOT_FIRST
#define FIRST(who) (state[who] == SENDING)
#else
#define FIRST(who) (state[who] == SENDING && !returned[1 - who])
#endif

inline endpoint_wait()
{
	atomic {
		if
		:: signals -> signals = false; rung = true
		:: !signals && FIRST(0) -> endpoint_hand(0)
		:: !signals && FIRST(1) -> endpoint_hand(1)
		fi
	}
}

inline look()
{
	server_signal();
	rt_commit(false);
	server_settle()
}

/* All that a life does; its own memory is as new. */
inline live()
{
	d_step {
		number = 0; text = 0; reply = 0; rung = false; entry = 0; kept = 0; again = true;
		touched[0] = false; touched[1] = false; touched[2] = false; last = 0
	};
	finish();
	examine();
#ifndef MUTANT_FORGET_LAST
	last = record_sequence[which];
#endif
#ifdef MUTANT_NO_SETTLE_AGAIN
	server_signal();
	rt_commit(false);
#else
#ifndef MUTANT_NO_LOOK
	look();
#else
	server_settle();
#endif
#endif
	do
	:: endpoint_reply();
#ifdef MUTANT_SETTLE_LATE
	   server_settle();
#endif
end:	   endpoint_wait();
	   if
	   :: rung -> rung = false; look()
	   :: else -> handle()
	   fi
	od
}

/* Who is started again begins from the start. */
proctype server()
{
	byte number, text, reply, last, entry, kept;
	bool rung, again, touched[LINES];

	do
	:: { live() } unless { !alive };
	   alive = true
	od
}

inline message_return(who)
{
#ifndef MUTANT_FRESH_NUMBER
	sequence--;
#endif
	state[who] = SENDING;
	returned[who] = true
}

/* The server, stopped at any point of its life. */
inline cut()
{
	cuts++;
	alive = false;
	if
	:: in_hand != NOBODY ->
#ifndef MUTANT_NO_RETURN
	   message_return(in_hand);
#endif
	   in_hand = NOBODY
	:: else
	fi
}

/* The caller, with its message in the queue, back in it, or in hand; later it sends another one. */
inline caller_stop(who)
{
	stopped = true;
	given_up[message[who]] = true;
	if
	:: state[who] == CALLING -> in_hand = NOBODY
	:: else ->
#ifndef MUTANT_OLD_NUMBER
	   if
	   :: returned[who] -> sequence++
	   :: else
	   fi;
#endif
	   returned[who] = false
	fi;
	state[who] = IDLE
}

inline send(who)
{
	message[who] = who * MESSAGES + sent[who];
	sent[who]++;
	state[who] = SENDING
}

proctype world()
{
end:	do
	:: atomic { state[0] == IDLE && sent[0] < MESSAGES -> send(0) }
	:: atomic { state[1] == IDLE && sent[1] < MESSAGES -> send(1) }
	:: atomic { state[1] != IDLE && !stopped -> caller_stop(1) }
	:: atomic { alive && cuts < CUTS -> cut() }
	od
}

proctype ring()
{
	byte count;

	for (count : 1 .. RINGS) {
		source++;
		signals = true
	}
}

proctype watch()
{
	byte text;

	timeout;
	assert(alive && in_hand == NOBODY && !signals && listed == 0);
	assert(line[TAKEN] == source && !line[OWED]);
	assert(line[COUNT] == changes && published == changes && heard == changes);
	for (text : 0 .. ALL - 1) {
		assert(answered[text] != given_up[text])
	}
}

init {
	atomic {
		run server();
		run world();
		run ring();
		run watch()
	}
}
