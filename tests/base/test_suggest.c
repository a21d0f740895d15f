#include "base/suggest.h"

#include "support/suite.h"

static const char *const names[] = {
	"watch", "status", "stop", "start", "restart", "claude-code", "codex", "port", "pipe"};

static const struct {
	const char *typed, *meant;
} mistakes[] = {
	{"stauts", "status"},
	{"wacth", "watch"},
	{"STATUS", "status"},
	{"claud", "claude-code"},
	{"claude_code", "claude-code"},
	{"prot", "port"},
	{"codx", "codex"},
	{"nonsense", NULL},
	{"x", NULL},
	{"", NULL},
	{"sta\xff\xfe", NULL},
	{"a-name-that-is-much-longer-than-any-name-that-there-could-be", NULL},
};

START_TEST(the_nearest_name_is_meant_if_it_is_near)
{
	struct suggestion s = suggest_for(str_from(mistakes[_i].typed));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		suggest_offer(&s, names[i]);
	}
	if (mistakes[_i].meant == NULL) {
		ck_assert_ptr_null(s.best);
	} else {
		ck_assert_str_eq(s.best, mistakes[_i].meant);
	}
}
END_TEST

static Suite *suggest_suite(void)
{
	Suite *suite = suite_create("suggest");
	TCase *tc = tcase_create("all");
	tcase_add_loop_test(tc, the_nearest_name_is_meant_if_it_is_near, 0,
		(int)(sizeof(mistakes) / sizeof(mistakes[0])));
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(suggest_suite());
}
