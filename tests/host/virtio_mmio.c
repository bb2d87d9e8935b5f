/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the MMIO transport, as drivers should and should not use them. */
#include "servers/lib/virtio_mmio.h"
#include "tests/host/suite.h"
#include "tests/host/virtio_driver.h"

#define OFFERED (VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX)
#define READY (VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK)

static struct driver driver;
static struct virtio_mmio mmio;
static struct virtio_interrupt interrupt;

static uint32_t get(uint64_t offset)
{
	return virtio_mmio_read(&mmio, &interrupt, offset);
}

static unsigned int set(uint64_t offset, uint32_t value)
{
	return virtio_mmio_write(&mmio, &interrupt, &driver.memory, offset, value);
}

/* Whether the line was to be pulsed since the last time. */
static bool pulsed(void)
{
	bool was = interrupt.pulse;

	interrupt.pulse = false;
	return was;
}

static void begin(void)
{
	interrupt = (struct virtio_interrupt){ 0 };
	driver_open(&driver, 8);
	virtio_mmio_start(&mmio, 2, OFFERED, 1);
}

static void features(uint64_t accepted)
{
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	set(VIRTIO_MMIO_DRIVER_FEATURES, (uint32_t)accepted);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 1);
	set(VIRTIO_MMIO_DRIVER_FEATURES, accepted >> 32);
	set(VIRTIO_MMIO_STATUS, 1);
	set(VIRTIO_MMIO_STATUS, 3);
	set(VIRTIO_MMIO_STATUS, READY);
}

static unsigned int queue_open(uint64_t descriptors)
{
	set(VIRTIO_MMIO_QUEUE_SELECT, 0);
	set(VIRTIO_MMIO_QUEUE_SIZE, 8);
	set(VIRTIO_MMIO_DESCRIPTORS_LOW, (uint32_t)descriptors);
	set(VIRTIO_MMIO_DESCRIPTORS_HIGH, descriptors >> 32);
	set(VIRTIO_MMIO_AVAILABLE_LOW, DRIVER_AVAILABLE);
	set(VIRTIO_MMIO_AVAILABLE_HIGH, 0);
	set(VIRTIO_MMIO_USED_LOW, DRIVER_USED);
	set(VIRTIO_MMIO_USED_HIGH, 0);
	return set(VIRTIO_MMIO_QUEUE_READY, 1);
}

static void test_identity(void)
{
	uint64_t offset;

	begin();
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_MAGIC_VALUE), 0x74726976);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_VERSION), 2);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_DEVICE_ID), 2);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_CONFIG_GENERATION), 0);
	mmio.generation++;
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_CONFIG_GENERATION), 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_SHARED_LENGTH_LOW), UINT32_MAX);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_SHARED_BASE_HIGH), UINT32_MAX);
	for (offset = 0x0c0; offset < 0x0fc; offset += 4)
		CU_ASSERT_EQUAL(get(offset), 0);
	driver_close(&driver);
}

static void test_feature_halves(void)
{
	begin();
	set(VIRTIO_MMIO_DEVICE_FEATURES_SELECT, 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_DEVICE_FEATURES), (uint32_t)OFFERED);
	set(VIRTIO_MMIO_DEVICE_FEATURES_SELECT, 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_DEVICE_FEATURES), 1);
	set(VIRTIO_MMIO_DEVICE_FEATURES_SELECT, 2);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_DEVICE_FEATURES), 0);
	set(VIRTIO_MMIO_DEVICE_FEATURES_SELECT, UINT32_MAX);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_DEVICE_FEATURES), 0);
	driver_close(&driver);
}

static void test_negotiation(void)
{
	begin();
	features(VIRTIO_FEATURE_VERSION_1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), READY);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SELECT, 0);
	set(VIRTIO_MMIO_DRIVER_FEATURES, UINT32_MAX); /* too late */
	CU_ASSERT_EQUAL(mmio.accepted, VIRTIO_FEATURE_VERSION_1);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_STATUS, READY | 4), VIRTIO_MMIO_START);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_STATUS, READY | 4), 0); /* only once */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), READY | 4);
	driver_close(&driver);

	begin(); /* not a modern driver */
	features(VIRTIO_FEATURE_INDIRECT);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 3);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_STATUS, 7), 0); /* DRIVER_OK without FEATURES_OK */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 3);
	driver_close(&driver);

	begin(); /* what was not offered */
	features(VIRTIO_FEATURE_VERSION_1 | 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 3);
	driver_close(&driver);
}

static void test_status_bits(void)
{
	begin();
	features(VIRTIO_FEATURE_VERSION_1);
	set(VIRTIO_MMIO_STATUS, 1); /* bits are not taken back */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), READY);
	set(VIRTIO_MMIO_STATUS, READY | VIRTIO_STATUS_NEEDS_RESET | 16); /* not the driver's */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), READY);
	set(VIRTIO_MMIO_STATUS, VIRTIO_STATUS_FAILED);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), READY | VIRTIO_STATUS_FAILED);
	driver_close(&driver);
}

