/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of a guest's writes to the disk and back, while the virtio_blk server (client), the disk's
 * driver, or each in turn is cut between any two of its stores, also while a next life looks at what
 * the last one left. The guest writes to two sectors at once, to each again and again, and may reset
 * its device meanwhile; the device takes its time with each step, and any order.
 *
 * Properties: each request is shown to the guest once, with its own result, after it was done;
 * nothing is written after it was shown, nor after a reset was; what the device finished is not
 * done again; a slot has one request at a time; at rest the guest has seen the end of each request
 * that it did not give up.
 *
 * Shared are two words, `submitted` and `completed`, each written by one side in one store: a slot
 * whose bits differ is the driver's. An event of the client and its commit are one step, since
 * nobody sees what comes before the commit; restart.pml has that in pieces. The driver has no state
 * but its own word and the memory that it shares with the device. There are any number of cuts.
 * Results are the request's number. What nobody may read any more is wiped, to have less states.
 *
 * Functions: requests_take request_begin device_complete device_drop device_reset server_settle
 *	device_look device_settle completions_take completions_show rt_commit slot_begin client_submit
 *	client_look clients_drain clients_recover transfer_recover disk_take disk_forget server_start
 *
 * MUTANT_SUBMIT_UNCOMMITTED: assertion violated
 * MUTANT_SHOW_UNCOMMITTED: assertion violated
 * MUTANT_TAKE_IN_TWO: assertion violated
 * MUTANT_COMPLETE_IN_TWO: assertion violated
 * MUTANT_SLOT_FREE_EARLY: assertion violated
 * MUTANT_CLIENT_NO_LOOK: assertion violated
 * MUTANT_NO_SUBMIT_AGAIN: assertion violated
 * MUTANT_NO_PULSE_AGAIN: assertion violated
 * MUTANT_PULSE_FIRST: assertion violated
 * MUTANT_NO_DRAIN: assertion violated
 * MUTANT_NO_DROP: assertion violated
 * MUTANT_NO_DEVICE_RESET: assertion violated
 * MUTANT_HARVEST_BEFORE_RESET: assertion violated
 * MUTANT_NO_HARVEST: assertion violated
 * MUTANT_HARVEST_LATE: assertion violated
 * MUTANT_OWNER_FIRST: assertion violated
 * MUTANT_NO_PARITY: assertion violated
 * MUTANT_OWNER_KEPT: assertion violated
 * MUTANT_OWNER_CLEARED_FIRST: assertion violated
 * MUTANT_RESULT_LATE: assertion violated
 * MUTANT_DRIVER_NO_LOOK: assertion violated
 * MUTANT_DRIVER_NO_SIGNAL: assertion violated
 */
#define RESETS 1
#define SLOTS 2
#define WRITES 2 /* to sector 0 */
#define OTHERS 1 /* to sector 1 */
#define TRANSFERS 2
#define SECTORS 2
#define ALL (WRITES + OTHERS)
#define EVERY ((1 << SLOTS) - 1)
#define BIT(slot) (1 << (slot))
#define NONE 255

#define SECTOR(request) (request < WRITES -> 0 : 1)

mtype = { FREE, AVAILABLE, WRITTEN, USED };
mtype = { NOTHING, SENDING, IN_HAND };

/* Between guest and client: memory, the message in hand, what the guest is told. */
byte available[SECTORS] = NONE, available_index, used[SECTORS] = NONE, used_index;
bool rung, pulse; /* the client, by guest or driver; the guest */
bool reset;   /* the message in hand */
bool handled; /* and its number is the committed one */

/* Between client and driver. */
byte submitted, completed, request[SLOTS] = NONE, result[SLOTS] = NONE;
mtype call = NOTHING; /* block.submit: look */

/* Between driver and device. A transfer USED is an interrupt, too. */
byte table[TRANSFERS] = NONE, owner[TRANSFERS] = NONE;
bit parity[TRANSFERS];
bool status[TRANSFERS] = true; /* worth nothing without an owner, so the worst */
mtype transfer[TRANSFERS] = FREE;
byte disk[SECTORS] = NONE;

/* The client's state: what is one step here is one commit. */
byte started, taken, dropped, flight[SLOTS] = NONE; /* `started`: its own `submitted` */
byte available_next, used_next;
bool running = true, draining;

bool cutting = true; /* any number of times, until it ends */

/* For the properties alone. */
byte finished, shown, given_up; /* a bit each */
byte resets;

/* The client */

#define BUSY (started ^ taken)

