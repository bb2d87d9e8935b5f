/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the benchmark's server, as its guest reads them. */
#ifndef BENCH_REGISTERS_H
#define BENCH_REGISTERS_H

#define BENCH_REGISTERS DEVICE /* arch_guest.h */

/* Always 0x636f7070: the least that a server can do. */
#define BENCH_CONSTANT 0x00
/* Answered with a stamp on its way out; the next message is stamped on its way in. */
#define BENCH_STAMP 0x08
/* The counter just before that answer left the server, and as that next message arrived. */
#define BENCH_LEFT 0x10
#define BENCH_ARRIVED 0x18
/* Ticks of a call to another server and its reply. */
#define BENCH_CALL 0x20
/* Makes a VM of 2 MiB with one vCPU, lets it run its first instruction, and destroys it. */
#define BENCH_CREATE 0x28
/* Ticks from the first system call of BENCH_CREATE to that instruction. */
#define BENCH_CREATED 0x30
/* The server gives way to the other CPUs before it answers: who calls meanwhile has to wait. */
#define BENCH_YIELD 0x38

/* Servers of their own that count what is written: one forgets it when it dies, the other does not. */
#define BENCH_COUNT (DEVICE + 0x1000)
#define BENCH_COUNT_DURABLE (DEVICE + 0x2000)

#endif
