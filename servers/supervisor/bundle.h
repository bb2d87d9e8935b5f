/* SPDX-License-Identifier: Apache-2.0 */
/* The boot bundle: a cpio archive (newc), data of its files at page boundaries. Pure. */
#ifndef SUPERVISOR_BUNDLE_H
#define SUPERVISOR_BUNDLE_H

#include <stdint.h>

#include "ipc/status.h"

struct bundle_file {
	uint64_t offset, size; /* bytes; the offset is a whole number of pages */
};

/*
 * Looks for `name` in the archive. STATUS_BAD_IMAGE if the archive is broken before it is found,
 * STATUS_NOT_FOUND if it ends without it.
 */
status_t bundle_find(const void *archive, uint64_t size, const char *name,
		     struct bundle_file *file);

#endif
