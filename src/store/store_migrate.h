/* Migrates a file to this version. */
#pragma once

#include <stdint.h>

#include "base/str.h"

struct store_db;

/* Files that are not ours to migrate; beside 0 and negative errnos. */
enum { STORE_IS_NEWER = 1, STORE_IS_FOREIGN };

/* Takes all missing steps, or none. steps: see store_schema_step(); version: where they lead. 0,
 * one of the above, or a negative errno; *found: the version of the file. */
int store_migrate(
	struct store_db *db, struct str (*step)(int64_t version), int64_t version, int64_t *found);
