/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status codes: what every system call and every reply says about itself.
 * The numbers are ABI; a new one goes to the end.
 */
#ifndef IPC_STATUS_H
#define IPC_STATUS_H

#include <stdint.h>

typedef int64_t status_t;

enum status {
	STATUS_OK = 0,
	STATUS_BAD_HANDLE = -1,    /* the slot is empty or beyond the table */
	STATUS_BAD_TYPE = -2,      /* the handle names another kind of object */
	STATUS_BAD_RIGHTS = -3,    /* the handle lacks the right this needs */
	STATUS_BAD_ARGUMENT = -4,  /* a number is outside its documented range */
	STATUS_NO_MEMORY = -5,     /* the paying pool has too little left */
	STATUS_BUSY = -6,          /* the slot, range or object is in use */
	STATUS_NOT_FOUND = -7,     /* nothing there */
	STATUS_DEAD = -8,          /* the object was destroyed */
	STATUS_BAD_STATE = -9,     /* not now: the object is in another state */
	STATUS_NOT_SUPPORTED = -10, /* no such system call, method or register */
	STATUS_DEADLOCK = -11,     /* the call would close a circle of callers */
	STATUS_BAD_IMAGE = -12,    /* a bundle, ELF or tree fails its checks */
	STATUS_AGAIN = -13,        /* part is done: call again for the rest */
};

#endif
