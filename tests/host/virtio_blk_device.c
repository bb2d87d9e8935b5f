/* SPDX-License-Identifier: Apache-2.0 */
/* The virtio block device between a model of a guest and a model of the disk's driver. */
#include "tests/host/virtio_blk_guest.h"

static void test_configuration(void)
{
	begin(8, FEATURES);
	CU_ASSERT_EQUAL(get(0x100), SECTORS);
	CU_ASSERT_EQUAL(get(0x104), 0);
	CU_ASSERT_EQUAL(get(0x10c), 126);
	CU_ASSERT_EQUAL(device_read(&device, &around, 0x100, 8), SECTORS);
	CU_ASSERT_EQUAL(device_read(&device, &around, 0x101, 1), SECTORS >> 8);
	CU_ASSERT_EQUAL(device_read(&device, &around, 0x10c, 8), 0);
	CU_ASSERT_EQUAL(device_read(&device, &around, 0x110, 1), 0);
	CU_ASSERT_EQUAL(device_read(&device, &around, UINT64_MAX, 8), 0);
	CU_ASSERT_EQUAL(device_read(&device, &around, 0, 1), 0);
	device_write(&device, &around, VIRTIO_MMIO_STATUS, 1, 0); /* not 32 bits: nothing */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 15);
	end();
}

static void test_read(void)
{
	struct block_request *slot;
	uint64_t page;

	begin(8, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 7, 1024);
	kick();
	CU_ASSERT_EQUAL(backend.submits, 1);
	slot = &around.queue->request[backend.submitted[0]];
	CU_ASSERT_EQUAL(slot->operation, BLOCK_OPERATION_READ);
	CU_ASSERT_EQUAL(slot->count, 1);
	CU_ASSERT_EQUAL(slot->sector, 7);
	CU_ASSERT_EQUAL(slot->segment[0].offset, page + 0x200 - DRIVER_BASE);
	CU_ASSERT_EQUAL(slot->segment[0].length, 1024);
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT_EQUAL(backend.pulses, 0);
	complete(backend.submitted[0], BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(status_of(page), VIRTIO_BLOCK_OK);
	CU_ASSERT(reaped(0, 1025));
	CU_ASSERT_EQUAL(backend.pulses, 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), 1);
	end();
}

static void test_results(void)
{
	uint64_t page;

	begin(16, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	request(3, VIRTIO_BLOCK_OUT, 0, 512);
	kick();
	complete(backend.submitted[0], BLOCK_RESULT_IO_ERROR);
	complete(backend.submitted[1], BLOCK_RESULT_BAD_REQUEST);
	look();
	CU_ASSERT(reaped(0, 0)); /* no byte of the data is sure */
	CU_ASSERT(reaped(3, 1));
	CU_ASSERT_EQUAL(status_of(page), VIRTIO_BLOCK_IO_ERROR);
	CU_ASSERT_EQUAL(backend.pulses, 1); /* one for both */
	CU_ASSERT_EQUAL(device_busy(&device), 0);
	end();
}

static void test_other_types(void)
{
	uint64_t page;

	begin(16, FEATURES);
	page = request(0, VIRTIO_BLOCK_GET_ID, 0, 20);
	kick();
	CU_ASSERT(reaped(0, 21));
	CU_ASSERT_EQUAL(status_of(page), VIRTIO_BLOCK_OK);
	CU_ASSERT_STRING_EQUAL(driver_at(&driver, page + 0x200), "coppice");
	page = request(0, VIRTIO_BLOCK_GET_ID, 0, 64);
	kick();
	CU_ASSERT(reaped(0, 20));
	page = request(0, VIRTIO_BLOCK_GET_ID, 0, 19);
	kick();
	CU_ASSERT(reaped(0, 0));
	CU_ASSERT_EQUAL(status_of(page), VIRTIO_BLOCK_IO_ERROR);
	page = request(0, 11, 0, 512); /* DISCARD was not offered */
	kick();
	CU_ASSERT(reaped(0, 0));
	CU_ASSERT_EQUAL(status_of(page), VIRTIO_BLOCK_UNSUPPORTED);
	CU_ASSERT_EQUAL(backend.submits, 0);

	page = request(0, VIRTIO_BLOCK_FLUSH, 0, 512);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, page, 16, NEXT, 2);
	kick();
	CU_ASSERT_EQUAL(backend.submits, 1);
	CU_ASSERT_EQUAL(around.queue->request[0].operation, BLOCK_OPERATION_FLUSH);
	CU_ASSERT_EQUAL(around.queue->request[0].count, 0);
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(0, 1));
	end();
}

