/* Work is bounded by the bytes of a body, whatever its shape: two sizes that a peer can choose cost
 * together what they cost one by one. */
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "ingest/ingest.h"
#include "otlp/otlp_testing.h"
#include "session/session_tracker.h"
#include "support/suite.h"

/* What a peer can make large, at its usual size and at its large one: a product of two large ones
 * is thousands of times their sum. */
enum size_of {
	RESOURCES,
	RESOURCE_ATTRIBUTES,
	RESOURCE_SESSION_BYTES,
	RESOURCE_SERVICE_BYTES,
	RESOURCE_PATH_BYTES,
	SCOPES,
	SCOPE_NAME_BYTES,
	METRICS,
	RECORDS,
	RECORD_NAME_BYTES,
	RECORD_ATTRIBUTES,
	RECORD_TURN_BYTES,
	SIZE_COUNT,
};

static const struct {
	const char *name;
	size_t usual, large;
} sizes[SIZE_COUNT] = {
	[RESOURCES] = {"resources", 1, 3000},
	[RESOURCE_ATTRIBUTES] = {"attributes of a resource", 1, 10000},
	[RESOURCE_SESSION_BYTES] = {"bytes of a resource's session id", 8, 200000},
	[RESOURCE_SERVICE_BYTES] = {"bytes of a service", 8, 200000},
	[RESOURCE_PATH_BYTES] = {"bytes of a directory", 8, 200000},
	[SCOPES] = {"scopes", 1, 10000},
	[SCOPE_NAME_BYTES] = {"bytes of a scope's name", 8, 200000},
	[METRICS] = {"metrics", 1, 5000},
	[RECORDS] = {"records", 1, 10000},
	[RECORD_NAME_BYTES] = {"bytes of a name", 8, 200000},
	[RECORD_ATTRIBUTES] = {"attributes of a record", 1, 10000},
	[RECORD_TURN_BYTES] = {"bytes of a turn's id", 8, 200000},
};

struct shape {
	size_t size[SIZE_COUNT];
};

static char long_text[200001];
static struct session_tracker *tracker;
static struct otlp_receiver receiver;
static struct event_batch batch;

static void on_session(const struct session_change *change, void *data)
{
	(void)change;
	(void)data;
}

static void setup(void)
{
	const struct session_settings settings = session_settings_default();
	const struct session_observer observer = {.on_change = on_session};
	memset(long_text, 'x', sizeof(long_text) - 1);
	tracker = session_tracker_create(&settings, &observer);
	otlp_receiver_init(&receiver, NULL);
	event_batch_init(&batch);
}

static void teardown(void)
{
	event_batch_finish(&batch);
	otlp_receiver_finish(&receiver);
	session_tracker_destroy(tracker);
}

/* ---- bodies */

static struct str text_of(const struct shape *s, enum size_of size)
{
	return (struct str){long_text, s->size[size]};
}

static void put_pair(struct buf *out, unsigned field, const char *key, struct str value)
{
	struct buf pair, any;
	buf_init(&pair, SIZE_MAX / 2);
	buf_init(&any, SIZE_MAX / 2);
	put_text(&pair, 1, key);
	put_bytes(&any, 1, value);
	put_message(&pair, 2, &any);
	put_message(out, field, &pair);
	buf_finish(&pair);
	buf_finish(&any);
}

static void put_pairs(struct buf *out, unsigned field, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put_pair(out, field, "k", STR("v"));
	}
}

/* The numbers of the fields that differ: where name, time and attributes of a record stand. */
static const struct {
	unsigned name, time, attributes;
	const char *event;
} fields[OTLP_SIGNAL_COUNT] = {
	[OTLP_LOGS] = {12, 1, 6, "user_prompt"},
	[OTLP_TRACES] = {5, 8, 9, "claude_code.llm_request"},
	[OTLP_METRICS] = {1, 3, 7, "claude_code.token.usage"},
};

