#include <check.h>
#include <stdio.h>

#include "base/mem.h"
#include "meter/meter.h"
#include "meter/meter_feed.h"
#include "session/session_call.h"
#include "support/sessions.h"
#include "support/suite.h"

enum { NOW_MS = 1000 };

static int64_t value_of(
	struct meter *m, enum meter_family family, const char *labels, unsigned part)
{
	const struct meter_series *s;
	list_for_each(s, &m->by_family[family], link)
	{
		if (str_equal(str_from(s->labels), str_from(labels))) {
			return s->parts[part];
		}
	}
	return -1;
}

static size_t series_count(struct meter *m, enum meter_family family)
{
	size_t count = 0;
	const struct meter_series *s;
	list_for_each(s, &m->by_family[family], link)
	{
		count++;
	}
	return count;
}

START_TEST(what_has_the_same_labels_is_one_series)
{
	struct meter m;
	meter_init(&m);
	const struct str ok[] = {STR("codex"), STR("gpt"), STR("ok")};
	const struct str error[] = {STR("codex"), STR("gpt"), STR("http")};
	meter_add(&m, METER_MODEL_CALLS, ok, 1, NOW_MS);
	meter_add(&m, METER_MODEL_CALLS, ok, 2, NOW_MS);
	meter_add(&m, METER_MODEL_CALLS, error, 1, NOW_MS);
	ck_assert_int_eq(
		value_of(&m, METER_MODEL_CALLS, "tool=\"codex\",model=\"gpt\",outcome=\"ok\"", 0),
		3);
	ck_assert_uint_eq(series_count(&m, METER_MODEL_CALLS), 2);
	meter_add(&m, METER_RECORDS_REJECTED, NULL, 5, NOW_MS);
	ck_assert_int_eq(value_of(&m, METER_RECORDS_REJECTED, "", 0), 5);
	meter_finish(&m);
}
END_TEST

START_TEST(an_observation_falls_into_the_first_bucket_that_holds_it)
{
	struct meter m;
	meter_init(&m);
	const struct str values[] = {STR("codex")};
	meter_observe(&m, METER_TURN_DURATION, values, 1000, NOW_MS);
	meter_observe(&m, METER_TURN_DURATION, values, 1001, NOW_MS);
	meter_observe(&m, METER_TURN_DURATION, values, 3600001, NOW_MS);
	const char *labels = "tool=\"codex\"";
	ck_assert_int_eq(value_of(&m, METER_TURN_DURATION, labels, 0), 3602002);
	ck_assert_int_eq(value_of(&m, METER_TURN_DURATION, labels, 1), 1);
	ck_assert_int_eq(value_of(&m, METER_TURN_DURATION, labels, 2), 1);
	ck_assert_int_eq(value_of(&m, METER_TURN_DURATION, labels, METER_PARTS - 1), 1);
	meter_finish(&m);
}
END_TEST

START_TEST(names_are_escaped_cut_and_never_missing)
{
	struct meter m;
	meter_init(&m);
	char name[200];
	for (size_t i = 0; i < sizeof(name); i++) {
		name[i] = 'x';
	}
	const struct str values[] = {STR("a\"b\\c\nd"), (struct str){0}};
	const struct str longer[] = {STR("codex"), {name, sizeof(name)}};
	meter_add(&m, METER_UNPRICED_CALLS, values, 1, NOW_MS);
	meter_add(&m, METER_UNPRICED_CALLS, longer, 1, NOW_MS);
	ck_assert_int_eq(
		value_of(&m, METER_UNPRICED_CALLS, "tool=\"a\\\"b\\\\c?d\",model=\"unknown\"", 0),
		1);
	const struct meter_series *s = container_of(
		m.by_family[METER_UNPRICED_CALLS].prev, struct meter_series, link);
	ck_assert_uint_eq(str_from(s->labels).size,
		sizeof("tool=\"codex\",model=\"\"") - 1 + METER_NAME_BYTES);
	meter_finish(&m);
}
END_TEST