static void test_ranges(void)
{
	static const struct {
		uint64_t sector;
		uint32_t length;
		bool good;
	} cases[] = {
		{ SECTORS - 1, 512, true },       { SECTORS - 1, 1024, false },
		{ SECTORS, 512, false },          { SECTORS + 1, 512, false },
		{ UINT64_MAX, 512, false },       { UINT64_MAX - 1, 1024, false },
		{ UINT64_MAX / 512, 512, false }, { 0, 511, false },
		{ 0, 513, false },                { 0, 1, false },
	};
	unsigned int index;

	begin(8, FEATURES);
	for (index = 0; index < sizeof(cases) / sizeof(cases[0]); index++) {
		const unsigned int before = backend.submits;
		const uint64_t page = request(0, VIRTIO_BLOCK_OUT, cases[index].sector,
					      cases[index].length);

		kick();
		CU_ASSERT_EQUAL(backend.submits - before, cases[index].good);
		if (cases[index].good)
			complete(0, BLOCK_RESULT_OK);
		look();
		CU_ASSERT(reaped(0, 1));
		CU_ASSERT_EQUAL(status_of(page), !cases[index].good);
	}
	end();
}

static void test_layouts(void)
{
	const struct virtio_block_header header = { VIRTIO_BLOCK_OUT, 0, 3 };
	struct block_request *slot = NULL;

	/* Header in two halves, the second with the first data; pieces that touch; status alone. */
	begin(8, FEATURES);
	memcpy(driver_at(&driver, DRIVER_DATA), &header, 10);
	memcpy(driver_at(&driver, DRIVER_DATA + 0x100), (const char *)&header + 10, 6);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, DRIVER_DATA, 10, NEXT, 1);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 1, DRIVER_DATA + 0x100, 6 + 100, NEXT, 2);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 2, DRIVER_DATA + 0x100 + 106, 312, NEXT, 3);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 3, DRIVER_DATA + 0x800, 100, NEXT, 4);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 4, DRIVER_DATA + 0xf00, 1, WRITE, 0);
	driver_expose(&driver, 0);
	kick();
	slot = &around.queue->request[0];
	CU_ASSERT_EQUAL(backend.submits, 1);
	CU_ASSERT_EQUAL(slot->sector, 3);
	CU_ASSERT_EQUAL(slot->count, 2);
	CU_ASSERT_EQUAL(slot->segment[0].offset, DRIVER_DATA + 0x106 - DRIVER_BASE);
	CU_ASSERT_EQUAL(slot->segment[0].length, 412);
	CU_ASSERT_EQUAL(slot->segment[1].offset, DRIVER_DATA + 0x800 - DRIVER_BASE);
	CU_ASSERT_EQUAL(slot->segment[1].length, 100);
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(0, 1));
	CU_ASSERT_EQUAL(*(unsigned char *)driver_at(&driver, DRIVER_DATA + 0xf00), 0);

	/* Data and status byte in one piece. */
	memcpy(driver_at(&driver, DRIVER_DATA), &(struct virtio_block_header){ 0, 0, 0 }, 16);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, DRIVER_DATA, 16, NEXT, 1);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 1, DRIVER_DATA + 0x400, 513, WRITE, 0);
	*(unsigned char *)driver_at(&driver, DRIVER_DATA + 0x600) = 0xee;
	driver_expose(&driver, 0);
	kick();
	CU_ASSERT_EQUAL(slot->count, 1);
	CU_ASSERT_EQUAL(slot->segment[0].length, 512);
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(0, 513));
	CU_ASSERT_EQUAL(*(unsigned char *)driver_at(&driver, DRIVER_DATA + 0x600), 0);
	end();
}

