/* The files of an orchestrator's state, one by one, good and bad. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "orchestrator/orchestrator_facts.h"
#include "support/suite.h"

static struct orchestrator_reading reading;

static const struct orchestrator_facts *read_bytes(
	enum orchestrator_file file, const char *bytes, size_t size, bool is_cut)
{
	char *copy = xmalloc(size + 1); // exactly as long: a reader that goes on is caught
	memcpy(copy, bytes, size);
	orchestrator_facts_free(reading.facts);
	orchestrator_read(file, copy, size, is_cut, &reading);
	free(copy);
	return reading.facts;
}

static const struct orchestrator_facts *read_text(enum orchestrator_file file, const char *text)
{
	return read_bytes(file, text, strlen(text), false);
}

static void teardown(void)
{
	orchestrator_facts_free(reading.facts);
	reading.facts = NULL;
}

static void check_text(struct str got, const char *wanted)
{
	ck_assert_msg(str_equal(got, str_from(wanted)), "\"%.*s\" instead of \"%s\"", STR_ARG(got),
		wanted);
}

static const struct {
	enum orchestrator_file file;
	const char *text;
	enum orchestrator_state state;
	const char *error;
} states[] = {
	{ORCHESTRATOR_HEALTH, "{}", ORCHESTRATOR_OK, ""},
	{ORCHESTRATOR_HEALTH, "", ORCHESTRATOR_BROKEN, "empty"},
	{ORCHESTRATOR_HEALTH, "{\"running\":true,\n\"metr", ORCHESTRATOR_BROKEN,
		"not JSON: line 2: "},
	{ORCHESTRATOR_HEALTH, "{} {}", ORCHESTRATOR_BROKEN, "not JSON"},
	{ORCHESTRATOR_HEALTH, "{\"running\":NaN}", ORCHESTRATOR_BROKEN, "not JSON"},
	{ORCHESTRATOR_HEALTH, "[]", ORCHESTRATOR_WRONG, "not an object"},
	{ORCHESTRATOR_HEALTH, "{\"running\":1}", ORCHESTRATOR_WRONG, "running: not true or false"},
	{ORCHESTRATOR_HEALTH, "{\"running\":null}", ORCHESTRATOR_OK, ""},
	{ORCHESTRATOR_HEALTH, "{\"metricsHistory\":[7,{\"queueDepth\":[]}]}", ORCHESTRATOR_WRONG,
		"queueDepth: not a number"},
	{ORCHESTRATOR_HEALTH, "{\"metricsHistory\":[{\"timestamp\":-1}]}", ORCHESTRATOR_WRONG,
		"timestamp: not a time"},
	{ORCHESTRATOR_HEALTH, "{\"metricsHistory\":[{\"queueDepth\":1e999}]}", ORCHESTRATOR_WRONG,
		"queueDepth: not a number that fits"},
	{ORCHESTRATOR_ORCHESTRATION, "{\"updatedAt\":1,\"byType\":[],\"history\":{}}",
		ORCHESTRATOR_WRONG, "byType: not an object; and 2 more"},
	{ORCHESTRATOR_CAPACITY, "[{\"provider\":\"x\"}]", ORCHESTRATOR_WRONG, "not an object"},
	{ORCHESTRATOR_CAPACITY, "{\"providers\":[3]}", ORCHESTRATOR_WRONG,
		"providers: not a list of objects"},
	{ORCHESTRATOR_USAGE, "{\"providers\":{\"a\":{},\"b\":1}}", ORCHESTRATOR_WRONG,
		"providers: not an object of objects"},
	{ORCHESTRATOR_RESOLUTION, "{\"activeLoops\":[{\"attempts\":2},{\"taskId\":3}]}",
		ORCHESTRATOR_WRONG, "taskId: not a text"},
	{ORCHESTRATOR_SUMMARY, "{\"operations\":{\"latest_snapshot\":{}}}", ORCHESTRATOR_OK, ""},
	{ORCHESTRATOR_DECISIONS, "", ORCHESTRATOR_OK, ""},
	{ORCHESTRATOR_DECISIONS, "{}\nno\n{\"half\":", ORCHESTRATOR_WRONG,
		"lines that are no JSON object: 1"},
};

START_TEST(what_is_wrong_is_told)
{
	(void)read_text(states[_i].file, states[_i].text);
	ck_assert_int_eq(reading.state, states[_i].state);
	ck_assert_msg(strncmp(reading.error, states[_i].error, strlen(states[_i].error)) == 0, "%s",
		reading.error);
	ck_assert_int_eq(reading.error[0] == '\0', states[_i].error[0] == '\0');
	ck_assert_int_eq(reading.facts != NULL,
		states[_i].state == ORCHESTRATOR_OK || states[_i].state == ORCHESTRATOR_WRONG);
}
END_TEST

START_TEST(a_key_that_comes_twice_has_its_last_value)
{
	const struct orchestrator_facts *f = read_text(
		ORCHESTRATOR_RESOURCE, "{\"cpu_used_pct\":1,\"cpu_used_pct\":2.5}");
	ck_assert_double_eq(f->resource.cpu, 2.5);
	ck_assert(isnan(f->resource.memory));
	f = read_text(ORCHESTRATOR_USAGE, "{\"last_saved\":\"a\",\"x\":1e2,\"last_saved\":\"b\"}");
	check_text(f->usage.raw, "{\"last_saved\":\"b\",\"x\":1e2}");
}
END_TEST

START_TEST(times_are_iso)
{
	const struct orchestrator_facts *f = read_text(
		ORCHESTRATOR_HEALTH, "{\"metricsHistory\":[{\"timestamp\":1773050520000}]}");
	check_text(f->health.updated_at, "2026-03-09T10:02:00.000Z");
	f = read_text(ORCHESTRATOR_HEALTH, "{\"metricsHistory\":[{\"timestamp\":\"noon\"}]}");
	check_text(f->health.updated_at, "noon");
	ck_assert_int_eq(f->health.running, -1);
}
END_TEST

START_TEST(decisions_are_counted)
{
	const struct orchestrator_facts *f = read_text(ORCHESTRATOR_DECISIONS,
		"{\"decision\":\"APPROVED\",\"reviews\":{\"a_b\":{\"passed\":false,"
		"\"failures\":[\"\\n  late \\nmore\"]},\"c\":{\"approved\":null,\"passed\":true}}}\r\n"
		"\n"
		"{\"decision\":\"ESCALATED\",\"finalReasoning\":\" \\n\"}\n"
		"{\"taskId\":\"T\",\"decision\":\"REJECTED\",\"finalReasoning\":\"late\","
		"\"reviews\":{\"a b\":{\"approved\":true,\"rubric\":{\"x\":1,\"y\":\"z\"}}}}");
	const struct orchestrator_decisions *d = &f->decisions;
	ck_assert_uint_eq(d->count, 3); // the last line is whole, although it has no end
	ck_assert_uint_eq(d->approvals, 1);
	ck_assert_uint_eq(d->escalations, 1);
	check_text(d->reasons,
		"[{\"reason\":\"late\",\"count\":2},{\"reason\":\"unspecified\",\"count\":1}]");
	check_text(d->gates, "[{\"gate\":\"a b\",\"approvals\":1,\"rejections\":1},"
			     "{\"gate\":\"c\",\"approvals\":0,\"rejections\":1}]");
	check_text(d->rubric, "{\"x\":1}");
	check_text(d->all[2].task_id, "T");
}
END_TEST

START_TEST(only_the_newest_decisions_count)
{
	struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 700; i++) {
		buf_printf(&text, "{\"decision\":\"%s\"}\n", i < 400 ? "APPROVED" : "REJECTED");
	}
	const struct orchestrator_facts *f = read_bytes(
		ORCHESTRATOR_DECISIONS, text.data, text.size, false);
	ck_assert_uint_eq(f->decisions.count, 500);
	ck_assert_uint_eq(f->decisions.approvals, 200);
	ck_assert_uint_eq(f->decisions.recent_count, 300);
	ck_assert_uint_eq(f->decisions.recent_approvals, 0);
	f = read_bytes(ORCHESTRATOR_DECISIONS, text.data + 5, 40, true); // within a line
	ck_assert_uint_eq(f->decisions.count, 0);
	ck_assert_uint_eq(reading.skipped, 0);
	buf_finish(&text);
}
END_TEST

START_TEST(loops_have_all_their_keys)
{
	const struct orchestrator_facts *f = read_text(ORCHESTRATOR_RESOLUTION,
		"{\"activeLoops\":[{\"taskId\":\"=T\",\"attempts\":6,\"infiniteLoopFlag\":true}],"
		"\"recentEvents\":[{\"type\":\"incident\",\"taskId\":\"T\",\"state\":\"verify\"},"
		"{\"type\":\"party\",\"taskId\":\"T\"}],\"stats\":{\"attemptHistogram\":{\"1\":2}}}");
	check_text(f->resolution.loops,
		"[{\"taskId\":\"=T\",\"firstAttemptAt\":null,\"lastAttemptAt\":null,"
		"\"lastLabel\":null,\"runId\":null,\"attempts\":6,\"elapsedMs\":null,\"labels\":[],"
		"\"infiniteLoopFlag\":true}]");
	check_text(f->resolution.events,
		"[{\"type\":\"incident\",\"taskId\":\"T\","
		"\"state\":\"verify\",\"timestamp\":null,\"attempt\":null}]");
	check_text(f->resolution.stats,
		"{\"totalLoops\":null,\"closedLoops\":null,\"closedWithin3\":null,"
		"\"infiniteLoopCount\":null,\"incidentCount\":null,\"attemptHistogram\":{\"1\":2}}");
	check_text(f->resolution.csv, "'=T,6,,,,\n");
	ck_assert(f->resolution.all[0].is_infinite);
}
END_TEST

START_TEST(what_is_too_much_is_told)
{
	struct buf text;
	buf_init(&text, 8 << 20);
	buf_append_str(&text, STR("{\"providers\":[0"));
	for (int i = 0; i < ORCHESTRATOR_VALUES; i++) {
		buf_append_str(&text, STR(",0"));
	}
	buf_append_str(&text, STR("]}"));
	(void)read_bytes(ORCHESTRATOR_CAPACITY, text.data, text.size, false);
	ck_assert_int_eq(reading.state, ORCHESTRATOR_TOO_LARGE);
	buf_clear(&text);
	for (int i = 0; i < 100; i++) {
		buf_append_str(&text, STR("{\"a\":"));
	}
	(void)read_bytes(ORCHESTRATOR_CAPACITY, text.data, text.size, false);
	ck_assert_int_eq(reading.state, ORCHESTRATOR_BROKEN);
	buf_finish(&text);
}
END_TEST

/* Every beginning of a file is answered, and nothing beyond it is read. */
START_TEST(half_a_file_is_broken)
{
	static const char text[] = "{\"activeLoops\":[{\"taskId\":\"T\",\"labels\":[\"a\"]}]}";
	for (size_t size = 0; size < sizeof(text) - 1; size++) {
		(void)read_bytes(ORCHESTRATOR_RESOLUTION, text, size, false);
		ck_assert_int_eq(reading.state, ORCHESTRATOR_BROKEN);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("orchestrator_read");
	TCase *t = tcase_create("files");
	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, what_is_wrong_is_told, 0, ARRAY_SIZE(states));
	tcase_add_test(t, a_key_that_comes_twice_has_its_last_value);
	tcase_add_test(t, times_are_iso);
	tcase_add_test(t, decisions_are_counted);
	tcase_add_test(t, only_the_newest_decisions_count);
	tcase_add_test(t, loops_have_all_their_keys);
	tcase_add_test(t, what_is_too_much_is_told);
	tcase_add_test(t, half_a_file_is_broken);
	suite_add_tcase(suite, t);
	return suite_run(suite);
}
