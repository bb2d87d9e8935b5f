/* SPDX-License-Identifier: Apache-2.0 */
/* The disk's driver: any device, any client. */
#include "tests/host/blk_disk.h"

static void test_start(void)
{
	CU_ASSERT(begin(ALL | 1 | 1u << 30, 1024, 0x40000, 1));
	CU_ASSERT_EQUAL(model.status, 15);
	CU_ASSERT_EQUAL(model.accepted, ALL); /* no more than we know */
	CU_ASSERT_EQUAL(model.size, 256);
	CU_ASSERT_EQUAL(model.ready, 1);
	CU_ASSERT_EQUAL(clients.disk.sectors, SECTORS);
	CU_ASSERT(clients.disk.transfers >= 100);
	end();
	CU_ASSERT(begin(ALL, 256, 0x10000, 1)); /* with less memory, fewer transfers */
	CU_ASSERT(clients.disk.transfers >= 20);
	end();
	CU_ASSERT(!begin(ALL & ~VIRTIO_FEATURE_VERSION_1, 256, 0x10000, 1));
	CU_ASSERT_EQUAL(model.status, VIRTIO_STATUS_FAILED);
	end();
	CU_ASSERT(!begin(ALL, 0, 0x10000, 1)); /* no queue */
	end();
	CU_ASSERT(!begin(ALL, 256, 0x1000, 1)); /* no memory */
	end();
	CU_ASSERT(!begin(ALL & ~VIRTIO_FEATURE_INDIRECT, 128, 0x10000, 1)); /* too small */
	end();
	begin(ALL, 256, 0x10000, 0);
	model.stubborn = true;
	CU_ASSERT(!disk_start(&clients.disk, 0, dma, dma_bytes, DMA_PHYSICAL));
	model.stubborn = false;
	model.version = 1;
	CU_ASSERT(!disk_start(&clients.disk, 0, dma, dma_bytes, DMA_PHYSICAL));
	model.version = 2;
	model.generation = 3;
	CU_ASSERT(disk_start(&clients.disk, 0, dma, dma_bytes, DMA_PHYSICAL));
	CU_ASSERT_EQUAL(clients.disk.sectors, SECTORS);
	end();
}

static void round_trip(uint64_t offered)
{
	struct block_request *request;
	struct seen seen;

	CU_ASSERT(begin(offered, 256, 0x40000, 2));
	request = slot_fill(1, 7, BLOCK_OPERATION_READ, 5, 0x1000, 512);
	request->count = 2;
	request->segment[1] = (struct block_segment){ .offset = GUEST_BYTES - 512, .length = 512 };
	submit(1, 7);
	CU_ASSERT_EQUAL(client_submit(&clients, 1), STATUS_OK); /* nothing new */
	CU_ASSERT_EQUAL(model.notified, 1);
	CU_ASSERT_FATAL(model_take(&seen));
	CU_ASSERT_EQUAL(seen.header.type, VIRTIO_BLOCK_IN);
	CU_ASSERT_EQUAL(seen.header.sector, 1005);
	CU_ASSERT_EQUAL(seen.count, 2);
	CU_ASSERT_EQUAL(seen.data[0].address, GUEST_PHYSICAL(1) + 0x1000);
	CU_ASSERT_EQUAL(seen.data[1].address, GUEST_PHYSICAL(1) + GUEST_BYTES - 512);
	CU_ASSERT_EQUAL(seen.data[1].length, 512);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(signals[1], 0);
	model_finish(&seen, VIRTIO_BLOCK_OK);
	clients_drain(&clients);
	CU_ASSERT(completed(1, 7, BLOCK_RESULT_OK));
	CU_ASSERT_EQUAL(signals[1], 1);
	CU_ASSERT_EQUAL(signals[0], 0);
	slot_fill(0, 7, BLOCK_OPERATION_WRITE, 5, 0, 512);
	submit(0, 7);
	CU_ASSERT_FATAL(model_take(&seen));
	CU_ASSERT_EQUAL(seen.header.type, VIRTIO_BLOCK_OUT);
	model_finish(&seen, VIRTIO_BLOCK_IO_ERROR);
	clients_drain(&clients);
	CU_ASSERT(completed(0, 7, BLOCK_RESULT_IO_ERROR));
	end();
}

