#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/store_db.h"
#include "store/store_file.h"
#include "store_fixture.h"
#include "support/suite.h"

static void put(struct store *s, uint64_t id)
{
	struct session_call call = fixture_call(fixture_session('a'), id);
	store_put_call(s, &call, FIXTURE_NOW_MS);
}

static int64_t calls(struct store *s)
{
	return fixture_number(s, "SELECT count(*) FROM call");
}

static void assert_one_fault_was_logged(void)
{
	ck_assert_uint_eq(fixture_logged("cannot write the history"), 1);
	ck_assert_uint_eq(fixture_logged("is written again"), 1);
}

/* A file with one call in it, closed. */
static void make_file(void)
{
	struct store *s = fixture_open();
	put(s, 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	fixture_close(s);
}

/* ---- file systems of its own */

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

/* Whether mounts can be made that nobody else sees. */
static bool enter_namespace(void)
{
	char map[64];
	unsigned uid = getuid();
	if (unshare(CLONE_NEWNS) < 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
			return false;
		}
		(void)snprintf(map, sizeof(map), "0 %u 1", uid);
		write_text("/proc/self/uid_map", map);
	}
	return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static bool mount_small(const char *options)
{
	if (enter_namespace() && mount("none", fixture_directory, "tmpfs", 0, options) == 0) {
		return true;
	}
	(void)fprintf(stdout, "skipped: no file system can be mounted here\n");
	return false;
}

START_TEST(a_full_disk_keeps_facts_waiting)
{
	if (!mount_small("size=2m")) {
		return;
	}
	struct store *s = fixture_open();
	put(s, 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	cleanup_free char *filler = xasprintf("%s/filler", fixture_directory);
	int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	static const char zeros[4096];
	while (write(fd, zeros, sizeof(zeros)) > 0) {
	}
	for (uint64_t id = 2; id <= 2000; id++) {
		put(s, id);
	}
	fixture_await(s, STORE_FULL);
	ck_assert_uint_gt(store_state(s).queued_bytes, 0);
	ck_assert_str_eq(store_state(s).reason, "no space is left; free some");
	ck_assert_int_ge(calls(s), 1); // what is there can still be asked for
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	close(fd);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 2000);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM daily"), 2000);
	fixture_close(s);
	assert_one_fault_was_logged();
}
END_TEST

START_TEST(a_disk_that_is_full_at_the_start)
{
	if (!mount_small("size=64k")) {
		return;
	}
	cleanup_free char *filler = xasprintf("%s/filler", fixture_directory);
	int fd = open(filler, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	static const char zeros[4096];
	while (write(fd, zeros, sizeof(zeros)) > 0) {
	}
	struct store *s = fixture_open();
	put(s, 1);
	fixture_await(s, STORE_FULL);
	close(fd);
	unlink(filler);
	ck_assert_int_eq(mount("none", fixture_directory, "tmpfs", MS_REMOUNT, "size=4m"), 0);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	fixture_close(s);
	assert_one_fault_was_logged();
}
END_TEST

START_TEST(a_read_only_file_system)
{
	if (!mount_small("size=4m")) {
		return;
	}
	make_file();
	ck_assert_int_eq(
		mount("none", fixture_directory, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
	struct store *s = fixture_open();
	put(s, 2);
	fixture_await(s, STORE_READ_ONLY);
	ck_assert_int_eq(fixture_flush(s), -EROFS);
	ck_assert_int_eq(mount("none", fixture_directory, "tmpfs", MS_REMOUNT, "size=4m"), 0);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 2);
	fixture_close(s);
	assert_one_fault_was_logged();
}
END_TEST

static void become_root_again(void)
{
	if (getuid() == 0) {
		ck_assert_int_eq(seteuid(0) | setegid(0), 0);
	}
}

/* root may write to what is read-only. */
static void become_nobody(void)
{
	if (getuid() == 0) {
		ck_assert_int_eq(chown(fixture_directory, 65534, 65534), 0);
		ck_assert_int_eq(setegid(65534) | seteuid(65534), 0);
	}
}

START_TEST(a_read_only_file_and_directory)
{
	become_nobody();
	make_file();
	ck_assert_int_eq(chmod(fixture_path, 0400), 0);
	struct store *s = fixture_open();
	put(s, 2);
	fixture_await(s, STORE_READ_ONLY);
	ck_assert_int_eq(chmod(fixture_path, 0600), 0);
	fixture_await(s, STORE_OK);
	fixture_close(s);
	assert_one_fault_was_logged();

	ck_assert_int_eq(chmod(fixture_directory, 0500), 0); // no log can be made beside it
	s = fixture_open();
	put(s, 3);
	fixture_await(s, STORE_READ_ONLY);
	ck_assert_int_eq(chmod(fixture_directory, 0700), 0);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 3);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("cannot write the history"), 2);
	ck_assert_uint_eq(fixture_logged("is written again"), 2);
	become_root_again();
}
END_TEST

START_TEST(a_missing_directory_is_made)
{
	char *path = xasprintf("%s/a/b/telemetry.db", fixture_directory);
	struct store_settings settings = fixture_settings();
	settings.path = path;
	struct store *s = store_open(&settings);
	put(s, 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	cleanup_free char *remove_all = xasprintf("rm -r '%s/a'", fixture_directory);
	ck_assert_int_eq(system(remove_all), 0); // NOLINT(cert-env33-c): a test's own command
	put(s, 2);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	fixture_close(s);
	free(path);
	ck_assert_uint_eq(fixture_logged("was deleted or replaced"), 1);
}
END_TEST

START_TEST(a_directory_that_cannot_be_made)
{
	cleanup_free char *blocker = xasprintf("%s/a", fixture_directory);
	cleanup_free char *path = xasprintf("%s/a/telemetry.db", fixture_directory);
	write_text(blocker, "x");
	struct store_settings settings = fixture_settings();
	settings.path = path;
	struct store *s = store_open(&settings);
	put(s, 1);
	fixture_await(s, STORE_UNREACHABLE);
	ck_assert_int_lt(fixture_ask(s, NULL, NULL), 0);
	unlink(blocker);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	fixture_close(s);
	assert_one_fault_was_logged();
}
END_TEST

START_TEST(something_else_than_a_file)
{
	ck_assert_int_eq(mkdir(fixture_path, 0700), 0);
	struct store *s = fixture_open();
	fixture_await(s, STORE_UNREACHABLE);
	fixture_close(s);
}
END_TEST

/* ---- other programs */

static struct store_db *hold(void)
{
	struct store_db *db;
	ck_assert_int_eq(store_db_open(fixture_path, STORE_DB_WRITE, &db), 0);
	ck_assert_int_eq(store_db_execute(db, "BEGIN EXCLUSIVE"), 0);
	return db;
}

START_TEST(another_program_holds_the_file)
{
	make_file();
	struct store_db *holder = hold();
	struct store *s = fixture_open();
	for (uint64_t id = 2; id <= 100; id++) {
		put(s, id);
	}
	fixture_await(s, STORE_LOCKED);
	store_db_close(holder, false);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 100);
	holder = hold(); // again, while it is open
	put(s, 101);
	fixture_await(s, STORE_LOCKED);
	ck_assert_int_eq(calls(s), 100);
	store_db_close(holder, false);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 101);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("another program holds it"), 2);
	ck_assert_uint_eq(fixture_logged("is written again"), 2);
}
END_TEST

