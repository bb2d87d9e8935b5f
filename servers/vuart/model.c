/* SPDX-License-Identifier: Apache-2.0 */
/* What all models have in common: which there are, and accesses to their registers. */
#include "servers/rt/durable.h"
#include "servers/rt/string.h"
#include "servers/vuart/vuart.h"

const struct vuart_model *vuart_model_find(const char *name)
{
	if (!name[0] || !strcmp(name, vuart_pl011.name))
		return &vuart_pl011;
	return strcmp(name, vuart_ns16550.name) ? NULL : &vuart_ns16550;
}

void vuart_reset(struct vuart_state *uart, const struct surroundings *around)
{
	RT_TOUCH(*uart);
	*uart = (struct vuart_state){
		.output_head = uart->output_head,
		.input_tail = uart->input_tail,
	};
	around->model->reset(uart);
}

bool vuart_line(const struct vuart_state *uart, const struct surroundings *around)
{
	return around->model->line(uart, around);
}

static bool access_is_right(const struct surroundings *around, uint64_t offset, uint64_t width)
{
	return offset < around->model->size && (width == 1 || width == 2 || width == 4);
}

status_t vuart_read(struct vuart_state *uart, const struct surroundings *around, uint64_t offset,
		    uint64_t width, uint64_t *value)
{
	if (!access_is_right(around, offset, width))
		return STATUS_BAD_ARGUMENT;
	vuart_look(uart, around);
	*value = around->model->read(uart, around, (uint32_t)offset);
	if (width < 4)
		*value &= (1u << 8 * width) - 1;
	return STATUS_OK;
}

status_t vuart_write(struct vuart_state *uart, const struct surroundings *around, uint64_t offset,
		     uint64_t width, uint64_t value)
{
	if (!access_is_right(around, offset, width))
		return STATUS_BAD_ARGUMENT;
	vuart_look(uart, around);
	RT_TOUCH(*uart);
	around->model->write(uart, around, (uint32_t)offset, (uint32_t)value);
	return STATUS_OK;
}
