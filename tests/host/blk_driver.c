/* SPDX-License-Identifier: Apache-2.0 */
/* The disk's driver between models of its clients and a model of the machine's virtio device. */
#include "tests/host/suite.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The driver's sources are built here with registers that lead to the model. */
#define SERVERS_BLK_REGISTERS_H
static uint32_t register_read(uintptr_t base, uint32_t offset);
static void register_write(uintptr_t base, uint32_t offset, uint32_t value);
#include "servers/blk/client.c"
#include "servers/blk/disk.c"
#include "servers/blk/start.c"

#define DMA_PHYSICAL UINT64_C(0x100000)
#define GUEST_PHYSICAL(n) (UINT64_C(0x80000000) + UINT64_C(0x10000000) * (n))
#define GUEST_BYTES UINT64_C(0x100000)
#define SECTORS 10000
#define ALL                                                                                        \
	(VIRTIO_FEATURE_VERSION_1 | VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX |         \
	 VIRTIO_BLOCK_FEATURE_SEGMENTS | VIRTIO_BLOCK_FEATURE_FLUSH)

/* The device. */
static struct {
	uint64_t offered, accepted;
	uint32_t offered_select, accepted_select;
	uint32_t status, ready, size, size_max, version, generation;
	uint64_t address[3];
	unsigned int notified;
	uint16_t available, used;
	bool stubborn; /* never resets */
} model;

static struct clients clients;
static unsigned char *dma;
static uint64_t dma_bytes;
static unsigned int signals[CLIENTS_MAX];

static uint32_t register_read(uintptr_t base, uint32_t offset)
{
	(void)base;
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		return VIRTIO_MMIO_MAGIC;
	case VIRTIO_MMIO_VERSION:
		return model.version;
	case VIRTIO_MMIO_DEVICE_ID:
		return VIRTIO_DEVICE_BLOCK;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return model.offered >> (32 * model.offered_select);
	case VIRTIO_MMIO_STATUS:
		return model.stubborn ? 15 : model.status;
	case VIRTIO_MMIO_QUEUE_SIZE_MAX:
		return model.size_max;
	case VIRTIO_MMIO_QUEUE_READY:
		return model.ready;
	case VIRTIO_MMIO_CONFIG_GENERATION:
		return model.generation ? model.generation-- : 0; /* changes a few times */
	case VIRTIO_MMIO_CONFIG:
		return SECTORS;
	case VIRTIO_MMIO_CONFIG + 12:
		return 254;
	}
	return 0;
}

static void register_write(uintptr_t base, uint32_t offset, uint32_t value)
{
	uint64_t *address;

	(void)base;
	switch (offset) {
	case VIRTIO_MMIO_STATUS:
		if ((value & VIRTIO_STATUS_FEATURES_OK) && (model.accepted & ~model.offered))
			value &= ~VIRTIO_STATUS_FEATURES_OK;
		if (value == 0)
			model.ready = model.available = model.used = 0;
		model.status = value;
		return;
	case VIRTIO_MMIO_DEVICE_FEATURES_SELECT:
		model.offered_select = value;
		return;
	case VIRTIO_MMIO_DRIVER_FEATURES_SELECT:
		model.accepted_select = value;
		return;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		model.accepted |= (uint64_t)value << (32 * model.accepted_select);
		return;
	case VIRTIO_MMIO_QUEUE_SIZE:
		model.size = value;
		return;
	case VIRTIO_MMIO_QUEUE_READY:
		model.ready = value;
		return;
	case VIRTIO_MMIO_QUEUE_NOTIFY:
		CU_ASSERT_EQUAL(model.status, 15);
		model.notified++;
		return;
	}
	if (offset >= VIRTIO_MMIO_DESCRIPTORS_LOW && offset <= VIRTIO_MMIO_USED_HIGH) {
		address = &model.address[(offset - VIRTIO_MMIO_DESCRIPTORS_LOW) / 16];
		*address |= (uint64_t)value << (offset & 4 ? 32 : 0);
	}
}

status_t rt_syscall(enum syscall number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		    uint64_t a4, uint64_t a5, uint64_t result[3])
{
	(void)a1, (void)a2, (void)a3, (void)a4, (void)a5, (void)result;
	CU_ASSERT_EQUAL_FATAL(number, SYSCALL_SIGNAL);
	signals[a0 - 100]++;
	return STATUS_OK;
}