START_TEST(a_short_lock_is_no_fault)
{
	make_file();
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	struct store_db *holder = hold();
	put(s, 2);
	fixture_sleep(200);
	store_db_close(holder, false);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 2);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("history"), 0);
}
END_TEST

START_TEST(what_has_no_room_is_dropped_and_counted)
{
	make_file();
	struct store_settings settings = fixture_settings();
	settings.queue_bytes = 20000;
	struct store *s = store_open(&settings);
	ck_assert_int_eq(fixture_flush(s), 0);
	struct store_db *holder = hold();
	for (uint64_t id = 2; id <= 1000; id++) {
		put(s, id);
	}
	fixture_await(s, STORE_LOCKED);
	uint64_t dropped = store_state(s).dropped;
	ck_assert_uint_gt(dropped, 800);
	ck_assert_uint_le(store_state(s).queued_bytes, 20000);
	store_db_close(holder, false);
	fixture_await(s, STORE_OK);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1000 - (int64_t)dropped);
	put(s, 2000);
	fixture_close(s);
	ck_assert_uint_eq(fixture_logged("no room for more"), 1);
	ck_assert_uint_eq(fixture_logged("has room again"), 1);
	ck_assert_uint_eq(fixture_logged("were lost"), 1);
}
END_TEST

START_TEST(the_end_does_not_wait_for_another_program)
{
	make_file();
	struct store *s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	struct store_db *holder = hold();
	put(s, 2);
	store_close(s, 200);
	ck_assert_uint_eq(fixture_logged("could not be written before the end"), 1);
	store_db_close(holder, false);
}
END_TEST

/* ---- corrupt files */

/* The name of the one file that was set aside. */
static void find_aside(char ret[1024])
{
	unsigned count = 0;
	DIR *directory = opendir(fixture_directory);
	for (struct dirent *e = readdir(directory); e != NULL; e = readdir(directory)) {
		if (strstr(e->d_name, "telemetry.db.corrupt-20") != NULL &&
			strstr(e->d_name, "-wal") == NULL && strstr(e->d_name, "-shm") == NULL) {
			(void)snprintf(ret, 1024, "%s/%s", fixture_directory, e->d_name);
			count++;
		}
	}
	closedir(directory);
	ck_assert_uint_eq(count, 1);
}

