/* GET /api/stats of a history that was written at times of our own choice: days that are longer or
 * shorter, another time zone, and what is chosen. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/mem.h"
#include "report/report.h"
#include "store/store_fixture.h"
#include "support/suite.h"

static const int64_t hour_ms = INT64_C(3600000), minute_ms = INT64_C(60000);

static struct store *s;
static struct report_request request;
static struct buf answer;
static uint64_t next_id;

static void setup(void)
{
	fixture_setup();
	s = fixture_open();
	request = (struct report_request){0};
	buf_init(&answer, 1 << 20);
	next_id = 1;
}

static void teardown(void)
{
	buf_finish(&answer);
	fixture_close(s);
	fixture_teardown();
}

static void use_zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static int64_t at(const char *text)
{
	int64_t ns;
	ck_assert(instant_read_timestamp(str_from(text), &ns));
	return ns / MS_NS;
}

static void put_of(char session, const char *model, int64_t at_ms)
{
	struct session_call call = fixture_call(fixture_session(session), next_id++);
	call.model = str_from(model);
	call.end_ms = at_ms;
	store_put_call(s, &call, at_ms);
	ck_assert_int_eq(fixture_flush(s), 0);
}

static void put(int64_t at_ms)
{
	put_of('a', "opal", at_ms);
}

static int work(struct store_db *db, void *arg)
{
	(void)arg;
	return report_stats(db, &request, &answer);
}

static void ask(int64_t now_ms)
{
	request.now_ms = now_ms;
	buf_clear(&answer);
	ck_assert_int_eq(fixture_ask(s, work, NULL), 0);
	ck_assert(!answer.overflowed);
}

static bool has(const char *text)
{
	return str_contains(buf_str(&answer), str_from(text));
}

/* The text between two others, the first of them. */
static struct str part(const char *from, const char *to)
{
	struct str all = buf_str(&answer);
	while (all.size > 0 && !str_starts_with(all, str_from(from))) {
		all = str_skip(all, 1);
	}
	struct str rest = all;
	while (rest.size > 0 && !str_starts_with(rest, str_from(to))) {
		rest = str_skip(rest, 1);
	}
	return (struct str){all.data, all.size - rest.size};
}

/* ---- days */

/* A call in each hour of a day, and one before and one behind it: what is told a minute before its
 * end. */
static void fill_day(const char *first, int hours)
{
	int64_t begin_ms = at(first);
	for (int i = -1; i <= hours; i++) {
		put(begin_ms + i * hour_ms + 30 * minute_ms);
	}
	ask(begin_ms + hours * hour_ms - minute_ms);
}

static void check_hour(int hour, int calls)
{
	cleanup_free char *expected = xasprintf(
		calls > 0 ? "{\"hour\":%d,\"cost_usd\":0.0%d,\"calls\":%d,"
			  : "{\"hour\":%d,\"cost_usd\":%d,\"calls\":%d,",
		hour, calls, calls);
	ck_assert_msg(has(expected), "%s", expected);
}

START_TEST(a_day_of_23_hours)
{
	use_zone("Europe/Berlin");
	fill_day("2026-03-28T23:00:00Z", 23);
	ck_assert(str_contains(part("\"today\"", "\"month\""), STR("\"calls\":23,")));
	for (int hour = 0; hour < 24; hour++) {
		check_hour(hour, hour == 2 ? 0 : 1);
	}
	ck_assert(has("{\"date\":\"2026-03-28\",\"cost_usd\":0.01,\"calls\":1,"));
	ck_assert(has("{\"date\":\"2026-03-29\",\"cost_usd\":0.23,\"calls\":23,"));
	ask(at("2026-03-29T11:00:00Z")); // 13:00, 12 hours of 23
	ck_assert(has("\"projected_today\":0.440833333"));
	ask(at("2026-03-30T10:00:00Z"));
	ck_assert(str_contains(part("\"today\"", "\"month\""), STR("\"calls\":1,")));
}
END_TEST

START_TEST(a_day_of_25_hours)
{
	use_zone("Europe/Berlin");
	fill_day("2026-10-24T22:00:00Z", 25);
	ck_assert(str_contains(part("\"today\"", "\"month\""), STR("\"calls\":25,")));
	for (int hour = 0; hour < 24; hour++) {
		check_hour(hour, hour == 2 ? 2 : 1);
	}
	ck_assert(has("{\"date\":\"2026-10-24\",\"cost_usd\":0.01,\"calls\":1,"));
	ck_assert(has("{\"date\":\"2026-10-25\",\"cost_usd\":0.25,\"calls\":25,"));
	request.from_ms = report_day_begin_ms(20261025);
	request.to_ms = report_day_begin_ms(20261026);
	ck_assert_int_eq(request.to_ms - request.from_ms, 25 * hour_ms);
	ask(at("2026-10-27T10:00:00Z"));
	ck_assert(str_contains(part("\"range\"", "\"hours\""), STR("\"calls\":25,")));
}
END_TEST