void rt_log(const char *format, ...)
{
	(void)format;
}

static void *dma_at(uint64_t physical)
{
	CU_ASSERT_FATAL(physical >= DMA_PHYSICAL && physical < DMA_PHYSICAL + dma_bytes);
	return dma + (physical - DMA_PHYSICAL);
}

/* A request as the device sees it. */
struct seen {
	uint16_t id;
	struct virtio_block_header header;
	unsigned int count; /* data descriptors */
	struct virtio_descriptor data[DISK_TABLE];
	uint8_t *status;
};

static bool model_take(struct seen *seen)
{
	const uint16_t *ring = dma_at(model.address[1]);
	struct virtio_descriptor *table = dma_at(model.address[0]);
	struct virtio_descriptor descriptor;

	if (ring[1] == model.available)
		return false;
	seen->id = ring[2 + model.available++ % model.size];
	seen->count = 0;
	descriptor = table[seen->id];
	if (descriptor.flags & VIRTIO_DESCRIPTOR_INDIRECT) {
		table = dma_at(descriptor.address);
		CU_ASSERT_FATAL(descriptor.length <= sizeof(*table) * DISK_TABLE);
		descriptor = table[0];
	}
	CU_ASSERT_EQUAL_FATAL(descriptor.length, 16);
	memcpy(&seen->header, dma_at(descriptor.address), 16);
	for (;;) {
		CU_ASSERT_FATAL(descriptor.flags & VIRTIO_DESCRIPTOR_NEXT);
		descriptor = table[descriptor.next];
		if (!(descriptor.flags & VIRTIO_DESCRIPTOR_NEXT))
			break;
		CU_ASSERT_EQUAL(!!(descriptor.flags & VIRTIO_DESCRIPTOR_WRITE),
				seen->header.type == VIRTIO_BLOCK_IN);
		seen->data[seen->count++] = descriptor;
	}
	CU_ASSERT_EQUAL(descriptor.length, 1);
	CU_ASSERT_EQUAL(descriptor.flags, VIRTIO_DESCRIPTOR_WRITE);
	seen->status = dma_at(descriptor.address);
	return true;
}

static void model_use(uint32_t id)
{
	uint16_t *ring = dma_at(model.address[2]);
	struct virtio_used_element *entry = (void *)(ring + 2);

	entry[model.used++ % model.size] = (struct virtio_used_element){ id, 1 };
	ring[1] = model.used;
}

static void model_finish(const struct seen *seen, uint8_t status)
{
	*seen->status = status;
	model_use(seen->id);
}

static bool begin(uint64_t offered, uint32_t size_max, uint64_t bytes, uint32_t count)
{
	uint32_t number;

	memset(&model, 0, sizeof(model));
	memset(signals, 0, sizeof(signals));
	memset(&clients, 0, sizeof(clients));
	model.offered = offered;
	model.size_max = size_max;
	model.version = 2;
	dma_bytes = bytes;
	dma = aligned_alloc(4096, bytes);
	memset(dma, 0xa5, bytes);
	for (number = 0; number < count; number++)
		clients.client[number] = (struct client){
			.queue = calloc(1, sizeof(struct block_queue)),
			.signal = 100 + number,
			.physical = GUEST_PHYSICAL(number),
			.size = GUEST_BYTES,
			.start = 1000 * number,
			.sectors = 1000,
		};
	clients.count = count;
	return disk_start(&clients.disk, 0, dma, bytes, DMA_PHYSICAL);
}

static void end(void)
{
	uint32_t number;

	for (number = 0; number < clients.count; number++)
		free(clients.client[number].queue);
	free(dma);
}

static struct block_request *slot_fill(uint32_t client, uint32_t slot, uint32_t operation,
				       uint64_t sector, uint64_t offset, uint32_t length)
{
	struct block_request *request = &clients.client[client].queue->request[slot];

	request->operation = operation;
	request->count = operation == BLOCK_OPERATION_FLUSH ? 0 : 1;
	request->sector = sector;
	request->segment[0] = (struct block_segment){ .offset = offset, .length = length };
	return request;
}

