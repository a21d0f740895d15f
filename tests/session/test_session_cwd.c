#include "session/session_cwd.h"

#include <stdio.h>
#include <string.h>

#include "session/session_peers.h"
#include "session_fixture.h"
#include "support/suite.h"

/* The directories there are: two repositories, one of them within a directory of neither. */
static const struct directory {
	struct str cwd;
	struct session_project project;
} directories[] = {
#define REPOSITORY(cwd_, root_, name_)                                                             \
	{                                                                                          \
		STR_INIT(cwd_),                                                                    \
		{                                                                                  \
			STR_INIT(name_), STR_INIT(root_), true                                     \
		}                                                                                  \
	}
#define PLAIN(cwd_, name_)                                                                         \
	{                                                                                          \
		STR_INIT(cwd_),                                                                    \
		{                                                                                  \
			STR_INIT(name_), STR_INIT(cwd_), false                                     \
		}                                                                                  \
	}
	REPOSITORY("/src/shop", "/src/shop", "shop"),
	REPOSITORY("/src/shop/api/src", "/src/shop", "shop"),
	REPOSITORY("/src/shop/vendor/lib", "/src/shop/vendor/lib", "lib"),
	REPOSITORY("/src/shop-two", "/src/shop-two", "shop-two"),
	REPOSITORY("/link/src", "/src/shop", "shop"),
	PLAIN("/src", "src"),
	PLAIN("/notes", "notes"),
	PLAIN("/notes/2026", "2026"),
	{STR_INIT("/home/dev"), {STR_INIT("dev"), STR_INIT(""), false}},
#undef REPOSITORY
#undef PLAIN
};

static struct fixture *f;
static bool answers_later;
static unsigned asked;

static struct session_project project_of(struct str cwd)
{
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		if (str_equal(directories[i].cwd, cwd)) {
			return directories[i].project;
		}
	}
	return (struct session_project){0};
}

static bool find(struct str cwd, struct session_project *ret, void *data)
{
	ck_assert_ptr_eq(data, &asked);
	asked++;
	if (!answers_later) {
		*ret = project_of(cwd);
	}
	return !answers_later;
}

static void setup(void)
{
	f = fixture_create();
	session_tracker_set_projects(f->tracker, find, &asked);
	answers_later = false;
	asked = 0;
}

static void teardown(void)
{
	fixture_destroy(f);
}

static void answer(const char *cwd)
{
	struct session_project project = project_of(str_from(cwd));
	session_tracker_set_project(f->tracker, str_from(cwd), &project);
}

static void tell(enum event_source source, const char *cwd, const char *name)
{
	struct event e = fixture_event(f->count == 0 ? EVENT_PROMPT : EVENT_SEEN, f->now_ms);
	e.source = source;
	e.cwd = str_from(cwd);
	e.project = str_from(name);
	fixture_send(f, f->now_ms + 10, e);
}

static void go(const char *cwd)
{
	tell(EVENT_FROM_HOOK, cwd, NULL);
}

static void expect(const char *project, const char *cwd)
{
	const struct session *s = session_tracker_find(f->tracker, STR("s"));
	ck_assert_str_eq(s->cwd, cwd);
	if (project == NULL) {
		ck_assert_ptr_null(s->project);
	} else {
		ck_assert_ptr_nonnull(s->project);
		ck_assert_str_eq(s->project, project);
	}
}

START_TEST(the_repository_names_the_session)
{
	go("/src/shop/api/src");
	expect("shop", "/src/shop/api/src");
	for (int i = 0; i < 5; i++) {
		go("/src/shop/api/src");
	}
	ck_assert_uint_eq(asked, 1);
}
END_TEST

START_TEST(below_the_root_only_the_directory_changes)
{
	static const char *const below[] = {"/src/shop/api/src", "/src/shop/vendor/lib",
		"/link/src", "/src/shop/gone", "/src/shop"};
	go("/src/shop");
	for (int i = 0; i < 5; i++) {
		go(below[i]);
		expect("shop", below[i]);
	}
}
END_TEST

START_TEST(below_a_plain_directory_too)
{
	go("/notes");
	go("/notes/2026");
	expect("notes", "/notes/2026");
}
END_TEST

START_TEST(a_repository_names_better_than_a_plain_directory)
{
	go("/src");
	go("/src/shop");
	expect("shop", "/src/shop");
	go("/src");
	expect("src", "/src");
}
END_TEST

START_TEST(home_holds_nothing_together)
{
	go("/home/dev");
	expect("dev", "/home/dev");
	go("/home/dev/scratch");
	expect("scratch", "/home/dev/scratch");
}
END_TEST

START_TEST(elsewhere_is_another_project)
{
	go("/src/shop");
	go("/src/shop-two");
	expect("shop-two", "/src/shop-two");
	go("/notes");
	expect("notes", "/notes");
}
END_TEST

START_TEST(what_is_not_here_is_named_after_its_end)
{
	go("/workspace/app/");
	expect("app", "/workspace/app/");
	go("/workspace/app/src"); // in its container it is below, wherever the root is
	expect("app", "/workspace/app/src");
	go("/workspace/application");
	expect("application", "/workspace/application");
	go("/");
	expect("application", "/");
}
END_TEST

START_TEST(what_is_too_long_is_no_directory)
{
	static char large[100000];
	memset(large, 'a', sizeof(large) - 1);
	memcpy(large, "/src/shop/", 10);
	go("/src/shop");
	go(large);
	expect("shop", "/src/shop");
}
END_TEST

