/* SPDX-License-Identifier: Apache-2.0 */
/* What the killer has to know of aarch64. */
#ifndef ARCH_KILLER_H
#define ARCH_KILLER_H

/* Where it matters a tick is an instruction. */
static inline void clock_align(void)
{
}

#endif
