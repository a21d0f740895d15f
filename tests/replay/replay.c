/* Plays what clients sent into the core in virtual time and prints every line with its millisecond.
 *
 * Standard input, sorted by time, in ms since the start:
 *   epoch WALL_MS                     what 0 is on the wall clock
 *   setting NAME MS                   one of serve's options
 *   calls                             prints every call that is counted, too
 *   spans                             ... and every turn, tool call, wait and subagent
 *   MS post CONNECTION logs|traces|metrics protobuf|json PATH
 *   MS hook CLIENT PATH               what its hook was handed
 *   MS process CONNECTION PID NAME CWD  whose connection it is has been found
 *   MS close CONNECTION               by the client
 *   MS gone PID
 *   MS clock OFFSET_MS                the wall clock is this far off from here on
 *   MS ack SESSION
 *   MS list                           prints the list of sessions and flushes
 *   MS restart                        of the daemon, which keeps what it is to keep
 *   MS end
 * Standard output: MS and a space before each NDJSON line. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "event/event_batch.h"
#include "event/event_hook.h"
#include "otlp/otlp_receiver.h"
#include "price/price.h"
#include "price/price_listed.h"
#include "price/price_table.h"
#include "session/session_past.h"
#include "session/session_peers.h"
#include "session/session_tracker.h"
#include "sink/sink_encode.h"
#include "support/call_sums.h"
#include "support/span_log.h"

enum { MAX_BODY_BYTES = 64 << 20, MONO_START_MS = 1000000, MAX_OVER = 16 };

struct replay {
	int64_t epoch_ms;
	int64_t now_ms; // since the start
	int64_t clock_offset_ms;
	struct session_settings settings;
	struct session_tracker *tracker;
	struct otlp_receiver receiver;
	struct event_batch batch;
	struct price_table *prices;
	struct call_sums sums;
	struct span_log spans;
	int64_t first_ms; // wall clock: nothing that was sent happened before
	bool prints_calls, prints_spans;
	bool was_restarted;
	struct session_past over[MAX_OVER]; // what is left of sessions that have expired
	size_t over_count;
	bool sums_differ; // what sessions show is not the sum of the calls handed out
};

static struct instant instant_of(const struct replay *r)
{
	return (struct instant){
		.mono_ms = MONO_START_MS + r->now_ms,
		.wall_ms = r->epoch_ms + r->now_ms + r->clock_offset_ms,
	};
}

/* A call as a line of its own, for who adds them up. */
static void print_call(const struct replay *r, const struct session_call *call)
{
	static const char *const costs[SESSION_COST_COUNT] = {
		"none", "reported", "estimated", "free", "unpriced"};
	static const char *const actors[] = {"main", "agent", "side", "unknown"};
	const struct usage *u = &call->usage;
	const char *fault = event_fault_name(call->fault);
	printf("%" PRId64 " {\"type\":\"call\",\"session_id\":\"%s\",\"calls\":%u,\"corrects\":%d,"
	       "\"model\":\"%.*s\",\"actor\":\"%s\",\"turn\":%d,\"duration_ms\":%" PRId64
	       ",\"ttft_ms\":%" PRId32 ",\"fault\":\"%s\",\"cost\":\"%s\",\"nano_usd\":%" PRId64
	       ",\"replaced_nano_usd\":%" PRId64 ",\"tokens\":[",
		r->now_ms, call->session->id, call->calls, call->corrects, STR_ARG(call->model),
		actors[call->actor], call->turn, call->duration_ms, call->ttft_ms,
		fault != NULL ? fault : "", costs[call->cost], u->cost_nano_usd,
		call->replaced_nano_usd);
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		printf("%s%" PRId64, i > 0 ? "," : "", u->tokens[i]);
	}
	printf("]}\n");
}

