/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's UARTs as their driver takes them over, fills them and reads them. */
#include "servers/uart/device.h"
#include "tests/crash/serial.h"
#include "tests/host/suite.h"

static const struct uart_device *const devices[SERIAL_KINDS] = { &device_pl011, &device_ns16550 };
static const struct uart_device *device;
static struct serial hardware;
static uint32_t sent, wrong;

static void serial_point(enum serial_point point)
{
	(void)point;
}

static void serial_sent(uint8_t byte)
{
	(void)byte;
	sent++;
}

static void serial_wrong(const char *what)
{
	printf("# %s\n", what);
	wrong++;
}

static void power_on(enum serial_kind kind)
{
	serial_power_on(&hardware, kind);
	sent = wrong = 0;
	device = devices[kind];
	CU_ASSERT_STRING_EQUAL(device->name, serial_names[kind]);
	device->start(SERIAL_BASE);
	device->enable(false);
}

static void fill(void)
{
	uint32_t count;

	for (count = 0; device->has_room() && count < 100; count++)
		device->send('x');
}

static void test_fill(void)
{
	enum serial_kind kind;

	for (kind = 0; kind < SERIAL_KINDS; kind++) {
		power_on(kind);
		CU_ASSERT_TRUE(device->has_room());
		fill();
		CU_ASSERT_EQUAL(sent, SERIAL_FIFO);
		serial_drain(SERIAL_FIFO);
		fill();
		CU_ASSERT_EQUAL(sent, 2 * SERIAL_FIFO);
		CU_ASSERT_EQUAL(wrong, 0);
	}
}

/* Nothing is lost that a former life has sent or not read, and nothing more is sent than fits. */
static void test_reborn(void)
{
	enum serial_kind kind;

	for (kind = 0; kind < SERIAL_KINDS; kind++) {
		power_on(kind);
		device->send('x');
		serial_press('k');
		device->start(SERIAL_BASE);
		CU_ASSERT_EQUAL(hardware.sending, 1);
		fill();
		CU_ASSERT_EQUAL(wrong, 0);
		CU_ASSERT_TRUE(device->has_key());
		CU_ASSERT_EQUAL(device->key(), 'k');
		CU_ASSERT_FALSE(device->has_key());
	}
}

static void test_interrupts(void)
{
	enum serial_kind kind;

	for (kind = 0; kind < SERIAL_KINDS; kind++) {
		power_on(kind);
		CU_ASSERT_FALSE(serial_raised());
		fill();
		device->enable(true);
		CU_ASSERT_FALSE(serial_raised());
		serial_drain(SERIAL_FIFO);
		CU_ASSERT_TRUE(serial_raised());
		device->acknowledge();
		CU_ASSERT_FALSE(serial_raised());
		fill();
		device->enable(false);
		serial_drain(SERIAL_FIFO);
		CU_ASSERT_FALSE(serial_raised());
		serial_press('k');
		CU_ASSERT_TRUE(serial_raised());
		device->acknowledge();
		CU_ASSERT_TRUE(serial_raised());
		device->key();
		CU_ASSERT_FALSE(serial_raised());
	}
}

/* A key that came with an error is told apart, wherever in between its error was looked at. */
static void test_errors(void)
{
	enum serial_kind kind;

	for (kind = 0; kind < SERIAL_KINDS; kind++) {
		power_on(kind);
		serial_press('a' | SERIAL_BAD);
		serial_press('b');
		serial_press('c' | SERIAL_BAD);
		CU_ASSERT_TRUE(device->has_room());
		CU_ASSERT_TRUE(device->has_key());
		CU_ASSERT_TRUE(device->key() & DEVICE_KEY_BAD);
		CU_ASSERT_TRUE(device->has_key());
		CU_ASSERT_EQUAL(device->key(), 'b');
		CU_ASSERT_TRUE(device->has_key());
		CU_ASSERT_TRUE(device->key() & DEVICE_KEY_BAD);
	}
}

static const struct suite_test tests[] = {
	{ "as much is sent as fits", test_fill },
	{ "a new life goes on with what is there", test_reborn },
	{ "interrupts come for keys, and for room where it is wanted", test_interrupts },
	{ "a key that came with an error is told apart", test_errors },
};

int main(void)
{
	return suite_run("uart_device", tests, sizeof(tests) / sizeof(tests[0]));
}