/* One look at the driver's word; then each slot's result to where the guest does not look yet. */
inline device_complete()
{
	seen = (completed ^ taken) & BUSY;
	slot = 0;
	do
	:: slot == SLOTS -> break
	:: slot < SLOTS && (seen & BIT(slot)) ->
	   if
	   :: !(dropped & BIT(slot)) ->
	      assert(running && result[slot] == flight[slot]);
	      used[used_next % SECTORS] = flight[slot];
	      used_next++
	   :: else
	   fi;
	   dropped = dropped & ~BIT(slot);
	   taken = taken ^ BIT(slot);
	   flight[slot] = NONE; result[slot] = NONE; request[slot] = NONE;
	   slot++
	:: else -> slot++
	od;
	seen = 0; slot = 0
}

#define MORE (running && !draining && available_index != available_next)

#ifdef MUTANT_SLOT_FREE_EARLY
#define HELD (started ^ completed)
#else
#define HELD BUSY
#endif

/* So what a cut leaves there needs no state: the driver does not read what it may still write. */
#define REQUEST_WRITE(slot) assert(!((submitted ^ completed) & BIT(slot)))

inline request_submit(next)
{
	slot = (HELD & 1);
	REQUEST_WRITE(slot);
	flight[slot] = available[next % SECTORS];
	request[slot] = flight[slot];
	started = started ^ BIT(slot)
}

inline requests_take()
{
	do
	:: MORE && HELD != EVERY ->
	   request_submit(available_next);
	   available[available_next % SECTORS] = NONE;
	   available_next++
	:: else -> break
	od;
	slot = 0
}

inline handle_signals()
{
#ifdef MUTANT_SLOT_FREE_EARLY
	requests_take();
	device_complete()
#else
	device_complete();
	requests_take()
#endif
}

/* Its call ends with it: not yet taken, or answered to nobody. */
inline client_end()
{
	call = NOTHING; new = true; replies = false
}

#define CLIENT_CUT atomic { cutting -> client_end(); goto client_born }
#define CLIENT_STEP(what) if :: atomic { what } :: CLIENT_CUT fi

/* What is left of an event that a cut came into: in the right model nothing that anybody sees. */
inline client_cut_event()
{
	rung = false;
#ifdef MUTANT_SHOW_UNCOMMITTED
	if
	:: running && (completed ^ taken) & BUSY & 1 ->
	   used[used_next % SECTORS] = flight[0];
	   used_index = used_next + 1
	:: running && (completed ^ taken) & BUSY & 2 ->
	   used[used_next % SECTORS] = flight[1];
	   used_index = used_next + 1
	:: else
	fi;
#endif
#ifdef MUTANT_COMPLETE_IN_TWO
	if
	:: running && (completed ^ taken) & BUSY & 1 ->
	   used[used_next % SECTORS] = flight[0];
	   used_next++
	:: else
	fi;
#endif
	if
	:: MORE && (HELD & ~(completed ^ taken)) != EVERY ->
	   slot = (HELD & ~(completed ^ taken) & 1);
	   REQUEST_WRITE(slot);
#ifdef MUTANT_SUBMIT_UNCOMMITTED
	   submitted = started ^ BIT(slot);
#endif
#ifdef MUTANT_TAKE_IN_TWO
	   request_submit(available_next);
#endif
	   slot = 0
	:: else
	fi;
	client_end()
}

#ifdef MUTANT_NO_SUBMIT_AGAIN
#define CALLS (submitted != started)
#else
#define CALLS (new || submitted != started)
#endif

inline submitted_publish()
{
	if
	:: atomic { CALLS -> submitted = started; call = SENDING };
	   CLIENT_STEP(call == NOTHING)
	:: !CALLS
	:: CLIENT_CUT
	fi
}

#ifdef MUTANT_NO_PULSE_AGAIN
#define TELLS (running && used_index != used_next)
#else
#define TELLS (running && (new || used_index != used_next))
#endif

inline device_publish()
{
	if
#ifdef MUTANT_PULSE_FIRST
	:: atomic { TELLS -> pulse = true };
	   CLIENT_STEP(used_index = used_next)
#else
	:: atomic { TELLS -> used_index = used_next };
	   CLIENT_STEP(pulse = true)
#endif
	:: !TELLS
	:: CLIENT_CUT
	fi
}

inline server_settle()
{
	submitted_publish();
	device_publish();
	if
	:: atomic {
		draining = draining && dropped;
		new = false;
		if
		:: replies -> reset = false; handled = false; replies = false
		:: else
		fi
	   }
	:: CLIENT_CUT
	fi
}