/* A span as a line of its own, for who counts them. */
static void print_span(const struct replay *r, const struct session_span *span)
{
	static const char *const actors[] = {"main", "agent", "side", "unknown"};
	const char *reason = session_reason_name(span->reason);
	const char *attention = session_attention_name(span->attention);
	printf("%" PRId64
	       " {\"type\":\"span\",\"session_id\":\"%s\",\"kind\":\"%s\",\"id\":\"%016" PRIx64
	       "\",\"corrects\":%d,\"turn\":%d,\"actor\":\"%s\",\"agent_id\":\"%.*s\",\"name\":\"%.*s\","
	       "\"begin_ms\":%" PRId64 ",\"end_ms\":%" PRId64
	       ",\"outcome\":\"%s\",\"reason\":\"%s\","
	       "\"worked_ms\":%" PRId64 ",\"decision\":\"%.*s\",\"decided_by\":\"%.*s\","
	       "\"attention\":\"%s\",\"absorbed\":\"%s\"}\n",
		r->now_ms, span->session->id, session_span_kind_name(span->kind), span->id,
		span->corrects, span->turn, actors[span->actor], STR_ARG(span->agent_id),
		STR_ARG(span->name), span->begin_ms - r->epoch_ms, span->end_ms - r->epoch_ms,
		session_outcome_name(span->outcome), reason != NULL ? reason : "", span->worked_ms,
		STR_ARG(span->decision), STR_ARG(span->decided_by),
		attention != NULL ? attention : "",
		span->absorbed != NULL ? span->absorbed->id : "");
}

static void print_line(const struct replay *r, const struct buf *line)
{
	printf("%" PRId64 " %.*s", r->now_ms, STR_ARG(buf_str(line)));
}

static void check_sum(struct replay *r, const struct session *s)
{
	if (!call_sums_agree(&r->sums, s) && !r->sums_differ) {
		r->sums_differ = true;
		fprintf(stderr,
			"replay: at %" PRId64 " ms session '%s' is not the sum of its calls\n",
			r->now_ms, s->id);
	}
}

static void check_sums(struct replay *r)
{
	const struct session *s;
	list_for_each(s, session_tracker_sessions(r->tracker), link)
	{
		check_sum(r, s);
	}
}

static void on_call(const struct session_call *call, void *data)
{
	struct replay *r = data;
	call_sums_add(&r->sums, call);
	check_sum(r, call->session);
	if (r->prints_calls && call->absorbed == NULL) {
		print_call(r, call);
	}
}

static void on_span(const struct session_span *span, void *data)
{
	struct replay *r = data;
	if (r->was_restarted) {
		return;
	}
	bool was_set = r->clock_offset_ms != 0; // times from before are not those of this clock
	span_log_add(&r->spans, span, was_set ? INT64_MIN : r->first_ms,
		was_set ? INT64_MAX : instant_of(r).wall_ms);
	if (r->prints_spans) {
		print_span(r, span);
	}
}

/* Nothing that this event tells of was before. */
static void note_first(struct replay *r, const struct event *e)
{
	int64_t begin_ns = e->begin_ns > 0 && e->begin_ns < e->time_ns ? e->begin_ns : e->time_ns;
	if (begin_ns > 0 && begin_ns / MS_NS < r->first_ms) {
		r->first_ms = begin_ns / MS_NS;
	}
}

static void on_change(const struct session_change *change, void *data)
{
	struct replay *r = data;
	check_sum(r, change->session);
	if (change->session->state == SESSION_EXPIRED && r->over_count < MAX_OVER) {
		session_tracker_past(r->tracker, change->session, &r->over[r->over_count++]);
	}
	if (r->was_restarted) {
		// nothing is known of earlier spans
	} else if (change->session->state == SESSION_COMPLETED &&
		   change->previous != SESSION_COMPLETED) {
		span_log_complete(&r->spans, change->session);
	} else if (change->session->state == SESSION_EXPIRED) {
		span_log_end(&r->spans, change->session, 0);
	}
	struct buf line;
	buf_init(&line, SINK_MAX_LINE_BYTES);
	sink_encode_update(&line, change, instant_of(r));
	print_line(r, &line);
	buf_finish(&line);
}

static void on_record(const struct otlp_record *record, void *data)
{
	struct replay *r = data;
	event_batch_add_record(&r->batch, record);
}

/* Lets the time pass that lies before the next thing to happen. */
static void advance(struct replay *r, int64_t to_ms)
{
	for (;;) {
		int64_t due_ms = session_tracker_next_deadline(r->tracker);
		if (due_ms == INT64_MAX || due_ms - MONO_START_MS > to_ms) {
			break;
		}
		r->now_ms = due_ms - MONO_START_MS > r->now_ms ? due_ms - MONO_START_MS : r->now_ms;
		session_tracker_tick(r->tracker, instant_of(r));
	}
	r->now_ms = to_ms;
}

/* The file and a NUL, so that an empty one has an address. */
static bool read_body(const char *path, struct buf *ret)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		fprintf(stderr, "replay: cannot read '%s': %s\n", path, strerror(errno));
		return false;
	}
	char chunk[65536];
	size_t size;
	while ((size = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		buf_append(ret, chunk, size);
	}
	buf_append_char(ret, '\0');
	bool read = ferror(file) == 0 && !ret->overflowed;
	(void)fclose(file);
	return read;
}