START_TEST(a_long_path_is_entered_once)
{
	static char path[4000];
	memset(path, 'a', sizeof(path) - 1);
	memcpy(path, "/src/shop/", 10);
	go(path);
	int before = asked;
	go(path);
	ck_assert_int_eq(asked, before);
	ck_assert_uint_eq(
		strlen(session_tracker_find(f->tracker, STR("s"))->cwd), sizeof(path) - 1);
}
END_TEST

START_TEST(a_process_that_connects_again_changes_nothing)
{
	const struct session_process process = {.pid = 7, .names = {STR("claude")}};
	tell(EVENT_FROM_LOGS, "/src/shop", NULL);
	session_tracker_set_process(f->tracker, 1, &process);
	size_t before = f->count;
	session_tracker_set_process(f->tracker, 1, &process);
	ck_assert_uint_eq(f->count, before);
}
END_TEST

START_TEST(the_clients_own_name_wins)
{
	tell(EVENT_FROM_HOOK, "/src/shop", NULL);
	tell(EVENT_FROM_LOGS, "/src/shop-two", "The Shop");
	expect("The Shop", "/src/shop");
	go("/notes");
	expect("The Shop", "/notes");
}
END_TEST

START_TEST(all_who_tell_are_treated_alike)
{
	static const enum event_source sources[] = {
		EVENT_FROM_LOGS, EVENT_FROM_TRACES, EVENT_FROM_HOOK};
	for (int i = 0; i < 3; i++) {
		tell(sources[i], "/src/shop/api/src", NULL);
		expect("shop", "/src/shop/api/src");
		teardown();
		setup();
	}
	const struct session_process process = {
		.pid = 7, .names = {STR_INIT("claude")}, .cwd = STR_INIT("/src/shop/api/src")};
	fixture_send(f, 10, fixture_event(EVENT_PROMPT, 0));
	session_tracker_set_process(f->tracker, 1, &process);
	expect("shop", "/src/shop/api/src");
}
END_TEST

START_TEST(until_the_answer_there_is_no_name)
{
	answers_later = true;
	go("/src/shop/api/src");
	expect(NULL, "/src/shop/api/src");
	size_t told = f->count;
	answer("/src/shop"); // another session's
	expect(NULL, "/src/shop/api/src");
	answer("/src/shop/api/src");
	expect("shop", "/src/shop/api/src");
	ck_assert_uint_eq(f->count, told + 1);
	answer("/src/shop/api/src");
	ck_assert_uint_eq(f->count, told + 1);
}
END_TEST

START_TEST(until_the_answer_the_name_stays)
{
	go("/notes");
	answers_later = true;
	go("/src/shop");
	expect("notes", "/src/shop");
	answer("/src/shop");
	expect("shop", "/src/shop");
}
END_TEST

START_TEST(the_first_directory_names_though_it_was_left_at_once)
{
	answers_later = true;
	go("/notes");
	go("/notes/2025");
	go("/notes/2026");
	ck_assert_uint_eq(asked, 1);
	answer("/notes");
	expect("notes", "/notes/2026");
	answer("/notes/2026");
	expect("notes", "/notes/2026");
	ck_assert_uint_eq(asked, 2);
}
END_TEST

START_TEST(a_directory_that_was_left_for_another_names_nothing)
{
	answers_later = true;
	tell(EVENT_FROM_LOGS, "/src", NULL);
	go("/src/shop-two");
	go("/notes");
	answer("/src");
	expect(NULL, "/notes");
	answer("/notes");
	expect("notes", "/notes");
}
END_TEST

START_TEST(an_answer_may_come_too_late)
{
	answers_later = true;
	go("/src/shop");
	tell(EVENT_FROM_LOGS, NULL, "The Shop");
	answer("/src/shop");
	expect("The Shop", "/src/shop");
	fixture_send(f, f->now_ms + 10, fixture_event(EVENT_SESSION_END, f->now_ms));
	ck_assert_ptr_null(session_tracker_find(f->tracker, STR("s")));
	answer("/src/shop");
}
END_TEST

START_TEST(without_anybody_to_ask_it_is_its_own_name)
{
	session_tracker_set_projects(f->tracker, NULL, NULL);
	go("/src/shop/api/src");
	expect("src", "/src/shop/api/src");
}
END_TEST

static Suite *place_suite(void)
{
	Suite *suite = suite_create("session_place");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_repository_names_the_session);
	tcase_add_test(tc, below_the_root_only_the_directory_changes);
	tcase_add_test(tc, below_a_plain_directory_too);
	tcase_add_test(tc, a_repository_names_better_than_a_plain_directory);
	tcase_add_test(tc, home_holds_nothing_together);
	tcase_add_test(tc, elsewhere_is_another_project);
	tcase_add_test(tc, what_is_not_here_is_named_after_its_end);
	tcase_add_test(tc, what_is_too_long_is_no_directory);
	tcase_add_test(tc, a_long_path_is_entered_once);
	tcase_add_test(tc, a_process_that_connects_again_changes_nothing);
	tcase_add_test(tc, the_clients_own_name_wins);
	tcase_add_test(tc, all_who_tell_are_treated_alike);
	tcase_add_test(tc, until_the_answer_there_is_no_name);
	tcase_add_test(tc, until_the_answer_the_name_stays);
	tcase_add_test(tc, the_first_directory_names_though_it_was_left_at_once);
	tcase_add_test(tc, a_directory_that_was_left_for_another_names_nothing);
	tcase_add_test(tc, an_answer_may_come_too_late);
	tcase_add_test(tc, without_anybody_to_ask_it_is_its_own_name);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(place_suite());
}
