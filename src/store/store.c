#include "store/store.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/mem.h"
#include "session/session_call.h"
#include "session/session_span.h"
#include "store/store_connection.h"
#include "store/store_counter.h"
#include "store/store_day.h"
#include "store/store_reader.h"
#include "store/store_shared.h"
#include "store/store_writer.h"

enum { DETAIL_BYTES = STORE_MAX_TEXT_BYTES };

int64_t store_mono_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / MS_NS;
}

bool store_wait_until(struct store *s, pthread_cond_t *cond, int64_t until_ms)
{
	if (until_ms == INT64_MAX) {
		return pthread_cond_wait(cond, &s->lock) == 0;
	}
	struct timespec until = {
		.tv_sec = (time_t)(until_ms / 1000),
		.tv_nsec = (long)(until_ms % 1000 * MS_NS),
	};
	return pthread_cond_timedwait(cond, &s->lock, &until) != ETIMEDOUT;
}

void store_wake(struct store *s)
{
	if (s->settings.wake != NULL && !s->is_left_behind) {
		s->settings.wake(s->settings.data);
	}
}

void store_finish_job(struct store *s, struct store_job *job, int result)
{
	job->result = result;
	list_append(&s->answers, &job->link);
	pthread_cond_broadcast(&s->to_dispatch);
}

void store_note(struct store *s, bool is_warning, const char *fmt, ...)
{
	if (s->note_count == STORE_NOTES) {
		return;
	}
	struct store_note *note = &s->notes[s->note_count++];
	note->is_warning = is_warning;
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(note->text, sizeof(note->text), fmt, args);
	va_end(args);
	pthread_cond_broadcast(&s->to_dispatch);
}

/* ---- opening */

struct store_settings store_settings_default(void)
{
	return (struct store_settings){
		.retention_days = 90,
		.queue_bytes = 8 * 1024 * 1024,
		.collect_ms = 250,
		.question_ms = 5000,
		.stuck_ms = 5000,
	};
}

static void init_conds(struct store *s)
{
	pthread_condattr_t monotonic;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&s->to_write, &monotonic);
	pthread_cond_init(&s->to_read, &monotonic);
	pthread_cond_init(&s->to_dispatch, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

static void free_store(struct store *s)
{
	struct store_job *job, *next;
	list_for_each_safe(job, next, &s->answers, link)
	{
		free(job);
	}
	pthread_cond_destroy(&s->to_dispatch);
	pthread_cond_destroy(&s->to_read);
	pthread_cond_destroy(&s->to_write);
	pthread_mutex_destroy(&s->lock);
	store_queue_finish(&s->queue);
	free((char *)s->settings.path);
	free((char *)s->settings.host);
	free(s);
}

void store_end_thread(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	s->threads--;
	bool is_last = s->is_left_behind && s->threads == 0;
	pthread_cond_broadcast(&s->to_dispatch);
	pthread_mutex_unlock(&s->lock);
	if (is_last) {
		free_store(s);
	}
}

/* SQLite would take "file:..." for a URL. */
static char *copy_path(const char *path)
{
	return path[0] == '/' ? xstrdup(path) : xasprintf("./%s", path);
}

/* Signals go to the loop's thread. */
static int start_threads(struct store *s)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	int r = pthread_create(&s->writer, NULL, store_writer_run, s);
	if (r == 0) {
		s->has_writer = true;
		(void)pthread_setname_np(s->writer, "history-writer");
		r = pthread_create(&s->reader, NULL, store_reader_run, s);
	}
	if (s->has_writer && r == 0) {
		s->has_reader = true;
		(void)pthread_setname_np(s->reader, "history-reader");
	}
	s->threads = (unsigned)s->has_writer + s->has_reader;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -r;
}

static struct store *create(const struct store_settings *settings)
{
	struct store *s = xcalloc(1, sizeof(*s));
	s->settings = *settings;
	s->settings.path = settings->path != NULL ? copy_path(settings->path) : NULL;
	s->settings.host = settings->host != NULL ? xstrdup(settings->host) : NULL;
	s->state.retention_days = settings->retention_days;
	s->give_up_ms = INT64_MAX;
	pthread_mutex_init(&s->lock, NULL);
	init_conds(s);
	store_queue_init(&s->queue, settings->queue_bytes);
	list_init(&s->changes);
	list_init(&s->questions);
	list_init(&s->answers);
	return s;
}