/* Where the clock changes at midnight, a day does not begin with it. */
START_TEST(a_day_without_a_midnight)
{
	use_zone("America/Santiago");
	fill_day("2026-09-06T04:00:00Z", 23); // 01:00, an hour after 23:59
	ck_assert(has("{\"date\":\"2026-09-05\",\"cost_usd\":0.01,\"calls\":1,"));
	ck_assert(has("{\"date\":\"2026-09-06\",\"cost_usd\":0.23,\"calls\":23,"));
	check_hour(0, 0);
	check_hour(1, 1);
}
END_TEST

/* A day that was lived elsewhere stays what it was. */
START_TEST(another_zone_after_a_restart)
{
	use_zone("America/New_York");
	put(at("2026-03-09T03:30:00Z")); // the 8th, 23:30
	fixture_close(s);
	use_zone("Asia/Tokyo");
	s = fixture_open();
	put(at("2026-03-09T16:30:00Z")); // the 10th, 01:30
	ask(at("2026-03-09T16:50:00Z"));
	ck_assert(str_contains(part("\"today\"", "\"month\""), STR("\"calls\":1,")));
	ck_assert(str_contains(part("\"total\":{", "\"hours\""), STR("\"calls\":2,")));
	check_hour(1, 1);
	ck_assert(has("{\"date\":\"2026-03-08\",\"cost_usd\":0.01,\"calls\":1,"));
	ck_assert(has("{\"date\":\"2026-03-09\",\"cost_usd\":0,\"calls\":0,"));
	ck_assert(has("{\"date\":\"2026-03-10\",\"cost_usd\":0.01,\"calls\":1,"));
}
END_TEST

/* ---- what is chosen */

static const int64_t now_ms = FIXTURE_NOW_MS;

static unsigned count_of(const char *text)
{
	unsigned count = 0;
	for (struct str all = buf_str(&answer); all.size > 0; all = str_skip(all, 1)) {
		count += str_starts_with(all, str_from(text));
	}
	return count;
}

/* In which every period, hour, day and month has just the calls of the choice. */
static void check_choice(int calls)
{
	static const char *const parts[][2] = {
		{"\"today\"", "\"month\""},
		{"\"month\":{", "\"total\":{"},
		{"\"total\":{", "\"hours\""},
		{"\"by_day\"", "\"projected_today\""},
	};
	cleanup_free char *text = xasprintf("\"calls\":%d,", calls);
	ask(now_ms);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		ck_assert_msg(str_contains(part(parts[i][0], parts[i][1]), str_from(text)),
			"%s: %s", parts[i][0], text);
	}
	cleanup_free char *row = xasprintf(",\"calls\":%d,\"tokens\"", calls);
	ck_assert_uint_eq(count_of(row), 3); // this hour, day and month
}

START_TEST(each_choice_chooses)
{
	static char elsewhere[] = "elsewhere", codex[] = "codex", opal[] = "opal", jade[] = "jade";
	put_of('a', "opal", now_ms - 1000);
	put_of('a', "jade", now_ms - 1000);
	put_of('b', "opal", now_ms - 1000);
	struct session *other = fixture_session('c');
	other->project = elsewhere;
	other->assistant_name = codex;
	struct session_call call = fixture_call(other, next_id++);
	call.model = STR("jade");
	call.end_ms = now_ms - 1000;
	for (int i = 0; i < 3; i++) {
		call.id = next_id++;
		store_put_call(s, &call, now_ms);
	}
	ck_assert_int_eq(fixture_flush(s), 0);
	check_choice(6);
	request.model = jade;
	check_choice(4);
	request.project = elsewhere;
	check_choice(3);
	request.model = NULL;
	request.project = NULL;
	request.tool = codex;
	check_choice(3);
	request.model = opal;
	ask(now_ms);
	ck_assert(has("\"by_model\":[],"));
	ck_assert(has("\"success_rate\":null"));
	ck_assert(has("\"costs\":{\"today\":0.06,\"month\":0.06,\"total\":0.06}")); // of everything
	request = (struct report_request){.from_ms = now_ms + 86400000};
	ask(now_ms);
	ck_assert(str_contains(part("\"range\"", "\"hours\""), STR("\"calls\":0,")));
	ck_assert(has("\"by_day\":[],"));
}
END_TEST

START_TEST(groups_that_were_asked_for)
{
	static const char *const wrong[] = {"", "models", "model,,day", "session", ",model"};
	put(now_ms);
	ck_assert(report_read_groups(STR("model,day"), &request.groups));
	ask(now_ms);
	ck_assert(has("\"by_model\":[{") && has("\"by_day\":[{"));
	ck_assert(!has("\"by_project\"") && !has("\"by_tool\""));
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		ck_assert_msg(
			!report_read_groups(str_from(wrong[i]), &request.groups), "%s", wrong[i]);
	}
}
END_TEST

static Suite *report_stats_suite(void)
{
	Suite *suite = suite_create("report_stats");
	TCase *c = tcase_create("days");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, a_day_of_23_hours);
	tcase_add_test(c, a_day_of_25_hours);
	tcase_add_test(c, a_day_without_a_midnight);
	tcase_add_test(c, another_zone_after_a_restart);
	tcase_add_test(c, each_choice_chooses);
	tcase_add_test(c, groups_that_were_asked_for);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(report_stats_suite());
}
