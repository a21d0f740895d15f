#include "sink/sink_encode.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/list.h"
#include "base/mem.h"
#include "session/session.h"

enum { VERSION = 1, LINE_REST_BYTES = 256 }; // behind the sessions of a list

static void write_metrics(struct json_writer *w, const struct session *s)
{
	json_name(w, "metrics");
	if (!s->has_usage) {
		json_null(w);
		return;
	}
	json_object_begin(w);
	json_name_int(w, "input_tokens", s->usage.tokens[USAGE_INPUT]);
	json_name_int(w, "output_tokens", s->usage.tokens[USAGE_OUTPUT]);
	json_name_int(w, "cache_tokens", usage_cache_tokens(&s->usage));
	if (s->usage.has_cost) {
		json_name(w, "cost_usd");
		json_billionths(w, s->usage.cost_nano_usd);
		json_name_str(w, "cost_source", str_from(session_cost_source(s)));
	}
	json_name_int(w, "cache_read_tokens", s->usage.tokens[USAGE_CACHE_READ]);
	json_name_int(w, "cache_write_tokens", usage_cache_writes(&s->usage));
	json_name_int(w, "reasoning_tokens", s->usage.tokens[USAGE_REASONING]);
	if (s->costs[SESSION_COST_UNPRICED].count > 0) {
		json_name_int(w, "unpriced_calls", s->costs[SESSION_COST_UNPRICED].count);
	}
	json_object_end(w);
}

static void write_doing(struct json_writer *w, const struct session *s)
{
	static const char *const words[] = {
		[SESSION_DOING_NOTHING] = NULL,
		[SESSION_DOING_LLM] = "llm",
		[SESSION_DOING_TOOL] = "tool",
		[SESSION_DOING_SUBAGENT] = "subagent",
		[SESSION_DOING_COMPACT] = "compact",
	};
	json_name(w, "doing");
	if (s->doing == SESSION_DOING_TOOL && s->doing_tool != NULL) {
		cleanup_free char *text = xasprintf("tool:%s", s->doing_tool);
		json_str(w, str_from(text));
	} else if (words[s->doing] != NULL) {
		json_str(w, str_from(words[s->doing]));
	} else {
		json_null(w);
	}
}

static void write_who(struct json_writer *w, const struct session *s)
{
	json_name_str(w, "session_id", str_from(s->id));
	json_name_str(w, "tool", str_from(s->assistant_name));
	json_name_str(w, "state", str_from(session_state_name(s->state)));
	json_name_str(w, "project", str_from(s->project));
}

static void write_rest(struct json_writer *w, const struct session *s)
{
	json_name_str(w, "reason", str_from(session_reason_name(s->reason)));
	json_name_str(w, "attention", str_from(session_attention_name(s->attention)));
	write_doing(w, s);
	if (s->background > 0) {
		json_name_int(w, "background", s->background);
	}
	json_name_str(w, "model", str_from(s->model));
	json_name_str(w, "cwd", str_from(s->cwd));
	json_name(w, "pid");
	if (s->pid > 0) {
		json_int(w, s->pid);
	} else {
		json_null(w);
	}
	json_name_int(w, "turn", s->turn);
	json_name_int(w, "since", s->since_ms);
	if (s->muted) {
		json_name_bool(w, "muted", true);
	}
}

void sink_encode_session(struct json_writer *w, const struct session *s)
{
	json_object_begin(w);
	write_who(w, s);
	write_metrics(w, s);
	write_rest(w, s);
	json_object_end(w);
}

static void begin_line(struct json_writer *w, struct buf *out, const char *type)
{
	json_writer_init(w, out);
	json_object_begin(w);
	json_name_str(w, "type", str_from(type));
	json_name_int(w, "v", VERSION);
}

static void end_line(struct json_writer *w)
{
	json_object_end(w);
	buf_append_char(w->out, '\n');
	if (w->out->overflowed) {
		buf_clear(w->out);
	}
}

void sink_encode_update(struct buf *out, const struct session_change *change, struct instant now)
{
	struct json_writer w;
	begin_line(&w, out, "session_update");
	write_who(&w, change->session);
	json_name_int(&w, "timestamp", now.wall_ms / 1000);
	write_metrics(&w, change->session);
	json_name_str(&w, "previous_state",
		str_from(change->is_new ? NULL : session_state_name(change->previous)));
	write_rest(&w, change->session);
	end_line(&w);
}

