#include "store/store_writer.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/mem.h"
#include "store/store_apply.h"
#include "store/store_db.h"
#include "store/store_file.h"
#include "store/store_keep.h"
#include "store/store_migrate.h"
#include "store/store_schema.h"
#include "store/store_shared.h"

static const int64_t first_retry_ms = 500, last_retry_ms = 30000;
static const int64_t keep_every_ms = INT64_C(24) * 60 * 60 * 1000;

enum {
	TRANSACTION_BYTES = 256 * 1024, // of records, to keep transactions short
	KEPT_BYTES = 16 * 1024,
	MAX_SET_ASIDE = 8, // a disk that corrupts every file must not fill up
};

struct writer {
	struct store *store;
	struct store_db *db; // NULL: not open
	struct store_file_id file;
	struct buf held;      // records taken from the queue
	size_t written_bytes; // ... of which this many are written
	struct store_bindings bindings;
	int64_t collect_until_ms; // monotonic; 0: not collecting
	int64_t keep_at_ms;       // monotonic: when retention runs next
	int error;                // of the last attempt: 0 or a negative errno, ...
	int64_t retry_ms, retry_at_ms;
	unsigned set_aside;
	bool is_idle_for_ever; // the file is not ours
};

/* ---- reporting the file's state */

struct fault {
	int error;
	enum store_status status;
	const char *why;
};

static const struct fault *fault_of(int error)
{
	static const struct fault faults[] = {
		{-ENOSPC, STORE_FULL, "no space is left; free some"},
		{-EROFS, STORE_READ_ONLY,
			"it cannot be written to; check its file system and rights"},
		{-EACCES, STORE_READ_ONLY,
			"permission denied; check its rights and its directory's"},
		{-EPERM, STORE_READ_ONLY,
			"permission denied; check its rights and its directory's"},
		{-EBUSY, STORE_LOCKED, "another program holds it; close that"},
		{-EINTR, STORE_LOCKED, "another program holds it; close that"},
		{-EUCLEAN, STORE_CORRUPT,
			"it is corrupt and cannot be moved aside; move it yourself"},
		{-ENOENT, STORE_UNREACHABLE, "its directory cannot be made"},
		{-ENOTDIR, STORE_UNREACHABLE, "a part of its path is no directory"},
		{-EINVAL, STORE_UNREACHABLE, "there is something else than a file"},
		{0, STORE_FAILED, "input or output failed; check the disk"},
	};
	const struct fault *f = faults;
	while (f->error != error && f->error != 0) {
		f++;
	}
	return f;
}

/* With the lock held. Logs a fault once, when it begins. */
static void tell_fault(struct store *s, int error)
{
	const struct fault *f = fault_of(error);
	enum store_status before = s->state.status;
	s->state.status = f->status;
	(void)snprintf(s->state.reason, sizeof(s->state.reason), "%s", f->why);
	if (before == STORE_OK || before == STORE_OPENING) {
		store_note(s, true, "cannot write the history '%s': %s; it waits in memory",
			s->settings.path, f->why);
	}
}

static void tell_fine(struct store *s)
{
	if (s->state.status != STORE_OK && s->state.status != STORE_OPENING) {
		store_note(s, false, "the history '%s' is written again", s->settings.path);
	}
	s->state.status = STORE_OK;
	s->state.reason[0] = '\0';
}

static void tell_not_ours(struct store *s, int which, int64_t found)
{
	s->state.status = which == STORE_IS_NEWER ? STORE_NEWER : STORE_FOREIGN;
	if (which == STORE_IS_NEWER) {
		(void)snprintf(s->state.reason, sizeof(s->state.reason),
			"a newer version of this program made it (%lld, this one knows %lld)",
			(long long)found, (long long)store_schema_version);
	} else {
		(void)snprintf(s->state.reason, sizeof(s->state.reason),
			"it is another program's database");
	}
	store_note(s, true, "no history is kept: '%s' is left alone, %s", s->settings.path,
		s->state.reason);
}

/* ---- opening */

static void close_db(struct writer *w, bool is_gone)
{
	store_db_close(w->db, is_gone);
	w->db = NULL;
}

