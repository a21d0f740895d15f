#include "base/poll_thread.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"

static int wait_ms(const struct poll_thread_job *job)
{
	int64_t due = job->deadline(job->data);
	int64_t wait = due == INT64_MAX ? -1 : max_int64(0, due - instant_now().mono_ms);
	return (int)min_int64(wait, INT32_MAX);
}

static bool must_stop(struct poll_thread *t)
{
	poll_thread_lock(t);
	bool is_stopping = t->is_stopping;
	poll_thread_unlock(t);
	return is_stopping;
}

static void *run(void *data)
{
	struct poll_thread *t = data;
	const struct poll_thread_job *job = &t->job;
	job->begin(job->data);
	poll_thread_lock(t);
	t->has_begun = true;
	pthread_cond_signal(&t->begun);
	poll_thread_unlock(t);
	while (!must_stop(t)) {
		struct pollfd fds[] = {
			{.fd = t->wake, .events = POLLIN},
			{.fd = job->descriptor(job->data), .events = POLLIN},
		};
		(void)poll(fds, ARRAY_SIZE(fds), wait_ms(job));
		uint64_t count;
		if ((fds[0].revents & POLLIN) != 0) {
			(void)!read(t->wake, &count, sizeof(count));
		}
		job->work((fds[1].revents & POLLIN) != 0, job->data);
	}
	return NULL;
}

/* The absolute time in ms from now, for pthreads. */
static struct timespec in_a_while(int64_t ms)
{
	struct timespec ret;
	(void)clock_gettime(CLOCK_REALTIME, &ret);
	int64_t ns = ret.tv_nsec + ms % 1000 * MS_NS;
	ret.tv_sec += (time_t)(ms / 1000 + ns / (1000 * MS_NS));
	ret.tv_nsec = (long)(ns % (1000 * MS_NS));
	return ret;
}

void poll_thread_start(struct poll_thread *t, const struct poll_thread_job *job)
{
	*t = (struct poll_thread){.job = *job};
	pthread_mutex_init(&t->mutex, NULL);
	pthread_cond_init(&t->begun, NULL);
	t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int r = pthread_create(&t->thread, NULL, run, t);
	if (r != 0) {
		log_errno(-r, "cannot start the thread of %s", job->name);
		abort();
	}
}

bool poll_thread_stop(struct poll_thread *t, int64_t limit_ms)
{
	poll_thread_lock(t);
	t->is_stopping = true;
	poll_thread_unlock(t);
	poll_thread_wake(t);
	const struct timespec limit = in_a_while(limit_ms);
	if (pthread_timedjoin_np(t->thread, NULL, &limit) != 0) {
		log_warn("%s: its file system does not answer; stopping without it", t->job.name);
		(void)pthread_detach(t->thread);
		return false;
	}
	pthread_cond_destroy(&t->begun);
	close(t->wake);
	return true;
}

bool poll_thread_is_stopping(const struct poll_thread *t)
{
	return t->is_stopping;
}

void poll_thread_wait_begun(struct poll_thread *t, int64_t limit_ms)
{
	const struct timespec limit = in_a_while(limit_ms);
	int r = 0;
	poll_thread_lock(t);
	while (!t->has_begun && r == 0) {
		r = pthread_cond_timedwait(&t->begun, &t->mutex, &limit);
	}
	poll_thread_unlock(t);
}

void poll_thread_wake(struct poll_thread *t)
{
	const uint64_t one = 1;
	(void)!write(t->wake, &one, sizeof(one));
}

void poll_thread_lock(struct poll_thread *t)
{
	(void)pthread_mutex_lock(&t->mutex);
}

void poll_thread_unlock(struct poll_thread *t)
{
	(void)pthread_mutex_unlock(&t->mutex);
}