static enum otlp_signal signal_of(const char *name)
{
	static const char *const names[OTLP_SIGNAL_COUNT] = {"logs", "traces", "metrics"};
	for (unsigned i = 0; i < OTLP_SIGNAL_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			return (enum otlp_signal)i;
		}
	}
	return OTLP_LOGS;
}

static bool post(struct replay *r, const char *arguments)
{
	uint64_t connection;
	char signal[16], encoding[16], path[4096];
	if (sscanf(arguments, "%" SCNu64 " %15s %15s %4095[^\n]", &connection, signal, encoding,
		    path) != 4) {
		return false;
	}
	struct buf body;
	buf_init(&body, MAX_BODY_BYTES);
	if (!read_body(path, &body)) {
		buf_finish(&body);
		return false;
	}
	struct otlp_result result;
	event_batch_clear(&r->batch);
	otlp_receive(&r->receiver, signal_of(signal), strcmp(encoding, "json") == 0, body.data,
		body.size - 1, on_record, r, &result);
	if (result.fault != OTLP_OK) {
		fprintf(stderr, "replay: '%s': %s\n", path, result.message);
		buf_finish(&body);
		return false;
	}
	for (size_t i = 0; i < r->batch.count; i++) {
		note_first(r, &r->batch.events[i]);
	}
	struct session_batch batch = {
		.events = r->batch.events,
		.count = r->batch.count,
		.connection = connection,
		.oldest_ns = r->batch.oldest_ns,
		.newest_ns = r->batch.newest_ns,
		.record_count = r->batch.record_count,
	};
	session_tracker_handle_batch(r->tracker, &batch, instant_of(r));
	buf_finish(&body);
	return true;
}

static bool hook(struct replay *r, const char *arguments)
{
	char client[32], path[4096];
	if (sscanf(arguments, "%31s %4095[^\n]", client, path) != 2) {
		return false;
	}
	struct buf body;
	struct event_hook told = {0};
	buf_init(&body, MAX_BODY_BYTES);
	bool good = event_hook_knows(str_from(client)) && read_body(path, &body) &&
		    event_hook_read(
			    str_from(client), (struct str){body.data, body.size - 1}, &told);
	if (!good) {
		fprintf(stderr, "replay: '%s': %s\n", path, told.message);
	} else if (told.event.kind != EVENT_NONE) {
		told.event.time_ns = instant_of(r).wall_ms * 1000000;
		note_first(r, &told.event);
		const struct session_batch batch = {.events = &told.event, .count = 1};
		session_tracker_handle_batch(r->tracker, &batch, instant_of(r));
	}
	event_hook_finish(&told);
	buf_finish(&body);
	return good;
}

static bool process(struct replay *r, const char *arguments)
{
	uint64_t connection;
	char name[64], cwd[4096];
	struct session_process p = {0};
	if (sscanf(arguments, "%" SCNu64 " %" SCNd64 " %63s %4095[^\n]", &connection, &p.pid, name,
		    cwd) != 4) {
		return false;
	}
	p.names[0] = str_from(name);
	p.cwd = str_from(cwd);
	session_tracker_set_process(r->tracker, connection, &p);
	return true;
}

static bool close_connection(struct replay *r, const char *arguments)
{
	uint64_t connection;
	if (sscanf(arguments, "%" SCNu64, &connection) != 1) {
		return false;
	}
	session_tracker_handle_connection_end(r->tracker, connection, true, instant_of(r));
	return true;
}

static bool gone(struct replay *r, const char *arguments)
{
	int64_t pid;
	if (sscanf(arguments, "%" SCNd64, &pid) != 1) {
		return false;
	}
	session_tracker_handle_process_end(r->tracker, pid, instant_of(r));
	return true;
}

static bool set_clock(struct replay *r, const char *arguments)
{
	return sscanf(arguments, "%" SCNd64, &r->clock_offset_ms) == 1;
}

static bool acknowledge(struct replay *r, const char *arguments)
{
	char id[256];
	return sscanf(arguments, "%255[^\n]", id) == 1 &&
	       session_tracker_acknowledge(r->tracker, str_from(id), instant_of(r));
}

static bool list_sessions(struct replay *r, const char *arguments)
{
	(void)arguments;
	struct buf line;
	buf_init(&line, SINK_MAX_LINE_BYTES);
	sink_encode_list(&line, session_tracker_sessions(r->tracker), instant_of(r));
	print_line(r, &line);
	buf_finish(&line);
	return fflush(stdout) == 0;
}

