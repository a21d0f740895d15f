#include "store/store_migrate.h"

#include <stddef.h>
#include <stdio.h>

#include "base/mem.h"
#include "store/store_db.h"
#include "store/store_schema.h"

/* Identifies the file: 0, STORE_IS_NEWER, STORE_IS_FOREIGN or a negative errno. */
static int recognise(struct store_db *db, int64_t version, int64_t *found)
{
	int64_t application = 0, objects = 0;
	int r = store_db_number(db, "PRAGMA application_id", 0, &application);
	r = r == 0 ? store_db_number(db, "PRAGMA user_version", 0, found) : r;
	r = r == 0 ? store_db_number(db, "SELECT count(*) FROM sqlite_schema", 0, &objects) : r;
	if (r < 0) {
		return r;
	}
	bool is_empty = application == 0 && *found == 0 && objects == 0;
	if (!is_empty && application != STORE_APPLICATION_ID) {
		return STORE_IS_FOREIGN;
	}
	return *found > version ? STORE_IS_NEWER : 0;
}

static int take_steps(
	struct store_db *db, struct str (*step)(int64_t version), int64_t found, int64_t version)
{
	int r = 0;
	for (int64_t i = found; i < version && r == 0; i++) {
		cleanup_free char *sql = str_dup(step(i));
		r = store_db_execute(db, sql);
	}
	char pragmas[96];
	(void)snprintf(pragmas, sizeof(pragmas),
		"PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_APPLICATION_ID,
		(int)version);
	return r == 0 ? store_db_execute(db, pragmas) : r;
}

int store_migrate(
	struct store_db *db, struct str (*step)(int64_t version), int64_t version, int64_t *found)
{
	int r = recognise(db, version, found);
	if (r != 0 || *found == version) {
		return r;
	}
	r = store_db_execute(db, "BEGIN EXCLUSIVE");
	r = r == 0 ? recognise(db, version, found) : r; // another process may have been faster
	r = r == 0 ? take_steps(db, step, *found, version) : r;
	r = r == 0 ? store_db_execute(db, "COMMIT") : r;
	if (store_db_in_transaction(db)) {
		(void)store_db_execute(db, "ROLLBACK");
	}
	return r;
}
