/* Reads what the daemon reports about itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct cli_endpoint;

enum cli_arrival { CLI_LOGS, CLI_TRACES, CLI_METRICS, CLI_HOOKS, CLI_ARRIVALS };

enum {
	CLI_HEALTH_VERSION_BYTES = 32,
	CLI_HEALTH_NAME_BYTES = 96,
	CLI_HEALTH_SERVICES = 8,
	CLI_HEALTH_MISMATCHES = 64,
	CLI_HEALTH_FILES = 16,
	CLI_HEALTH_STATE_BYTES = 16,
	CLI_HEALTH_REASON_BYTES = 192,
};

/* A service whose telemetry the daemon does not understand. */
struct cli_health_service {
	char name[CLI_HEALTH_NAME_BYTES]; // "": it has none
	int64_t received[CLI_ARRIVALS];
};

/* A model whose client reports costs other than by the daemon's price lists. */
struct cli_health_mismatch {
	char model[CLI_HEALTH_NAME_BYTES];
	int64_t calls;
};

/* A directory of tasks or of an orchestrator's state, or a file. */
struct cli_health_watched {
	char path[CLI_HEALTH_REASON_BYTES]; // "": there is none
	char state[CLI_HEALTH_STATE_BYTES];
	char reason[CLI_HEALTH_REASON_BYTES]; // "": nothing is wrong
};

struct cli_health {
	char dashboard_url[CLI_HEALTH_NAME_BYTES]; // empty: unknown
	char version[CLI_HEALTH_VERSION_BYTES];
	int64_t uptime_s;
	int64_t received[CLI_ARRIVALS]; // records, or hooks
	int64_t age_ms[CLI_ARRIVALS];   // of the last; -1: none yet
	int64_t rejected_requests, rejected_http, rejected_http2;
	bool has_clock;
	int64_t clock_ahead_ms;
	struct cli_health_service not_understood[CLI_HEALTH_SERVICES]; // the last that sent
	size_t not_understood_count;
	bool has_prices;          // else the daemon is an older one
	int64_t own_models;       // in the user's price list, as the daemon has read it
	int64_t mismatched_calls; // also of models beyond these
	struct cli_health_mismatch mismatches[CLI_HEALTH_MISMATCHES];
	size_t mismatch_count;
	struct cli_health_watched board;
	int64_t board_files, board_errors, board_ignored;
	bool board_truncated;
	struct cli_health_watched feed[CLI_HEALTH_FILES];
	size_t feed_count;
	int64_t feed_skipped;
	struct cli_health_watched state;
	struct cli_health_watched state_files[CLI_HEALTH_FILES]; // below it
	size_t state_file_count;
};

/* 200 and *ret; 0 if something other than the daemon answers; else like cli_http_call(). */
int cli_health_ask(const struct cli_endpoint *t, struct cli_health *ret);

/* Reads its answer, which is modified. 0; -EPROTO, and *ret untouched, if it cannot be the
 * daemon's. */
int cli_health_read(char *text, size_t size, struct cli_health *ret);

/* "opal-1 (3 calls), opal-2 (1 call)": for people. */
void cli_health_append_mismatches(struct buf *out, const struct cli_health *health);

/* "logs", "hooks": for people. */
const char *cli_arrival_name(enum cli_arrival arrival);
