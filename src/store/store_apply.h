/* Records become rows: each is entered by the statements of its kind. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "store/store_record.h"
#include "store/store_schema.h"

struct store_db;

/* Which columns the parameters of the statements are, as far as it was looked up; begins as zeros.
 * The same for every connection. */
struct store_bindings {
	struct {
		int count; // of parameters; 0: not looked up yet
		int8_t columns[STORE_MAX_COLUMNS];
	} of[STORE_KIND_COUNT][STORE_MAX_WRITES];
};

struct store_applied {
	size_t bytes; // of the records that were entered or refused
	uint64_t entered;
	uint64_t refused; // the database did not take them, and would not if it were tried again
	char why[160];    // the first of them was refused, in the database's words
};

/* Enters the first records, of about max_bytes together, within the transaction that is open. 0 and
 * *ret, or the negative errno of a fault of the file, and the transaction is worth nothing. */
int store_apply(struct store_db *db, struct store_bindings *bindings, struct str records,
	size_t max_bytes, struct store_applied *ret);

/* Whether the file, and not the statement, is at fault. */
bool store_is_fault(int error);
