#include "process/process_socket.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/process_child.h"
#include "support/suite.h"

typedef int ask(const struct process_endpoints *ends, struct process_socket *ret);

static ask *const ways[] = {process_socket_find, process_socket_find_in_text};

static struct process_endpoints ends_of(const struct process_child *child)
{
	struct process_endpoints ends;
	ck_assert_int_eq(process_diag_endpoints((const struct sockaddr *)&child->local[0],
				 (const struct sockaddr *)&child->peer[0], &ends),
		0);
	return ends;
}

/* The inode of the child's only socket, from its descriptor. */
static uint64_t inode_of(const struct process_child *child)
{
	for (int fd = 3; fd < 64; fd++) {
		char path[64];
		struct stat file;
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)child->pid, fd);
		if (stat(path, &file) == 0 && S_ISSOCK(file.st_mode)) {
			return file.st_ino;
		}
	}
	return 0;
}

static const struct process_child_options kinds[] = {
	{.connection_family = AF_INET, .connection_count = 1},
	{.connection_family = AF_INET6, .connection_count = 1},
	{.connection_family = AF_INET, .connection_count = 1, .through_ipv6 = true},
};

START_TEST(the_clients_socket_is_found)
{
	struct process_child child;
	process_child_start(&child, &kinds[_i]);
	struct process_endpoints ends = ends_of(&child);
	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct process_socket found = {0};
		ck_assert_int_eq(ways[i](&ends, &found), 0);
		ck_assert_uint_ne(found.inode, 0);
		ck_assert_uint_eq(found.inode, inode_of(&child));
		ck_assert_int_eq(found.uid, geteuid());
	}
	process_child_finish(&child);
}
END_TEST

START_TEST(a_gone_client_has_none)
{
	struct process_child child;
	process_child_start(&child, &kinds[_i]);
	struct process_endpoints ends = ends_of(&child);
	process_child_kill(&child);
	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct process_socket found;
		ck_assert_int_eq(ways[i](&ends, &found), -ENOENT);
	}
	process_child_finish(&child);
}
END_TEST

START_TEST(another_users_is_refused)
{
	struct process_child child;
	struct process_child_options options = kinds[_i];
	if (geteuid() != 0) {
		return;
	}
	options.uid = 1234;
	process_child_start(&child, &options);
	struct process_endpoints ends = ends_of(&child);
	for (unsigned i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct process_socket found;
		ck_assert_int_eq(ways[i](&ends, &found), -EPERM);
	}
	process_child_finish(&child);
}
END_TEST

static Suite *socket_suite(void)
{
	enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
	Suite *suite = suite_create("process_socket");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, the_clients_socket_is_found, 0, KINDS);
	tcase_add_loop_test(tc, a_gone_client_has_none, 0, KINDS);
	tcase_add_loop_test(tc, another_users_is_refused, 0, KINDS);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(socket_suite());
}
