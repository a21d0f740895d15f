#include "store/store_apply.h"

#include <errno.h>
#include <stdio.h>

#include "store/store_db.h"
#include "store/store_record.h"
#include "store/store_schema.h"

bool store_is_fault(int error)
{
	return error < 0 && error != -EEXIST && error != -EINVAL;
}

static void bind(struct store_query *q, int parameter, const struct store_value *value)
{
	if (value->type == STORE_INT) {
		store_db_bind_int(q, parameter, value->number);
	} else if (value->type == STORE_TEXT) {
		store_db_bind_text(q, parameter, value->text);
	}
}

static void look_up(struct store_query *q, enum store_kind kind, int *count, int8_t *columns)
{
	*count = store_db_parameters(q);
	for (int i = 0; i < *count; i++) {
		struct str name = str_from(store_db_parameter(q, i + 1));
		columns[i] = (int8_t)store_record_column(kind, str_skip(name, 1));
	}
}

static int enter(
	struct store_db *db, struct store_bindings *bindings, const struct store_record *record)
{
	const char *const *writes = store_schema_writes(record->kind);
	int r = 0;
	for (size_t n = 0; writes[n] != NULL && r == 0; n++) {
		struct store_query *q = store_db_query(db, writes[n]);
		int *count = &bindings->of[record->kind][n].count;
		int8_t *columns = bindings->of[record->kind][n].columns;
		if (*count == 0) {
			look_up(q, record->kind, count, columns);
		}
		for (int i = 0; i < *count; i++) {
			bind(q, i + 1, &record->values[columns[i]]);
		}
		r = store_db_run(q);
	}
	return r;
}

int store_apply(struct store_db *db, struct store_bindings *bindings, struct str records,
	size_t max_bytes, struct store_applied *ret)
{
	struct store_applied applied = {0};
	struct str rest = records;
	struct store_record record;
	while (applied.bytes < max_bytes && store_record_read(&rest, &record)) {
		int r = enter(db, bindings, &record);
		if (store_is_fault(r)) {
			return r;
		}
		if (r < 0 && applied.refused == 0) {
			(void)snprintf(applied.why, sizeof(applied.why), "%s", store_db_error(db));
		}
		applied.bytes = records.size - rest.size;
		applied.entered += r == 0;
		applied.refused += r < 0;
	}
	*ret = applied;
	return 0;
}