static void test_queue(void)
{
	begin();
	set(VIRTIO_MMIO_QUEUE_SELECT, 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_SIZE_MAX), 256);
	CU_ASSERT_EQUAL(queue_open(DRIVER_DESCRIPTORS), 0); /* before FEATURES_OK */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_READY), 0);
	features(VIRTIO_FEATURE_VERSION_1);
	CU_ASSERT_EQUAL(queue_open(DRIVER_DESCRIPTORS), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_READY), 1);
	CU_ASSERT_EQUAL(mmio.queue[0].offset[VIRTQUEUE_USED], DRIVER_USED - DRIVER_BASE);
	set(VIRTIO_MMIO_QUEUE_SIZE, 4); /* fixed while it is ready */
	set(VIRTIO_MMIO_USED_LOW, 0);
	CU_ASSERT_EQUAL(mmio.queue[0].size, 8);
	CU_ASSERT_EQUAL(mmio.queue[0].address[VIRTQUEUE_USED], DRIVER_USED);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_READY, 0), VIRTIO_MMIO_STOP);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_READY, 0), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_READY), 0);
	driver_close(&driver);
}

static void test_no_such_queue(void)
{
	begin();
	features(VIRTIO_FEATURE_VERSION_1);
	queue_open(DRIVER_DESCRIPTORS);
	set(VIRTIO_MMIO_STATUS, READY | 4);
	set(VIRTIO_MMIO_QUEUE_SELECT, 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_SIZE_MAX), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_READY), 0);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_READY, 1), 0);
	set(VIRTIO_MMIO_QUEUE_SELECT, UINT32_MAX);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_SIZE_MAX), 0);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_SIZE, 1), 0);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_NOTIFY, 0), VIRTIO_MMIO_NOTIFY);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_NOTIFY, 1), 0);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_NOTIFY, UINT32_MAX), 0);
	driver_close(&driver);
}

static void test_ring_outside(void)
{
	begin();
	features(VIRTIO_FEATURE_VERSION_1);
	CU_ASSERT_EQUAL(queue_open(DRIVER_BASE - 0x1000), 0); /* before DRIVER_OK: no interrupt */
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_READY), 0);
	CU_ASSERT(get(VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	set(VIRTIO_MMIO_STATUS, 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	features(VIRTIO_FEATURE_VERSION_1);
	set(VIRTIO_MMIO_STATUS, READY | 4);
	CU_ASSERT(!pulsed());
	CU_ASSERT_EQUAL(queue_open(DRIVER_DESCRIPTORS | UINT64_C(1) << 63), 0);
	CU_ASSERT(pulsed());
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_NOTIFY, 0), 0);
	driver_close(&driver);
}

static void test_interrupt_edges(void)
{
	begin();
	virtio_interrupt_raise(&interrupt, VIRTIO_INTERRUPT_USED);
	CU_ASSERT(pulsed());
	virtio_interrupt_raise(&interrupt, VIRTIO_INTERRUPT_USED);
	virtio_interrupt_raise(&interrupt, VIRTIO_INTERRUPT_CONFIG);
	CU_ASSERT(!pulsed());
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), 3);
	/* The driver read only the first bit: the other one must not get lost. */
	set(VIRTIO_MMIO_INTERRUPT_ACK, 1);
	CU_ASSERT(pulsed());
	set(VIRTIO_MMIO_INTERRUPT_ACK, UINT32_MAX);
	CU_ASSERT(!pulsed());
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	virtio_interrupt_raise(&interrupt, VIRTIO_INTERRUPT_USED);
	CU_ASSERT(pulsed());
	driver_close(&driver);
}

static uint32_t renewed(void)
{
	interrupt = (struct virtio_interrupt){ 0 };
	virtio_interrupt_renew(&interrupt, &mmio);
	CU_ASSERT_EQUAL(pulsed(), interrupt.status != 0);
	return interrupt.status;
}

static void test_interrupt_renewed(void)
{
	begin();
	CU_ASSERT_EQUAL(renewed(), 0);
	features(VIRTIO_FEATURE_VERSION_1);
	queue_open(DRIVER_DESCRIPTORS);
	CU_ASSERT_EQUAL(renewed(), 0);
	set(VIRTIO_MMIO_STATUS, READY | 4);
	CU_ASSERT_EQUAL(renewed(), VIRTIO_INTERRUPT_USED);
	virtio_mmio_fail(&mmio, &interrupt);
	CU_ASSERT_EQUAL(renewed(), VIRTIO_INTERRUPT_CONFIG);
	set(VIRTIO_MMIO_STATUS, 0);
	CU_ASSERT_EQUAL(interrupt.status, 0);
	CU_ASSERT_EQUAL(renewed(), 0);
	driver_close(&driver);
}