/* The positions begin anew with the queue. */
inline device_reset()
{
#ifndef MUTANT_NO_DROP
	dropped = BUSY;
#endif
#ifndef MUTANT_NO_DRAIN
	draining = BUSY != 0;
#endif
	running = false; available_next = 0; used_next = 0
}

/* Signals and messages in any order. */
proctype client()
{
	byte seen, slot;
	bool new = true, replies;

client_born:
	if
#ifdef MUTANT_CLIENT_NO_LOOK
	:: skip
#else
	:: atomic { handle_signals() }
#endif
	:: CLIENT_CUT
	fi;
	do
	:: server_settle();
end:	   if
	   :: atomic { rung -> rung = false; handle_signals() }
	   :: atomic { rung && cutting -> client_cut_event(); goto client_born }
	   :: atomic {
		   reset ->
		   if
		   :: !handled -> device_reset()
		   :: else
		   fi;
		   handled = true;
		   replies = true
	      }
	   :: CLIENT_CUT
	   fi
	od
}

/* The driver */

#define DRIVER_CUT atomic { cutting -> driver_end(); goto driver_born }
#define DRIVER_STEP(what) if :: atomic { what } :: DRIVER_CUT fi

/* Its call comes again. */
inline driver_end()
{
	at_device = 0; seen = 0; slot = 0; number = 0; own = 0;
	if
	:: call == IN_HAND -> call = SENDING
	:: else
	fi
}

inline owner_clear()
{
	owner[number] = NONE; parity[number] = 0; table[number] = NONE; status[number] = true
}

#define RESULT result[slot] = table[number]
#define TOGGLE own = own ^ BIT(slot); completed = own

/* Once the bit is toggled the slot is the client's, and may get another request. */
inline slot_complete()
{
	if
#ifdef MUTANT_RESULT_LATE
	:: atomic { TOGGLE }
#else
#ifdef MUTANT_OWNER_CLEARED_FIRST
	:: atomic { RESULT; owner[number] = NONE }
#else
	:: RESULT
#endif
#endif
	:: DRIVER_CUT
	fi;
	if
#ifdef MUTANT_RESULT_LATE
	:: RESULT
#else
	:: atomic { TOGGLE }
#endif
	:: DRIVER_CUT
	fi;
	if
	:: atomic {
#ifndef MUTANT_OWNER_KEPT
		owner_clear();
#endif
		number = 0; slot = 0; rung = true
	   }
	:: DRIVER_CUT
	fi
}

#ifdef MUTANT_NO_PARITY
#define LIVES(number) (status[number])
#else
#define LIVES(number) (status[number] && ((own >> owner[number]) & 1) != parity[number])
#endif

/* What the device finished and nobody took; all records end here. */
inline harvest()
{
	do
	:: atomic { owner[0] != NONE && LIVES(0) -> number = 0; slot = owner[0] };
	   slot_complete()
	:: atomic { owner[0] != NONE && !LIVES(0) -> number = 0; owner_clear() }
	:: atomic { owner[0] == NONE && owner[1] != NONE && LIVES(1) ->
		    number = 1; slot = owner[1] };
	   slot_complete()
	:: atomic { owner[0] == NONE && owner[1] != NONE && !LIVES(1) ->
		    number = 1; owner_clear(); number = 0 }
	:: owner[0] == NONE && owner[1] == NONE -> break
	:: DRIVER_CUT
	od
}

/* A transfer that is free. */
inline disk_find(which)
{
	slot = which;
	number = (transfer[0] == FREE -> 0 : 1);
#ifndef MUTANT_OWNER_FIRST
	status[number] = false
#endif
}

inline disk_submit()
{
	if
	:: atomic {
		owner[number] = slot;
		parity[number] = (seen >> slot) & 1;
		table[number] = request[slot]
	   }
	:: DRIVER_CUT
	fi;
	if
	:: atomic {
		status[number] = false;
		at_device = at_device | BIT(slot);
		transfer[number] = AVAILABLE;
		number = 0; slot = 0
	   }
	:: DRIVER_CUT
	fi
}

#define FRESH ((seen ^ own) & ~at_device)

inline client_look()
{
	DRIVER_STEP(seen = submitted);
	do
	:: atomic { FRESH & 1 -> disk_find(0) };
	   disk_submit()
	:: atomic { !(FRESH & 1) && (FRESH & 2) -> disk_find(1) };
	   disk_submit()
	:: atomic {
		FRESH == 0 ->
		seen = 0;
		if
		:: call == IN_HAND -> call = NOTHING
		:: else
		fi;
		break
	   }
	:: DRIVER_CUT
	od
}

