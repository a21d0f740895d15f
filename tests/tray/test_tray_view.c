#include "tray/tray_view.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/suite.h"

static struct tray_view view;

static void teardown(void)
{
	tray_view_finish(&view);
}

static void show(const char *sessions, const char *more)
{
	static char line[1 << 16];
	int size = snprintf(line, sizeof(line),
		"{\"type\":\"session_list\",\"v\":1%s,\"sessions\":[%s]}", more, sessions);
	tray_view_finish(&view);
	ck_assert_int_eq(tray_view_read(&view, line, (size_t)size), 0);
}

#define SESSION(id, project, state, attention)                                                     \
	"{\"session_id\":\"" id "\",\"tool\":\"codex\",\"state\":\"" state                         \
	"\",\"project\":" project ",\"since\":1,\"attention\":" attention "}"

START_TEST(no_sessions)
{
	tray_view_init(&view);
	ck_assert_int_eq(view.state, CONFIG_BAR_EMPTY);
	ck_assert_str_eq(view.title, "No AI sessions");
	ck_assert_str_eq(view.details, "");
	ck_assert_uint_eq(view.row_count + view.more, 0);
	show("", "");
	ck_assert_int_eq(view.state, CONFIG_BAR_EMPTY);
	ck_assert(!view.has_unseen);
	show("", ",\"cost_today_usd\":3.4");
	ck_assert_str_eq(view.title, "No AI sessions, $3.40 today");
}
END_TEST

START_TEST(the_most_urgent_comes_first)
{
	show(SESSION("1", "\"shop\"", "idle", "null") "," SESSION(
		     "2", "null", "working", "null") "," SESSION("3", "\"api\"", "completed",
		     "\"done\"") "," SESSION("4", "\"docs\"", "completed", "\"permission\""),
		",\"paused_until\":4711");
	ck_assert_int_eq(view.state, CONFIG_BAR_ATTENTION);
	ck_assert_str_eq(view.title, "AI sessions: 1 needs you, 1 working, 1 done, 1 idle");
	ck_assert_str_eq(view.details, "docs: Codex needs your permission\n"
				       "api: Codex is done\n"
				       "Codex is working\n"
				       "shop: Codex is idle");
	ck_assert_str_eq(view.rows[0].session_id, "4");
	ck_assert_int_eq(view.rows[1].state, CONFIG_BAR_COMPLETED);
	ck_assert_int_eq(view.rows[3].state, CONFIG_BAR_IDLE);
	ck_assert_int_eq(view.paused_until_s, 4711);
	ck_assert(view.has_unseen);
}
END_TEST

START_TEST(what_is_to_be_seen)
{
	static const struct {
		const char *session;
		bool is_unseen;
	} rows[] = {
		{SESSION("1", "null", "working", "null"), false},
		{SESSION("1", "null", "idle", "null"), false},
		{SESSION("1", "null", "completed", "\"permission\""), false},
		{SESSION("1", "null", "completed", "\"question\""), false},
		{SESSION("1", "null", "completed", "\"done\""), true},
		{SESSION("1", "null", "idle", "\"done\""), true},
		{SESSION("1", "null", "completed", "\"error\""), true},
		{SESSION("1", "null", "idle", "\"limit\""), true},
		{SESSION("1", "null", "working", "\"stalled\""), true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		show(rows[i].session, "");
		ck_assert_msg(view.has_unseen == rows[i].is_unseen, "%s", rows[i].session);
	}
}
END_TEST

START_TEST(names_are_harmless_and_short)
{
	show(SESSION("1", "\"a\\u001b[1m\\nb<&_\\\"\"", "working", "null"), "");
	ck_assert_ptr_null(strpbrk(view.rows[0].label, "\x1b\n"));
	ck_assert_ptr_nonnull(strstr(view.rows[0].label, "b<&_"));
	char long_name[512] = "";
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	char session[2048];
	snprintf(session, sizeof(session),
		"{\"session_id\":\"1\",\"tool\":\"%s\",\"state\":\"%s\",\"project\":\"%s\","
		"\"muted\":true}",
		long_name, long_name, long_name);
	show(session, "");
	ck_assert_uint_lt(strlen(view.rows[0].label), 200);
	ck_assert_ptr_nonnull(strstr(view.rows[0].label, " (muted)"));
}
END_TEST

START_TEST(many_sessions_are_counted)
{
	struct buf sessions;
	buf_init(&sessions, 1 << 16);
	for (int i = 0; i < 100; i++) {
		buf_printf(&sessions,
			"%s{\"session_id\":\"%d\",\"tool\":\"codex\",\"state\":\"working\"}",
			i > 0 ? "," : "", i);
	}
	buf_append_char(&sessions, '\0');
	show(sessions.data, "");
	buf_finish(&sessions);
	ck_assert_uint_eq(view.row_count, TRAY_ROWS);
	ck_assert_uint_eq(view.more, 100 - TRAY_ROWS);
	ck_assert_ptr_nonnull(strstr(view.details, "\n… and 80 more"));
}
END_TEST

START_TEST(nonsense_is_rejected)
{
	char line[] = "{\"type\":\"session_update\"}", broken[] = "{";
	ck_assert_int_eq(tray_view_read(&view, line, strlen(line)), -EPROTO);
	ck_assert_int_eq(tray_view_read(&view, broken, strlen(broken)), -EPROTO);
}
END_TEST

static Suite *tray_view_suite(void)
{
	Suite *suite = suite_create("tray_view");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, no_sessions);
	tcase_add_test(tc, the_most_urgent_comes_first);
	tcase_add_test(tc, what_is_to_be_seen);
	tcase_add_test(tc, names_are_harmless_and_short);
	tcase_add_test(tc, many_sessions_are_counted);
	tcase_add_test(tc, nonsense_is_rejected);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(tray_view_suite());
}