static bool is_over(void *data)
{
	struct store *s = data;
	pthread_mutex_lock(&s->lock);
	int64_t now_ms = store_mono_ms();
	bool over = now_ms >= s->give_up_ms;
	s->busy_since_ms = s->busy_since_ms > 0 ? now_ms : 0; // long, but not stuck
	pthread_mutex_unlock(&s->lock);
	return over;
}

/* 0, STORE_IS_NEWER, STORE_IS_FOREIGN or a negative errno. */
static int open_once(struct writer *w)
{
	struct store *s = w->store;
	int64_t found = 0;
	int r = store_file_make(s->settings.path);
	r = r == 0 ? store_file_identify(s->settings.path, &w->file) : r;
	r = r == 0 ? store_db_open(s->settings.path, STORE_DB_WRITE, &w->db) : r;
	if (r < 0) {
		return r;
	}
	store_db_set_stop(w->db, is_over, s);
	r = store_migrate(w->db, store_schema_step, store_schema_version, &found);
	if (r > 0) {
		pthread_mutex_lock(&s->lock);
		tell_not_ours(s, r, found);
		pthread_mutex_unlock(&s->lock);
		w->is_idle_for_ever = true;
	}
	if (r != 0) {
		close_db(w, false);
	}
	return r;
}

static int set_aside(struct writer *w)
{
	struct store *s = w->store;
	char aside[4096];
	close_db(w, true);
	if (w->set_aside == MAX_SET_ASIDE) {
		return -EUCLEAN;
	}
	if (store_file_set_aside(s->settings.path, time(NULL), aside) < 0) {
		return -EUCLEAN;
	}
	w->set_aside++;
	pthread_mutex_lock(&s->lock);
	store_note(s, true, "the history '%s' was corrupt: moved it to '%s' and started a new one",
		s->settings.path, aside);
	pthread_mutex_unlock(&s->lock);
	return 0;
}

static int open_db(struct writer *w)
{
	int r = open_once(w);
	if (r == -EUCLEAN) {
		r = set_aside(w);
		r = r == 0 ? open_once(w) : r;
	}
	return r;
}

/* Checks whether it is corrupt, as another connection found. */
static int look_closely(struct writer *w)
{
	struct store_query *q = store_db_query(w->db, "PRAGMA quick_check(1)");
	bool is_sound = store_db_step(q) && str_equal(store_db_text(q, 0), STR("ok"));
	int r = store_db_end(q);
	return r == 0 && !is_sound ? -EUCLEAN : r;
}

/* Another file is at the path now. If only the log is gone, it had rows that the file lacks. */
static void let_go(struct writer *w, enum store_file_change change)
{
	struct store *s = w->store;
	if (change == STORE_FILE_LOG_GONE) {
		(void)store_db_execute(w->db, "PRAGMA wal_checkpoint(TRUNCATE)");
	}
	close_db(w, change == STORE_FILE_GONE);
	if (change == STORE_FILE_GONE) {
		store_file_delete_log(s->settings.path, &w->file);
	}
	pthread_mutex_lock(&s->lock);
	store_note(s, true,
		"the history '%s' was deleted or replaced while it was open; opened it again",
		s->settings.path);
	pthread_mutex_unlock(&s->lock);
}

/* Makes sure that the file at the path is open. */
static int ready(struct writer *w, bool is_suspect)
{
	enum store_file_change found = STORE_FILE_SAME;
	if (w->db != NULL) {
		found = store_file_compare(w->store->settings.path, &w->file);
	}
	if (found != STORE_FILE_SAME) {
		let_go(w, found);
	}
	int r = w->db == NULL ? open_db(w) : 0;
	return r == 0 && is_suspect ? look_closely(w) : r;
}

/* ---- work */

static int end_transaction(struct writer *w, int r)
{
	r = r >= 0 ? store_db_execute(w->db, "COMMIT") : r;
	if (store_db_in_transaction(w->db)) {
		(void)store_db_execute(w->db, "ROLLBACK");
	}
	return r;
}

