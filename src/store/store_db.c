#include "store/store_db.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "base/list.h"
#include "base/mem.h"

enum {
	KEPT_STATEMENTS = 48,
	STOP_EVERY = 1000,     // SQLite instructions
	WRITE_CACHE_KIB = 256, // of pages
	READ_CACHE_KIB = 128,
	LOCK_WAIT_MS = 1000, // for another program that holds the file
	LOCK_STEP_MS = 20,
	LOG_LIMIT_BYTES = 4 * 1024 * 1024, // the log is truncated to this after a checkpoint
};

struct store_query {
	struct list link; // store_db::queries, least recently used first
	struct store_db *db;
	sqlite3_stmt *statement; // NULL: could not be prepared
	bool is_open;            // between store_db_query() and store_db_end()
	int error;               // negative errno
};

struct store_db {
	sqlite3 *sqlite;
	struct list queries;
	unsigned query_count;
	bool (*is_over)(void *data);
	void *data;
};

/* ---- errors */

/* The errno behind SQLite's code. */
static int error_of_system(const struct store_db *db)
{
	switch (sqlite3_system_errno(db->sqlite)) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG: return -ENOSPC;
	case EROFS: return -EROFS;
	case EACCES:
	case EPERM: return -EACCES;
	case ENOENT:
	case ENOTDIR: return -ENOENT;
	default: return -EIO;
	}
}

static int error_of(const struct store_db *db, int code)
{
	static const struct {
		int code, error;
	} errors[] = {
		{SQLITE_OK, 0},
		{SQLITE_ROW, 0},
		{SQLITE_DONE, 0},
		{SQLITE_FULL, -ENOSPC},
		{SQLITE_READONLY, -EROFS},
		{SQLITE_BUSY, -EBUSY},
		{SQLITE_LOCKED, -EBUSY},
		{SQLITE_CORRUPT, -EUCLEAN},
		{SQLITE_NOTADB, -EUCLEAN},
		{SQLITE_INTERRUPT, -EINTR},
		{SQLITE_CONSTRAINT, -EEXIST},
		{SQLITE_NOMEM, -ENOMEM},
		{SQLITE_ERROR, -EINVAL},
		{SQLITE_MISMATCH, -EINVAL},
		{SQLITE_RANGE, -EINVAL},
		{SQLITE_MISUSE, -EINVAL},
		{SQLITE_TOOBIG, -EINVAL},
		{SQLITE_PERM, -EACCES},
	};
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (errors[i].code == (code & 0xff)) {
			return errors[i].error;
		}
	}
	return error_of_system(db);
}

static void note_error(struct store_query *q, int code)
{
	if (q->error == 0) {
		q->error = error_of(q->db, code);
	}
}

const char *store_db_error(const struct store_db *db)
{
	return sqlite3_errmsg(db->sqlite);
}

/* ---- statements */

static void forget(struct store_query *q)
{
	list_remove(&q->link);
	q->db->query_count--;
	sqlite3_finalize(q->statement);
	free(q);
}

static struct store_query *find_kept(struct store_db *db, const char *sql)
{
	struct store_query *q;
	list_for_each(q, &db->queries, link)
	{
		if (!q->is_open && strcmp(sqlite3_sql(q->statement), sql) == 0) {
			return q;
		}
	}
	return NULL;
}

/* Evicts the least recently used statement. */
static void forget_oldest(struct store_db *db)
{
	struct store_query *q, *next;
	list_for_each_safe(q, next, &db->queries, link)
	{
		if (!q->is_open) {
			forget(q);
			return;
		}
	}
}

static struct store_query *prepare(struct store_db *db, const char *sql)
{
	if (db->query_count >= KEPT_STATEMENTS) {
		forget_oldest(db);
	}
	struct store_query *q = xcalloc(1, sizeof(*q));
	q->db = db;
	note_error(q, sqlite3_prepare_v3(
			      db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->statement, NULL));
	list_append(&db->queries, &q->link);
	db->query_count++;
	return q;
}

bool store_db_is_built(void)
{
	return true;
}

struct store_query *store_db_query(struct store_db *db, const char *sql)
{
	struct store_query *q = find_kept(db, sql);
	if (q == NULL) {
		q = prepare(db, sql);
	}
	q->is_open = true;
	list_remove(&q->link);
	list_append(&db->queries, &q->link);
	return q;
}

void store_db_bind_int(struct store_query *q, int parameter, int64_t value)
{
	if (q->error == 0) {
		note_error(q, sqlite3_bind_int64(q->statement, parameter, value));
	}
}

void store_db_bind_text(struct store_query *q, int parameter, struct str text)
{
	if (q->error == 0) {
		note_error(q,
			sqlite3_bind_text64(q->statement, parameter, text.size > 0 ? text.data : "",
				text.size, SQLITE_STATIC, SQLITE_UTF8));
	}
}

