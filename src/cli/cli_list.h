/* Reads a session_list line, for display. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;
struct cli_endpoint;
struct config;

struct cli_session {   // texts are slices of the line; data is NULL for null
	size_t number; // for people to refer to it: 1 is the oldest
	struct str id, assistant, state, project, attention, doing;
	struct str cwd;
	int64_t pid;      // 0 while unknown
	int64_t since_ms; // wall clock
	bool is_muted;
	bool has_metrics, has_cost;
	struct str cost_source; // reported, estimated, mixed, free
	int64_t unpriced_calls; // not in cost_usd
	int64_t input_tokens, output_tokens, cache_tokens;
	double cost_usd;
};

struct cli_list {
	struct cli_session *sessions; // owned
	size_t count, capacity;
	int64_t paused_until_s; // no notifications until then; 0: not paused
	bool has_cost_today;
	double cost_today_usd; // if requested
	bool cost_today_is_estimated;
	int64_t cost_today_unpriced_calls; // not in it
	struct str plan;                   // subscription: nobody pays it
	struct str error;                  // a slice of the line; empty if the list is valid
};

/* Why there is nothing to show, for people: "otel-ai-monitor is not running". */
const char *cli_list_error_words(const struct cli_list *list);

/* Asks the daemon for all sessions. 0, with both results for the caller to finish: the list borrows
 * from ret_body; or -1 after a message. */
int cli_list_ask(const struct cli_endpoint *endpoint, struct buf *ret_body, struct cli_list *ret);

/* The frame of most commands about sessions: asks the daemon for all of them and passes the list to
 * run(). Returns its exit status, or EXIT_FAILURE after a message. */
typedef int cli_list_run_with(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list);
int cli_list_run(const struct config *config, cli_list_run_with *run);

/* Reads line, which is modified and must outlive the list. 0, or -EPROTO if it is not a session
 * list. */
int cli_list_read(char *line, size_t size, struct cli_list *ret);

/* The same for the session of a session_update line; the slices are of the line. */
int cli_list_read_update(char *line, size_t size, struct cli_session *ret);

/* Sorts by urgency, see cli_list_most_urgent(); numbers stay. */
void cli_list_sort(struct cli_list *list);

/* Whether it needs more from its user than a look. An unknown word for attention counts. */
bool cli_list_needs_user(const struct cli_session *s);

/* Whether it is done and not seen yet, so that ack applies. */
bool cli_list_is_done(const struct cli_session *s);

/* The session that needs its user most: one that waits for an answer, then one that is done, then
 * one that works; of equals, the most recently changed. NULL if the list is empty. */
const struct cli_session *cli_list_most_urgent(const struct cli_list *list);

/* Of all kinds. */
int64_t cli_list_tokens(const struct cli_session *s);

/* NULL if there is none of that id. */
const struct cli_session *cli_list_find(const struct cli_list *list, struct str id);

void cli_list_finish(struct cli_list *list);

/* A session's state as an exit status, for scripts. 1 and 2 are for failure and wrong usage. */
enum cli_outcome {
	CLI_OUTCOME_IDLE = 0,
	CLI_OUTCOME_WORKING = 3,
	CLI_OUTCOME_DONE = 4,
	CLI_OUTCOME_PERMISSION = 10,
	CLI_OUTCOME_QUESTION,
	CLI_OUTCOME_ERROR,
	CLI_OUTCOME_LIMIT,
	CLI_OUTCOME_STALLED, // and whatever else a newer daemon reports
};

/* By the session's attention, else by its state. */
enum cli_outcome cli_list_outcome(const struct cli_session *s);
