/* A file becomes one of this version. */
#pragma once

#include <stdint.h>

struct store_db;

/* What a migration found that is not for us; beside 0 and negative errnos. */
enum { STORE_IS_NEWER = 1, STORE_IS_FOREIGN };

/* Takes the steps that are missing, all or none. steps: see store_schema_step(); the version they
 * lead to. 0, one of the above, or a negative errno; *found is the version that the file had. */
int store_migrate(struct store_db *db, const char *const *(*step)(int64_t version), int64_t version,
	int64_t *found);
