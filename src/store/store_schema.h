/* The tables of the file, how each version of them is made from the one before (schema_*.sql, which
 * tell what is in them), and the statements that enter facts. Text only. */
#pragma once

#include <stdint.h>

#include "base/str.h"
#include "store/store_record.h"

#define STORE_APPLICATION_ID 0x4f41494d // "OAIM"

/* The version that this program reads and writes: of PRAGMA user_version. */
extern const int64_t store_schema_version;

/* Statements that make version + 1 of version, which is below store_schema_version; 0 is the empty
 * file. */
struct str store_schema_step(int64_t version);

enum { STORE_MAX_WRITES = 7 }; // with the NULL behind them

/* The statements that enter a record of that kind, in their order; ends with NULL. Parameters are
 * named as the kind's columns. */
const char *const *store_schema_writes(enum store_kind kind);
