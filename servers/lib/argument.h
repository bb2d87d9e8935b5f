/* SPDX-License-Identifier: Apache-2.0 */
/* Start arguments that come in numbers: vcpu0, vcpu1, ... */
#ifndef LIB_ARGUMENT_H
#define LIB_ARGUMENT_H

#include "servers/rt/rt.h"

#define ARGUMENT_NAME 32

/* "<prefix><number>", number below 1000; a prefix too long is cut. */
static inline const char *argument_name(char name[ARGUMENT_NAME], const char *prefix,
					uint32_t number)
{
	uint32_t length = 0, unit;

	while (prefix[length] && length < ARGUMENT_NAME - 4) {
		name[length] = prefix[length];
		length++;
	}
	for (unit = 100; unit; unit /= 10)
		if (number >= unit || unit == 1)
			name[length++] = (char)('0' + number / unit % 10);
	name[length] = '\0';
	return name;
}

static inline uint64_t argument_at(const char *prefix, uint32_t number)
{
	char name[ARGUMENT_NAME];

	return rt_argument(argument_name(name, prefix, number));
}

static inline uint64_t argument_at_or(const char *prefix, uint32_t number, uint64_t otherwise)
{
	char name[ARGUMENT_NAME];

	return rt_argument_or(argument_name(name, prefix, number), otherwise);
}

static inline const char *argument_text_at(const char *prefix, uint32_t number)
{
	char name[ARGUMENT_NAME];

	return rt_argument_text(argument_name(name, prefix, number));
}

#endif