struct store *store_open(const struct store_settings *settings)
{
	struct store *s = create(settings);
	if (settings->path == NULL) {
		s->is_off = true;
		return s;
	}
	pthread_mutex_lock(&s->lock);
	s->state.status = STORE_OPENING;
	int r = start_threads(s);
	if (r < 0) {
		s->is_off = true;
		s->state.status = STORE_FAILED;
		(void)snprintf(s->state.reason, sizeof(s->state.reason), "it has no thread");
	}
	pthread_mutex_unlock(&s->lock);
	if (r < 0) {
		(void)log_errno(r, "no history is kept: cannot start a thread");
	}
	return s;
}

/* ---- facts */

static void log_drops(struct store *s, bool is_dropping, uint64_t dropped)
{
	if (is_dropping && !s->is_dropping) {
		log_warn(
			"the history has %zu bytes to write and no room for more: what comes now is "
			"lost",
			s->settings.queue_bytes);
	} else if (!is_dropping && s->is_dropping) {
		log_info("the history has room again; %llu facts were lost",
			(unsigned long long)(dropped - s->dropped_before));
		s->dropped_before = dropped;
	}
	s->is_dropping = is_dropping;
}

/* With the lock held: how long the file system has not responded, if longer than any working disk
 * would take; else 0. */
static int64_t stuck_ms(const struct store *s)
{
	int64_t busy_ms = s->busy_since_ms != 0 ? store_mono_ms() - s->busy_since_ms : 0;
	return busy_ms > s->settings.stuck_ms ? busy_ms : 0;
}

static void log_stuck(const struct store *s, bool is_stuck)
{
	if (is_stuck) {
		log_warn(
			"the history '%s' is not written: its file system has not answered for %lld s; "
			"it waits in memory",
			s->settings.path, (long long)s->settings.stuck_ms / 1000);
	} else {
		log_info("the file system of the history '%s' answers again", s->settings.path);
	}
}

static void put(struct store *s, enum store_kind kind, const struct store_source *from)
{
	if (s->is_off) {
		return;
	}
	pthread_mutex_lock(&s->lock);
	if (s->state.status == STORE_NEWER || s->state.status == STORE_FOREIGN) {
		pthread_mutex_unlock(&s->lock);
		return;
	}
	bool was_empty = s->queue.bytes.size == 0;
	bool is_dropped = !store_queue_put(&s->queue, kind, from);
	bool gets_stuck = !s->is_stuck && stuck_ms(s) > 0;
	s->is_stuck = s->is_stuck || gets_stuck;
	uint64_t dropped = s->queue.dropped;
	if (was_empty && s->writer_waits) {
		pthread_cond_signal(&s->to_write);
	}
	pthread_mutex_unlock(&s->lock);
	if (is_dropped != s->is_dropping) {
		log_drops(s, is_dropped, dropped);
	}
	if (gets_stuck) {
		log_stuck(s, true);
	}
}

void store_put_session(struct store *s, const struct session *session, int64_t wall_ms)
{
	put(s, STORE_SESSION,
		&(struct store_source){
			.session = session, .at_ms = wall_ms, .host = s->settings.host});
}

void store_put_end(struct store *s, const struct session *session, int64_t over_ms, bool is_told)
{
	put(s, STORE_END,
		&(struct store_source){.session = session, .at_ms = over_ms, .is_told = is_told});
}

void store_put_relation(struct store *s, const struct session_relation *relation)
{
	put(s, STORE_KIN, &(struct store_source){.fact = relation});
}

void store_put_call(struct store *s, const struct session_call *call, int64_t wall_ms)
{
	int64_t at_ms = call->absorbed != NULL ? wall_ms : store_believed_ms(call->end_ms, wall_ms);
	const struct store_source from = {
		.fact = call,
		.session = call->session,
		.series = call->series,
		.child = call->absorbed,
		.at_ms = at_ms,
		.day = store_day(at_ms),
		.host = s->settings.host,
	};
	put(s,
		call->absorbed != NULL ? STORE_ABSORPTION
		: call->corrects       ? STORE_CORRECTION
		: call->series != NULL ? STORE_STEP
				       : STORE_CALL,
		&from);
}

void store_put_span(struct store *s, const struct session_span *span, int64_t wall_ms)
{
	static const enum store_kind kinds[SESSION_SPAN_KIND_COUNT] = {
		[SESSION_SPAN_TURN] = STORE_TURN,
		[SESSION_SPAN_TOOL_CALL] = STORE_TOOL_CALL,
		[SESSION_SPAN_WAIT] = STORE_WAIT,
		[SESSION_SPAN_AGENT] = STORE_AGENT,
	};
	int64_t at_ms = span->absorbed != NULL ? wall_ms : store_believed_ms(span->end_ms, wall_ms);
	const struct store_source from = {
		.fact = span,
		.session = span->session,
		.child = span->absorbed,
		.at_ms = at_ms,
		.begin_ms = at_ms - (span->end_ms - span->begin_ms),
		.day = store_day(at_ms),
		.host = s->settings.host,
	};
	put(s, span->absorbed != NULL ? STORE_SPAN_ABSORPTION : kinds[span->kind], &from);
}

