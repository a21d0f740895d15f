#include "process/process_project.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process_tree.h"
#include "support/suite.h"

static struct process_project project;

static void setup(void)
{
	process_tree_make();
	process_tree_directory("dev/.git"); // the settings of dev, whose home it is
	process_tree_directory("dev/shop/.git");
	process_tree_directory("dev/shop/src/cart");
	process_tree_directory("dev/notes/2026");
	process_tree_directory("developer/x");
	process_tree_directory("srv/.git");
	process_tree_directory("srv/www");
}

static void teardown(void)
{
	process_project_finish(&project);
	process_tree_remove();
}

static int find(const char *name, const char *home)
{
	process_project_finish(&project);
	return process_project_find(
		process_tree_path(name), home != NULL ? process_tree_path(home) : NULL, &project);
}

static void expect(const char *cwd, const char *home, const char *name, const char *root)
{
	ck_assert_int_eq(find(cwd, home), 0);
	ck_assert_str_eq(project.name, name);
	if (root == NULL) {
		ck_assert_ptr_null(project.root);
	} else {
		ck_assert_str_eq(project.root, process_tree_path(root));
	}
}

/* What git writes for a linked worktree of the repository with its data there. */
static void add_worktree(const char *directory, const char *data, const char *name)
{
	char file[256], text[512];
	snprintf(text, sizeof(text), "gitdir: %s/worktrees/%s\n", process_tree_path(data), name);
	snprintf(file, sizeof(file), "%s/.git", directory);
	process_tree_file(file, text);
	snprintf(file, sizeof(file), "%s/worktrees/%s/commondir", data, name);
	process_tree_file(file, "../..\n");
}

START_TEST(a_repository_names_what_is_below)
{
	expect("dev/shop", "dev", "shop", "dev/shop");
	expect("dev/shop/", "dev", "shop", "dev/shop");
	expect("dev/shop/src/cart", "dev", "shop", "dev/shop");
	expect("dev/shop/.git", "dev", "shop", "dev/shop");
	expect("srv/www", "dev", "srv", "srv");
	ck_assert(project.is_repository);
}
END_TEST

START_TEST(without_a_repository_it_is_its_own_name)
{
	expect("dev/notes/2026", "dev", "2026", "dev/notes/2026");
	ck_assert(!project.is_repository);
	expect("developer/x", NULL, "x", "developer/x");
}
END_TEST

START_TEST(home_is_no_project)
{
	expect("dev/notes", "dev", "notes", "dev/notes");
	expect("dev", "dev", "dev", NULL);
	ck_assert(!project.is_repository);
	expect("", "dev", strrchr(process_tree_path(""), '/') + 1, NULL);
	expect("dev/notes", NULL, "dev", "dev");
	expect("dev/notes", "dev/notes/deeper", "notes", NULL);
}
END_TEST

START_TEST(a_home_with_a_longer_name_is_another)
{
	expect("dev/notes", "developer", "dev", "dev");
	expect("developer/x", "dev", "x", "developer/x");
}
END_TEST

START_TEST(a_link_is_what_it_leads_to)
{
	process_tree_link("dev/current", "shop/src");
	expect("dev/current/cart", "dev", "shop", "dev/shop");
	process_tree_directory("dev/data");
	process_tree_link("dev/linked/.git", "../data");
	expect("dev/linked", "dev", "linked", "dev/linked");
}
END_TEST

START_TEST(a_linked_worktree_names_its_repository)
{
	add_worktree("dev/shop/.claude/worktrees/calm", "dev/shop/.git", "calm");
	expect("dev/shop/.claude/worktrees/calm", "dev", "shop/calm",
		"dev/shop/.claude/worktrees/calm");
	ck_assert(project.is_repository);
	process_tree_directory("dev/fix/src");
	add_worktree("dev/fix", "dev/shop/.git", "fix1"); // git's own name of it is another
	expect("dev/fix/src", "dev", "shop/fix", "dev/fix");
}
END_TEST

START_TEST(a_worktree_may_be_told_by_relative_paths)
{
	add_worktree("dev/fix", "dev/shop/.git", "fix");
	process_tree_file("dev/fix/.git", "gitdir: ../shop/.git/worktrees/fix\r\n");
	expect("dev/fix", "dev", "shop/fix", "dev/fix");
}
END_TEST

