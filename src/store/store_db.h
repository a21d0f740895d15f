/* A connection to an SQLite file: statements from text, values by position. The only part of the
 * program that uses SQLite. A connection belongs to one thread.
 *
 *	struct store_query *q = store_db_query(db, "SELECT id, calls FROM session WHERE tool = ?1");
 *	store_db_bind_text(q, 1, tool);
 *	while (store_db_step(q)) {
 *		add_session(list, store_db_text(q, 0), store_db_int(q, 1));
 *	}
 *	return store_db_end(q);
 *
 * An error sticks to the query: nothing happens from then on, store_db_step() is false, and
 * store_db_end() says what it was. Errors are negative errnos: -ENOSPC, -EROFS, -EACCES, -EBUSY
 * (locked), -EUCLEAN (corrupt), -ENOENT (no such file), -EINTR (interrupted), -EEXIST (a
 *constraint), -ENOMEM, -EIO, and -EINVAL for a mistake in the statement. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct store_db;
struct store_query;

/* Whether this program was built with SQLite; without it, no file can be opened. */
bool store_db_is_built(void);

/* ---- statements */

/* A statement ready for binding. Recent ones are cached by their text, so bind values rather than
 * writing them into it. Never NULL; store_db_end() must follow. */
struct store_query *store_db_query(struct store_db *db, const char *sql);

/* Parameters count from 1; an unbound one is NULL. A text is borrowed until store_db_end(). */
void store_db_bind_int(struct store_query *q, int parameter, int64_t value);
void store_db_bind_text(struct store_query *q, int parameter, struct str text);
void store_db_bind_null(struct store_query *q, int parameter);

/* The number of parameters, and the name of one: ":name"; NULL: unnamed. */
int store_db_parameters(const struct store_query *q);
const char *store_db_parameter(const struct store_query *q, int parameter);

/* The next row. False: none, or an error. */
bool store_db_step(struct store_query *q);

/* Columns count from 0. NULL gives 0 and the empty str; a text is valid until the next step. */
int64_t store_db_int(const struct store_query *q, int column);
struct str store_db_text(const struct store_query *q, int column);
bool store_db_is_null(const struct store_query *q, int column);

/* Ends the query, whether or not it was stepped to the end. 0 or a negative errno. */
int store_db_end(struct store_query *q);

/* Steps to the end, then ends the query. */
int store_db_run(struct store_query *q);

/* Runs one or more statements without parameters. */
int store_db_execute(struct store_db *db, const char *sql);

/* Reads one number; absent if there is no row. 0 or a negative errno. */
int store_db_number(struct store_db *db, const char *sql, int64_t absent, int64_t *ret);

/* Rows that the last statement changed, without those of triggers. */
int64_t store_db_changed(const struct store_db *db);

/* ---- connections */

enum store_db_mode { STORE_DB_READ, STORE_DB_WRITE };

/* Opens a file that exists. 0 and *ret, or a negative errno. */
int store_db_open(const char *path, enum store_db_mode mode, struct store_db **ret);

/* NULL is fine. keep_log: its log is not written back, since another file is at its path now. */
void store_db_close(struct store_db *db, bool keep_log);

/* SQLite's message for the last error; valid until the next statement. */
const char *store_db_error(const struct store_db *db);

/* Whether a transaction is open. */
bool store_db_in_transaction(const struct store_db *db);

/* Called now and then while a statement runs, and while another program holds the file: true ends
 * the statement with -EINTR. */
void store_db_set_stop(struct store_db *db, bool (*is_over)(void *data), void *data);

/* Frees caches. */
void store_db_trim(struct store_db *db);
