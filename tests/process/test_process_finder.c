#include "process/process_finder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/suite.h"

enum { PLENTY = 1000000, MAX_BYTES = 3 };

/* A directory that looks like /proc as far as the finder reads it. */
static char proc[64];
static struct process_finder *finder;
static struct {
	unsigned count;
	const struct process_lookup *lookup;
	int64_t pid;
	uint64_t start_ticks;
} told;
static struct process_lookup first, second;

static void on_result(struct process_lookup *lookup, int64_t pid, uint64_t start_ticks, void *data)
{
	ck_assert_ptr_eq(data, &told);
	told.count++;
	told.lookup = lookup;
	told.pid = pid;
	told.start_ticks = start_ticks;
}

static void add_child(int parent, int pid, char state)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%d", proc, pid);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%d/fd", proc, pid);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%d/stat", proc, pid);
	FILE *stat = fopen(path, "w");
	ck_assert_ptr_nonnull(stat);
	fprintf(stat, "%d (x) %c %d 2 3 0 5 6 7 8 9 10 11 12 13 14 15 16 17 18 %d0 20\n", pid,
		state, parent, pid);
	fclose(stat);
}

static void add_process(int pid, char state)
{
	add_child(1, pid, state);
}

static void add_link(int pid, int fd, const char *target)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%d/fd/%d", proc, pid, fd);
	ck_assert_int_eq(symlink(target, path), 0);
}

static void remove_link(int pid, int fd)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%d/fd/%d", proc, pid, fd);
	ck_assert_int_eq(unlink(path), 0);
}

