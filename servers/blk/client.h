/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clients of the disk: each has a block_queue, a region of the disk and a guest's memory, and
 * reaches nothing else. A slot in flight that this life has seen is `busy`; while no transfer is
 * free for it, it waits (pending), and clients take turns.
 *
 * This server has no durable state: a new life begins with what the queues and the records of
 * transfers in the DMA memory say, see idl/block.idl and clients_recover.
 */
#ifndef SERVERS_BLK_CLIENT_H
#define SERVERS_BLK_CLIENT_H

#include "gen/block.h"
#include "ipc/status.h"
#include "ipc/syscall.h"
#include "servers/blk/disk.h"

#define CLIENTS_MAX 32u

struct client {
	struct block_queue *queue;
	handle_t signal;
	uint32_t turn;      /* the slot after the last one that left `pending` */
	uint64_t completed; /* as in the queue, which the client could change */
	uint64_t busy;      /* slots */
	uint64_t pending;   /* those of them that are not at the device yet */
	uint64_t physical; /* of the guest's memory */
	uint64_t size;
	uint64_t start; /* first sector of the region */
	uint64_t sectors;
};

struct clients {
	struct disk disk;
	uint32_t count;
	uint32_t turn;    /* whose pending slot goes next */
	uint32_t pending; /* clients with pending slots, a bit each */
	uint32_t signal;  /* clients to be signalled, a bit each */
	struct client client[CLIENTS_MAX];
};

/* The methods of idl/block.idl; the badge is the client's number. */
status_t client_submit(struct clients *clients, uint64_t badge);
status_t client_capacity(const struct clients *clients, uint64_t badge, uint64_t *sectors);
status_t client_quiesce(struct clients *clients, uint64_t badge);

/*
 * Begins a life, with the device reset: completes what it had finished for the former one, begins
 * what is in flight anew, and signals everybody for what the former life may not have.
 */
void clients_recover(struct clients *clients);

/* Takes all transfers that ended, starts waiting ones, signals the clients once each. */
void clients_drain(struct clients *clients);

#endif