START_TEST(bare_repositories_have_worktrees)
{
	add_worktree("dev/a", "dev/api.git", "a");
	expect("dev/a", "dev", "api/a", "dev/a");
	add_worktree("dev/web/main", "dev/web/.bare", "main");
	process_tree_file("dev/web/.git", "gitdir: ./.bare\n");
	expect("dev/web/main", "dev", "web/main", "dev/web/main");
	expect("dev/web", "dev", "web", "dev/web");
}
END_TEST

START_TEST(a_submodule_is_its_own_root)
{
	process_tree_directory("dev/shop/.git/modules/lib");
	process_tree_file("dev/shop/vendor/lib/.git", "gitdir: ../../.git/modules/lib\n");
	expect("dev/shop/vendor/lib", "dev", "lib", "dev/shop/vendor/lib");
	add_worktree("dev/w", "dev/shop/.git/modules/lib", "w");
	expect("dev/w", "dev", "lib/w", "dev/w");
}
END_TEST

START_TEST(what_is_no_file_of_git_names_nothing)
{
	static const char *const texts[] = {"", "\n", "gitdir:", "gitdir: \n", "gitdir: nowhere\n",
		"gitdir: /\n", "gitdir: .\n", "shop"};
	for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		process_tree_file("dev/odd/.git", texts[i]);
		expect("dev/odd", "dev", "odd", "dev/odd");
	}
	char large[3 * PATH_MAX] = "gitdir: ";
	memset(large + strlen(large), 'x', sizeof(large) - 1 - strlen(large));
	large[sizeof(large) - 1] = '\0';
	process_tree_file("dev/odd/.git", large);
	expect("dev/odd", "dev", "odd", "dev/odd");
}
END_TEST

START_TEST(a_worktree_of_what_is_gone_keeps_its_own_name)
{
	process_tree_file("dev/fix/.git", "gitdir: /no/such/.git/worktrees/fix\n");
	expect("dev/fix", "dev", "fix", "dev/fix");
	add_worktree("dev/fix2", "dev/root", "fix2");
	process_tree_file("dev/root/worktrees/fix2/commondir", "/\n");
	expect("dev/fix2", "dev", "fix2", "dev/fix2");
}
END_TEST

START_TEST(a_pipe_is_not_waited_for)
{
	process_tree_directory("dev/odd");
	ck_assert_int_eq(mkfifo(process_tree_path("dev/odd/.git"), 0600), 0);
	expect("dev/odd", "dev", "odd", "dev/odd");
}
END_TEST

START_TEST(what_cannot_be_seen_has_no_project)
{
	ck_assert_int_eq(find("no/such", "dev"), -ENOENT);
	ck_assert_int_eq(process_project_find("/", NULL, &project), -EINVAL);
	ck_assert_int_eq(process_project_find("", NULL, &project), -EINVAL);
	ck_assert_int_eq(process_project_find("relative/path", NULL, &project), -EINVAL);
	ck_assert_ptr_null(project.name);
	if (geteuid() != 0) {
		ck_assert_int_eq(chmod(process_tree_path("dev/shop/src"), 0), 0);
		ck_assert_int_eq(find("dev/shop/src/cart", "dev"), -EACCES);
		ck_assert_int_eq(chmod(process_tree_path("dev/shop/src"), 0700), 0);
	}
}
END_TEST

static Suite *project_suite(void)
{
	Suite *suite = suite_create("process_project");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_repository_names_what_is_below);
	tcase_add_test(tc, without_a_repository_it_is_its_own_name);
	tcase_add_test(tc, home_is_no_project);
	tcase_add_test(tc, a_home_with_a_longer_name_is_another);
	tcase_add_test(tc, a_link_is_what_it_leads_to);
	tcase_add_test(tc, a_linked_worktree_names_its_repository);
	tcase_add_test(tc, a_worktree_may_be_told_by_relative_paths);
	tcase_add_test(tc, bare_repositories_have_worktrees);
	tcase_add_test(tc, a_submodule_is_its_own_root);
	tcase_add_test(tc, what_is_no_file_of_git_names_nothing);
	tcase_add_test(tc, a_worktree_of_what_is_gone_keeps_its_own_name);
	tcase_add_test(tc, a_pipe_is_not_waited_for);
	tcase_add_test(tc, what_cannot_be_seen_has_no_project);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(project_suite());
}
