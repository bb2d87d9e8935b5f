/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of tests/servers/mortal.h: 64 bits each, offsets from its base. */
#ifndef TESTS_SERVERS_MORTAL_REGISTERS_H
#define TESTS_SERVERS_MORTAL_REGISTERS_H

#define MORTAL_ADD 0x00     /* write: adds the value, and may die of it; read: the sum */
#define MORTAL_WRITES 0x08  /* read: how many there were */
#define MORTAL_HOW 0x10     /* write: enum mortal_how */
#define MORTAL_WHERE 0x18   /* write: enum mortal_where */
#define MORTAL_TIMES 0x20   /* write: that often it dies; read: deaths that are left */
#define MORTAL_MADE 0x28    /* read: 1 if the state was made anew */
#define MORTAL_VERSION 0x30 /* read: of the state */
#define MORTAL_SQUARES 0x38 /* read: the squares' sum, since version 2 */
#define MORTAL_WORK 0x40    /* write: so many turns of a loop */

enum mortal_how {
	MORTAL_FAULT,
	MORTAL_ILLEGAL,
	MORTAL_EXIT,
	MORTAL_OVERFLOW, /* of its stack */
	MORTAL_LOOP,     /* without an end */
	MORTAL_CIRCLE,   /* of calls */
	MORTAL_CORRUPT,  /* its durable state, and then a fault */
	MORTAL_HOWS,
};

enum mortal_where {
	MORTAL_BEFORE,  /* the change */
	MORTAL_BETWEEN, /* its halves */
	MORTAL_AFTER,   /* it, before the commit */
	MORTAL_IN_SETTLE,
	MORTAL_IN_START, /* of its next life */
	MORTAL_WHERES,
};

#endif
