/* SPDX-License-Identifier: Apache-2.0 */
/* Frames of assembly functions. */
#ifndef AARCH64_ASSEMBLY_H
#define AARCH64_ASSEMBLY_H

#define FUNCTION(name)                                                                             \
	.global name;                                                                              \
	.type name, % function;                                                                    \
	.balign 16;                                                                                \
	name:

#define END(name) .size name, .- name

#endif