START_TEST(a_file_of_something_else_is_set_aside)
{
	char aside[1024], text[32] = "";
	write_text(fixture_path, "these are my notes, do not lose them");
	struct store *s = fixture_open();
	put(s, 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	fixture_close(s);
	find_aside(aside);
	FILE *file = fopen(aside, "re");
	ck_assert_ptr_nonnull(fgets(text, sizeof(text), file));
	(void)fclose(file);
	ck_assert_int_eq(strncmp(text, "these are my notes", 18), 0);
	ck_assert_uint_eq(fixture_logged("was corrupt: moved it to"), 1);
}
END_TEST

/* Overwrites the file behind its first page, and empties its log. */
static void damage(off_t from)
{
	static char garbage[4096];
	memset(garbage, 0xa5, sizeof(garbage));
	struct stat st;
	int fd = open(fixture_path, O_RDWR | O_CLOEXEC);
	ck_assert_int_eq(fstat(fd, &st), 0);
	for (off_t at = from; at < st.st_size; at += 4096) {
		ck_assert_int_eq(pwrite(fd, garbage, sizeof(garbage), at), 4096);
	}
	close(fd);
}

START_TEST(a_damaged_file_is_set_aside)
{
	char aside[1024];
	make_file();
	damage(4096);
	struct store *s = fixture_open();
	for (uint64_t id = 1; id <= 10; id++) {
		put(s, id);
	}
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 10);
	ck_assert_int_eq(fixture_number(s, "SELECT sum(calls) FROM daily"), 10);
	fixture_close(s);
	find_aside(aside);
	ck_assert_uint_eq(fixture_logged("was corrupt: moved it to"), 1);
}
END_TEST

static int read_all(struct store_db *db, void *arg)
{
	(void)arg;
	int64_t length;
	return store_db_number(db, "SELECT sum(length(model)) FROM call NOT INDEXED", 0, &length);
}

START_TEST(damage_that_the_reader_finds)
{
	char aside[1024];
	struct store *s = fixture_open();
	for (uint64_t id = 1; id <= 2000; id++) {
		put(s, id);
	}
	fixture_close(s);
	s = fixture_open();
	ck_assert_int_eq(fixture_flush(s), 0);
	damage(20 * 4096); // not where the writer looks when it opens the file
	for (unsigned i = 0; i < 100 && fixture_logged("was corrupt: moved it to") == 0; i++) {
		(void)fixture_ask(s, read_all, NULL);
		(void)store_wait(s, 20);
	}
	put(s, 5000);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	fixture_close(s);
	find_aside(aside);
	ck_assert_uint_eq(fixture_logged("was corrupt: moved it to"), 1);
}
END_TEST

/* ---- deleted while it is open */

START_TEST(a_deleted_file_is_made_again)
{
	struct store *s = fixture_open();
	put(s, 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	unlink(fixture_path);
	put(s, 2);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(fixture_number(s, "SELECT id FROM call"), 2);
	fixture_close(s);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM call"), 1);
	ck_assert_uint_eq(fixture_logged("was deleted or replaced"), 1);
}
END_TEST

START_TEST(a_file_that_was_replaced_is_opened)
{
	char kept[600];
	make_file();
	(void)snprintf(kept, sizeof(kept), "%s.kept", fixture_path);
	ck_assert_int_eq(rename(fixture_path, kept), 0);
	struct store *s = fixture_open();
	for (uint64_t id = 10; id < 20; id++) {
		put(s, id);
	}
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(rename(kept, fixture_path), 0); // as a backup is put back
	put(s, 2);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 2);
	fixture_close(s);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM call"), 2);
}
END_TEST

START_TEST(a_deleted_log_loses_nothing)
{
	char log[600];
	struct store *s = fixture_open();
	put(s, 1);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 1);
	(void)snprintf(log, sizeof(log), "%s-wal", fixture_path);
	ck_assert_int_eq(unlink(log), 0);
	put(s, 2);
	ck_assert_int_eq(fixture_flush(s), 0);
	ck_assert_int_eq(calls(s), 2);
	fixture_close(s);
	ck_assert_int_eq(fixture_number_in(fixture_path, "SELECT count(*) FROM call"), 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("store faults");
	TCase *tests = tcase_create("faults");
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, fixture_setup, fixture_teardown);
	tcase_add_test(tests, a_full_disk_keeps_facts_waiting);
	tcase_add_test(tests, a_disk_that_is_full_at_the_start);
	tcase_add_test(tests, a_read_only_file_system);
	tcase_add_test(tests, a_read_only_file_and_directory);
	tcase_add_test(tests, a_missing_directory_is_made);
	tcase_add_test(tests, a_directory_that_cannot_be_made);
	tcase_add_test(tests, something_else_than_a_file);
	tcase_add_test(tests, another_program_holds_the_file);
	tcase_add_test(tests, a_short_lock_is_no_fault);
	tcase_add_test(tests, what_has_no_room_is_dropped_and_counted);
	tcase_add_test(tests, the_end_does_not_wait_for_another_program);
	tcase_add_test(tests, a_file_of_something_else_is_set_aside);
	tcase_add_test(tests, a_damaged_file_is_set_aside);
	tcase_add_test(tests, damage_that_the_reader_finds);
	tcase_add_test(tests, a_deleted_file_is_made_again);
	tcase_add_test(tests, a_file_that_was_replaced_is_opened);
	tcase_add_test(tests, a_deleted_log_loses_nothing);
	suite_add_tcase(suite, tests);
	return suite_run(suite);
}
