/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI and the calls beside it know no console. */
#include "servers/vuart/vuart.h"

status_t vuart_firmware_call(struct vuart_state *uart, const struct surroundings *around,
			     const uint64_t words[8], uint64_t results[2])
{
	(void)uart, (void)around, (void)words, (void)results;
	return STATUS_NOT_SUPPORTED;
}
