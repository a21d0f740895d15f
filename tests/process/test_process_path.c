#include "process/process_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "process_tree.h"
#include "support/suite.h"

static char resolved[PATH_MAX];

static void setup(void)
{
	process_tree_make();
	process_tree_directory("src/shop/api");
	strcpy(resolved, "untouched");
}

static int resolve(const char *path)
{
	return process_path_resolve((struct str){0}, path, resolved);
}

static void expect(const char *name, const char *wanted)
{
	ck_assert_int_eq(resolve(process_tree_path(name)), 0);
	ck_assert_str_eq(resolved, process_tree_path(wanted));
}

START_TEST(dots_and_slashes_go)
{
	expect("src/shop", "src/shop");
	expect("src//./shop/", "src/shop");
	expect("src/shop/api/../../shop/api", "src/shop/api");
	ck_assert_int_eq(resolve("/../.."), 0);
	ck_assert_str_eq(resolved, "");
}
END_TEST

START_TEST(links_are_followed)
{
	process_tree_link("near", "src/shop");
	process_tree_link("src/up", "../near/api");
	process_tree_link("far", process_tree_path("src/up"));
	expect("near/api", "src/shop/api");
	expect("far", "src/shop/api");
	expect("far/..", "src/shop"); // above where the link leads
}
END_TEST

START_TEST(links_in_a_circle_end)
{
	process_tree_link("a", "b");
	process_tree_link("b", "a");
	process_tree_link("deeper", "deeper/x");
	ck_assert_int_eq(resolve(process_tree_path("a")), -ELOOP);
	ck_assert_int_eq(resolve(process_tree_path("deeper")), -ELOOP);
	ck_assert_str_eq(resolved, "untouched");
}
END_TEST

START_TEST(what_is_not_there_fails)
{
	process_tree_file("file", "");
	process_tree_link("dangling", "nowhere");
	ck_assert_int_eq(resolve(process_tree_path("nowhere")), -ENOENT);
	ck_assert_int_eq(resolve(process_tree_path("dangling")), -ENOENT);
	ck_assert_int_eq(resolve(process_tree_path("file/x")), -ENOTDIR);
	ck_assert_int_eq(resolve("relative"), -EINVAL);
	ck_assert_int_eq(resolve(""), -EINVAL);
	ck_assert_str_eq(resolved, "untouched");
}
END_TEST

START_TEST(a_path_that_is_too_long_fails)
{
	char path[2 * PATH_MAX];
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(resolve(path), -ENAMETOOLONG);
	path[PATH_MAX - 1] = '\0';
	ck_assert_int_eq(resolve(path), -ENAMETOOLONG);
}
END_TEST

/* Neither told by its path nor by a link: had it been looked at, it would be ENOENT. */
START_TEST(another_machine_is_not_looked_at)
{
	char mounts[1024];
	snprintf(mounts, sizeof(mounts), "40 30 0:50 / %s rw - nfs4 server:/ rw\n",
		process_tree_path("far"));
	process_tree_link("link", "far/shop");
	ck_assert_int_eq(process_path_resolve(str_from(mounts), process_tree_path("far"), resolved),
		-EREMOTE);
	ck_assert_int_eq(
		process_path_resolve(str_from(mounts), process_tree_path("link"), resolved),
		-EREMOTE);
	ck_assert_int_eq(
		process_path_resolve(str_from(mounts), process_tree_path("src"), resolved), 0);
}
END_TEST

static Suite *path_suite(void)
{
	Suite *suite = suite_create("process_path");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, process_tree_remove);
	tcase_add_test(tc, dots_and_slashes_go);
	tcase_add_test(tc, links_are_followed);
	tcase_add_test(tc, links_in_a_circle_end);
	tcase_add_test(tc, what_is_not_there_fails);
	tcase_add_test(tc, a_path_that_is_too_long_fails);
	tcase_add_test(tc, another_machine_is_not_looked_at);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(path_suite());
}
