#include "orchestrator/orchestrator_thread.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"

struct found { // the newest of a file
	bool is_any, is_first;
	struct orchestrator_reading reading;
};

struct orchestrator_thread {
	struct orchestrator_settings settings;
	pthread_t thread;
	int wake;
	struct orchestrator_files files; // the thread's alone
	bool is_started;                 // the first look is over

	pthread_mutex_t mutex; // of all that follows
	struct found found[ORCHESTRATOR_FILES];
	struct orchestrator_watching watching;
	bool is_stopping, is_ready; // ready: all files were looked at
	pthread_cond_t ready;
};

/* ---- the thread */

static void on_found(enum orchestrator_file file, struct orchestrator_reading *reading, void *data)
{
	struct orchestrator_thread *t = data;
	struct found *found = &t->found[file];
	pthread_mutex_lock(&t->mutex);
	orchestrator_facts_free(found->reading.facts); // nobody has taken it
	found->is_first = found->is_any ? found->is_first : !t->is_started;
	found->is_any = true;
	found->reading = *reading;
	pthread_mutex_unlock(&t->mutex);
}

static void look(struct orchestrator_thread *t)
{
	orchestrator_files_look(&t->files, instant_now(), on_found, t);
	pthread_mutex_lock(&t->mutex);
	bool is_any = t->watching.state != t->files.state;
	t->watching.state = t->files.state;
	memcpy(t->watching.reason, t->files.reason, sizeof(t->watching.reason));
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		is_any |= t->found[i].is_any;
	}
	pthread_mutex_unlock(&t->mutex);
	if (is_any) {
		t->settings.wake(t->settings.data);
	}
}

static bool is_stopping(struct orchestrator_thread *t)
{
	pthread_mutex_lock(&t->mutex);
	bool is = t->is_stopping;
	pthread_mutex_unlock(&t->mutex);
	return is;
}

static int wait_ms(const struct orchestrator_thread *t)
{
	int64_t due = orchestrator_files_next_deadline(&t->files);
	return due == INT64_MAX ? -1 : (int)max_int64(0, due - instant_now().mono_ms);
}

static void *run(void *data)
{
	struct orchestrator_thread *t = data;
	look(t);
	t->is_started = true;
	pthread_mutex_lock(&t->mutex);
	t->is_ready = true;
	pthread_cond_signal(&t->ready);
	pthread_mutex_unlock(&t->mutex);
	while (!is_stopping(t)) {
		struct pollfd fds[] = {
			{.fd = t->wake, .events = POLLIN},
			{.fd = t->files.inotify, .events = POLLIN},
		};
		(void)poll(fds, ARRAY_SIZE(fds), wait_ms(t));
		bool matters = (fds[1].revents & POLLIN) != 0 &&
			       orchestrator_files_take(&t->files, instant_now());
		if (matters || wait_ms(t) == 0) {
			look(t);
		}
	}
	return NULL;
}

/* ---- the loop's side */

static struct timespec in_a_while(int64_t ms)
{
	struct timespec ret;
	(void)clock_gettime(CLOCK_REALTIME, &ret);
	int64_t ns = ret.tv_nsec + ms % 1000 * MS_NS;
	ret.tv_sec += (time_t)(ms / 1000 + ns / (1000 * MS_NS));
	ret.tv_nsec = (long)(ns % (1000 * MS_NS));
	return ret;
}

void orchestrator_thread_wait(struct orchestrator_thread *t, int64_t limit_ms)
{
	const struct timespec limit = in_a_while(limit_ms);
	int r = 0;
	pthread_mutex_lock(&t->mutex);
	while (!t->is_ready && r == 0) {
		r = pthread_cond_timedwait(&t->ready, &t->mutex, &limit);
	}
	pthread_mutex_unlock(&t->mutex);
	orchestrator_thread_dispatch(t);
}

void orchestrator_thread_dispatch(struct orchestrator_thread *t)
{
	struct found found[ORCHESTRATOR_FILES];
	pthread_mutex_lock(&t->mutex);
	memcpy(found, t->found, sizeof(found));
	memset(t->found, 0, sizeof(t->found));
	pthread_mutex_unlock(&t->mutex);
	for (int i = 0; i < ORCHESTRATOR_FILES; i++) {
		if (found[i].is_any) {
			t->settings.on_read((enum orchestrator_file)i, &found[i].reading,
				found[i].is_first, t->settings.data);
		}
	}
}

struct orchestrator_watching orchestrator_thread_watching(struct orchestrator_thread *t)
{
	pthread_mutex_lock(&t->mutex);
	struct orchestrator_watching ret = t->watching;
	pthread_mutex_unlock(&t->mutex);
	return ret;
}

struct orchestrator_thread *orchestrator_thread_start(const struct orchestrator_settings *settings)
{
	struct orchestrator_thread *t = xcalloc(1, sizeof(*t));
	t->settings = *settings;
	t->watching.state = BOARD_MISSING;
	orchestrator_files_init(&t->files, settings->dir);
	pthread_mutex_init(&t->mutex, NULL);
	pthread_cond_init(&t->ready, NULL);
	t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int r = pthread_create(&t->thread, NULL, run, t);
	if (r != 0) {
		log_errno(-r, "cannot start the thread of the orchestrator's state");
		abort();
	}
	return t;
}

void orchestrator_thread_stop(struct orchestrator_thread *t, int64_t limit_ms)
{
	const uint64_t one = 1;
	if (t == NULL) {
		return;
	}
	pthread_mutex_lock(&t->mutex);
	t->is_stopping = true;
	pthread_mutex_unlock(&t->mutex);
	(void)!write(t->wake, &one, sizeof(one));
	const struct timespec limit = in_a_while(limit_ms);
	if (pthread_timedjoin_np(t->thread, NULL, &limit) != 0) {
		log_warn(
			"the orchestrator's state is left behind: its file system does not answer");
		(void)pthread_detach(t->thread);
		return; // all of it, for a thread that may come back
	}
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		orchestrator_facts_free(t->found[i].reading.facts);
	}
	orchestrator_files_finish(&t->files);
	pthread_cond_destroy(&t->ready);
	pthread_mutex_destroy(&t->mutex);
	close(t->wake);
	free(t);
}
