#include "event/event_input.h"

#include <string.h>

#include "base/mem.h"

static const struct str key_names[] = {
#define EVENT_KEY_NAME(name, text) [KEY_##name] = STR_INIT(text),
	EVENT_KEYS(EVENT_KEY_NAME)
#undef EVENT_KEY_NAME
};

enum { SLOT_COUNT = 1024, NO_KEY = 0, LONGEST_NAME = 48 };

/* Where a name is looked for first; its length and four of its letters tell most names apart. */
static unsigned slot_of(struct str name)
{
	const unsigned char *p = (const unsigned char *)name.data;
	unsigned h = (unsigned)name.size * 31u + p[0] + p[name.size / 2] * 7u +
		     p[name.size - 1] * 37u + p[name.size / 3] * 61u;
	return h % SLOT_COUNT;
}

/* Both are of the same size, which is not 0. Every attribute of every record comes by here: words
 * are compared where they stand instead of in a library's function. */
static bool same_bytes(const char *a, const char *b, size_t size)
{
	uint64_t x, y;
	if (size < sizeof(x)) {
		for (size_t i = 0; i < size; i++) {
			if (a[i] != b[i]) {
				return false;
			}
		}
		return true;
	}
	for (size_t i = 0; i + sizeof(x) <= size; i += sizeof(x)) {
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y) {
			return false;
		}
	}
	memcpy(&x, a + size - sizeof(x),
		sizeof(x)); // the rest, and some of what was compared before
	memcpy(&y, b + size - sizeof(y), sizeof(y));
	return x == y;
}

/* Open addressing over the names above; an entry is the key + 1. */
static const uint8_t *slots(void)
{
	static uint8_t table[SLOT_COUNT];
	static bool filled;
	_Static_assert(KEY_COUNT < 255, "a key + 1 fits an entry");
	if (!filled) {
		for (unsigned key = 0; key < KEY_COUNT; key++) {
			unsigned slot = slot_of(key_names[key]);
			while (table[slot] != NO_KEY) {
				slot = (slot + 1) % SLOT_COUNT;
			}
			table[slot] = (uint8_t)(key + 1);
		}
		filled = true;
	}
	return table;
}

/* The key of that name, KEY_COUNT if it is none of ours. */
static unsigned find_key(const uint8_t *table, struct str name)
{
	if (name.size == 0 || name.size > LONGEST_NAME) {
		return KEY_COUNT;
	}
	unsigned slot = slot_of(name);
	while (table[slot] != NO_KEY) {
		unsigned key = table[slot] - 1u;
		if (key_names[key].size == name.size &&
			same_bytes(key_names[key].data, name.data, name.size)) {
			return key;
		}
		slot = (slot + 1) % SLOT_COUNT;
	}
	return KEY_COUNT;
}

void event_input_init(struct event_input *in)
{
	memset(in, 0, sizeof(*in));
}

void event_input_read_resource(struct event_input *in, const struct otlp_record *record)
{
	const uint8_t *table = slots();
	memset(in->resource_values, 0, sizeof(in->resource_values));
	for (size_t i = 0; i < record->resource.count; i++) {
		unsigned key = find_key(table, record->resource.items[i].key);
		if (key < KEY_COUNT) {
			in->resource_values[key] = &record->resource.items[i].value;
		}
	}
}

static void forget_values(struct event_input *in)
{
	if (in->found_count > EVENT_INPUT_FOUND) {
		memset(in->values, 0, sizeof(in->values));
	}
	for (unsigned i = 0; i < in->found_count && i < EVENT_INPUT_FOUND; i++) {
		in->values[in->found[i]] = NULL;
	}
	in->found_count = 0;
}

void event_input_read(struct event_input *in, const struct otlp_record *record)
{
	const uint8_t *table = slots();
	forget_values(in);
	in->record = record;
	for (size_t i = 0; i < record->attributes.count; i++) {
		unsigned key = find_key(table, record->attributes.items[i].key);
		if (key == KEY_COUNT) {
			continue;
		}
		if (in->values[key] == NULL) {
			if (in->found_count < EVENT_INPUT_FOUND) {
				in->found[in->found_count] = (uint8_t)key;
			}
			in->found_count++;
		}
		in->values[key] = &record->attributes.items[i].value; // of duplicates the last
	}
}

struct str event_input_str_or_resource(const struct event_input *in, enum event_key key)
{
	struct str own = event_input_str(in, key);
	return own.size > 0 ? own : otlp_value_str(in->resource_values[key]);
}

bool event_input_double(const struct event_input *in, enum event_key key, double *ret)
{
	const struct otlp_value *value = in->values[key];
	if (value == NULL) {
		return false;
	}
	switch (value->kind) {
	case OTLP_VALUE_INT: *ret = (double)value->integer; return true;
	case OTLP_VALUE_DOUBLE: *ret = value->number; return true;
	case OTLP_VALUE_STRING: return str_to_double(value->string, ret);
	default: return false;
	}
}

bool event_input_int(const struct event_input *in, enum event_key key, int64_t *ret)
{
	const struct otlp_value *value = in->values[key];
	if (value != NULL && value->kind == OTLP_VALUE_INT) {
		*ret = value->integer;
		return true;
	}
	if (value != NULL && value->kind == OTLP_VALUE_STRING && str_to_int64(value->string, ret)) {
		return true;
	}
	double number;
	if (!event_input_double(in, key, &number) || !(number > -9e15 && number < 9e15)) {
		return false;
	}
	*ret = (int64_t)number;
	return true;
}

int64_t event_input_count(const struct event_input *in, enum event_key key)
{
	enum { MAX = 1000000000 }; // far above what a call can use; keeps sums from overflowing
	int64_t number;
	if (!event_input_int(in, key, &number) || number < 0) {
		return 0;
	}
	return number > MAX ? MAX : number;
}

bool event_input_is_false(const struct event_input *in, enum event_key key)
{
	const struct otlp_value *value = in->values[key];
	if (value != NULL && value->kind == OTLP_VALUE_BOOL) {
		return !value->boolean;
	}
	return str_equal(otlp_value_str(value), STR("false"));
}

static uint64_t hash_value(const struct otlp_value *value)
{
	switch (value->kind) {
	case OTLP_VALUE_STRING: return str_hash(value->string);
	case OTLP_VALUE_BOOL: return value->boolean ? 1 : 2;
	case OTLP_VALUE_INT: return (uint64_t)value->integer;
	case OTLP_VALUE_DOUBLE:
		return str_hash((struct str){(const char *)&value->number, sizeof(value->number)});
	default: return (uint64_t)value->kind;
	}
}

uint64_t event_input_series(const struct event_input *in)
{
	uint64_t series = str_hash(in->record->name);
	for (size_t i = 0; i < in->record->attributes.count; i++) {
		const struct otlp_attribute *attribute = &in->record->attributes.items[i];
		const uint64_t pair[] = {str_hash(attribute->key), hash_value(&attribute->value)};
		series += str_hash((struct str){(const char *)pair, sizeof(pair)});
	}
	return series;
}
