#include "orchestrator/orchestrator_thread.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/poll_thread.h"

struct found { // the newest of a file
	bool is_any, is_first;
	struct orchestrator_reading reading;
};

struct orchestrator_thread {
	struct orchestrator_settings settings;
	struct poll_thread thread;
	struct orchestrator_files files; // owned by the thread
	bool is_started;                 // the first look is over

	struct found found[ORCHESTRATOR_FILES]; // under the lock, like the next
	struct orchestrator_watching watching;
};

/* ---- the thread */

static void on_found(enum orchestrator_file file, struct orchestrator_reading *reading, void *data)
{
	struct orchestrator_thread *t = data;
	struct found *found = &t->found[file];
	poll_thread_lock(&t->thread);
	orchestrator_facts_free(found->reading.facts); // nobody has taken it
	found->is_first = found->is_any ? found->is_first : !t->is_started;
	found->is_any = true;
	found->reading = *reading;
	poll_thread_unlock(&t->thread);
}

static void look(struct orchestrator_thread *t)
{
	orchestrator_files_look(&t->files, instant_now(), on_found, t);
	poll_thread_lock(&t->thread);
	bool is_any = t->watching.state != t->files.state;
	t->watching.state = t->files.state;
	memcpy(t->watching.reason, t->files.reason, sizeof(t->watching.reason));
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		is_any |= t->found[i].is_any;
	}
	poll_thread_unlock(&t->thread);
	if (is_any) {
		t->settings.wake(t->settings.data);
	}
}

static int64_t deadline(void *data)
{
	const struct orchestrator_thread *t = data;
	return orchestrator_files_next_deadline(&t->files);
}

static int descriptor(void *data)
{
	const struct orchestrator_thread *t = data;
	return t->files.inotify.fd;
}

static void begin(void *data)
{
	struct orchestrator_thread *t = data;
	look(t);
	t->is_started = true;
}

static void work(bool is_readable, void *data)
{
	struct orchestrator_thread *t = data;
	bool matters = is_readable && orchestrator_files_take(&t->files, instant_now());
	if (matters || deadline(t) <= instant_now().mono_ms) {
		look(t);
	}
}

/* ---- the loop's side */

void orchestrator_thread_wait(struct orchestrator_thread *t, int64_t limit_ms)
{
	poll_thread_wait_begun(&t->thread, limit_ms);
	orchestrator_thread_dispatch(t);
}

void orchestrator_thread_dispatch(struct orchestrator_thread *t)
{
	struct found found[ORCHESTRATOR_FILES];
	poll_thread_lock(&t->thread);
	memcpy(found, t->found, sizeof(found));
	memset(t->found, 0, sizeof(t->found));
	poll_thread_unlock(&t->thread);
	for (int i = 0; i < ORCHESTRATOR_FILES; i++) {
		if (found[i].is_any) {
			t->settings.on_read((enum orchestrator_file)i, &found[i].reading,
				found[i].is_first, t->settings.data);
		}
	}
}

struct orchestrator_watching orchestrator_thread_watching(struct orchestrator_thread *t)
{
	poll_thread_lock(&t->thread);
	struct orchestrator_watching ret = t->watching;
	poll_thread_unlock(&t->thread);
	return ret;
}

struct orchestrator_thread *orchestrator_thread_start(const struct orchestrator_settings *settings)
{
	struct orchestrator_thread *t = xcalloc(1, sizeof(*t));
	t->settings = *settings;
	t->watching.state = BOARD_MISSING;
	orchestrator_files_init(&t->files, settings->dir);
	poll_thread_start(&t->thread, &(const struct poll_thread_job){
					      .name = "the orchestrator's state",
					      .begin = begin,
					      .descriptor = descriptor,
					      .deadline = deadline,
					      .work = work,
					      .data = t,
				      });
	return t;
}

void orchestrator_thread_stop(struct orchestrator_thread *t, int64_t limit_ms)
{
	if (t == NULL || !poll_thread_stop(&t->thread, limit_ms)) {
		return; // leaked on purpose: the thread may still wake up
	}
	for (size_t i = 0; i < ORCHESTRATOR_FILES; i++) {
		orchestrator_facts_free(t->found[i].reading.facts);
	}
	orchestrator_files_finish(&t->files);
	free(t);
}