/* As many sessions as leave room for the rest of the line; returns how many do not. */
static int64_t write_sessions(struct json_writer *w, const struct list *sessions)
{
	const struct session *s;
	int64_t omitted = 0;
	list_for_each(s, sessions, link)
	{
		size_t before = w->out->size;
		if (s->state == SESSION_EXPIRED) {
			continue;
		}
		bool comma = w->comma;
		if (omitted == 0) {
			sink_encode_session(w, s);
		}
		if (omitted > 0 || w->out->overflowed ||
			w->out->max_bytes - w->out->size < LINE_REST_BYTES) {
			omitted++;
			w->out->size = before;
			w->out->overflowed = false;
			w->comma = comma;
		}
	}
	return omitted;
}

/* has_working, counts and sessions; sessions may be NULL. */
static void write_all(struct json_writer *w, const struct list *sessions)
{
	int64_t omitted = 0, counts[SESSION_STATE_COUNT] = {0};
	const struct session *s;
	if (sessions != NULL) {
		list_for_each(s, sessions, link)
		{
			counts[session_state_published(s->state)]++;
		}
	}
	json_name_bool(w, "has_working", counts[SESSION_WORKING] > 0);
	json_name(w, "counts");
	json_object_begin(w);
	for (enum session_state state = 0; state < SESSION_WAITING; state++) {
		json_name_int(w, session_state_name(state), counts[state]);
	}
	json_object_end(w);
	json_name(w, "sessions");
	json_array_begin(w);
	if (sessions != NULL) {
		omitted = write_sessions(w, sessions);
	}
	json_array_end(w);
	if (omitted > 0) {
		json_name_int(w, "omitted", omitted);
	}
}

void sink_encode_list(struct buf *out, const struct list *sessions, struct instant now)
{
	struct json_writer w;
	begin_line(&w, out, "session_list");
	json_name_int(&w, "timestamp", now.wall_ms / 1000);
	write_all(&w, sessions);
	end_line(&w);
}

void sink_encode_complete(struct buf *out, struct str update_line, const struct list *sessions)
{
	struct json_writer w;
	json_writer_init(&w, out);
	buf_append(out, update_line.data, update_line.size - sizeof("}\n") + 1);
	w.comma = true;
	write_all(&w, sessions);
	end_line(&w);
}

void sink_encode_pause(struct buf *out, int64_t paused_until)
{
	if (paused_until == 0 || out->size == 0) {
		return;
	}
	struct json_writer w;
	json_writer_init(&w, out);
	out->size -= sizeof("}\n") - 1;
	w.comma = true;
	json_name_int(&w, "paused_until", paused_until);
	end_line(&w);
}

void sink_encode_cost(struct buf *out, const struct sink_cost *cost)
{
	struct json_writer w;
	if (out->size == 0) {
		return;
	}
	json_writer_init(&w, out);
	out->size -= sizeof("}\n") - 1;
	w.comma = true;
	json_name(&w, "cost_today_usd");
	json_billionths(&w, cost->nano_usd);
	if (cost->is_estimated) {
		json_name_bool(&w, "cost_today_is_estimated", true);
	}
	if (cost->unpriced_calls > 0) {
		json_name_int(&w, "cost_today_unpriced_calls", cost->unpriced_calls);
	}
	if (cost->is_equivalent) {
		json_name_str(&w, "plan", STR("subscription"));
	}
	end_line(&w);
}

static void encode_nothing(struct buf *out, struct str error, struct instant now)
{
	struct json_writer w;
	begin_line(&w, out, "session_list");
	json_name_int(&w, "timestamp", now.wall_ms / 1000);
	json_name_str(&w, "error", error);
	write_all(&w, NULL);
	end_line(&w);
}

void sink_encode_unreachable(struct buf *out, struct instant now)
{
	encode_nothing(out, STR("unreachable"), now);
}

void sink_encode_misconfigured(struct buf *out, struct instant now)
{
	encode_nothing(out, STR("misconfigured"), now);
}

void sink_encode_stopped(struct buf *out, struct instant now)
{
	encode_nothing(out, STR("stopped"), now);
}
