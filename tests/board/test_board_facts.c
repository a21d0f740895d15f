/* What a file holds, and what a card shows of it at its place. */
#include <check.h>

#include "base/mem.h"
#include "board/board.h"
#include "support/suite.h"

static struct board_facts *read_text(const char *text)
{
	return board_facts_read(str_from(text), NULL, false);
}

static void assert_text(struct str got, const char *wanted)
{
	ck_assert_msg(str_equal(got, str_from(wanted)), "%.*s instead of %s", STR_ARG(got), wanted);
}

START_TEST(fields_are_folded_and_known_words_settled)
{
	struct board_facts *f = read_text("id: 007\n"
					  "title: \"  two\\t words\\n\"\n"
					  "priority: HIGH\n"
					  "status: In-Progress\n"
					  "agent: [a, b]\n");
	assert_text(f->fields[BOARD_ID], "007");
	assert_text(f->fields[BOARD_TITLE], "two words");
	assert_text(f->fields[BOARD_PRIORITY], "high");
	assert_text(f->fields[BOARD_STATUS], "in_progress");
	ck_assert_ptr_null(f->fields[BOARD_AGENT].data);
	assert_text(f->warnings, "\"agent: not text\"");
	assert_text(f->raw, "\"title\":\"  two\\t words\\n\",\"agent\":[\"a\",\"b\"],"
			    "\"priority\":\"HIGH\",\"status\":\"In-Progress\"");
	ck_assert(board_status_fits(f->known_status, BOARD_ASSIGNED));
	ck_assert(!board_status_fits(f->known_status, BOARD_DONE));
	ck_assert(board_status_fits(f->known_status, BOARD_OTHER));
	board_facts_unref(f);
}
END_TEST

START_TEST(dependencies_come_in_every_form)
{
	struct board_facts *f = read_text("dependencies: a, b ,, a\n"
					  "blocked_by: [c, {id: d}, {x: 1}, 17, ~, a]\n"
					  "blocks: {e: 1}\n");
	static const char *const needs[] = {"a", "b", "c", "d", "17"};
	ck_assert_uint_eq(f->needs_count, ARRAY_SIZE(needs));
	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		assert_text(f->needs[i], needs[i]);
	}
	ck_assert_uint_eq(f->blocks_count, 0);
	assert_text(f->warnings, "\"blocked_by: entry is no id\",\"blocks: not a list\"");
	board_facts_unref(f);
}
END_TEST

START_TEST(times_are_the_first_that_can_be_read)
{
	struct board_facts *f = read_text("created_at: yesterday\n"
					  "created: 2026-03-02T09:00:00Z\n"
					  "started_at: 1772442000\n"
					  "result: {completed_at: \"2026-03-02T10:00:00Z\"}\n");
	ck_assert_int_eq(f->times_ms[BOARD_CREATED_AT], 1772442000000);
	ck_assert_int_eq(f->times_ms[BOARD_ASSIGNED_AT], BOARD_NO_TIME);
	ck_assert_int_eq(f->times_ms[BOARD_STARTED_AT], 1772442000000);
	ck_assert_int_eq(f->times_ms[BOARD_COMPLETED_AT], 1772445600000);
	board_facts_unref(f);
}
END_TEST

START_TEST(times_may_be_numbers_of_any_unit)
{
	struct board_facts *f = read_text("created_at: 1772442000\n"
					  "assigned_at: 1772442000000\n"
					  "started_at: 1772442000000000\n"
					  "completed_at: 1772442000000000000\n");
	for (size_t i = 0; i < BOARD_TIMES; i++) {
		ck_assert_int_eq(f->times_ms[i], 1772442000000);
	}
	board_facts_unref(f);
}
END_TEST

START_TEST(broken_files_keep_what_was_good)
{
	struct board_facts *good = read_text("id: a\ntitle: A\n");
	struct board_facts *bad = board_facts_read(STR("id: \"b\n"), good, false);
	struct board_facts *worse = board_facts_read(STR("["), bad, false);
	ck_assert(worse->is_broken && worse->was_good);
	assert_text(worse->fields[BOARD_ID], "a");
	assert_text(worse->fields[BOARD_TITLE], "A");
	ck_assert_int_eq(bad->line, 2);
	board_facts_unref(good);
	board_facts_unref(bad);
	board_facts_unref(worse);
}
END_TEST

START_TEST(places)
{
	static const struct {
		const char *path, *lane, *group, *agent, *status;
	} rows[] = {
		{"inbox/x.yaml", "inbox", NULL, "unassigned", "new"},
		{"inbox/me/x.yaml", "inbox", NULL, "unassigned", "new"},
		{"assigned/me/x.yaml", "assigned", "me", "me", "assigned"},
		{"assigned/me/deep/er/x.yaml", "assigned", "me", "me", "assigned"},
		{"done/x.yaml", "done", "unassigned", "unassigned", "done"},
		{"archive/me/x.yaml", "archive", NULL, "unassigned", "done"},
		{"Inbox/x.yaml", "other", NULL, "unassigned", "unknown"},
		{"inbox.yaml", "other", NULL, "unassigned", "unknown"},
		{"review/me/x.YML", "other", NULL, "unassigned", "unknown"},
	};
	struct board_facts *f = read_text("a: 1\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct str path = str_from(rows[i].path);
		struct str group = board_shown_group(path, f);
		assert_text(str_from(board_lane_name(board_shown_lane(path, f))), rows[i].lane);
		ck_assert_msg((group.data == NULL) == (rows[i].group == NULL), "%s", rows[i].path);
		assert_text(group, rows[i].group != NULL ? rows[i].group : "");
		assert_text(board_shown_agent(path, f), rows[i].agent);
		assert_text(board_shown_status(path, f), rows[i].status);
	}
	assert_text(board_shown_title(STR("review/x.YML"), f), "x");
	board_facts_unref(f);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("board_facts");
	TCase *tcase = tcase_create("board_facts");
	tcase_add_test(tcase, fields_are_folded_and_known_words_settled);
	tcase_add_test(tcase, dependencies_come_in_every_form);
	tcase_add_test(tcase, times_are_the_first_that_can_be_read);
	tcase_add_test(tcase, times_may_be_numbers_of_any_unit);
	tcase_add_test(tcase, broken_files_keep_what_was_good);
	tcase_add_test(tcase, places);
	suite_add_tcase(suite, tcase);
	return suite_run(suite);
}
