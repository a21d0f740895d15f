/* Limits the log to a few lines per second and peer: a broken client is wrong in every request, and
 * a hostile one must not fill the journal. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

enum { REJECT_LOG_PEERS = 16, REJECT_LOG_LINES_PER_S = 5 };

struct reject_log_peer {
	uint64_t hash; // 0: unused
	int64_t second;
	unsigned lines;
	uint64_t held_back;
};

struct reject_log {
	struct reject_log_peer peers[REJECT_LOG_PEERS];
	uint64_t held_back; // in all
};

/* Whether a line about this peer (its address, with or without a port) may be written at now_ms
 * (monotonic). *ret_held_back: how many were suppressed since its last one. */
bool reject_log_allows(
	struct reject_log *l, struct str peer, int64_t now_ms, uint64_t *ret_held_back);