static void create_tracker(struct replay *r)
{
	r->tracker = session_tracker_create(&r->settings,
		&(struct session_observer){
			.on_change = on_change, .on_call = on_call, .on_span = on_span, .data = r});
	session_tracker_set_prices(r->tracker, &(struct price_book){.listed = r->prices});
}

/* Spans that are open span it as well, and are not looked at any more. */
static bool restart(struct replay *r, const char *arguments)
{
	(void)arguments;
	struct session_tracker *old = r->tracker;
	create_tracker(r);
	struct session_kin kin;
	session_tracker_kin(old, &kin);
	session_tracker_restore_kin(r->tracker, &kin);
	for (size_t i = 0; i < r->over_count; i++) {
		session_tracker_restore(r->tracker, &r->over[i]);
	}
	const struct session *s;
	list_for_each(s, session_tracker_sessions(old), link)
	{
		struct session_past past;
		session_tracker_past(old, s, &past);
		session_tracker_restore(r->tracker, &past);
		session_past_finish(&past);
	}
	session_tracker_destroy(old);
	r->was_restarted = true;
	return true;
}

static bool end(struct replay *r, const char *arguments)
{
	(void)r, (void)arguments;
	return true;
}

static const struct {
	const char *name;
	bool (*act)(struct replay *r, const char *arguments);
} verbs[] = {
	{"post", post},
	{"hook", hook},
	{"process", process},
	{"close", close_connection},
	{"gone", gone},
	{"clock", set_clock},
	{"ack", acknowledge},
	{"list", list_sessions},
	{"restart", restart},
	{"end", end},
};

static bool act(struct replay *r, int64_t at_ms, const char *verb, const char *arguments)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verbs[i].name, verb) == 0) {
			advance(r, at_ms);
			bool done = verbs[i].act(r, arguments);
			check_sums(r);
			return done && !r->sums_differ && r->spans.wrong[0] == '\0';
		}
	}
	return false;
}

static bool set(struct replay *r, const char *name, int64_t value_ms)
{
	static const struct {
		const char *name;
		size_t offset;
	} settings[] = {
		{"quiet-period", offsetof(struct session_settings, quiet_period_ms)},
		{"stall-timeout", offsetof(struct session_settings, stall_timeout_ms)},
		{"session-timeout", offsetof(struct session_settings, session_timeout_ms)},
		{"completed-timeout", offsetof(struct session_settings, completed_timeout_ms)},
	};
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		if (strcmp(settings[i].name, name) == 0) {
			*(int64_t *)((char *)&r->settings + settings[i].offset) = value_ms;
			session_tracker_set_settings(r->tracker, &r->settings);
			return true;
		}
	}
	return false;
}

static bool step(struct replay *r, const char *line)
{
	int64_t ms;
	char word[32];
	int rest = 0;
	if (sscanf(line, "epoch %" SCNd64, &ms) == 1) {
		r->epoch_ms = ms;
		return true;
	}
	if (strcmp(line, "calls\n") == 0) {
		r->prints_calls = true;
		return true;
	}
	if (strcmp(line, "spans\n") == 0) {
		r->prints_spans = true;
		return true;
	}
	if (sscanf(line, "setting %31s %" SCNd64, word, &ms) == 2) {
		return set(r, word, ms);
	}
	return sscanf(line, "%" SCNd64 " %31s %n", &ms, word, &rest) >= 2 &&
	       act(r, ms, word, line + rest);
}

int main(void)
{
	struct replay r = {.settings = session_settings_default(), .first_ms = INT64_MAX};
	const char *error;
	unsigned error_line;
	r.prices = price_table_read(price_listed_json, &error, &error_line);
	create_tracker(&r);
	otlp_receiver_init(&r.receiver, NULL);
	event_batch_init(&r.batch);
	char line[8192];
	int status = EXIT_SUCCESS;
	while (fgets(line, sizeof(line), stdin) != NULL) {
		if (!step(&r, line)) {
			fprintf(stderr, "replay: cannot do: %s%s\n", line, r.spans.wrong);
			status = EXIT_FAILURE;
			break;
		}
	}
	event_batch_finish(&r.batch);
	otlp_receiver_finish(&r.receiver);
	session_tracker_destroy(r.tracker);
	price_table_destroy(r.prices);
	call_sums_finish(&r.sums);
	span_log_finish(&r.spans);
	for (size_t i = 0; i < r.over_count; i++) {
		session_past_finish(&r.over[i]);
	}
	return status;
}
