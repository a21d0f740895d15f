/* A build without SQLite: no connection is ever opened, so the rest are only stubs to link. */
#include <errno.h>
#include <stddef.h>

#include "store/store_db.h"

bool store_db_is_built(void)
{
	return false;
}

int store_db_open(const char *path, enum store_db_mode mode, struct store_db **ret)
{
	(void)path;
	(void)mode;
	*ret = NULL;
	return -ENOTSUP;
}

void store_db_close(struct store_db *db, bool keep_log)
{
	(void)db;
	(void)keep_log;
}

const char *store_db_error(const struct store_db *db)
{
	(void)db;
	return "built without SQLite";
}

bool store_db_in_transaction(const struct store_db *db)
{
	(void)db;
	return false;
}

void store_db_set_stop(struct store_db *db, bool (*is_over)(void *data), void *data)
{
	(void)db;
	(void)is_over;
	(void)data;
}

void store_db_trim(struct store_db *db)
{
	(void)db;
}

struct store_query *store_db_query(struct store_db *db, const char *sql)
{
	(void)db;
	(void)sql;
	return NULL;
}

void store_db_bind_int(struct store_query *q, int parameter, int64_t value)
{
	(void)q;
	(void)parameter;
	(void)value;
}

void store_db_bind_text(struct store_query *q, int parameter, struct str text)
{
	(void)q;
	(void)parameter;
	(void)text;
}

void store_db_bind_null(struct store_query *q, int parameter)
{
	(void)q;
	(void)parameter;
}

int store_db_parameters(const struct store_query *q)
{
	(void)q;
	return 0;
}

const char *store_db_parameter(const struct store_query *q, int parameter)
{
	(void)q;
	(void)parameter;
	return NULL;
}

bool store_db_step(struct store_query *q)
{
	(void)q;
	return false;
}

int64_t store_db_int(const struct store_query *q, int column)
{
	(void)q;
	(void)column;
	return 0;
}

struct str store_db_text(const struct store_query *q, int column)
{
	(void)q;
	(void)column;
	return (struct str){0};
}

bool store_db_is_null(const struct store_query *q, int column)
{
	(void)q;
	(void)column;
	return true;
}

int store_db_end(struct store_query *q)
{
	(void)q;
	return -ENOTSUP;
}

int store_db_run(struct store_query *q)
{
	(void)q;
	return -ENOTSUP;
}

int store_db_execute(struct store_db *db, const char *sql)
{
	(void)db;
	(void)sql;
	return -ENOTSUP;
}

int store_db_number(struct store_db *db, const char *sql, int64_t absent, int64_t *ret)
{
	(void)db;
	(void)sql;
	(void)absent;
	(void)ret;
	return -ENOTSUP;
}

int64_t store_db_changed(const struct store_db *db)
{
	(void)db;
	return 0;
}
