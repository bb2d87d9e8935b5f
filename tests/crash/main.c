/* SPDX-License-Identifier: Apache-2.0 */
/* The campaign of one world, WORLD; with the word "all" the long one. */
#include "tests/crash/worlds.h"

int main(int count, char **words)
{
	return campaign_main(&WORLD, count, words);
}
