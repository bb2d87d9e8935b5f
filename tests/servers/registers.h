/* SPDX-License-Identifier: Apache-2.0 */
/* What the guest beside the hostile servers reads of them. */
#ifndef TESTS_SERVERS_REGISTERS_H
#define TESTS_SERVERS_REGISTERS_H

/* A read has the server make calls, a batch of them, and gives how many it has made. */
#define REGISTER_CALLS 0x00
/* How many of them were not answered as they have to be. */
#define REGISTER_WRONG 0x08

#define HOSTILE_BATCHES 64

#endif