START_TEST(what_a_peer_names_has_a_maximum)
{
	struct meter m;
	meter_init(&m);
	for (int i = 0; i < 1000; i++) {
		char tool[16], model[16], name[16];
		snprintf(tool, sizeof(tool), "t%d", i % 100);
		snprintf(model, sizeof(model), "m%d", i);
		snprintf(name, sizeof(name), "n%d", i);
		const struct str call[] = {str_from(tool), str_from(model), STR("ok")};
		const struct str used[] = {str_from(tool), str_from(name), STR("ok")};
		meter_add(&m, METER_MODEL_CALLS, call, 1, NOW_MS);
		meter_add(&m, METER_TOOL_CALLS, used, 1, NOW_MS);
		meter_observe(&m, METER_MODEL_CALL_DURATION, call, 5, NOW_MS);
	}
	/* one line more for each family, where all the rest is counted */
	ck_assert_uint_le(m.lines, METER_LINES + METER_FAMILY_COUNT * (METER_BOUNDS + 3));
	int64_t sum = 0;
	const struct meter_series *s;
	list_for_each(s, &m.by_family[METER_MODEL_CALLS], link)
	{
		sum += s->parts[0];
	}
	ck_assert_int_eq(sum, 1000);
	meter_finish(&m);
}
END_TEST

START_TEST(a_series_goes_on_where_an_earlier_run_left_it)
{
	struct meter m;
	meter_init(&m);
	const struct str values[] = {STR("codex"), STR("gpt"), STR("ok")};
	const char *labels = "tool=\"codex\",model=\"gpt\",outcome=\"ok\"";
	meter_add(&m, METER_MODEL_CALLS, values, 1, NOW_MS);
	meter_restore(&m, STR("model_calls"), str_from(labels), 0, 41, 10);
	ck_assert_int_eq(value_of(&m, METER_MODEL_CALLS, labels, 0), 42);
	meter_restore(&m, STR("turn_duration_seconds"), STR("tool=\"codex\""), 3, 7, 10);
	ck_assert_int_eq(value_of(&m, METER_TURN_DURATION, "tool=\"codex\"", 3), 7);
	const struct meter_series *s = container_of(
		m.by_family[METER_MODEL_CALLS].next, struct meter_series, link);
	ck_assert_int_eq(s->created_ms, 10);
	meter_finish(&m);
}
END_TEST

START_TEST(what_this_version_does_not_know_is_not_restored)
{
	static const struct {
		const char *name, *labels;
		unsigned part;
		int64_t value;
	} rows[] = {
		{"nothing", "", 0, 1},
		{"turns", "tool=\"a\"", 0, 1},
		{"turns", "tool=\"a\",reason=\"b\",more=\"c\"", 0, 1},
		{"turns", "tool=\"a\",reason=\"b", 0, 1},
		{"turns", "tool=\"a\",reason=\"b\\\"", 0, 1},
		{"turns", "tool=\"a\",reason=\"b\"", 1, 1},
		{"turns", "tool=\"a\",reason=\"b\"", 0, -1},
		{"records_rejected", "tool=\"a\"", 0, 1},
	};
	struct meter m;
	meter_init(&m);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		meter_restore(&m, str_from(rows[i].name), str_from(rows[i].labels), rows[i].part,
			rows[i].value, NOW_MS);
		ck_assert_msg(m.lines == 0, "row %zu", i);
	}
	meter_finish(&m);
}
END_TEST

START_TEST(changes_are_taken_once)
{
	struct meter m;
	meter_init(&m);
	const struct str values[] = {STR("codex"), STR("turn_end")};
	meter_add(&m, METER_TURNS, values, 1, NOW_MS);
	meter_add(&m, METER_TURNS, values, 1, NOW_MS);
	ck_assert_ptr_nonnull(meter_take_changed(&m));
	ck_assert_ptr_null(meter_take_changed(&m));
	meter_add(&m, METER_TURNS, values, 1, NOW_MS);
	struct meter_series *s = meter_take_changed(&m);
	ck_assert_int_eq(s->parts[0], 3);
	ck_assert_int_eq(meter_take_growth(s, 0), 3);
	ck_assert_int_eq(meter_take_growth(s, 0), 0);
	meter_restore(&m, STR("turns"), str_from(s->labels), 0, 40, 1); // kept already
	meter_add(&m, METER_TURNS, values, 2, NOW_MS);
	ck_assert_int_eq(meter_take_growth(s, 0), 2);
	meter_finish(&m);
}
END_TEST

/* ---- calls */

