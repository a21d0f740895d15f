#include "cli/cli_list.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/mem.h"
#include "cli/cli_http.h"

enum { DEPTH = 16, SESSIONS_MAX = 100000 };

struct answer {
	struct cli_list list;
	bool has_sessions;
};

static void *add_session(void *into, struct str name)
{
	struct cli_list *list = &((struct answer *)into)->list;
	(void)name;
	if (list->count == SESSIONS_MAX) {
		return NULL;
	}
	list->sessions = xgrow(
		list->sessions, list->count, &list->capacity, sizeof(*list->sessions));
	struct cli_session *s = &list->sessions[list->count++];
	*s = (struct cli_session){.number = list->count}; // they are listed in order of arrival
	return s;
}

/* The other counts are parts of these. */
static const struct json_member metrics[] = {
	JSON_MEMBER("input_tokens", INT, struct cli_session, input_tokens),
	JSON_MEMBER("output_tokens", INT, struct cli_session, output_tokens),
	JSON_MEMBER("cache_tokens", INT, struct cli_session, cache_tokens),
	JSON_MEMBER("cost_usd", DOUBLE, struct cli_session, cost_usd,
		.has = offsetof(struct cli_session, has_cost)),
	JSON_MEMBER("cost_source", TEXT, struct cli_session, cost_source),
	JSON_MEMBER("unpriced_calls", INT, struct cli_session, unpriced_calls),
};
static const struct json_shape metrics_shape = JSON_SHAPE(metrics);

static const struct json_member session[] = {
	JSON_MEMBER("session_id", TEXT, struct cli_session, id),
	JSON_MEMBER("tool", TEXT, struct cli_session, assistant),
	JSON_MEMBER("state", TEXT, struct cli_session, state),
	JSON_MEMBER("project", TEXT, struct cli_session, project),
	JSON_MEMBER("attention", TEXT, struct cli_session, attention),
	JSON_MEMBER("doing", TEXT, struct cli_session, doing),
	JSON_MEMBER("cwd", TEXT, struct cli_session, cwd),
	JSON_MEMBER("pid", INT, struct cli_session, pid),
	JSON_MEMBER("since", INT, struct cli_session, since_ms),
	JSON_MEMBER("muted", BOOL, struct cli_session, is_muted),
	{.name = STR_INIT("metrics"),
		.kind = JSON_BIND_OBJECT,
		.shape = &metrics_shape,
		.has = offsetof(struct cli_session, has_metrics)},
};
static const struct json_shape session_shape = JSON_SHAPE(session);

static const struct json_items sessions = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &session_shape}, .add = add_session};
static const struct json_member answer[] = {
	{.name = STR_INIT("sessions"),
		.kind = JSON_BIND_ARRAY,
		.items = &sessions,
		.has = offsetof(struct answer, has_sessions)},
	JSON_MEMBER("error", TEXT, struct answer, list.error),
	JSON_MEMBER("paused_until", INT, struct answer, list.paused_until_s),
	JSON_MEMBER("cost_today_usd", DOUBLE, struct answer, list.cost_today_usd,
		.has = offsetof(struct answer, list.has_cost_today)),
	JSON_MEMBER("cost_today_is_estimated", BOOL, struct answer, list.cost_today_is_estimated),
	JSON_MEMBER(
		"cost_today_unpriced_calls", INT, struct answer, list.cost_today_unpriced_calls),
	JSON_MEMBER("plan", TEXT, struct answer, list.plan),
};
static const struct json_shape answer_shape = JSON_SHAPE(answer);

/* The daemon never writes values of other types. */
static bool read(char *line, size_t size, const struct json_shape *shape, void *ret)
{
	struct json_tally tally = {0};
	return json_bind_text(line, size, DEPTH, shape, ret, &tally) && tally.misfits == 0 &&
	       tally.dropped == 0;
}

int cli_list_ask(const struct cli_endpoint *endpoint, struct buf *ret_body, struct cli_list *ret)
{
	int status = cli_http_list(endpoint, ret_body);
	if (status == 200 && cli_list_read(ret_body->data, ret_body->size, ret) != 0) {
		status = -EPROTO;
	}
	if (status != 200) {
		cli_http_complain(endpoint, status);
		buf_finish(ret_body);
		return -1;
	}
	return 0;
}

int cli_list_run(const struct config *config, cli_list_run_with *run)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct buf body;
	struct cli_list list;
	if (cli_list_ask(&endpoint, &body, &list) < 0) {
		return EXIT_FAILURE;
	}
	int exit_status = run(config, &endpoint, &list);
	cli_list_finish(&list);
	buf_finish(&body);
	return exit_status;
}