static void test_round_trip(void)
{
	round_trip(ALL);
	round_trip(ALL & ~VIRTIO_FEATURE_INDIRECT);
	round_trip(ALL & ~VIRTIO_FEATURE_EVENT_INDEX);
	round_trip(VIRTIO_FEATURE_VERSION_1);
}

static void test_flush(void)
{
	struct seen seen;

	begin(ALL, 256, 0x40000, 1);
	slot_fill(0, 0, BLOCK_OPERATION_FLUSH, UINT64_MAX, 0, 0);
	submit(0, 0);
	CU_ASSERT_FATAL(model_take(&seen));
	CU_ASSERT_EQUAL(seen.header.type, VIRTIO_BLOCK_FLUSH);
	CU_ASSERT_EQUAL(seen.header.sector, 0);
	CU_ASSERT_EQUAL(seen.count, 0);
	end();
	begin(ALL & ~VIRTIO_BLOCK_FEATURE_FLUSH, 256, 0x40000, 1);
	slot_fill(0, 0, BLOCK_OPERATION_FLUSH, 0, 0, 0);
	submit(0, 0);
	CU_ASSERT(!model_take(&seen));
	CU_ASSERT(completed(0, 0, BLOCK_RESULT_OK));
	end();
}

static void test_bounds(void)
{
	static const struct {
		uint64_t sector, offset;
		uint32_t length;
		bool good;
	} cases[] = {
		{ 0, 0, 512, true },
		{ 999, 0, 512, true },
		{ 999, 0, 1024, false },
		{ 1000, 0, 512, false },
		{ UINT64_MAX, 0, 512, false },
		{ UINT64_MAX - 999, 0, 512, false },
		{ 0, GUEST_BYTES - 512, 512, true },
		{ 0, GUEST_BYTES - 511, 512, false },
		{ 0, GUEST_BYTES, 512, false },
		{ 0, UINT64_MAX - 511, 512, false },
		{ 0, UINT64_MAX, 512, false },
		{ 0, 0, 0, false },
		{ 0, 0, 511, false },
		{ 0, 0, UINT32_MAX, false },
	};
	struct block_request *request;
	struct seen seen;
	unsigned int index;

	begin(ALL, 256, 0x40000, 2);
	for (index = 0; index < sizeof(cases) / sizeof(cases[0]); index++) {
		slot_fill(0, 3, BLOCK_OPERATION_WRITE, cases[index].sector, cases[index].offset,
			  cases[index].length);
		submit(0, 3);
		CU_ASSERT_EQUAL(model_take(&seen), cases[index].good);
		if (cases[index].good)
			model_finish(&seen, VIRTIO_BLOCK_OK);
		clients_drain(&clients);
		CU_ASSERT(completed(0, 3, cases[index].good ? BLOCK_RESULT_OK
							    : BLOCK_RESULT_BAD_REQUEST));
		CU_ASSERT_EQUAL(signals[0], index + 1);
	}
	request = slot_fill(0, 3, BLOCK_OPERATION_WRITE, 0, 0, 512);
	request->count = BLOCK_SEGMENTS + 1;
	submit(0, 3);
	CU_ASSERT(completed(0, 3, BLOCK_RESULT_BAD_REQUEST));
	request->count = 0;
	submit(0, 3);
	request->operation = BLOCK_OPERATION_FLUSH;
	request->count = 1;
	submit(0, 3);
	request->operation = 3;
	submit(0, 3);
	CU_ASSERT_EQUAL(signals[0], index + 4);
	CU_ASSERT(completed(0, 3, BLOCK_RESULT_BAD_REQUEST));
	CU_ASSERT(!model_take(&seen));
	CU_ASSERT_EQUAL(clients.disk.free_count, clients.disk.transfers);
	CU_ASSERT_EQUAL(client_submit(&clients, 2), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(client_submit(&clients, UINT64_MAX), STATUS_BAD_ARGUMENT);
	end();
}

static void test_longest(void)
{
	struct block_request *request;
	struct seen seen;
	unsigned int index;

	begin(ALL & ~VIRTIO_FEATURE_INDIRECT, 256, 0x40000, 1);
	request = slot_fill(0, 0, BLOCK_OPERATION_READ, 0, 0, 512);
	request->count = BLOCK_SEGMENTS;
	for (index = 0; index < BLOCK_SEGMENTS; index++)
		request->segment[index] = (struct block_segment){
			.offset = 1024 * index, .length = 512
		};
	submit(0, 0);
	CU_ASSERT_FATAL(model_take(&seen));
	CU_ASSERT_EQUAL(seen.count, 128);
	CU_ASSERT_EQUAL(seen.data[127].address, GUEST_PHYSICAL(0) + 1024 * 127);
	end();
}

/* More requests than transfers: every one is served, in turns, and none twice. */
static void test_pending(void)
{
	struct seen seen[32];
	unsigned int client, slot, served[2] = { 0, 0 }, count, round;

	begin(ALL, 256, 0x10000, 2);
	for (client = 0; client < 2; client++)
		for (slot = 0; slot < BLOCK_SLOTS; slot++) {
			slot_fill(client, slot, BLOCK_OPERATION_READ, slot, 0, 512);
			submit(client, slot);
		}
	CU_ASSERT_EQUAL(client_submit(&clients, 0), STATUS_OK); /* waiting counts */
	for (round = 0; round < 20; round++) {
		for (count = 0; count < 8 && model_take(&seen[count]); count++)
			served[seen[count].header.sector / 1000]++;
		if (round == 14) /* the first client had a start, but then they take turns */
			CU_ASSERT(served[1] >= 35 && served[1] < 60);
		while (count)
			model_finish(&seen[--count], VIRTIO_BLOCK_OK);
		clients_drain(&clients);
	}
	CU_ASSERT_EQUAL(served[0], 64);
	CU_ASSERT_EQUAL(served[1], 64);
	CU_ASSERT_EQUAL(clients.client[0].busy | clients.client[1].busy, 0);
	CU_ASSERT_EQUAL(clients.client[1].queue->completed, UINT64_MAX);
	CU_ASSERT_EQUAL(clients.disk.free_count, clients.disk.transfers);
	end();
}

static void test_out_of_order(void)
{
	struct seen seen[3];
	unsigned int slot;

	begin(ALL, 256, 0x40000, 1);
	for (slot = 0; slot < 3; slot++) {
		slot_fill(0, slot, BLOCK_OPERATION_READ, slot, 0, 512);
		submit(0, slot);
		CU_ASSERT_FATAL(model_take(&seen[slot]));
	}
	model_finish(&seen[2], VIRTIO_BLOCK_OK);
	model_finish(&seen[0], VIRTIO_BLOCK_IO_ERROR);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(signals[0], 1); /* one for both */
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 5);
	CU_ASSERT(completed(0, 2, BLOCK_RESULT_OK));
	CU_ASSERT(completed(0, 0, BLOCK_RESULT_IO_ERROR));
	CU_ASSERT_EQUAL(clients.client[0].busy, 2);
	CU_ASSERT_EQUAL(client_quiesce(&clients, 0), STATUS_AGAIN);
	model_finish(&seen[1], VIRTIO_BLOCK_OK);
	CU_ASSERT_EQUAL(client_quiesce(&clients, 0), STATUS_OK); /* looks at the ring itself */
	CU_ASSERT(completed(0, 1, BLOCK_RESULT_OK));
	CU_ASSERT_EQUAL(client_quiesce(&clients, 1), STATUS_BAD_ARGUMENT);
	end();
}

