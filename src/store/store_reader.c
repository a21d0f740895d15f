#include "store/store_reader.h"

#include <errno.h>

#include "store/store_db.h"
#include "store/store_file.h"
#include "store/store_shared.h"

struct reader {
	struct store *store;
	struct store_db *db; // NULL: not open
	struct store_file_id file;
	int64_t deadline_ms; // of the current query, monotonic
};

static bool is_late(const struct reader *r)
{
	return store_mono_ms() >= r->deadline_ms;
}

static bool is_stopping(struct store *s)
{
	pthread_mutex_lock(&s->lock);
	bool stopping = s->is_stopping;
	pthread_mutex_unlock(&s->lock);
	return stopping;
}

static bool is_over(void *data)
{
	const struct reader *r = data;
	return is_late(r) || is_stopping(r->store);
}

static void close_db(struct reader *r, bool is_gone)
{
	store_db_close(r->db, is_gone);
	r->db = NULL;
}

static int open_db(struct reader *r)
{
	const char *path = r->store->settings.path;
	if (r->db != NULL && store_file_compare(path, &r->file) != STORE_FILE_SAME) {
		close_db(r, true);
	}
	if (r->db != NULL) {
		return 0;
	}
	int error = store_file_identify(path, &r->file);
	if (error == 0) {
		error = store_db_open(path, STORE_DB_READ, &r->db);
	}
	if (error == 0) {
		store_db_set_stop(r->db, is_over, r);
	}
	return error;
}

/* One snapshot for the whole query. */
static int answer(struct reader *r, const struct store_job *job)
{
	int error = open_db(r);
	if (error == 0) {
		error = store_db_execute(r->db, "BEGIN");
	}
	if (error == 0) {
		error = job->work(r->db, job->arg);
	}
	if (r->db != NULL && store_db_in_transaction(r->db)) {
		(void)store_db_execute(r->db, "ROLLBACK");
	}
	if (error < 0 && error != -EINTR) {
		close_db(r, false);
	} else if (r->db != NULL) {
		store_db_trim(r->db);
		(void)store_file_identify(r->store->settings.path, &r->file);
	}
	return error == -EINTR ? is_late(r) ? -ETIMEDOUT : -ECANCELED : error;
}

/* With the lock held. The reader stays away from a file that the writer leaves alone. */
static int why_not(const struct store *s)
{
	bool is_left_alone = s->state.status == STORE_NEWER || s->state.status == STORE_FOREIGN;
	return s->is_stopping ? -ECANCELED : is_left_alone ? -ENOTSUP : 0;
}

void *store_reader_run(void *data)
{
	struct store *s = data;
	struct reader r = {.store = s};
	pthread_mutex_lock(&s->lock);
	while (!s->is_stopping) {
		if (list_is_empty(&s->questions) || !s->was_tried) {
			pthread_cond_wait(&s->to_read, &s->lock);
			continue;
		}
		struct store_job *job = list_entry(s->questions.next, struct store_job, link);
		list_remove(&job->link);
		s->question_count--;
		int error = why_not(s);
		if (error == 0) {
			pthread_mutex_unlock(&s->lock);
			r.deadline_ms = store_mono_ms() + s->settings.question_ms;
			error = answer(&r, job);
			pthread_mutex_lock(&s->lock);
		}
		if (error == -EUCLEAN) {
			s->is_suspect = true;
			pthread_cond_signal(&s->to_write);
		}
		store_finish_job(s, job, error);
		store_wake(s);
	}
	pthread_mutex_unlock(&s->lock);
	close_db(&r, false);
	store_end_thread(s);
	return NULL;
}