static struct session_call call_of(const struct session *s)
{
	return (struct session_call){
		.session = s,
		.calls = 1,
		.model = STR("opus"),
		.duration_ms = 1500,
		.ttft_ms = 300,
		.usage = {.tokens = {[USAGE_INPUT] = 10,
				  [USAGE_CACHE_WRITE_5M] = 2,
				  [USAGE_CACHE_WRITE] = 3,
				  [USAGE_OUTPUT] = 7,
				  [USAGE_REASONING] = 4},
			.cost_nano_usd = 500,
			.has_cost = true},
		.cost = SESSION_COST_ESTIMATED,
	};
}

START_TEST(a_call_counts_in_every_family_it_has_a_figure_for)
{
	struct meter m;
	meter_init(&m);
	struct session s = sessions_full();
	struct session_call call = call_of(&s);
	meter_note_call(&m, &call, NOW_MS);
	ck_assert_int_eq(value_of(&m, METER_MODEL_CALLS,
				 "tool=\"claude-code\",model=\"opus\",outcome=\"ok\"", 0),
		1);
	ck_assert_int_eq(
		value_of(&m, METER_TOKENS,
			"tool=\"claude-code\",model=\"opus\",token_type=\"cache_write\"", 0),
		5);
	ck_assert_int_eq(value_of(&m, METER_TOKENS,
				 "tool=\"claude-code\",model=\"opus\",token_type=\"output\"", 0),
		7);
	ck_assert_uint_eq(series_count(&m, METER_TOKENS), 3); // none of what there was nothing of
	ck_assert_int_eq(value_of(&m, METER_COST,
				 "tool=\"claude-code\",model=\"opus\",source=\"estimated\"", 0),
		500);
	ck_assert_uint_eq(series_count(&m, METER_TTFT), 1);
	call.ttft_ms = -1;
	call.duration_ms = -1;
	call.fault = EVENT_FAULT_RATE_LIMIT;
	call.cost = SESSION_COST_UNPRICED;
	meter_note_call(&m, &call, NOW_MS);
	ck_assert_int_eq(
		value_of(&m, METER_UNPRICED_CALLS, "tool=\"claude-code\",model=\"opus\"", 0), 1);
	ck_assert_uint_eq(series_count(&m, METER_MODEL_CALLS), 2);
	ck_assert_uint_eq(series_count(&m, METER_MODEL_CALL_DURATION), 1);
	meter_finish(&m);
}
END_TEST

START_TEST(a_correction_adds_only_what_it_adds)
{
	struct meter m;
	meter_init(&m);
	struct session s = sessions_full();
	struct session_call call = call_of(&s);
	meter_note_call(&m, &call, NOW_MS);
	call.corrects = true;
	call.replaced = SESSION_COST_ESTIMATED;
	call.replaced_nano_usd = 500;
	call.cost = SESSION_COST_REPORTED;
	call.usage.cost_nano_usd = 700;
	meter_note_call(&m, &call, NOW_MS);
	ck_assert_int_eq(value_of(&m, METER_COST,
				 "tool=\"claude-code\",model=\"opus\",source=\"reported\"", 0),
		200);
	call.usage.cost_nano_usd = 400;
	meter_note_call(&m, &call, NOW_MS);
	ck_assert_int_eq(value_of(&m, METER_COST,
				 "tool=\"claude-code\",model=\"opus\",source=\"reported\"", 0),
		200);
	ck_assert_int_eq(value_of(&m, METER_MODEL_CALLS,
				 "tool=\"claude-code\",model=\"opus\",outcome=\"ok\"", 0),
		1);
	meter_finish(&m);
}
END_TEST

static Suite *meter_suite(void)
{
	Suite *suite = suite_create("meter");
	TCase *tcase = tcase_create("meter");
	tcase_add_test(tcase, what_has_the_same_labels_is_one_series);
	tcase_add_test(tcase, an_observation_falls_into_the_first_bucket_that_holds_it);
	tcase_add_test(tcase, names_are_escaped_cut_and_never_missing);
	tcase_add_test(tcase, what_a_peer_names_has_a_maximum);
	tcase_add_test(tcase, a_series_goes_on_where_an_earlier_run_left_it);
	tcase_add_test(tcase, what_this_version_does_not_know_is_not_restored);
	tcase_add_test(tcase, changes_are_taken_once);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("calls");
	tcase_add_test(tcase, a_call_counts_in_every_family_it_has_a_figure_for);
	tcase_add_test(tcase, a_correction_adds_only_what_it_adds);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(meter_suite());
}
