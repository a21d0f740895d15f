#include "process/process_peers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process/process_child.h"
#include "support/suite.h"

static uv_loop_t loop;
static struct process_peers *clients;
static struct process_child child, other;
static struct {
	unsigned found, ends;
	uint64_t connection_id;
	int64_t pid, ended_pid;
	char name[32];
	bool is_watched;
	bool forget; // what is found, and on an end connections 1 and 2
} told;

static void on_found(uint64_t connection_id, const struct process_info *info, void *data)
{
	ck_assert_ptr_eq(data, &told);
	told.found++;
	told.connection_id = connection_id;
	told.pid = info->pid;
	told.is_watched = info->is_watched;
	snprintf(told.name, sizeof(told.name), "%s", info->name);
	if (told.forget) {
		process_peers_forget(clients, connection_id);
	}
}

static void on_end(int64_t pid, void *data)
{
	ck_assert_ptr_eq(data, &told);
	told.ends++;
	told.ended_pid = pid;
	process_peers_forget(clients, 1);
	process_peers_forget(clients, 2);
}

static void setup(void)
{
	memset(&told, 0, sizeof(told));
	child = other = (struct process_child){.pid = -1, .accepted = {-1, -1}};
	uv_loop_init(&loop);
	clients = process_peers_create(&loop, on_found, on_end, &told);
}

static void teardown(void)
{
	process_peers_close(clients);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	process_child_finish(&child);
	process_child_finish(&other);
}

static void start(struct process_child *c, int count, uid_t uid)
{
	process_child_start(
		c, &(struct process_child_options){
			   .connection_family = AF_INET, .connection_count = count, .uid = uid});
}

static int look_up(uint64_t id, const struct process_child *c, int connection)
{
	return process_peers_look_up(clients, id, (const struct sockaddr *)&c->local[connection],
		(const struct sockaddr *)&c->peer[connection]);
}

/* Until it is so; the test's time limit ends what never comes. */
static void run_until(const unsigned *counter, unsigned value)
{
	while (*counter < value) {
		uv_run(&loop, UV_RUN_ONCE);
	}
}

/* Until nothing is looked up or watched any more. */
static void run_to_rest(void)
{
	uv_run(&loop, UV_RUN_DEFAULT);
}

START_TEST(a_client_is_found_and_its_end_told)
{
	start(&child, 1, 0);
	pid_t pid = child.pid;
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	ck_assert_uint_eq(told.found, 0);
	run_until(&told.found, 1);
	ck_assert_uint_eq(told.connection_id, 1);
	ck_assert_int_eq(told.pid, pid);
	ck_assert_str_eq(told.name, "sleep");
	ck_assert(told.is_watched);
	ck_assert_uint_eq(told.ends, 0);
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.ends, 1);
	ck_assert_int_eq(told.ended_pid, pid);
	ck_assert_uint_eq(told.found, 1);
}
END_TEST

START_TEST(connections_share_their_process)
{
	start(&child, 2, 0);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	ck_assert_int_eq(look_up(2, &child, 1), 0);
	run_until(&told.found, 2);
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.ends, 1);
}
END_TEST

START_TEST(one_connection_less_is_no_end)
{
	start(&child, 2, 0);
	look_up(1, &child, 0);
	look_up(2, &child, 1);
	run_until(&told.found, 2);
	process_peers_forget(clients, 1);
	uv_run(&loop, UV_RUN_NOWAIT);
	ck_assert_uint_eq(told.ends, 0);
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.ends, 1);
}
END_TEST

START_TEST(forgotten_clients_end_untold)
{
	start(&child, 2, 0);
	look_up(1, &child, 0);
	run_until(&told.found, 1);
	process_peers_forget(clients, 1);
	process_peers_forget(clients, 1);
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.ends, 0);
}
END_TEST

START_TEST(a_found_one_may_be_forgotten_at_once)
{
	told.forget = true;
	start(&child, 2, 0);
	look_up(1, &child, 0);
	look_up(2, &child, 1);
	run_to_rest();
	ck_assert_uint_eq(told.found, 2);
}
END_TEST

START_TEST(two_processes_are_two)
{
	start(&child, 1, 0);
	start(&other, 1, 0);
	look_up(1, &child, 0);
	look_up(3, &other, 0);
	run_until(&told.found, 2);
	pid_t pid = child.pid;
	process_child_kill(&child);
	run_until(&told.ends, 1);
	ck_assert_int_eq(told.ended_pid, pid);
	pid = other.pid;
	process_child_kill(&other);
	run_to_rest();
	ck_assert_uint_eq(told.ends, 2);
	ck_assert_int_eq(told.ended_pid, pid);
}
END_TEST

