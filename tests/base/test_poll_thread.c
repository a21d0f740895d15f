#include "base/poll_thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file_watch.h"
#include "base/instant.h"
#include "base/mem.h"
#include "support/suite.h"

enum { LONG_MS = 60000 }; // more than any machine takes

struct work {
	struct poll_thread thread;
	int ends[2]; // of a pipe: the descriptor, and what makes it readable
	int64_t due_ms;
	int begun, readable, other; // under the lock
	pthread_cond_t worked;
	int gate[2]; // work() blocks on it, unless -1
};

static void begin(void *data)
{
	struct work *w = data;
	poll_thread_lock(&w->thread);
	w->begun++;
	poll_thread_unlock(&w->thread);
}

static int descriptor(void *data)
{
	const struct work *w = data;
	return w->ends[0];
}

static int64_t deadline(void *data)
{
	const struct work *w = data;
	return w->due_ms;
}

static void work(bool is_readable, void *data)
{
	struct work *w = data;
	char byte;
	w->due_ms = INT64_MAX;
	if (is_readable) {
		ck_assert_int_eq(read(w->ends[0], &byte, 1), 1);
	}
	poll_thread_lock(&w->thread);
	w->readable += is_readable;
	w->other += !is_readable;
	pthread_cond_signal(&w->worked);
	poll_thread_unlock(&w->thread);
	if (w->gate[0] >= 0) {
		(void)!read(w->gate[0], &byte, 1);
	}
}

static void start(struct work *w, int64_t due_ms)
{
	*w = (struct work){.due_ms = due_ms, .gate = {-1, -1}};
	pthread_cond_init(&w->worked, NULL);
	ck_assert_int_eq(pipe(w->ends), 0);
	poll_thread_start(&w->thread, &(const struct poll_thread_job){
					      .name = "the test",
					      .begin = begin,
					      .descriptor = descriptor,
					      .deadline = deadline,
					      .work = work,
					      .data = w,
				      });
}

static void wait_for(struct work *w, const int *count, int at_least)
{
	poll_thread_lock(&w->thread);
	while (*count < at_least) {
		pthread_cond_wait(&w->worked, &w->thread.mutex);
	}
	poll_thread_unlock(&w->thread);
}

static void finish(struct work *w)
{
	ck_assert(poll_thread_stop(&w->thread, LONG_MS));
	close(w->ends[0]);
	close(w->ends[1]);
}

START_TEST(it_works_when_the_descriptor_is_readable)
{
	struct work w;
	start(&w, INT64_MAX);
	poll_thread_wait_begun(&w.thread, LONG_MS);
	ck_assert_int_eq(w.begun, 1);
	ck_assert_int_eq(write(w.ends[1], "a", 1), 1);
	wait_for(&w, &w.readable, 1);
	ck_assert_int_eq(write(w.ends[1], "b", 1), 1);
	wait_for(&w, &w.readable, 2);
	ck_assert_int_eq(w.other, 0);
	finish(&w);
}
END_TEST

START_TEST(it_works_at_its_deadline_and_when_it_is_woken)
{
	struct work w;
	start(&w, instant_now().mono_ms + 5);
	wait_for(&w, &w.other, 1);
	poll_thread_wake(&w.thread);
	wait_for(&w, &w.other, 2);
	ck_assert_int_eq(w.readable, 0);
	finish(&w);
}
END_TEST

START_TEST(one_that_is_held_is_not_waited_for)
{
	static struct work held; // outlives the test, as its contract says
	struct work *w = &held;
	start(w, INT64_MAX);
	poll_thread_wait_begun(&w->thread, LONG_MS);
	ck_assert_int_eq(pipe(w->gate), 0);
	poll_thread_wake(&w->thread);
	wait_for(w, &w->other, 1);
	ck_assert(!poll_thread_stop(&w->thread, 1));
	ck_assert_int_eq(write(w->gate[1], "x", 1), 1);
}
END_TEST

static void note_name(const struct inotify_event *event, void *data)
{
	char *names = data;
	(void)strcat(strcat(names, event->name), " ");
}

START_TEST(events_of_a_watch_are_read_one_by_one)
{
	char directory[] = "/tmp/test-watch-XXXXXX", names[64] = "";
	struct file_watch watch = FILE_WATCH_NONE;
	ck_assert_ptr_nonnull(mkdtemp(directory));
	file_watch_open(&watch, instant_now());
	ck_assert_int_ge(watch.fd, 0);
	ck_assert_str_eq(watch.reason, "");
	ck_assert_int_ge(inotify_add_watch(watch.fd, directory, IN_CREATE), 0);
	ck_assert(!file_watch_read(watch.fd, note_name, names));
	for (const char *name = "ab"; *name != '\0'; name++) {
		cleanup_free char *path = xasprintf("%s/%c", directory, *name);
		fclose(fopen(path, "we"));
		unlink(path);
	}
	ck_assert(file_watch_read(watch.fd, note_name, names));
	ck_assert_str_eq(names, "a b ");
	file_watch_close(&watch);
	ck_assert_int_eq(watch.fd, -1);
	rmdir(directory);
}
END_TEST

START_TEST(a_watch_that_was_refused_has_a_reason_and_a_time)
{
	const struct instant now = {.mono_ms = 1000};
	struct file_watch watch = FILE_WATCH_NONE;
	file_watch_open(&watch, now);
	file_watch_give_up(&watch, ENOSPC, now);
	ck_assert_int_eq(watch.fd, -1);
	ck_assert_int_eq(watch.retry_at_ms, 1000 + FILE_WATCH_RETRY_MS);
	ck_assert_str_eq(
		watch.reason, "inotify: no watches are left: raise fs.inotify.max_user_watches");
}
END_TEST

static Suite *poll_thread_suite(void)
{
	Suite *suite = suite_create("poll_thread");
	TCase *threads = tcase_create("thread"), *watches = tcase_create("watch");
	tcase_add_test(threads, it_works_when_the_descriptor_is_readable);
	tcase_add_test(threads, it_works_at_its_deadline_and_when_it_is_woken);
	tcase_add_test(threads, one_that_is_held_is_not_waited_for);
	tcase_add_test(watches, events_of_a_watch_are_read_one_by_one);
	tcase_add_test(watches, a_watch_that_was_refused_has_a_reason_and_a_time);
	suite_add_tcase(suite, threads);
	suite_add_tcase(suite, watches);
	return suite;
}

int main(void)
{
	return suite_run(poll_thread_suite());
}
