/* Turns records into rows, with the statements of each kind. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "store/store_record.h"
#include "store/store_schema.h"

struct store_db;

/* Which column each statement parameter takes; filled in on demand, from zeros. The same for every
 * connection. */
struct store_bindings {
	struct {
		int count; // of parameters; 0: not looked up yet
		int8_t columns[STORE_MAX_COLUMNS];
	} of[STORE_KIND_COUNT][STORE_MAX_WRITES];
};

struct store_applied {
	size_t bytes; // of the records entered or refused
	uint64_t entered;
	uint64_t refused; // records the database rejected, and would reject again
	char why[160];    // why the first was refused, in the database's words
};

/* Enters the first records, about max_bytes of them, within the open transaction. 0 and *ret; or a
 * negative errno if the file is at fault, and the transaction must be rolled back. */
int store_apply(struct store_db *db, struct store_bindings *bindings, struct str records,
	size_t max_bytes, struct store_applied *ret);

/* Whether the file, and not the statement, is at fault. */
bool store_is_fault(int error);