int cli_list_read(char *line, size_t size, struct cli_list *ret)
{
	struct answer got = {0};
	if (!read(line, size, &answer_shape, &got) || !got.has_sessions) {
		cli_list_finish(&got.list);
		return -EPROTO;
	}
	*ret = got.list;
	return 0;
}

int cli_list_read_update(char *line, size_t size, struct cli_session *ret)
{
	struct cli_session s = {0};
	if (!read(line, size, &session_shape, &s) || s.id.size == 0) {
		return -EPROTO;
	}
	*ret = s;
	return 0;
}

int64_t cli_list_tokens(const struct cli_session *s)
{
	const int64_t counts[] = {s->input_tokens, s->output_tokens, s->cache_tokens};
	int64_t sum = 0;
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		sum += counts[i] > 0 && counts[i] <= INT64_MAX - sum ? counts[i] : 0;
	}
	return sum;
}

bool cli_list_needs_user(const struct cli_session *s)
{
	return s->attention.size > 0 && !str_equal(s->attention, STR("done"));
}

bool cli_list_is_done(const struct cli_session *s)
{
	return str_equal(s->state, STR("completed")) || str_equal(s->attention, STR("done"));
}

/* The index of text among the words; count if it is none of them. */
static size_t find_word(const struct str *words, size_t count, struct str text)
{
	size_t i = 0;
	while (i < count && !str_equal(text, words[i])) {
		i++;
	}
	return i;
}

/* Smaller is more urgent. */
static size_t rank(const struct cli_session *s)
{
	static const struct str attentions[] = {STR_INIT("permission"), STR_INIT("question"),
		STR_INIT("error"), STR_INIT("limit"), STR_INIT("stalled")};
	static const struct str states[] = {
		STR_INIT("completed"), STR_INIT("working"), STR_INIT("idle")};
	enum { DONE = ARRAY_SIZE(attentions) + 1 }; // after the words of newer versions
	if (cli_list_needs_user(s)) {
		return find_word(attentions, ARRAY_SIZE(attentions), s->attention);
	}
	return s->attention.size > 0 ? DONE
				     : DONE + 1 + find_word(states, ARRAY_SIZE(states), s->state);
}

/* Of equals, the most recently changed comes first, then the older one. */
static int compare(const void *left, const void *right)
{
	const struct cli_session *a = left, *b = right;
	size_t rank_a = rank(a), rank_b = rank(b);
	if (rank_a != rank_b) {
		return rank_a < rank_b ? -1 : 1;
	}
	if (a->since_ms != b->since_ms) {
		return a->since_ms > b->since_ms ? -1 : 1;
	}
	return a->number < b->number ? -1 : 1;
}

void cli_list_sort(struct cli_list *list)
{
	if (list->count > 1) {
		qsort(list->sessions, list->count, sizeof(*list->sessions), compare);
	}
}

const struct cli_session *cli_list_most_urgent(const struct cli_list *list)
{
	const struct cli_session *best = NULL;
	for (size_t i = 0; i < list->count; i++) {
		const struct cli_session *s = &list->sessions[i];
		if (best == NULL || compare(s, best) < 0) {
			best = s;
		}
	}
	return best;
}

const char *cli_list_error_words(const struct cli_list *list)
{
	return str_equal(list->error, STR("misconfigured"))
		       ? "the settings are wrong (see otel-ai-monitor check)"
		       : "otel-ai-monitor is not running";
}

const struct cli_session *cli_list_find(const struct cli_list *list, struct str id)
{
	for (size_t i = 0; i < list->count; i++) {
		if (str_equal(list->sessions[i].id, id)) {
			return &list->sessions[i];
		}
	}
	return NULL;
}

void cli_list_finish(struct cli_list *list)
{
	free(list->sessions);
	*list = (struct cli_list){0};
}

/* ---- session states as exit statuses, for scripts */

enum cli_outcome cli_list_outcome(const struct cli_session *s)
{
	static const struct {
		struct str word;
		enum cli_outcome outcome;
	} outcomes[] = {
		{STR_INIT("permission"), CLI_OUTCOME_PERMISSION},
		{STR_INIT("question"), CLI_OUTCOME_QUESTION},
		{STR_INIT("error"), CLI_OUTCOME_ERROR},
		{STR_INIT("limit"), CLI_OUTCOME_LIMIT},
		{STR_INIT("stalled"), CLI_OUTCOME_STALLED},
		{STR_INIT("done"), CLI_OUTCOME_DONE},
		{STR_INIT("completed"), CLI_OUTCOME_DONE},
		{STR_INIT("working"), CLI_OUTCOME_WORKING},
	};
	struct str word = s->attention.size > 0 ? s->attention : s->state;
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++) {
		if (str_equal(word, outcomes[i].word)) {
			return outcomes[i].outcome;
		}
	}
	return cli_list_needs_user(s) ? CLI_OUTCOME_STALLED : CLI_OUTCOME_IDLE;
}