/* An indirect read with `count` data pieces of 512 bytes, 1024 apart. */
static void request_scattered(uint16_t count)
{
	const struct virtio_block_header header = { VIRTIO_BLOCK_IN, 0, 0 };
	uint16_t index;

	memcpy(driver_at(&driver, DRIVER_DATA - 16), &header, sizeof(header));
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_DATA - 16, 16, NEXT, 1);
	for (index = 0; index < count; index++)
		driver_describe(&driver, DRIVER_TABLES, index + 1,
				DRIVER_DATA + 1024 * (index % 64) + 512 * (index / 64 % 2), 512,
				NEXT | WRITE, index + 2);
	driver_describe(&driver, DRIVER_TABLES, count + 1, DRIVER_DATA - 17, 1, WRITE, 0);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, DRIVER_TABLES, 16 * (count + 2),
			VIRTIO_DESCRIPTOR_INDIRECT, 0);
	driver_expose(&driver, 0);
	kick();
}

static void test_segments(void)
{
	begin(256, FEATURES);
	request_scattered(128);
	CU_ASSERT_EQUAL(backend.submits, 1);
	CU_ASSERT_EQUAL(around.queue->request[0].count, 128);
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(0, 128 * 512 + 1));
	request_scattered(129); /* more than a slot holds */
	CU_ASSERT_EQUAL(backend.submits, 1);
	CU_ASSERT(reaped(0, 0));
	CU_ASSERT_EQUAL(*(unsigned char *)driver_at(&driver, DRIVER_DATA - 17), 1);
	end();
}

static void test_no_request(void)
{
	begin(8, FEATURES); /* no status byte */
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, DRIVER_DATA, 16, 0, 0);
	driver_expose(&driver, 0);
	kick();
	CU_ASSERT(needs_reset());
	CU_ASSERT_EQUAL(backend.pulses, 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
	end();
	begin(8, FEATURES); /* half a header */
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, DRIVER_DATA, 15, NEXT, 1);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 1, DRIVER_DATA + 64, 513, WRITE, 0);
	driver_expose(&driver, 0);
	kick();
	CU_ASSERT(needs_reset());
	end();
	begin(8, FEATURES); /* no header at all */
	driver_describe(&driver, DRIVER_DESCRIPTORS, 0, DRIVER_DATA + 64, 513, WRITE, 0);
	driver_expose(&driver, 0);
	kick();
	CU_ASSERT(needs_reset());
	end();
}

static void test_broken_ring(void)
{
	uint64_t page;

	begin(8, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	driver_expose(&driver, 99); /* out of range, with a request in flight */
	kick();
	CU_ASSERT(needs_reset());
	CU_ASSERT_EQUAL(backend.pulses, 1);
	complete(0, BLOCK_RESULT_OK); /* too late: the ring is not touched any more */
	look();
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT_EQUAL(*driver_half(&driver, DRIVER_USED + 2), 0);
	CU_ASSERT_EQUAL(backend.pulses, 1);
	CU_ASSERT_EQUAL(device_busy(&device), 0);
	bring_up(FEATURES); /* and the driver gets it going again */
	CU_ASSERT(!needs_reset());
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(0, 513));
	end();
}

static void test_out_of_order(void)
{
	begin(16, FEATURES);
	request(0, VIRTIO_BLOCK_IN, 0, 512);
	request(3, VIRTIO_BLOCK_OUT, 1, 512);
	request(6, VIRTIO_BLOCK_IN, 2, 1024);
	kick();
	complete(backend.submitted[2], BLOCK_RESULT_OK);
	look();
	complete(backend.submitted[0], BLOCK_RESULT_OK);
	look();
	complete(backend.submitted[1], BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(6, 1025));
	CU_ASSERT(reaped(0, 513));
	CU_ASSERT(reaped(3, 1));
	CU_ASSERT_EQUAL(backend.pulses, 1); /* the guest has not acknowledged the first one */
	end();
}

