#include "process/process_project.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/suite.h"

static char root[] = "/tmp/process-project-XXXXXX";

static const char *const directories[] = {"/home", "/home/dev", "/home/dev/.git", "/home/dev/shop",
	"/home/dev/shop/.git", "/home/dev/shop/src", "/home/dev/shop/src/cart", "/home/dev/notes",
	"/home/dev/tree", "/home/developer", "/home/developer/x", "/srv", "/srv/.git", "/srv/www"};
static const char worktree_file[] = "/home/dev/tree/.git";

static void path_of(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s%s", root, name);
}

static void setup(void)
{
	char path[256];
	strcpy(root + strlen(root) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	for (unsigned i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		path_of(path, sizeof(path), directories[i]);
		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	path_of(path, sizeof(path), worktree_file);
	FILE *file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	fclose(file);
}

static void teardown(void)
{
	char path[256];
	path_of(path, sizeof(path), worktree_file);
	unlink(path);
	for (unsigned i = sizeof(directories) / sizeof(directories[0]); i-- > 0;) {
		path_of(path, sizeof(path), directories[i]);
		rmdir(path);
	}
	rmdir(root);
}

static void expect(const char *cwd, const char *home, const char *project)
{
	char *name = process_project_name(root, cwd, home);
	if (project == NULL) {
		ck_assert_ptr_null(name);
	} else {
		ck_assert_ptr_nonnull(name);
		ck_assert_str_eq(name, project);
	}
	free(name);
}

START_TEST(a_repository_names_what_is_below)
{
	expect("/home/dev/shop", "/home/dev", "shop");
	expect("/home/dev/shop/", "/home/dev/", "shop");
	expect("/home/dev/shop/src/cart", "/home/dev", "shop");
	expect("/home/dev/tree", "/home/dev", "tree"); // the file of a worktree
	expect("/srv/www", "/home/dev", "srv");
}
END_TEST

START_TEST(home_is_no_project_of_what_is_below)
{
	expect("/home/dev/notes", "/home/dev", "notes");
	expect("/home/dev", "/home/dev", "dev");
	expect("/home/dev/notes", NULL, "dev");
	expect("/home/dev/notes", "/home/dev/notes/deeper", "notes");
}
END_TEST

START_TEST(a_home_with_a_longer_name_is_another)
{
	expect("/home/dev/notes", "/home/developer", "dev");
	expect("/home/developer/x", "/home/dev", "x");
}
END_TEST

START_TEST(without_a_repository_it_is_its_own_name)
{
	expect("/home/developer/x", NULL, "x");
	expect("/no/such/directory", NULL, "directory");
}
END_TEST

START_TEST(what_is_no_path_has_no_project)
{
	expect("/", NULL, NULL);
	expect("", NULL, NULL);
	expect("relative/path", NULL, NULL);
}
END_TEST

START_TEST(a_very_long_path_ends)
{
	char path[2 * 8000 + 1];
	for (int i = 0; i < 8000; i++) {
		memcpy(path + (ptrdiff_t)i * 2, "/a", 3);
	}
	expect(path, NULL, "a");
}
END_TEST

static Suite *project_suite(void)
{
	Suite *suite = suite_create("process_project");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_repository_names_what_is_below);
	tcase_add_test(tc, home_is_no_project_of_what_is_below);
	tcase_add_test(tc, a_home_with_a_longer_name_is_another);
	tcase_add_test(tc, without_a_repository_it_is_its_own_name);
	tcase_add_test(tc, what_is_no_path_has_no_project);
	tcase_add_test(tc, a_very_long_path_ends);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(project_suite());
}