/* A JSON object; empty: none, or too long to store whole. */
static struct str write_details(const struct store_event *event, struct buf *b)
{
	struct json_writer w;
	json_writer_init(&w, b);
	json_object_begin(&w);
	for (size_t i = 0; i < STORE_EVENT_DETAILS && event->details[i].key != NULL; i++) {
		json_name_str(&w, event->details[i].key, event->details[i].value);
	}
	json_object_end(&w);
	return event->details[0].key == NULL || b->overflowed ? STR("") : buf_str(b);
}

void store_put_event(struct store *s, const struct store_event *event, int64_t wall_ms)
{
	struct buf details;
	buf_init(&details, DETAIL_BYTES);
	const struct store_source from = {
		.fact = event,
		.session = event->session,
		.at_ms = wall_ms,
		.host = s->settings.host,
		.tool = event->tool,
		.project = event->project,
		.detail = write_details(event, &details),
	};
	put(s, STORE_EVENT, &from);
	buf_finish(&details);
}

void store_put_counter(
	struct store *s, struct str name, struct str labels, int64_t add, int64_t wall_ms)
{
	const struct store_counter counter = {.name = name, .labels = labels, .add = add};
	put(s, STORE_COUNTER, &(struct store_source){.fact = &counter, .at_ms = wall_ms});
}

void store_put_connection(struct store *s, const struct event *e, int64_t wall_ms)
{
	struct store_connection connection;
	if (!store_connection_of(e, &connection)) {
		return;
	}
	int64_t at_ms = e->time_ns != 0 ? store_believed_ms(e->time_ns / 1000000, wall_ms)
					: wall_ms;
	put(s, STORE_CONNECTION, &(struct store_source){.fact = &connection, .at_ms = at_ms});
}

/* ---- queries and changes */

static int add_job(struct store *s, struct list *jobs, unsigned *count, pthread_cond_t *cond,
	const struct store_job *job)
{
	if (s->is_off) {
		return -ENOTSUP;
	}
	int r = 0;
	pthread_mutex_lock(&s->lock);
	if (s->is_stopping) {
		r = -ECANCELED; // called from within an answer
	} else if (*count == STORE_MAX_WORKS) {
		r = -EAGAIN;
	} else {
		struct store_job *copy = xmalloc(sizeof(*copy));
		*copy = *job;
		list_append(jobs, &copy->link);
		++*count;
		pthread_cond_signal(cond);
	}
	pthread_mutex_unlock(&s->lock);
	return r;
}

int store_ask(struct store *s, store_work *query, store_answered *answered, void *arg)
{
	return add_job(s, &s->questions, &s->question_count, &s->to_read,
		&(struct store_job){.work = query, .answered = answered, .arg = arg});
}

int store_change(struct store *s, store_work *change, store_answered *answered, void *arg)
{
	return add_job(s, &s->changes, &s->change_count, &s->to_write,
		&(struct store_job){.work = change, .answered = answered, .arg = arg});
}

int store_load(struct store *s, store_work *load, store_answered *answered, void *arg)
{
	return add_job(s, &s->changes, &s->change_count, &s->to_write,
		&(struct store_job){
			.work = load, .answered = answered, .arg = arg, .comes_first = true});
}

static struct store_job *take_answer(struct store *s)
{
	struct store_job *job = NULL;
	pthread_mutex_lock(&s->lock);
	if (!list_is_empty(&s->answers)) {
		job = list_entry(s->answers.next, struct store_job, link);
		list_remove(&job->link);
	}
	pthread_mutex_unlock(&s->lock);
	return job;
}

static void log_notes(struct store *s)
{
	struct store_note notes[STORE_NOTES];
	pthread_mutex_lock(&s->lock);
	unsigned count = s->note_count;
	memcpy(notes, s->notes, count * sizeof(*notes));
	s->note_count = 0;
	pthread_mutex_unlock(&s->lock);
	for (unsigned i = 0; i < count; i++) {
		if (notes[i].is_warning) {
			log_warn("%s", notes[i].text);
		} else {
			log_info("%s", notes[i].text);
		}
	}
}