/* One transaction of records. */
static int write_some(struct writer *w)
{
	struct store *s = w->store;
	struct str records = str_skip(buf_str(&w->held), w->written_bytes);
	struct store_applied applied = {0};
	int r = store_db_execute(w->db, "BEGIN IMMEDIATE");
	r = r == 0 ? store_apply(w->db, &w->bindings, records, TRANSACTION_BYTES, &applied) : r;
	r = end_transaction(w, r);
	if (r < 0) {
		return r;
	}
	int64_t file_bytes = store_file_bytes(s->settings.path);
	if (w->file.log_inode == 0) {
		(void)store_file_identify(s->settings.path, &w->file);
	}
	assert(applied.bytes > 0);
	w->written_bytes += applied.bytes;
	pthread_mutex_lock(&s->lock);
	store_queue_let_go(&s->queue, applied.bytes);
	s->busy_since_ms = store_mono_ms(); // it has responded
	s->state.written += applied.entered;
	if (applied.refused > 0 && s->state.refused == 0) {
		store_note(s, true, "the history '%s' rejected a fact: %s (logged once)",
			s->settings.path, applied.why);
	}
	s->state.refused += applied.refused;
	s->state.file_bytes = file_bytes;
	pthread_mutex_unlock(&s->lock);
	return 0;
}

static int write_held(struct writer *w)
{
	while (w->written_bytes < w->held.size) {
		int r = write_some(w);
		if (r < 0) {
			return r;
		}
	}
	buf_clear(&w->held);
	buf_trim(&w->held, KEPT_BYTES);
	w->written_bytes = 0;
	return 0;
}

/* With the lock held. Not on shutdown. */
static bool has_load(const struct store *s)
{
	return !s->is_stopping && !list_is_empty(&s->changes) &&
	       list_entry(s->changes.next, struct store_job, link)->comes_first;
}

/* Takes everything put so far, unless something has to be loaded first. */
static int write_facts(struct writer *w)
{
	struct store *s = w->store;
	int r = write_held(w);
	if (r < 0) {
		return r;
	}
	pthread_mutex_lock(&s->lock);
	if (!has_load(s)) {
		store_queue_take(&s->queue, &w->held);
		w->collect_until_ms = 0;
	}
	pthread_mutex_unlock(&s->lock);
	r = write_held(w);
	store_db_trim(w->db);
	return r;
}

static struct store_job *take_change(struct store *s)
{
	struct store_job *job = NULL;
	pthread_mutex_lock(&s->lock);
	if (!list_is_empty(&s->changes)) {
		job = list_entry(s->changes.next, struct store_job, link);
		list_remove(&job->link);
		s->change_count--;
	}
	pthread_mutex_unlock(&s->lock);
	return job;
}

static void answer_change(struct store *s, struct store_job *job, int r)
{
	pthread_mutex_lock(&s->lock);
	store_finish_job(s, job, r);
	store_wake(s);
	pthread_mutex_unlock(&s->lock);
}

/* One step of a change. */
static int take_step(struct writer *w)
{
	struct store *s = w->store;
	struct store_job *job = take_change(s);
	if (job == NULL) {
		return 0;
	}
	int r = store_db_execute(w->db, "BEGIN IMMEDIATE");
	int result = r == 0 ? job->work(w->db, job->arg) : r;
	r = end_transaction(w, result);
	if (result == STORE_MORE && r == 0) {
		pthread_mutex_lock(&s->lock);
		list_append(&s->changes, &job->link);
		s->change_count++;
		pthread_mutex_unlock(&s->lock);
		return 0;
	}
	answer_change(s, job, r);
	return store_is_fault(r) ? r : 0;
}

/* One step of retention. */
static int keep(struct writer *w)
{
	struct store *s = w->store;
	pthread_mutex_lock(&s->lock);
	int64_t days = s->state.retention_days;
	pthread_mutex_unlock(&s->lock);
	int64_t before_ms = (int64_t)(time(NULL) - days * 24 * 60 * 60) * 1000;
	int r = store_db_execute(w->db, "BEGIN IMMEDIATE");
	r = r == 0 && days > 0 ? store_keep(w->db, before_ms) : r;
	int ended = end_transaction(w, r);
	if (ended < 0) {
		return store_is_fault(ended) ? ended : 0;
	}
	if (r != STORE_MORE) {
		w->keep_at_ms = store_mono_ms() + keep_every_ms;
	}
	return 0;
}

static bool is_keep_due(const struct writer *w, int64_t now_ms)
{
	return now_ms >= w->keep_at_ms;
}

