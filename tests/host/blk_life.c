/* SPDX-License-Identifier: Apache-2.0 */
/* The disk's driver in its next life. */
#include "tests/host/blk_disk.h"

static void next_life(void)
{
	uint32_t number;

	for (number = 0; number < clients.count; number++) {
		struct client *client = &clients.client[number];

		client->turn = 0;
		client->completed = client->busy = client->pending = 0;
	}
	memset(model.address, 0, sizeof(model.address));
	memset(signals, 0, sizeof(signals));
	CU_ASSERT(begin_life());
}

/* What the device has done for a former life is done; what it has not, or failed, is begun anew. */
static void test_next_life(void)
{
	struct seen seen[4], again;
	unsigned int slot, count = 0;

	begin(ALL, 256, 0x40000, 2);
	for (slot = 0; slot < 4; slot++) {
		slot_fill(0, slot, BLOCK_OPERATION_WRITE, slot, 512 * slot, 512);
		submit(0, slot);
		CU_ASSERT_FATAL(model_take(&seen[slot]));
	}
	model_finish(&seen[1], VIRTIO_BLOCK_OK);
	model_finish(&seen[2], VIRTIO_BLOCK_IO_ERROR);
	*seen[3].status = VIRTIO_BLOCK_OK; /* not even in the used ring */
	slot_fill(1, 9, BLOCK_OPERATION_READ, 9, 0, 512);
	clients.client[1].queue->submitted ^= 1 << 9; /* and nobody told the former life */
	next_life();
	CU_ASSERT(completed(0, 1, BLOCK_RESULT_OK));
	CU_ASSERT(completed(0, 3, BLOCK_RESULT_OK));
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 0xa);
	CU_ASSERT_EQUAL(signals[0], 1);
	CU_ASSERT_EQUAL(signals[1], 1);
	while (model_take(&again)) {
		count |= 1 << again.header.sector % 1000;
		model_finish(&again, VIRTIO_BLOCK_OK);
	}
	CU_ASSERT_EQUAL(count, 1 << 0 | 1 << 2 | 1 << 9);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 0xf);
	CU_ASSERT(completed(1, 9, BLOCK_RESULT_OK));
	next_life(); /* and nothing is done twice */
	CU_ASSERT(!model_take(&again));
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 0xf);
	CU_ASSERT_EQUAL(clients.disk.free_count, clients.disk.transfers);
	end();
}

/* Cut after the client was told and before the record was taken back. */
static void test_old_record(void)
{
	struct transfer_memory *own;
	struct seen seen;

	begin(ALL, 256, 0x40000, 1);
	slot_fill(0, 5, BLOCK_OPERATION_WRITE, 5, 0, 512);
	submit(0, 5);
	CU_ASSERT_FATAL(model_take(&seen));
	own = &clients.disk.memory->transfer[seen.id];
	CU_ASSERT_EQUAL(own->owner, owner_make(0, 5, 1));
	CU_ASSERT_EQUAL(own->status, DISK_UNFINISHED);
	model_finish(&seen, VIRTIO_BLOCK_OK);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(own->owner, 0);
	own->owner = owner_make(0, 5, 1);
	next_life();
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 1 << 5);
	CU_ASSERT(!model_take(&seen));
	own->owner = owner_make(0, 5, 1);
	clients.client[0].queue->submitted ^= 1 << 5; /* a new request in the same slot */
	next_life();
	CU_ASSERT(model_take(&seen));
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 1 << 5);
	own->owner = owner_make(200, 5, 1); /* nobody's */
	own->status = VIRTIO_BLOCK_OK;
	next_life();
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 1 << 5);
	end();
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "a next life does what its former one left, once", test_next_life },
		{ "a record of a request that is over is none", test_old_record },
	};

	return suite_run("blk_life", tests, sizeof(tests) / sizeof(tests[0]));
}
