/* SPDX-License-Identifier: Apache-2.0 */
#include "servers/rt/format.h"

#include <stdbool.h>
#include <stdint.h>

struct text {
	char *to;
	size_t size, length;
};

struct conversion {
	unsigned int width;
	bool zero, is_long;
};

static void put(struct text *text, char character)
{
	if (text->length + 1 < text->size)
		text->to[text->length++] = character;
}

static void put_number(struct text *text, uint64_t value, unsigned int base, bool negative,
		       const struct conversion *conversion)
{
	char digits[24];
	unsigned int count = 0, width = conversion->width;

	do
		digits[count++] = "0123456789abcdef"[value % base];
	while ((value /= base) != 0);
	if (negative && conversion->zero)
		put(text, '-');
	for (; width > count + negative; width--)
		put(text, conversion->zero ? '0' : ' ');
	if (negative && !conversion->zero)
		put(text, '-');
	while (count)
		put(text, digits[--count]);
}

static const char *read_conversion(const char *format, struct conversion *conversion)
{
	*conversion = (struct conversion){ 0 };
	if (*format == '0') {
		conversion->zero = true;
		format++;
	}
	for (; *format >= '0' && *format <= '9'; format++)
		conversion->width = conversion->width * 10 + (unsigned int)(*format - '0');
	for (; *format == 'l' || *format == 'z'; format++)
		conversion->is_long = true;
	return format;
}

size_t format_text(char *to, size_t size, const char *format, va_list arguments)
{
	struct text text = { to, size, 0 };

	for (; *format; format++) {
		struct conversion conversion;
		const char *string;
		int64_t number;

		if (*format != '%') {
			put(&text, *format);
			continue;
		}
		format = read_conversion(format + 1, &conversion);
		switch (*format) {
		case 's':
			for (string = va_arg(arguments, const char *); *string; string++)
				put(&text, *string);
			break;
		case 'c':
			put(&text, (char)va_arg(arguments, int));
			break;
		case 'd':
			number = conversion.is_long ? va_arg(arguments, long)
						    : va_arg(arguments, int);
			put_number(&text, number < 0 ? -(uint64_t)number : (uint64_t)number, 10,
				   number < 0, &conversion);
			break;
		case 'u':
		case 'x':
			put_number(&text,
				   conversion.is_long ? va_arg(arguments, unsigned long)
						      : va_arg(arguments, unsigned int),
				   *format == 'u' ? 10 : 16, false, &conversion);
			break;
		case 'p':
			put(&text, '0');
			put(&text, 'x');
			put_number(&text, (uint64_t)(uintptr_t)va_arg(arguments, void *), 16, false,
				   &conversion);
			break;
		case '%':
			put(&text, '%');
			break;
		case '\0':
			format--;
			break;
		}
	}
	to[text.length] = '\0';
	return text.length;
}