static void put_record(struct buf *out, enum otlp_signal signal, const struct shape *s, size_t i)
{
	put_fixed64(out, fields[signal].time, 1734350400000000000 + i);
	if (signal == OTLP_TRACES) {
		put_text(out, 1, "0123456789abcdef");
		put_text(out, 2, "01234567");
	}
	if (signal != OTLP_METRICS) {
		put_text(out, fields[signal].name, fields[signal].event);
	} else {
		put_fixed64(out, 6, i);
	}
	put_pair(out, fields[signal].attributes, "event.name", str_from(fields[signal].event));
	if (i == 0) {
		put_pairs(out, fields[signal].attributes, s->size[RECORD_ATTRIBUTES]);
		put_pair(out, fields[signal].attributes, "turn.id", text_of(s, RECORD_TURN_BYTES));
		put_pair(out, fields[signal].attributes, "event.name",
			s->size[RECORD_NAME_BYTES] > 8 ? text_of(s, RECORD_NAME_BYTES)
						       : str_from(fields[signal].event));
	}
}

static void put_records(struct buf *scope, enum otlp_signal signal, const struct shape *s)
{
	struct buf record;
	buf_init(&record, SIZE_MAX / 2);
	for (size_t i = 0; i < s->size[RECORDS]; i++) {
		put_record(&record, signal, s, i);
		put_message(scope, signal == OTLP_METRICS ? 1 : 2, &record);
	}
	buf_finish(&record);
}

static void put_metrics(struct buf *scope, const struct shape *s)
{
	struct buf metric, sum;
	buf_init(&metric, SIZE_MAX / 2);
	buf_init(&sum, SIZE_MAX / 2);
	for (size_t i = 0; i < s->size[METRICS]; i++) {
		if (s->size[RECORD_NAME_BYTES] > 8) {
			put_bytes(&metric, 1, text_of(s, RECORD_NAME_BYTES));
		} else {
			put_text(&metric, 1, fields[OTLP_METRICS].event);
		}
		put_number(&sum, 2, 2);
		if (i == 0) {
			put_records(&sum, OTLP_METRICS, s);
		}
		put_message(&metric, 7, &sum);
		put_message(scope, 2, &metric);
		if (s->size[RECORD_NAME_BYTES] > 8) {
			break; // a name for each would be as many bytes
		}
	}
	buf_finish(&metric);
	buf_finish(&sum);
}

static void put_scopes(struct buf *resource, enum otlp_signal signal, const struct shape *s)
{
	struct buf scope, inner;
	buf_init(&scope, SIZE_MAX / 2);
	buf_init(&inner, SIZE_MAX / 2);
	struct shape one = *s;
	one.size[RECORDS] = one.size[RECORD_ATTRIBUTES] = one.size[METRICS] = 1;
	one.size[RECORD_NAME_BYTES] = one.size[RECORD_TURN_BYTES] = 8;
	for (size_t i = 0; i < s->size[SCOPES]; i++) {
		put_bytes(&inner, 1, i == 0 ? text_of(s, SCOPE_NAME_BYTES) : STR("scope"));
		put_message(&scope, 1, &inner);
		if (signal == OTLP_METRICS) {
			put_metrics(&scope, i == 0 ? s : &one);
		} else {
			put_records(&scope, signal, i == 0 ? s : &one);
		}
		put_message(resource, 2, &scope);
	}
	buf_finish(&scope);
	buf_finish(&inner);
}

static void put_resource(struct buf *body, enum otlp_signal signal, const struct shape *s)
{
	struct buf resource, inner;
	buf_init(&resource, SIZE_MAX / 2);
	buf_init(&inner, SIZE_MAX / 2);
	put_pair(&inner, 1, "service.name", STR("claude-code"));
	if (s->size[RESOURCE_SERVICE_BYTES] > 8) {
		put_pair(&inner, 1, "service.name", text_of(s, RESOURCE_SERVICE_BYTES));
	}
	put_pair(&inner, 1, "session.id", text_of(s, RESOURCE_SESSION_BYTES));
	put_pair(&inner, 1, "project.path", text_of(s, RESOURCE_PATH_BYTES));
	put_pairs(&inner, 1, s->size[RESOURCE_ATTRIBUTES]);
	put_message(&resource, 1, &inner);
	put_scopes(&resource, signal, s);
	put_message(body, 1, &resource);
	buf_finish(&resource);
	buf_finish(&inner);
}

