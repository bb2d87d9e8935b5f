/* SPDX-License-Identifier: Apache-2.0 */
/* A virtio disk, one request at a time, by interrupt. */
#ifndef RESTART_DISK_H
#define RESTART_DISK_H

#include "tests/restart/guest/cut.h"

#define DISK_INTERRUPT 41u
#define DISK_BYTES 4096u

extern volatile uint64_t disk_data[DISK_BYTES / 8];

void disk_start(void);
/* VIRTIO_BLOCK_IN, _OUT or _FLUSH; true: done once, with success; one interrupt, or one more a cut. */
bool disk_request(uint32_t type, uint64_t sector);
/* Its two halves. */
void disk_begin(uint32_t type, uint64_t sector);
bool disk_end(void);
/* The interrupt's handler: tells the device. */
void disk_interrupt(void);

#endif
