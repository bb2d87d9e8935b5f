/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of tests/servers/killer.c: 64 bits each, offsets from its base. */
#ifndef KILLER_H
#define KILLER_H

/* What can be cut. */
enum victim {
	VICTIM_CONTROLLER, /* <vm>.vgic */
	VICTIM_MANAGER,    /* <vm>.vmm */
	VICTIM_CONSOLE,    /* <vm>.console */
	VICTIM_DISK,       /* <vm>.disk */
	VICTIM_UART,
	VICTIM_BLK,
	VICTIM_SUPERVISOR,
	VICTIMS,
};

#define KILLER_VICTIM 0x00 /* write: enum victim for KILLER_DELAY */
#define KILLER_DELAY 0x08  /* write: cut the victim so many ticks from now */
#define KILLER_SEED 0x10   /* write: of the numbers drawn */
#define KILLER_PERIOD 0x18 /* write: cut one of the mask all so many ticks (1 to 2 of them), 0: stop */
#define KILLER_MASK 0x20   /* write: bit n: enum victim n may be drawn */
#define KILLER_COUNT 0x28  /* read: cuts so far */
#define KILLER_LIVES 0x30  /* read: lives of KILLER_VICTIM so far */
#define KILLER_CLOCK 0x38  /* read: ticks */

#endif
