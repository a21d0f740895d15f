#include "event/event_input.h"

#include <string.h>

#include "base/mem.h"

static const struct str key_names[] = {
#define EVENT_KEY_NAME(name, text) [KEY_##name] = STR_INIT(text),
	EVENT_KEYS(EVENT_KEY_NAME)
#undef EVENT_KEY_NAME
};

enum { SLOT_COUNT = 512, LONGEST_NAME = 48 };

/* A name as it is looked for: by its size, its first and its last eight bytes, which may be the
 * same ones. Names that differ only in between, where both are longer than 16, are compared. */
struct slot {
	uint64_t first, last;
	uint8_t size; // 0: free
	uint8_t key;
};

/* Every attribute of every record comes by here. */
static inline struct slot slot_for(struct str name)
{
	struct slot ret = {.size = (uint8_t)name.size};
	if (name.size >= sizeof(ret.first)) {
		memcpy(&ret.first, name.data, sizeof(ret.first));
		memcpy(&ret.last, name.data + name.size - sizeof(ret.last), sizeof(ret.last));
		return ret;
	}
	for (size_t i = 0; i < name.size; i++) {
		ret.first = ret.first << 8 | (unsigned char)name.data[i];
	}
	return ret;
}

static inline unsigned place_of(const struct slot *wanted)
{
	static const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)((wanted->first * 3 + wanted->last + wanted->size) * odd >> 55);
}

/* Open addressing over the names above. */
static const struct slot *slots(void)
{
	static struct slot table[SLOT_COUNT];
	static bool filled;
	_Static_assert(KEY_COUNT <= UINT8_MAX, "a key fits a slot");
	if (filled) {
		return table;
	}
	for (unsigned key = 0; key < KEY_COUNT; key++) {
		struct slot own = slot_for(key_names[key]);
		own.key = (uint8_t)key;
		unsigned place = place_of(&own);
		while (table[place].size != 0) {
			place = (place + 1) % SLOT_COUNT;
		}
		table[place] = own;
	}
	filled = true;
	return table;
}

static inline bool is_same(const struct slot *a, const struct slot *b)
{
	return a->first == b->first && a->last == b->last && a->size == b->size;
}

/* The key of that name, KEY_COUNT if unknown. */
static inline unsigned find_key(const struct slot *table, struct str name)
{
	if (name.size == 0 || name.size > LONGEST_NAME) {
		return KEY_COUNT;
	}
	struct slot wanted = slot_for(name);
	for (unsigned i = place_of(&wanted); table[i].size != 0; i = (i + 1) % SLOT_COUNT) {
		if (is_same(&table[i], &wanted) &&
			(name.size <= 16 || str_equal(key_names[table[i].key], name))) {
			return table[i].key;
		}
	}
	return KEY_COUNT;
}

void event_input_init(struct event_input *in)
{
	memset(in, 0, sizeof(*in));
}

void event_input_read_resource(struct event_input *in, const struct otlp_record *record)
{
	const struct slot *table = slots();
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
	const struct slot *table = slots();
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
