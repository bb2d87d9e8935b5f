/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/crash/wires.h"

#include "gen/device.h"
#include "gen/hypercall.h"
#include "gen/line.h"
#include "gen/mmio.h"
#include "gen/sysreg.h"

enum { HANDLE_VCPU = 10 };

static const struct wired *around;

void wires_start(const struct wired *wired)
{
	char name[] = "vcpu0", page[] = "interrupts0";
	uint32_t vcpu;

	around = wired;
	place_argument(CONTROLLER, "lines0", wired->lines);
	place_argument(CONTROLLER, "lines1", 0);
	place_argument(CONTROLLER, "vcpus", VCPUS);
	for (vcpu = 0; vcpu < VCPUS; vcpu++) {
		name[sizeof(name) - 2] = page[sizeof(page) - 2] = (char)('0' + vcpu);
		place_argument(CONTROLLER, name, HANDLE_VCPU + vcpu);
		place_argument(CONTROLLER, page,
			       (uint64_t)((char *)wired->page + vcpu * wired->page_size));
	}
}

status_t wires_call(handle_t handle, struct message *message)
{
	crash_fail("a call of handle %lu, label %lx", (unsigned long)handle,
		   (unsigned long)message->label);
}

status_t wires_system(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	uint64_t vcpu = argument[0] - HANDLE_VCPU;

	(void)result;
	if (number != SYSCALL_VCPU_KICK || vcpu >= VCPUS)
		crash_fail("system call %u", number);
	around->wires->kicked |= 1ul << vcpu;
	around->wires->waiting |= 1ul << vcpu;
	return STATUS_OK;
}

bool kick_take(uint32_t vcpu)
{
	bool waits = around->wires->waiting >> vcpu & 1;

	around->wires->waiting &= ~(1ul << vcpu);
	return waits;
}

static bool has_value(uint64_t label)
{
	return label == MMIO_LABEL_READ || label == SYSREG_LABEL_READ ||
	       label == SYSREG_LABEL_UPDATE || label == HYPERCALL_LABEL_CALL;
}

uint64_t request(uint64_t badge, struct message *message)
{
	bool asks = has_value(message->label);
	status_t status = place_send(CONTROLLER, badge, message);
	uint64_t value = asks && status == STATUS_OK ? message->words[0] : 0;

	crash_record("status", (uint64_t)status);
	if (asks)
		crash_record("value", value);
	crash_record_least("kicked", around->wires->kicked);
	around->wires->kicked = 0;
	crash_record_state(CONTROLLER);
	return value;
}

void line(uint32_t number, uint64_t label, uint64_t level)
{
	struct message message = { .label = label, .words = { level } };

	request(number, &message);
}

void line_toggle(uint32_t number)
{
	around->wires->high ^= 1ul << number;
	line(number, LINE_LABEL_SET, around->wires->high >> number & 1);
}

void lines_lower(void)
{
	uint64_t high;

	for (high = around->wires->high; high; high &= high - 1)
		line_toggle((uint32_t)__builtin_ctzl(high));
}

void wires_script(uint32_t seed)
{
	struct message reset = { .label = DEVICE_LABEL_RESET };
	unsigned int count;

	around->set_up();
	for (count = 0; count < around->requests; count++)
		around->request(&seed);
	around->finish();
	if (seed % 4)
		return;
	if (around->before_reset)
		around->before_reset();
	request(0, &reset);
	around->finish();
}
