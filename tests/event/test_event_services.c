#include "event/event_services.h"

#include <stdio.h>
#include <string.h>

#include "support/suite.h"

static struct event_services services;

static void setup(void)
{
	services = (struct event_services){0};
}

static void teardown(void)
{
	event_services_finish(&services);
}

static void add(struct str name, unsigned logs, bool is_understood)
{
	event_services_add(&services, &(struct event_tally){.name = name,
					      .unused = {[OTLP_LOGS] = logs},
					      .is_understood = is_understood});
}

static void expect(size_t at, const char *name, unsigned logs)
{
	ck_assert_uint_lt(at, services.count);
	ck_assert_str_eq(services.all[at].name, name);
	ck_assert_uint_eq(services.all[at].unused[OTLP_LOGS], logs);
}

START_TEST(each_service_is_counted_apart)
{
	add(STR("acme"), 2, false);
	add(STR("other"), 1, false);
	add(STR("acme"), 3, false);
	ck_assert_uint_eq(services.count, 2);
	expect(0, "acme", 5);
	expect(1, "other", 1);
	ck_assert(!services.all[0].is_understood);
}
END_TEST

START_TEST(one_that_was_understood_stays_so)
{
	add(STR("acme"), 2, true);
	add(STR("acme"), 1, false);
	ck_assert(services.all[0].is_understood);
	expect(0, "acme", 3);
}
END_TEST

START_TEST(the_most_silent_goes)
{
	char name[32];
	for (int i = 0; i < EVENT_SERVICES_MAX + 3; i++) {
		snprintf(name, sizeof(name), "acme-%d", i);
		add(str_from(name), 1, false);
		add(STR("kept"), 1, false);
	}
	ck_assert_uint_eq(services.count, EVENT_SERVICES_MAX);
	expect(0, "kept", EVENT_SERVICES_MAX + 3);
	expect(1, name, 1);
	expect(EVENT_SERVICES_MAX - 1, "acme-4", 1);
}
END_TEST

START_TEST(names_are_fit_to_be_shown)
{
	char large[1000];
	memset(large, 'a', sizeof(large));
	add((struct str){0}, 1, false);
	expect(0, "", 1);
	add(STR("a\nb\x1b[1m\xff"), 1, false);
	expect(0, "a\\x0ab\\x1b[1m\\xff", 1);
	add((struct str){large, sizeof(large)}, 1, false);
	ck_assert_uint_lt(strlen(services.all[0].name), 70);
	memset(large, '\xff', sizeof(large));
	add((struct str){large, sizeof(large)}, 1, false);
	ck_assert_uint_lt(strlen(services.all[0].name), 80);
}
END_TEST

static Suite *services_suite(void)
{
	Suite *suite = suite_create("event_services");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_service_is_counted_apart);
	tcase_add_test(tc, one_that_was_understood_stays_so);
	tcase_add_test(tc, the_most_silent_goes);
	tcase_add_test(tc, names_are_fit_to_be_shown);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(services_suite());
}