static void test_strays(void)
{
	struct seen seen;

	begin(ALL, 256, 0x40000, 1);
	slot_fill(0, 0, BLOCK_OPERATION_READ, 0, 0, 512);
	submit(0, 0);
	CU_ASSERT_FATAL(model_take(&seen));
	model_use(UINT32_MAX);
	model_use(255);
	model_use(seen.id == 0);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 0);
	model_finish(&seen, VIRTIO_BLOCK_OK);
	model_use(seen.id);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(clients.client[0].queue->completed, 1);
	CU_ASSERT_EQUAL(clients.disk.free_count, clients.disk.transfers);
	end();
}

/* 70,000 requests, so that every index passes 65535 -> 0; the device wants every second notify. */
static void test_event_index(void)
{
	uint16_t *wish;
	unsigned int round, wrong = 0;
	struct seen seen;

	begin(ALL, 256, 0x40000, 1);
	wish = (uint16_t *)dma_at(model.address[2]) + 2 + 4 * 256;
	for (round = 0; round < 70000; round++) {
		const unsigned int before = model.notified;
		const uint16_t *event = (uint16_t *)dma_at(model.address[1]) + 2 + 256;

		*wish = model.available + (round & 1);
		slot_fill(0, round % 64, BLOCK_OPERATION_READ, 0, 0, 512);
		submit(0, round % 64);
		wrong += model.notified - before != !(round & 1);
		wrong += !model_take(&seen);
		wrong += *event != model.used; /* an interrupt is wanted for this one */
		model_finish(&seen, VIRTIO_BLOCK_OK);
		clients_drain(&clients);
		wrong += !completed(0, round % 64, BLOCK_RESULT_OK);
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT_EQUAL(signals[0], 70000);
	end();
}

/* Slots at random: whatever reaches the device lies in that client's region and memory. */
static void test_fuzz(void)
{
	uint64_t state = 7;
	unsigned int round, index, reached = 0;
	struct seen seen;

	begin(ALL, 256, 0x10000, 3);
	for (round = 0; round < 50000; round++) {
		struct block_request *request;
		uint32_t client;

		state = random_after(state);
		client = (state >> 33) % 3;
		request = slot_fill(client, (state >> 35) % 64, (state >> 41) % 4,
				    (state >> 43) % 1010, GUEST_BYTES - (state >> 33) % 4096,
				    (state >> 47) % 5 * 256);
		request->count = (state >> 50) % 4;
		request->segment[1].length = (state >> 52) % 1024;
		request->segment[1].offset = (state >> 54) % 2 ? state : (state >> 40) % 65536;
		clients.client[client].queue->submitted ^= UINT64_C(1) << (state >> 35) % 64;
		client_submit(&clients, (state >> 56) % 32 ? client : 3);
		if ((state >> 58) % 2)
			continue;
		for (index = 0; index < 3 && model_take(&seen); index++) {
			const uint64_t owner = seen.header.sector / 1000;
			unsigned int at;
			uint64_t bytes = 0;

			reached++;
			for (at = 0; at < seen.count; at++) {
				bytes += seen.data[at].length;
				if (seen.data[at].address < GUEST_PHYSICAL(owner) ||
				    seen.data[at].address + seen.data[at].length >
					    GUEST_PHYSICAL(owner) + GUEST_BYTES)
					CU_FAIL("data outside the client's memory");
			}
			if (bytes % 512 || seen.header.sector % 1000 + bytes / 512 > 1000)
				CU_FAIL("sectors outside the client's region");
			model_finish(&seen, (state >> 60) % 3);
		}
		clients_drain(&clients);
	}
	CU_ASSERT(reached > 1000);
	end();
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "the device is brought up, or refused with a reason", test_start },
		{ "a request goes to the device and back, with any features", test_round_trip },
		{ "a flush reaches a device that has a cache", test_flush },
		{ "a client reaches its region and memory only", test_bounds },
		{ "the longest request fits without indirect tables", test_longest },
		{ "requests wait for transfers, and clients take turns", test_pending },
		{ "completions come in any order, with one signal", test_out_of_order },
		{ "what the device was not asked for is ignored", test_strays },
		{ "event indices hold past 65535", test_event_index },
		{ "random slots reach nothing they should not", test_fuzz },
	};

	return suite_run("blk_driver", tests, sizeof(tests) / sizeof(tests[0]));
}