static void test_reset(void)
{
	begin();
	features(VIRTIO_FEATURE_VERSION_1);
	queue_open(DRIVER_DESCRIPTORS);
	set(VIRTIO_MMIO_STATUS, READY | 4);
	virtio_interrupt_raise(&interrupt, 1);
	mmio.generation = 7;
	CU_ASSERT(virtio_mmio_runs(&mmio, 0));
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_STATUS, 0), VIRTIO_MMIO_RESET);
	CU_ASSERT(!virtio_mmio_runs(&mmio, 0));
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_QUEUE_READY), 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_CONFIG_GENERATION), 7);
	CU_ASSERT_EQUAL(mmio.accepted, 0);
	CU_ASSERT_EQUAL(mmio.queue[0].size, 0);
	driver_close(&driver);
}

static void test_found(void)
{
	struct virtio_mmio found;

	begin();
	features(VIRTIO_FEATURE_VERSION_1);
	queue_open(DRIVER_DESCRIPTORS);
	CU_ASSERT(virtio_mmio_check(&mmio, &driver.memory, 2, 1));
	CU_ASSERT(!virtio_mmio_check(&mmio, &driver.memory, 1, 1));
	CU_ASSERT(!virtio_mmio_check(&mmio, &driver.memory, 2, 2));
	found = mmio;
	found.queue[0].offset[0] = UINT64_MAX;
	CU_ASSERT(!virtio_mmio_check(&found, &driver.memory, 2, 1));
	found = mmio;
	found.queue[1] = found.queue[0]; /* a second queue of a device that has one */
	CU_ASSERT(!virtio_mmio_check(&found, &driver.memory, 2, 1));
	driver_close(&driver);
}

static void test_draining(void)
{
	begin();
	set(VIRTIO_MMIO_STATUS, 0);
	mmio.draining = true;
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), VIRTIO_STATUS_NEEDS_RESET);
	/* A driver that does not wait, and writes back what it read, gets its bits. */
	features(VIRTIO_FEATURE_VERSION_1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), READY);
	queue_open(DRIVER_DESCRIPTORS);
	set(VIRTIO_MMIO_STATUS, READY | 4);
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_NOTIFY, 0), 0);
	mmio.draining = false;
	CU_ASSERT_EQUAL(set(VIRTIO_MMIO_QUEUE_NOTIFY, 0), VIRTIO_MMIO_NOTIFY);
	driver_close(&driver);
}

static void test_fuzz(void)
{
	uint64_t state = 1;
	unsigned int round, runs = 0;

	begin();
	for (round = 0; round < 300000; round++) {
		uint64_t offset;
		uint32_t value;

		state = random_after(state);
		offset = (state >> 32) % 65 * 4;
		value = state >> 40 & 1 ? (uint32_t)(state >> 33) % 16
					: (uint32_t)(DRIVER_BASE + (state >> 41) % DRIVER_BYTES);
		/* Now and then as it should be, so that queues do run. */
		if (state >> 42 & 1) {
			offset = VIRTIO_MMIO_QUEUE_SELECT;
			value = 0;
		}
		if ((state >> 43) % 64 == 0)
			features(VIRTIO_FEATURE_VERSION_1);
		if ((state >> 44) % 64 == 1)
			queue_open(DRIVER_DESCRIPTORS);
		set(offset, value);
		get(offset);
		runs += virtio_mmio_runs(&mmio, 0);
		if (mmio.queue[0].started &&
		    !guest_memory_holds(&driver.memory, mmio.queue[0].offset[VIRTQUEUE_USED],
					VIRTIO_USED_BYTES(mmio.queue[0].size)))
			CU_FAIL("a started queue outside the window");
	}
	CU_ASSERT(runs > 1000);
	driver_close(&driver);
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "the device says what it is", test_identity },
		{ "features are read in halves", test_feature_halves },
		{ "FEATURES_OK stays only with good features", test_negotiation },
		{ "status bits are the driver's, and only added", test_status_bits },
		{ "a queue is described, made ready and stopped", test_queue },
		{ "other queues do not exist", test_no_such_queue },
		{ "a ring outside the memory needs a reset", test_ring_outside },
		{ "the line is pulsed at each edge and none is lost", test_interrupt_edges },
		{ "a new life interrupts for what the former one may have had", test_interrupt_renewed },
		{ "a reset forgets everything but the device", test_reset },
		{ "registers that were found are checked", test_found },
		{ "a reset is not complete while requests drain", test_draining },
		{ "random writes never start a queue outside", test_fuzz },
	};

	return suite_run("virtio_mmio", tests, sizeof(tests) / sizeof(tests[0]));
}