void store_db_bind_null(struct store_query *q, int parameter)
{
	if (q->error == 0) {
		note_error(q, sqlite3_bind_null(q->statement, parameter));
	}
}

int store_db_parameters(const struct store_query *q)
{
	return sqlite3_bind_parameter_count(q->statement);
}

const char *store_db_parameter(const struct store_query *q, int parameter)
{
	return sqlite3_bind_parameter_name(q->statement, parameter);
}

bool store_db_step(struct store_query *q)
{
	if (q->error != 0) {
		return false;
	}
	int code = sqlite3_step(q->statement);
	note_error(q, code);
	return code == SQLITE_ROW;
}

int64_t store_db_int(const struct store_query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

struct str store_db_text(const struct store_query *q, int column)
{
	const char *text = (const char *)sqlite3_column_text(q->statement, column);
	return (struct str){text, (size_t)sqlite3_column_bytes(q->statement, column)};
}

bool store_db_is_null(const struct store_query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

int store_db_end(struct store_query *q)
{
	int r = q->error;
	q->is_open = false;
	q->error = 0;
	if (q->statement == NULL) {
		forget(q);
		return r;
	}
	sqlite3_reset(q->statement); // repeats the step's error
	sqlite3_clear_bindings(q->statement);
	return r;
}

int store_db_run(struct store_query *q)
{
	while (store_db_step(q)) {
	}
	return store_db_end(q);
}

int store_db_execute(struct store_db *db, const char *sql)
{
	return error_of(db, sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL));
}

int store_db_number(struct store_db *db, const char *sql, int64_t absent, int64_t *ret)
{
	struct store_query *q = store_db_query(db, sql);
	int64_t number = store_db_step(q) ? store_db_int(q, 0) : absent;
	int r = store_db_end(q);
	if (r == 0) {
		*ret = number;
	}
	return r;
}

int64_t store_db_changed(const struct store_db *db)
{
	return sqlite3_changes64(db->sqlite);
}

/* ---- connections */

static int on_progress(void *data)
{
	const struct store_db *db = data;
	return db->is_over != NULL && db->is_over(db->data);
}

static int on_lock(void *data, int tries)
{
	const struct store_db *db = data;
	if (tries >= LOCK_WAIT_MS / LOCK_STEP_MS || on_progress(data)) {
		return 0;
	}
	(void)db;
	nanosleep(&(struct timespec){.tv_nsec = LOCK_STEP_MS * MS_NS}, NULL);
	return 1;
}

void store_db_set_stop(struct store_db *db, bool (*is_over)(void *data), void *data)
{
	db->is_over = is_over;
	db->data = data;
}

/* A foreign file may contain triggers and views: deny them functions that reach outside. */
static int configure(struct store_db *db, enum store_db_mode mode)
{
	char pragmas[256];
	sqlite3_extended_result_codes(db->sqlite, 1);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_busy_handler(db->sqlite, on_lock, db);
	sqlite3_progress_handler(db->sqlite, STOP_EVERY, on_progress, db);
	(void)snprintf(pragmas, sizeof(pragmas),
		"PRAGMA cache_size = -%d; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;",
		mode == STORE_DB_WRITE ? WRITE_CACHE_KIB : READ_CACHE_KIB);
	int r = store_db_execute(db, pragmas);
	if (r == 0 && mode == STORE_DB_WRITE) {
		(void)snprintf(pragmas, sizeof(pragmas),
			"PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;"
			"PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = %d;",
			LOG_LIMIT_BYTES);
		r = store_db_execute(db, pragmas);
	}
	return r;
}

/* Turns off SQLite's memory statistics, which take a global lock. */
static void configure_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int store_db_open(const char *path, enum store_db_mode mode, struct store_db **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, configure_library);
	struct store_db *db = xcalloc(1, sizeof(*db));
	int flags = SQLITE_OPEN_NOMUTEX |
		    (mode == STORE_DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	list_init(&db->queries);
	int r = error_of(db, sqlite3_open_v2(path, &db->sqlite, flags, NULL));
	r = r == 0 ? configure(db, mode) : r;
	if (r == 0 && mode == STORE_DB_WRITE && sqlite3_db_readonly(db->sqlite, "main") == 1) {
		r = -EROFS;
	}
	if (r < 0) {
		store_db_close(db, false);
		return r;
	}
	*ret = db;
	return 0;
}

void store_db_close(struct store_db *db, bool keep_log)
{
	if (db == NULL) {
		return;
	}
	struct store_query *q, *next;
	list_for_each_safe(q, next, &db->queries, link)
	{
		forget(q);
	}
	if (keep_log) {
		sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	}
	sqlite3_close(db->sqlite);
	free(db);
}

bool store_db_in_transaction(const struct store_db *db)
{
	return sqlite3_get_autocommit(db->sqlite) == 0;
}

void store_db_trim(struct store_db *db)
{
	sqlite3_db_release_memory(db->sqlite);
}