void store_dispatch(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	bool gets_free = s->is_stuck && stuck_ms(s) == 0;
	s->is_stuck = s->is_stuck && !gets_free;
	pthread_mutex_unlock(&s->lock);
	if (gets_free) {
		log_stuck(s, false);
	}
	log_notes(s);
	for (struct store_job *job = take_answer(s); job != NULL; job = take_answer(s)) {
		job->answered(job->result, job->arg);
		free(job);
	}
}

bool store_wait(struct store *s, int64_t limit_ms)
{
	int64_t until_ms = store_mono_ms() + limit_ms;
	pthread_mutex_lock(&s->lock);
	while (list_is_empty(&s->answers) && s->note_count == 0 &&
		store_wait_until(s, &s->to_dispatch, until_ms)) {
	}
	bool is_there = !list_is_empty(&s->answers) || s->note_count > 0;
	pthread_mutex_unlock(&s->lock);
	store_dispatch(s);
	return is_there;
}

/* ---- state */

const char *store_status_name(enum store_status status)
{
	static const char *const names[STORE_STATUS_COUNT] = {
		[STORE_OFF] = "off",
		[STORE_OPENING] = "opening",
		[STORE_OK] = "ok",
		[STORE_FULL] = "full",
		[STORE_READ_ONLY] = "read-only",
		[STORE_LOCKED] = "locked",
		[STORE_UNREACHABLE] = "unreachable",
		[STORE_CORRUPT] = "corrupt",
		[STORE_NEWER] = "newer",
		[STORE_FOREIGN] = "foreign",
		[STORE_FAILED] = "failed",
		[STORE_STUCK] = "stuck",
	};
	return names[status];
}

struct store_state store_state(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	struct store_state state = s->state;
	state.dropped = s->queue.dropped;
	state.queued_bytes = store_queue_bytes(&s->queue);
	int64_t busy_ms = stuck_ms(s);
	pthread_mutex_unlock(&s->lock);
	if (busy_ms > 0) {
		state.status = STORE_STUCK;
		(void)snprintf(state.reason, sizeof(state.reason),
			"its file system has not answered for %lld s", (long long)busy_ms / 1000);
	}
	return state;
}

void store_set_retention(struct store *s, unsigned days)
{
	pthread_mutex_lock(&s->lock);
	s->state.retention_days = days;
	s->is_keep_asked = true;
	pthread_cond_signal(&s->to_write);
	pthread_mutex_unlock(&s->lock);
}

/* ---- the end */

/* With the lock held. */
static void cancel_all(struct store *s, struct list *jobs)
{
	while (!list_is_empty(jobs)) {
		struct store_job *job = list_entry(jobs->next, struct store_job, link);
		list_remove(&job->link);
		store_finish_job(s, job, -ECANCELED);
	}
}

/* Jobs that no thread has started. */
static void cancel_jobs(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	cancel_all(s, &s->questions);
	cancel_all(s, &s->changes);
	pthread_mutex_unlock(&s->lock);
}

/* Whether all threads end in time, and are joined; else they are detached, and own s. */
static bool stop_threads(struct store *s, int64_t limit_ms)
{
	pthread_mutex_lock(&s->lock);
	s->is_stopping = true;
	s->give_up_ms = store_mono_ms() + limit_ms;
	pthread_cond_signal(&s->to_write);
	pthread_cond_broadcast(&s->to_read);
	while (s->threads > 0 && store_wait_until(s, &s->to_dispatch, s->give_up_ms)) {
	}
	bool ended = s->threads == 0;
	pthread_mutex_unlock(&s->lock);
	return ended;
}

static void end_thread(bool is_there, pthread_t thread, bool ended)
{
	if (is_there && ended) {
		pthread_join(thread, NULL);
	} else if (is_there) {
		pthread_detach(thread);
	}
}

static void log_loss(struct store *s)
{
	size_t bytes = store_state(s).queued_bytes;
	if (bytes > 0) {
		log_warn(
			"the history '%s' could not be written before the end: %zu bytes of it are "
			"lost",
			s->settings.path, bytes);
	}
}

/* The last of them frees s. */
static void leave_behind(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	s->is_left_behind = true;
	bool is_last = s->threads == 0;
	pthread_mutex_unlock(&s->lock);
	if (is_last) {
		free_store(s);
	}
}

void store_close(struct store *s, int64_t limit_ms)
{
	if (s == NULL) {
		return;
	}
	bool ended = stop_threads(s, limit_ms);
	cancel_jobs(s);
	store_dispatch(s);
	log_loss(s);
	end_thread(s->has_writer, s->writer, ended);
	end_thread(s->has_reader, s->reader, ended);
	leave_behind(s);
}