static void setup(void)
{
	strcpy(proc, "/tmp/process-finder-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(proc));
	memset(&told, 0, sizeof(told));
	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	add_process(900000001, 'S');
	add_link(900000001, 0, "/dev/null");
	add_link(900000001, 5, "socket:[555]");
	add_process(900000002, 'S');
	add_link(900000002, 1, "pipe:[777]");
	add_link(900000002, 7, "socket:[777]");
	finder = process_finder_create(proc, MAX_BYTES, on_result, &told);
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *place)
{
	(void)s;
	(void)kind;
	(void)place;
	return remove(path);
}

static void teardown(void)
{
	process_finder_destroy(finder);
	nftw(proc, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

START_TEST(the_holder_is_found)
{
	ck_assert_int_eq(process_finder_add(finder, &first, 777), 0);
	ck_assert_uint_eq(told.count, 0);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_uint_eq(told.count, 1);
	ck_assert_ptr_eq(told.lookup, &first);
	ck_assert_int_eq(told.pid, 900000002);
	ck_assert_uint_eq(told.start_ticks, 9000000020);
}
END_TEST

START_TEST(of_a_family_the_eldest_holder_is_meant)
{
	add_child(900000002, 900000008, 'S');
	add_link(900000008, 7, "socket:[777]");
	add_child(900000008, 900000009, 'S');
	add_link(900000009, 7, "socket:[777]");
	process_finder_add(finder, &first, 777);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_uint_eq(told.count, 1);
	ck_assert_int_eq(told.pid, 900000002);
	ck_assert_uint_eq(told.start_ticks, 9000000020);
}
END_TEST

START_TEST(a_holder_whose_parent_has_other_sockets_or_is_gone_is_told)
{
	add_child(900000001, 900000008, 'S');
	add_link(900000008, 3, "socket:[888]");
	add_child(900000007, 900000009, 'S');
	add_link(900000009, 3, "socket:[999]");
	process_finder_add(finder, &first, 888);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_int_eq(told.pid, 900000008);
	process_finder_add(finder, &second, 999);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_int_eq(told.pid, 900000009);
	ck_assert_uint_eq(told.count, 2);
}
END_TEST

START_TEST(nobody_is_told_too)
{
	process_finder_add(finder, &first, 77);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_uint_eq(told.count, 1);
	ck_assert_int_eq(told.pid, 0);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_uint_eq(told.count, 1);
}
END_TEST

START_TEST(no_proc_no_holder)
{
	struct process_finder *blind = process_finder_create(
		"/no/such/place", MAX_BYTES, on_result, &told);
	process_finder_add(blind, &first, 777);
	ck_assert(!process_finder_step(blind, PLENTY));
	ck_assert_uint_eq(told.count, 1);
	ck_assert_int_eq(told.pid, 0);
	process_finder_destroy(blind);
}
END_TEST

START_TEST(small_steps_get_there)
{
	unsigned steps = 1;
	for (int fd = 10; fd < 110; fd++) {
		add_link(900000001, fd, "socket:[1]");
		add_link(900000002, fd, "socket:[1]");
	}
	process_finder_add(finder, &first, 77);
	while (process_finder_step(finder, 1)) {
		ck_assert_uint_eq(told.count, 0);
		steps++;
	}
	ck_assert_uint_gt(steps, 200);
	ck_assert_uint_eq(told.count, 1);
}
END_TEST

START_TEST(a_known_process_is_looked_at_first)
{
	process_finder_add(finder, &first, 777);
	process_finder_step(finder, PLENTY);
	add_link(900000002, 8, "socket:[778]");
	for (int pid = 1; pid < 100; pid++) {
		add_process(900001000 + pid, 'S');
	}
	process_finder_add(finder, &second, 778);
	ck_assert(!process_finder_step(finder, 12));
	ck_assert_uint_eq(told.count, 2);
	ck_assert_int_eq(told.pid, 900000002);
}
END_TEST

START_TEST(a_known_process_is_not_believed_blindly)
{
	process_finder_add(finder, &first, 777);
	process_finder_step(finder, PLENTY);
	remove_link(900000002, 7);
	add_link(900000001, 7, "socket:[777]");
	process_finder_add(finder, &second, 777);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_int_eq(told.pid, 900000001);
}
END_TEST

START_TEST(a_latecomer_gets_a_whole_walk)
{
	unsigned steps = 1;
	process_finder_add(finder, &first, 77);
	while (process_finder_step(finder, 1)) {
		steps++;
	}
	process_finder_add(finder, &first, 77);
	for (unsigned i = 1; i < steps; i++) {
		ck_assert(process_finder_step(finder, 1));
	}
	process_finder_add(finder, &second, 777); // which this walk has passed
	ck_assert(process_finder_step(finder, 1));
	ck_assert_uint_eq(told.count, 2);
	ck_assert_ptr_eq(told.lookup, &first);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_ptr_eq(told.lookup, &second);
	ck_assert_int_eq(told.pid, 900000002);
}
END_TEST

START_TEST(a_cancelled_lookup_is_not_answered)
{
	process_finder_add(finder, &first, 777);
	process_finder_add(finder, &second, 555);
	process_finder_step(finder, 1);
	process_finder_cancel(finder, &first);
	process_finder_cancel(finder, &first);
	ck_assert(!process_finder_step(finder, PLENTY));
	ck_assert_uint_eq(told.count, 1);
	ck_assert_ptr_eq(told.lookup, &second);
	process_finder_add(finder, &first, 777); // and may ask again
	process_finder_step(finder, PLENTY);
	ck_assert_int_eq(told.pid, 900000002);
}
END_TEST

START_TEST(the_queue_has_a_ceiling)
{
	struct process_lookup more[MAX_BYTES + 1] = {0};
	for (unsigned i = 0; i < MAX_BYTES; i++) {
		ck_assert_int_eq(process_finder_add(finder, &more[i], i + 1), 0);
	}
	ck_assert_int_eq(process_finder_add(finder, &more[MAX_BYTES], 9), -ENOBUFS);
	process_finder_cancel(finder, &more[0]);
	ck_assert_int_eq(process_finder_add(finder, &more[MAX_BYTES], 9), 0);
	process_finder_step(finder, PLENTY);
	ck_assert_uint_eq(told.count, MAX_BYTES);
}
END_TEST

START_TEST(the_dead_and_others_hold_nothing)
{
	add_process(900000003, 'Z');
	add_link(900000003, 3, "socket:[333]");
	process_finder_add(finder, &first, 333);
	process_finder_step(finder, PLENTY);
	ck_assert_uint_eq(told.count, 1);
	ck_assert_int_eq(told.pid, 0);
	if (geteuid() == 0) {
		char path[128];
		snprintf(path, sizeof(path), "%s/900000002", proc);
		ck_assert_int_eq(chown(path, 1234, 1234), 0);
		process_finder_add(finder, &second, 777);
		process_finder_step(finder, PLENTY);
		ck_assert_uint_eq(told.count, 2);
		ck_assert_int_eq(told.pid, 0);
	}
}
END_TEST

START_TEST(it_may_end_in_the_middle)
{
	process_finder_add(finder, &first, 777);
	process_finder_step(finder, 6);
	process_finder_destroy(finder);
	finder = NULL;
	ck_assert_uint_eq(told.count, 0);
	ck_assert_ptr_null(first.link.next);
}
END_TEST

static Suite *finder_suite(void)
{
	Suite *suite = suite_create("process_finder");
	TCase *tc = tcase_create("all");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_holder_is_found);
	tcase_add_test(tc, of_a_family_the_eldest_holder_is_meant);
	tcase_add_test(tc, a_holder_whose_parent_has_other_sockets_or_is_gone_is_told);
	tcase_add_test(tc, nobody_is_told_too);
	tcase_add_test(tc, no_proc_no_holder);
	tcase_add_test(tc, small_steps_get_there);
	tcase_add_test(tc, a_known_process_is_looked_at_first);
	tcase_add_test(tc, a_known_process_is_not_believed_blindly);
	tcase_add_test(tc, a_latecomer_gets_a_whole_walk);
	tcase_add_test(tc, a_cancelled_lookup_is_not_answered);
	tcase_add_test(tc, the_queue_has_a_ceiling);
	tcase_add_test(tc, the_dead_and_others_hold_nothing);
	tcase_add_test(tc, it_may_end_in_the_middle);
	suite_add_tcase(suite, tc);
	return suite;
}

int main(void)
{
	return suite_run(finder_suite());
}