static void test_slots_exhausted(void)
{
	uint16_t index;

	begin(256, FEATURES | VIRTIO_FEATURE_EVENT_INDEX);
	for (index = 0; index < 80; index++) {
		driver_describe(&driver, DRIVER_DESCRIPTORS, 3 * index, DRIVER_DATA, 16, NEXT,
				3 * index + 1);
		driver_describe(&driver, DRIVER_DESCRIPTORS, 3 * index + 1, DRIVER_DATA + 512, 512,
				NEXT | WRITE, 3 * index + 2);
		driver_describe(&driver, DRIVER_DESCRIPTORS, 3 * index + 2, DRIVER_DATA + 0x800, 1,
				WRITE, 0);
		driver_expose(&driver, 3 * index);
	}
	kick();
	CU_ASSERT_EQUAL(backend.submits, 64);
	kick(); /* no use, no harm */
	CU_ASSERT_EQUAL(backend.submits, 64);
	complete(63, BLOCK_RESULT_OK);
	complete(5, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(backend.submits, 66); /* without another kick */
	CU_ASSERT_EQUAL(device_busy(&device), UINT64_MAX);
	for (index = 0; index < 64; index++)
		complete(index, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(backend.submits, 80);
	CU_ASSERT_EQUAL(*driver_half(&driver, DRIVER_USED + VIRTIO_USED_EVENT(256)), 80);
	for (index = 0; index < 64; index++)
		if (device_busy(&device) >> index & 1)
			complete(index, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(*driver_half(&driver, DRIVER_USED + 2), 80);
	end();
}

/* Completions that nobody waits for, as of a driver gone wrong. */
static void test_strays(void)
{
	uint64_t page;

	begin(8, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	around.queue->completed = ~UINT64_C(1);
	look();
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT(!reaped(0, 513));
	around.queue->completed = 0;
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(0, 513));
	around.queue->completed ^= 1; /* twice */
	look();
	CU_ASSERT(!reaped(0, 513));
	CU_ASSERT_EQUAL(device.words.taken, 1);
	end();
}

/* Ring, tables, headers, registers and completions at random: nothing leaves its bounds. */
static void test_fuzz(void)
{
	static uint64_t state = 42;
	unsigned int round, at;

	begin(8, FEATURES | VIRTIO_FEATURE_EVENT_INDEX);
	for (round = 0; round < 30000; round++) {
		uint16_t index = (state >> 33) % 3 * 3 % 6;

		state = random_after(state);
		request(index, (state >> 34) % 12, (state >> 36) % (SECTORS + 4),
			((state >> 40) % 8) * 512);
		for (at = 0; at < (state >> 44) % 3; at++) {
			state = random_after(state);
			((unsigned char *)driver_at(&driver, DRIVER_DESCRIPTORS))[(state >> 33) %
										   128] =
				state >> 56;
		}
		if ((state >> 48) % 16 == 0)
			set((state >> 33) % 64 * 4, (state >> 50) % 16);
		if ((state >> 52) % 64 == 0)
			around.queue->completed ^= state >> 33;
		kick();
		for (at = 0; at < BLOCK_SLOTS; at++)
			if (backend.seen >> at & 1 && (state >> (at % 32) & 1))
				complete(at, (state >> 55) % 4);
		look();
		if (get(VIRTIO_MMIO_STATUS) != 15 || (state >> 52) % 64 == 0) {
			backend.quiesce_completes = true;
			around.queue->completed = around.queue->submitted ^ backend.seen;
			CU_ASSERT_EQUAL(machine_reset(), STATUS_OK);
			bring_up(FEATURES | (state >> 40 & VIRTIO_FEATURE_EVENT_INDEX));
		}
	}
	CU_ASSERT(backend.submits > 5000);
	end();
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "the configuration is read in any width", test_configuration },
		{ "a read goes to the driver and comes back", test_read },
		{ "errors of the driver are errors of the disk", test_results },
		{ "identity, flush and unknown types are answered", test_other_types },
		{ "only sectors of the disk are reached", test_ranges },
		{ "headers, data and status may be cut anywhere", test_layouts },
		{ "a request has up to 128 segments", test_segments },
		{ "a chain that is no request needs a reset", test_no_request },
		{ "a broken ring stops the device until its reset", test_broken_ring },
		{ "completions may come in any order", test_out_of_order },
		{ "requests wait in the ring for slots", test_slots_exhausted },
		{ "completions that nobody waits for are ignored", test_strays },
		{ "random guests and drivers stay in bounds", test_fuzz },
	};

	return suite_run("virtio_blk_device", tests, sizeof(tests) / sizeof(tests[0]));
}