inline disk_take(which)
{
	number = which;
	slot = owner[number];
	at_device = at_device & ~BIT(slot);
	transfer[number] = FREE
}

/* Nothing of a former life is at the device from here on. */
inline device_stop()
{
#ifndef MUTANT_NO_DEVICE_RESET
	transfer[0] = FREE; transfer[1] = FREE;
#endif
	own = completed
}

proctype driver()
{
	byte own, at_device, seen, slot, number;

driver_born:
#ifdef MUTANT_HARVEST_BEFORE_RESET
	own = completed;
	harvest();
#endif
	DRIVER_STEP(device_stop());
#ifndef MUTANT_NO_HARVEST
#ifndef MUTANT_HARVEST_LATE
	harvest();
#endif
#endif
#ifndef MUTANT_DRIVER_NO_LOOK
	client_look();
#endif
#ifdef MUTANT_HARVEST_LATE
	harvest();
#endif
#ifndef MUTANT_DRIVER_NO_SIGNAL
	DRIVER_STEP(rung = true);
#endif
end:	do
	:: atomic { call == SENDING -> call = IN_HAND };
	   client_look()
	:: atomic { transfer[0] == USED -> disk_take(0) };
	   slot_complete()
	:: atomic { transfer[1] == USED -> disk_take(1) };
	   slot_complete()
	:: DRIVER_CUT
	od
}

/* The device: each of its steps with each transfer when it likes. */

inline device_step(number)
{
	if
	:: transfer[number] == AVAILABLE ->
	   assert(!((shown | given_up | finished) & BIT(table[number])));
	   disk[SECTOR(table[number])] = table[number];
	   transfer[number] = WRITTEN
	:: transfer[number] == WRITTEN ->
	   status[number] = true;
	   finished = finished | BIT(table[number]);
	   transfer[number] = USED
	fi
}

#define AT_DEVICE(number) (transfer[number] != FREE && transfer[number] != USED)

proctype device()
{
end:	do
	:: atomic { AT_DEVICE(0) -> device_step(0) }
	:: atomic { AT_DEVICE(1) -> device_step(1) }
	od
}

/* The guest */

inline guest_write(sector)
{
	open[sector] = next[sector];
	available[available_index % SECTORS] = next[sector];
	next[sector]++;
	available_index++;
	rung = true
}

inline guest_see()
{
	ended = used[used_seen % SECTORS];
	assert(open[SECTOR(ended)] == ended && !((shown | given_up) & BIT(ended)));
	assert((finished & BIT(ended)) && disk[SECTOR(ended)] == ended);
	shown = shown | BIT(ended);
	open[SECTOR(ended)] = NONE;
	used[used_seen % SECTORS] = NONE;
	used_seen++;
	ended = 0
}

inline guest_forget(sector)
{
	if
	:: open[sector] != NONE -> given_up = given_up | BIT(open[sector]); open[sector] = NONE
	:: else
	fi
}

/* Once the device says so, what was in flight is over, and the guest's memory its own. */
inline guest_start()
{
	guest_forget(0); guest_forget(1);
	available[0] = NONE; available[1] = NONE; available_index = 0;
	used[0] = NONE; used[1] = NONE; used_index = 0; used_seen = 0;
	pulse = false; running = true
}

proctype guest()
{
	byte open[SECTORS] = NONE, next[SECTORS], used_seen, ended;

	next[1] = WRITES;
end:	do
	:: atomic { open[0] == NONE && next[0] < WRITES -> guest_write(0) }
	:: atomic { open[1] == NONE && next[1] < ALL -> guest_write(1) }
	:: atomic {
		pulse -> pulse = false;
		do
		:: used_seen != used_index -> guest_see()
		:: else -> break
		od
	   }
	:: atomic { resets < RESETS -> resets++; reset = true };
	   atomic { !reset && !draining -> guest_start() }
	od
}

proctype world()
{
	cutting = false
}

proctype watch()
{
	timeout;
	assert(!reset && call == NOTHING);
	assert(submitted == completed && started == taken && started == submitted);
	assert(!(shown & given_up) && (shown | given_up) == BIT(ALL) - 1)
}

init {
	atomic {
		run client(); run driver(); run device(); run guest(); run world(); run watch()
	}
}
