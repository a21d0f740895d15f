#include <check.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/xdg.h"
#include "support/suite.h"

START_TEST(the_variable_goes_before_the_home)
{
	static const struct {
		const char *directory, *home, *below_home, *name, *path;
	} rows[] = {
		{"/c", "/h", ".config", "x/y.json", "/c/x/y.json"},
		{NULL, "/h", ".config", "x/y.json", "/h/.config/x/y.json"},
		{"c", "/h", ".config", "x", "/h/.config/x"},
		{"/c", "h", ".config", "x", "/c/x"},
		{NULL, "/h", "", ".x", "/h/.x"},
		{"/c", NULL, ".x", "", "/c"},
		{NULL, "/h", ".x", "", "/h/.x"},
		{NULL, "h", ".config", "x", NULL},
		{"", "", ".config", "x", NULL},
		{NULL, NULL, ".config", "x", NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free char *path = xdg_path(
			rows[i].directory, rows[i].home, rows[i].below_home, rows[i].name);
		if (rows[i].path == NULL) {
			ck_assert_ptr_null(path);
		} else {
			ck_assert_str_eq(path, rows[i].path);
		}
	}
}
END_TEST

static Suite *xdg_suite(void)
{
	Suite *suite = suite_create("xdg");
	TCase *tcase = tcase_create("xdg");
	tcase_add_test(tcase, the_variable_goes_before_the_home);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(xdg_suite());
}