static struct buf body_of(enum otlp_signal signal, const struct shape *s)
{
	struct buf body;
	struct shape usual;
	buf_init(&body, SIZE_MAX / 2);
	for (size_t i = 0; i < SIZE_COUNT; i++) {
		usual.size[i] = sizes[i].usual;
	}
	put_resource(&body, signal, s);
	for (size_t i = 1; i < s->size[RESOURCES]; i++) {
		put_resource(&body, signal, &usual);
	}
	return body;
}

/* ---- what they cost */

static void on_record(const struct otlp_record *record, void *data)
{
	(void)data;
	event_batch_add_record(&batch, record);
}

static int64_t cpu_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void take(enum otlp_signal signal, const struct buf *body)
{
	struct otlp_result result;
	struct instant now = {.mono_ms = 1000, .wall_ms = 1734350401000};
	event_batch_clear(&batch);
	ck_assert_int_eq(otlp_receive(&receiver, signal, false, body->data, body->size, on_record,
				 NULL, &result),
		OTLP_OK);
	const struct session_batch sent = {
		.events = batch.events,
		.count = batch.count,
		.connection = 1,
		.oldest_ns = batch.oldest_ns,
		.newest_ns = batch.newest_ns,
		.record_count = batch.record_count,
	};
	session_tracker_handle_batch(tracker, &sent, now);
}

/* The least of a few times, in CPU time, which a busy machine does not stretch far. */
static int64_t cost_us(enum otlp_signal signal, const struct shape *s)
{
	enum { TIMES = 2 };
	struct buf body = body_of(signal, s);
	int64_t least = INT64_MAX;
	for (int i = 0; i < TIMES; i++) {
		int64_t before = cpu_us();
		take(signal, &body);
		int64_t cost = cpu_us() - before;
		least = cost < least ? cost : least;
	}
	buf_finish(&body);
	return least;
}

static void make_large(struct shape *s, enum size_of size)
{
	s->size[size] = sizes[size].large;
}

static void check_pairs(enum otlp_signal signal)
{
	enum { SLACK = 8, SLACK_US = 30000 };
	struct shape usual;
	int64_t alone_us[SIZE_COUNT];
	for (size_t i = 0; i < SIZE_COUNT; i++) {
		usual.size[i] = sizes[i].usual;
	}
	for (size_t i = 0; i < SIZE_COUNT; i++) {
		struct shape s = usual;
		make_large(&s, (enum size_of)i);
		alone_us[i] = cost_us(signal, &s);
	}
	for (size_t i = 0; i < SIZE_COUNT; i++) {
		for (size_t k = i + 1; k < SIZE_COUNT; k++) {
			struct shape s = usual;
			make_large(&s, (enum size_of)i);
			make_large(&s, (enum size_of)k);
			int64_t together = cost_us(signal, &s);
			ck_assert_msg(together < (alone_us[i] + alone_us[k]) * SLACK + SLACK_US,
				"%s and %s cost %lld us together, %lld and %lld us alone",
				sizes[i].name, sizes[k].name, (long long)together,
				(long long)alone_us[i], (long long)alone_us[k]);
		}
	}
}

START_TEST(sizes_of_logs_do_not_multiply)
{
	check_pairs(OTLP_LOGS);
}
END_TEST

START_TEST(sizes_of_traces_do_not_multiply)
{
	check_pairs(OTLP_TRACES);
}
END_TEST

START_TEST(sizes_of_metrics_do_not_multiply)
{
	check_pairs(OTLP_METRICS);
}
END_TEST

static Suite *work_suite(void)
{
	Suite *suite = suite_create("ingest work");
	TCase *tcase = tcase_create("pairs of sizes");
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, sizes_of_logs_do_not_multiply);
	tcase_add_test(tcase, sizes_of_traces_do_not_multiply);
	tcase_add_test(tcase, sizes_of_metrics_do_not_multiply);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(work_suite());
}