START_TEST(another_users_client_is_not_found)
{
	if (geteuid() != 0) {
		return;
	}
	start(&child, 1, 1234);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	ck_assert_int_eq(process_peers_look_up_pid(clients, 2, child.pid), 0);
	run_to_rest();
	ck_assert_uint_eq(told.found, 0);
}
END_TEST

START_TEST(a_gone_client_is_not_found)
{
	start(&child, 1, 0);
	pid_t pid = child.pid;
	process_child_kill(&child);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	ck_assert_int_eq(process_peers_look_up_pid(clients, 2, pid), 0);
	run_to_rest();
	ck_assert_uint_eq(told.found, 0);
	ck_assert_uint_eq(told.ends, 0);
}
END_TEST

START_TEST(a_lookup_ends_with_its_connection)
{
	start(&child, 2, 0);
	look_up(1, &child, 0);
	look_up(2, &child, 1);
	uv_run(&loop, UV_RUN_NOWAIT);
	bool at_once = told.found > 0;
	process_peers_forget(clients, 1);
	process_peers_forget(clients, 2);
	run_to_rest();
	ck_assert_uint_eq(told.found, at_once ? 1 : 0);
}
END_TEST

START_TEST(asking_again_does_nothing)
{
	start(&child, 1, 0);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	run_until(&told.found, 1);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.found, 1);
	ck_assert_uint_eq(told.ends, 1);
}
END_TEST

START_TEST(a_pid_is_taken_as_told)
{
	start(&child, 1, 0);
	ck_assert_int_eq(process_peers_look_up_pid(clients, 2, child.pid), 0);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	run_until(&told.found, 2);
	ck_assert_int_eq(told.pid, child.pid);
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.ends, 1); // the two are one process
	ck_assert_int_eq(process_peers_look_up_pid(clients, 3, -1), -ESRCH);
	ck_assert_int_eq(process_peers_look_up_pid(clients, 3, 0), -ESRCH);
}
END_TEST

START_TEST(lookups_have_a_ceiling)
{
	uint64_t id = 10;
	int r = 0;
	start(&child, 1, 0);
	while (r == 0 && id < 100000) {
		r = process_peers_look_up_pid(clients, id++, child.pid);
	}
	ck_assert_int_eq(r, -ENOBUFS);
	process_peers_forget(clients, 10);
	ck_assert_int_eq(look_up(1, &child, 0), 0);
	ck_assert_int_eq(look_up(2, &child, 0), -ENOBUFS);
	run_until(&told.found, 1);
	ck_assert_int_eq(look_up(2, &child, 0), 0);
}
END_TEST

START_TEST(other_addresses_are_refused)
{
	struct sockaddr un = {.sa_family = AF_UNIX};
	ck_assert_int_eq(process_peers_look_up(clients, 1, &un, &un), -EAFNOSUPPORT);
}
END_TEST

START_TEST(it_may_close_in_the_middle)
{
	start(&child, 2, 0);
	look_up(1, &child, 0);
	run_until(&told.found, 1);
	look_up(2, &child, 1);
	process_peers_close(clients);
	clients = NULL;
	process_child_kill(&child);
	run_to_rest();
	ck_assert_uint_eq(told.found, 1);
	ck_assert_uint_eq(told.ends, 0);
}
END_TEST

static Suite *client_suite(void)
{
	Suite *suite = suite_create("process_client");
	TCase *tc = tcase_create("all");
	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_client_is_found_and_its_end_told);
	tcase_add_test(tc, connections_share_their_process);
	tcase_add_test(tc, one_connection_less_is_no_end);
	tcase_add_test(tc, forgotten_clients_end_untold);
	tcase_add_test(tc, a_found_one_may_be_forgotten_at_once);
	tcase_add_test(tc, two_processes_are_two);
	tcase_add_test(tc, another_users_client_is_not_found);
	tcase_add_test(tc, a_gone_client_is_not_found);
	tcase_add_test(tc, a_lookup_ends_with_its_connection);
	tcase_add_test(tc, asking_again_does_nothing);
	tcase_add_test(tc, a_pid_is_taken_as_told);
	tcase_add_test(tc, lookups_have_a_ceiling);
	tcase_add_test(tc, other_addresses_are_refused);
	tcase_add_test(tc, it_may_close_in_the_middle);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(client_suite());
}
