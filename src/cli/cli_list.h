/* A session_list line, read for showing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;
struct cli_endpoint;
struct config;

struct cli_session {   // texts are slices of the line; data is NULL for null
	size_t number; // for people to name it: from 1 for the oldest
	struct str id, assistant, state, project, attention, doing;
	struct str cwd;
	int64_t pid;      // 0 while unknown
	int64_t since_ms; // wall clock
	bool is_muted;
	bool has_metrics, has_cost;
	int64_t input_tokens, output_tokens, cache_tokens;
	double cost_usd;
};

struct cli_list {
	struct cli_session *sessions; // owned
	size_t count, capacity;
	int64_t paused_until_s; // no notifications until then; 0: there are
	bool has_cost_today;
	double cost_today_usd; // if it was asked for
	struct str error;      // a slice of the line; empty while the list is the whole truth
};

/* Why there is no truth to show, for people: "otel-ai-monitor is not running". */
const char *cli_list_error_words(const struct cli_list *list);

/* Asks the daemon for all sessions and reads them. 0; or -1 after saying why not. Both are the
 * caller's to finish if it is 0: the list borrows from ret_body. */
int cli_list_ask(const struct cli_endpoint *endpoint, struct buf *ret_body, struct cli_list *ret);

/* What most commands about sessions do: asks the daemon for all of them, and gives run() the list.
 * Its exit status; EXIT_FAILURE, after saying why, without a list. */
typedef int cli_list_run_with(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_list *list);
int cli_list_run(const struct config *config, cli_list_run_with *run);

/* Reads line, which is changed and must outlive the list. 0, or -EPROTO if it
 * is no session list. */
int cli_list_read(char *line, size_t size, struct cli_list *ret);

/* The same for the session of a session_update line; the slices are of the line. */
int cli_list_read_update(char *line, size_t size, struct cli_session *ret);

/* The most urgent first, as of cli_list_most_urgent(); numbers stay. */
void cli_list_sort(struct cli_list *list);

/* Whether it wants more of its user than to be looked at. A word for attention that this version
 * does not know is one all the same. */
bool cli_list_needs_user(const struct cli_session *s);

/* Whether it came back and its user has not seen that yet: what ack is for. */
bool cli_list_is_done(const struct cli_session *s);

/* The session that needs its user most: one that waits for an answer, then one that is
 * done, then one that works; of equals the one that has been so for the shortest time. NULL
 * of an empty list. */
const struct cli_session *cli_list_most_urgent(const struct cli_list *list);

/* Of all kinds. */
int64_t cli_list_tokens(const struct cli_session *s);

/* NULL if there is none of that id. */
const struct cli_session *cli_list_find(const struct cli_list *list, struct str id);

void cli_list_finish(struct cli_list *list);

/* A session as an exit status, for scripts. 1 and 2 are for what failed and for wrong usage. */
enum cli_outcome {
	CLI_OUTCOME_IDLE = 0,
	CLI_OUTCOME_WORKING = 3,
	CLI_OUTCOME_DONE = 4,
	CLI_OUTCOME_PERMISSION = 10,
	CLI_OUTCOME_QUESTION,
	CLI_OUTCOME_ERROR,
	CLI_OUTCOME_LIMIT,
	CLI_OUTCOME_STALLED, // and whatever else a newer daemon says it wants
};

/* By what the session wants, else by what it is doing. */
enum cli_outcome cli_list_outcome(const struct cli_session *s);
