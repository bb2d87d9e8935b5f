/* SPDX-License-Identifier: Apache-2.0 */
/* Each CPU's kernel stack: a page that stays unmapped, then the stack. For C and assembly. */
#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#define STACK_GUARD 4096
#define STACK_STRIDE 12288

#endif
