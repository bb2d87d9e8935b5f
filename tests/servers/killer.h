/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of tests/servers/killer.c: 64 bits each, offsets from its base. */
#ifndef KILLER_H
#define KILLER_H

/* What can be cut. */
enum victim {
	VICTIM_CONTROLLER, /* <vm>.vgic, .vplic or .vaia */
	VICTIM_MANAGER,    /* <vm>.vmm */
	VICTIM_CONSOLE,    /* <vm>.console */
	VICTIM_DISK,       /* <vm>.disk */
	VICTIM_UART,
	VICTIM_BLK,
	VICTIM_SUPERVISOR,
	VICTIM_MORTAL,     /* <vm>.mortal */
	VICTIM_OTHER,      /* first.mortal, of another VM */
	VICTIMS,
};

#define KILLER_VICTIM 0x00 /* write: enum victim for what follows */
#define KILLER_DELAY 0x08  /* write: cut the victim so many nanoseconds from now */
#define KILLER_SEED 0x10   /* write: of the numbers drawn */
#define KILLER_PERIOD 0x18 /* write: cut one of the mask all so many ns (1/2 to 3/2 of them), 0: stop */
#define KILLER_MASK 0x20   /* write: bit n: enum victim n may be drawn */
#define KILLER_COUNT 0x28  /* read: cuts so far */
#define KILLER_LIVES 0x30  /* read: lives of the victim so far */
#define KILLER_CLOCK 0x38  /* read: the time, in nanoseconds */
#define KILLER_CUT 0x40    /* read: when the last cut was */
#define KILLER_AGAIN 0x48  /* write: after KILLER_DELAY's cut comes a second one in so many ns; 0: none */
#define KILLER_RESTART 0x50   /* write: sets the victim going */
#define KILLER_UPGRADE 0x58   /* write: the victim goes on with this binary */
#define KILLER_ANSWER 0x60    /* read: the status of the last restart, upgrade or cut */
#define KILLER_CONDITION 0x68 /* read: enum operator_condition of the victim */
#define KILLER_TOOK 0x70      /* read: nanoseconds that the supervisor took for the last cut */
#define KILLER_COUNTS 0x80    /* read: + 8n: cuts of enum victim n */

#endif