static bool completed(uint32_t client, uint32_t slot, uint32_t result)
{
	const struct block_queue *queue = clients.client[client].queue;
	const struct block_completion *last =
		&queue->completion[(queue->head - 1) % BLOCK_SLOTS];

	return queue->head && last->slot == slot && last->result == result;
}

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
	CU_ASSERT_EQUAL(client_submit(&clients, 1, 7), STATUS_OK);
	CU_ASSERT_EQUAL(client_submit(&clients, 1, 7), STATUS_BUSY);
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
	client_submit(&clients, 0, 7);
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
	client_submit(&clients, 0, 0);
	CU_ASSERT_FATAL(model_take(&seen));
	CU_ASSERT_EQUAL(seen.header.type, VIRTIO_BLOCK_FLUSH);
	CU_ASSERT_EQUAL(seen.header.sector, 0);
	CU_ASSERT_EQUAL(seen.count, 0);
	end();
	begin(ALL & ~VIRTIO_BLOCK_FEATURE_FLUSH, 256, 0x40000, 1);
	slot_fill(0, 0, BLOCK_OPERATION_FLUSH, 0, 0, 0);
	client_submit(&clients, 0, 0);
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
		CU_ASSERT_EQUAL(client_submit(&clients, 0, 3), STATUS_OK);
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
	client_submit(&clients, 0, 3);
	CU_ASSERT(completed(0, 3, BLOCK_RESULT_BAD_REQUEST));
	request->count = 0;
	client_submit(&clients, 0, 3);
	request->operation = BLOCK_OPERATION_FLUSH;
	request->count = 1;
	client_submit(&clients, 0, 3);
	request->operation = 3;
	client_submit(&clients, 0, 3);
	CU_ASSERT_EQUAL(clients.client[0].queue->head, index + 4);
	CU_ASSERT(completed(0, 3, BLOCK_RESULT_BAD_REQUEST));
	CU_ASSERT(!model_take(&seen));
	CU_ASSERT_EQUAL(clients.disk.free_count, clients.disk.transfers);
	CU_ASSERT_EQUAL(client_submit(&clients, 2, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(client_submit(&clients, UINT64_MAX, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(client_submit(&clients, 0, 64), STATUS_BAD_ARGUMENT);
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
	client_submit(&clients, 0, 0);
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
			CU_ASSERT_EQUAL(client_submit(&clients, client, slot), STATUS_OK);
		}
	CU_ASSERT_EQUAL(client_submit(&clients, 0, 63), STATUS_BUSY); /* waiting counts */
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
	CU_ASSERT_EQUAL(clients.client[1].queue->head, 64);
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
		client_submit(&clients, 0, slot);
		CU_ASSERT_FATAL(model_take(&seen[slot]));
	}
	model_finish(&seen[2], VIRTIO_BLOCK_OK);
	model_finish(&seen[0], VIRTIO_BLOCK_IO_ERROR);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(signals[0], 1); /* one for both */
	CU_ASSERT_EQUAL(clients.client[0].queue->completion[0].slot, 2);
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
	client_submit(&clients, 0, 0);
	CU_ASSERT_FATAL(model_take(&seen));
	model_use(UINT32_MAX);
	model_use(255);
	model_use(seen.id == 0);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(clients.client[0].queue->head, 0);
	model_finish(&seen, VIRTIO_BLOCK_OK);
	model_use(seen.id);
	clients_drain(&clients);
	CU_ASSERT_EQUAL(clients.client[0].queue->head, 1);
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
		wrong += client_submit(&clients, 0, round % 64) != STATUS_OK;
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

		state = state * 6364136223846793005u + 1442695040888963407u;
		client = (state >> 33) % 3;
		request = slot_fill(client, (state >> 35) % 64, (state >> 41) % 4,
				    (state >> 43) % 1010, GUEST_BYTES - (state >> 33) % 4096,
				    (state >> 47) % 5 * 256);
		request->count = (state >> 50) % 4;
		request->segment[1].length = (state >> 52) % 1024;
		request->segment[1].offset = (state >> 54) % 2 ? state : (state >> 40) % 65536;
		client_submit(&clients, (state >> 56) % 32 ? client : 3, (state >> 35) % 64);
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
