/* The schema, the migration from each version to the next (schema_*.sql, which describe the
 * tables), and the statements that enter facts. Text only. */
#pragma once

#include <stdint.h>

#include "base/str.h"
#include "store/store_record.h"

#define STORE_APPLICATION_ID 0x4f41494d // "OAIM"

/* The PRAGMA user_version that this program reads and writes. */
extern const int64_t store_schema_version;

/* Statements that migrate version to version + 1; version is below store_schema_version, and 0 is
 * an empty file. */
struct str store_schema_step(int64_t version);

enum { STORE_MAX_WRITES = 7 }; // with the final NULL

/* The statements that enter a record of that kind, in order, ending with NULL. Parameters are named
 * after the kind's columns. */
const char *const *store_schema_writes(enum store_kind kind);
