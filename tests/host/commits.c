/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime's commits, between two points at which a life may end. */
#include "tests/host/commits.h"

void __real_rt_commit_reply(const struct message *message, status_t status);
void __wrap_rt_commit_reply(const struct message *message, status_t status);
void __real_rt_commit_touched(void);
void __wrap_rt_commit_touched(void);

void __wrap_rt_commit_reply(const struct message *message, status_t status)
{
	commit_point();
	__real_rt_commit_reply(message, status);
	commit_point();
}

void __wrap_rt_commit_touched(void)
{
	commit_point();
	__real_rt_commit_touched();
	commit_point();
}
