#include "cli/cli_list.h"

#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_number.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "cli/cli_http.h"

enum { DEPTH = 16, SESSIONS_MAX = 100000 };

static bool read_text_member(struct cli_session *s, struct str name, struct str text)
{
	const struct {
		struct str name;
		struct str *text;
	} members[] = {
		{STR("session_id"), &s->id},
		{STR("tool"), &s->assistant},
		{STR("state"), &s->state},
		{STR("project"), &s->project},
		{STR("attention"), &s->attention},
		{STR("doing"), &s->doing},
		{STR("cwd"), &s->cwd},
	};
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (str_equal(name, members[i].name)) {
			*members[i].text = text;
		}
	}
	return true;
}

/* The other counts are parts of these. */
static bool is_disjoint_count(struct str name)
{
	static const struct str names[] = {
		STR_INIT("input_tokens"), STR_INIT("output_tokens"), STR_INIT("cache_tokens")};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (str_equal(names[i], name)) {
			return true;
		}
	}
	return false;
}

static bool read_metric(struct cli_session *s, struct str name, struct str number)
{
	int64_t tokens;
	if (str_equal(name, STR("cost_usd"))) {
		s->has_cost = json_to_double(number, &s->cost_usd);
	} else if (is_disjoint_count(name) && json_to_int64(number, &tokens) && tokens > 0 &&
		   tokens <= INT64_MAX - s->tokens) {
		s->tokens += tokens;
	}
	return true;
}

static bool read_metrics(struct json_reader *r, struct cli_session *s)
{
	s->has_metrics = true;
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		struct str name = r->text;
		t = json_next(r);
		if (!(t == JSON_NUMBER ? read_metric(s, name, r->text) : json_skip(r, t))) {
			return false;
		}
	}
	return t == JSON_OBJECT_END;
}

static bool read_session_member(struct json_reader *r, struct cli_session *s)
{
	struct str name = r->text;
	enum json_token t = json_next(r);
	if (t == JSON_STRING) {
		return read_text_member(s, name, r->text);
	}
	if (t == JSON_OBJECT_BEGIN && str_equal(name, STR("metrics"))) {
		return read_metrics(r, s);
	}
	if (t == JSON_NUMBER && str_equal(name, STR("pid"))) {
		return json_to_int64(r->text, &s->pid);
	}
	if (t == JSON_NUMBER && str_equal(name, STR("since"))) {
		return json_to_int64(r->text, &s->since_ms);
	}
	if (t == JSON_TRUE && str_equal(name, STR("muted"))) {
		s->is_muted = true;
	}
	return json_skip(r, t);
}

static bool read_session(struct json_reader *r, struct cli_list *list)
{
	struct cli_session s = {0};
	enum json_token t;
	while ((t = json_next(r)) == JSON_NAME) {
		if (!read_session_member(r, &s)) {
			return false;
		}
	}
	if (t != JSON_OBJECT_END || list->count == SESSIONS_MAX) {
		return false;
	}
	list->sessions = xgrow(
		list->sessions, list->count, &list->capacity, sizeof(*list->sessions));
	s.number = list->count + 1; // the daemon lists them in the order in which they came
	list->sessions[list->count++] = s;
	return true;
}

static bool read_sessions(struct json_reader *r, struct cli_list *list)
{
	enum json_token t;
	while ((t = json_next(r)) == JSON_OBJECT_BEGIN) {
		if (!read_session(r, list)) {
			return false;
		}
	}
	return t == JSON_ARRAY_END;
}

static bool read_list(struct json_reader *r, struct cli_list *list)
{
	enum json_token t = json_next(r);
	bool has_sessions = false;
	if (t != JSON_OBJECT_BEGIN) {
		return false;
	}
	while ((t = json_next(r)) == JSON_NAME) {
		bool is_sessions = str_equal(r->text, STR("sessions")) && !has_sessions;
		bool is_error = str_equal(r->text, STR("error"));
		t = json_next(r);
		if (is_error && t == JSON_STRING) {
			list->error = r->text;
		}
		has_sessions |= is_sessions && t == JSON_ARRAY_BEGIN;
		bool good = is_sessions && t == JSON_ARRAY_BEGIN ? read_sessions(r, list)
								 : json_skip(r, t);
		if (!good) {
			return false;
		}
	}
	return has_sessions && t == JSON_OBJECT_END && json_next(r) == JSON_END;
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

int cli_list_read(char *line, size_t size, struct cli_list *ret)
{
	struct json_reader r;
	struct cli_list list = {0};
	json_reader_init(&r, line, size, DEPTH);
	if (!read_list(&r, &list)) {
		cli_list_finish(&list);
		return -EPROTO;
	}
	*ret = list;
	return 0;
}

int cli_list_read_update(char *line, size_t size, struct cli_session *ret)
{
	struct json_reader r;
	struct cli_session s = {0};
	json_reader_init(&r, line, size, DEPTH);
	enum json_token t = json_next(&r);
	bool good = t == JSON_OBJECT_BEGIN;
	while (good && (t = json_next(&r)) == JSON_NAME) {
		good = read_session_member(&r, &s);
	}
	if (!good || t != JSON_OBJECT_END || json_next(&r) != JSON_END || s.id.size == 0) {
		return -EPROTO;
	}
	*ret = s;
	return 0;
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
	enum { DONE = ARRAY_SIZE(attentions) + 1 }; // behind the words of newer versions
	if (cli_list_needs_user(s)) {
		return find_word(attentions, ARRAY_SIZE(attentions), s->attention);
	}
	return s->attention.size > 0 ? DONE
				     : DONE + 1 + find_word(states, ARRAY_SIZE(states), s->state);
}

/* Of equals the one that has been so for the shortest time comes first, then the older one. */
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