/* Does all pending work. 0, a negative errno, or positive: the file is not ours. */
static int work(struct writer *w, bool is_suspect, bool is_stopping)
{
	int r = ready(w, is_suspect);
	r = r == 0 ? write_facts(w) : r;
	if (r != 0 || is_stopping) {
		return r;
	}
	pthread_mutex_lock(&w->store->lock);
	tell_fine(w->store); // before a change is answered
	pthread_mutex_unlock(&w->store->lock);
	r = take_step(w);
	if (r == 0 && is_keep_due(w, store_mono_ms())) {
		r = keep(w);
	}
	return r;
}

/* ---- faults */

/* With the lock held. */
static void fail_changes(struct store *s, int error)
{
	while (!list_is_empty(&s->changes)) {
		struct store_job *job = list_entry(s->changes.next, struct store_job, link);
		list_remove(&job->link);
		s->change_count--;
		store_finish_job(s, job, error);
	}
}

/* With the lock held. After any failure but a lock, the connection is reopened. */
static void settle(struct writer *w, int r)
{
	struct store *s = w->store;
	s->was_tried = true;
	w->error = r;
	if (r == 0) {
		tell_fine(s);
		w->retry_ms = 0;
	} else {
		fail_changes(s, r > 0 ? -ENOTSUP : r);
	}
	if (r < 0) {
		tell_fault(s, r);
		w->retry_ms = w->retry_ms == 0 ? first_retry_ms : w->retry_ms * 2;
		w->retry_ms = w->retry_ms > last_retry_ms ? last_retry_ms : w->retry_ms;
		w->retry_at_ms = store_mono_ms() + w->retry_ms;
	}
	pthread_cond_broadcast(&s->to_read);
}

/* ---- the thread */

/* With the lock held: when there is work next; INT64_MAX: not until signalled. */
static int64_t due_ms(struct writer *w, int64_t now_ms)
{
	struct store *s = w->store;
	if (!s->was_tried || s->is_suspect || !list_is_empty(&s->changes)) {
		return now_ms;
	}
	if (w->error != 0) {
		return w->retry_at_ms;
	}
	if (s->is_keep_asked) {
		s->is_keep_asked = false;
		w->keep_at_ms = now_ms;
	}
	int64_t at_ms = s->state.retention_days > 0 ? w->keep_at_ms : INT64_MAX;
	if (s->queue.bytes.size > 0) {
		if (w->collect_until_ms == 0) {
			w->collect_until_ms = now_ms + s->settings.collect_ms;
		}
		at_ms = w->collect_until_ms < at_ms ? w->collect_until_ms : at_ms;
	}
	return at_ms;
}

/* With the lock held. False: the store is stopping. */
static bool wait_for_work(struct writer *w)
{
	struct store *s = w->store;
	while (!s->is_stopping) {
		int64_t now_ms = store_mono_ms();
		int64_t at_ms = w->is_idle_for_ever ? INT64_MAX : due_ms(w, now_ms);
		if (at_ms <= now_ms) {
			return true;
		}
		s->writer_waits = true;
		(void)store_wait_until(s, &s->to_write, at_ms);
		s->writer_waits = false;
	}
	return false;
}

static void work_once(struct writer *w, bool is_stopping)
{
	struct store *s = w->store;
	bool is_suspect = s->is_suspect;
	s->is_suspect = false;
	s->busy_since_ms = store_mono_ms();
	pthread_mutex_unlock(&s->lock);
	int r = work(w, is_suspect, is_stopping);
	if (r == -EUCLEAN && w->db != NULL) {
		r = set_aside(w);
		r = r == 0 ? work(w, false, is_stopping) : r;
	}
	if (r < 0 && r != -EBUSY) {
		close_db(w, false);
	}
	pthread_mutex_lock(&s->lock);
	s->busy_since_ms = 0;
	settle(w, r);
	if (s->note_count > 0 || s->is_stuck || !list_is_empty(&s->answers)) {
		store_wake(s);
	}
}

void *store_writer_run(void *data)
{
	struct store *s = data;
	struct writer w = {.store = s};
	buf_init(&w.held, s->settings.queue_bytes);
	pthread_mutex_lock(&s->lock);
	while (wait_for_work(&w)) {
		work_once(&w, false);
	}
	if (!w.is_idle_for_ever && store_queue_bytes(&s->queue) > 0) {
		work_once(&w, true);
	}
	fail_changes(s, -ECANCELED);
	pthread_mutex_unlock(&s->lock);
	close_db(&w, false);
	buf_finish(&w.held);
	store_end_thread(s);
	return NULL;
}
