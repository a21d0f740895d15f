/* Shared by both decoders: limits, the current record, counting, and error reports. One decoder
 * serves all requests; its memory is bounded by the limits and released after a large request. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"
#include "otlp/otlp_record.h"
#include "otlp/otlp_schema.h"

struct otlp_limits {         // 0 anywhere: the value in otlp_limits_default
	size_t value_depth;  // nesting of arrays and maps in one AnyValue
	size_t json_depth;   // nesting of objects and arrays, including unknown ones
	size_t attributes;   // of one record, of one resource
	size_t records;      // of one request
	size_t memory_bytes; // for decoded attributes
};

/* Depth 100 and 512, 1 Mi attributes, 1 Mi records, 256 MiB (four times the body). */
extern const struct otlp_limits otlp_limits_default;

enum otlp_fault {
	OTLP_OK,
	OTLP_BAD_DATA,  // will fail again: 400
	OTLP_TOO_LARGE, // more than a limit allows: 413
	OTLP_NO_MEMORY, // may pass: 503
};

struct otlp_result {
	enum otlp_fault fault;   // not OTLP_OK: discard the records handed out
	enum otlp_signal signal; // as requested, or as detected
	uint64_t accepted;       // log records, spans, or data points of any kind
	uint64_t rejected;       // the same, rejected
	uint64_t repaired;       // strings with invalid UTF-8
	char message[512];       // of a fault: what and where, one line
	char warning[512]; // without a fault: what was rejected, repaired or ignored; else empty
};

struct otlp_attribute_list {
	struct otlp_attribute *items; // owned
	size_t count, capacity;
};

enum { OTLP_PATH_LENGTH = 12 };

struct otlp_decoder {
	struct otlp_limits limits;
	struct otlp_attribute_list resource, attributes;

	/* of the request at work */
	struct otlp_record record;
	struct otlp_result *result; // borrowed
	otlp_on_record *on_record;
	void *data;
	bool discarding;         // items are checked, but not counted or handed out
	uint64_t invalid_ids;    // of a wrong size, ignored
	uint64_t string_indexes; // fields of the profiles signal in place of text, ignored
	char detail[160];        // what is wrong
	size_t offset;           // where, in bytes; OTLP_NO_OFFSET
	const char
		*path[OTLP_PATH_LENGTH]; // where, by name: from the inside out, the outermost last
	size_t path_length;
};

/* limits may be NULL: the defaults. */
void otlp_decoder_init(struct otlp_decoder *d, const struct otlp_limits *limits);
void otlp_decoder_finish(struct otlp_decoder *d);

/* The rest is for otlp_wire and otlp_json. */

#define OTLP_NO_OFFSET SIZE_MAX

void otlp_decoder_begin(struct otlp_decoder *d, enum otlp_signal signal, otlp_on_record *on_record,
	void *data, struct otlp_result *result);

/* Fills in the texts of the result and drops everything borrowed. */
void otlp_decoder_end(struct otlp_decoder *d);

/* To be called before and after the fields of a message: clears the previous item; counts the item
 * and hands it out. False after otlp_decoder_fail(). */
void otlp_decoder_begin_item(struct otlp_decoder *d, enum otlp_item item);
bool otlp_decoder_end_item(struct otlp_decoder *d, enum otlp_item item);

/* Where field's value goes; field must have a store. */
static inline void *otlp_decoder_store(struct otlp_decoder *d, const struct otlp_field *field)
{
	return (char *)&d->record + field->store;
}

/* The list that an attributes field with a store fills. */
static inline struct otlp_attribute_list *otlp_decoder_list(
	struct otlp_decoder *d, const struct otlp_field *field)
{
	bool resource = field->store == offsetof(struct otlp_record, resource);
	return resource ? &d->resource : &d->attributes;
}

/* Room for one more, not filled in; NULL after otlp_decoder_fail(). */
struct otlp_attribute *otlp_decoder_grow(struct otlp_decoder *d, struct otlp_attribute_list *list);

static inline struct otlp_attribute *otlp_decoder_add(
	struct otlp_decoder *d, struct otlp_attribute_list *list)
{
	return list->count < list->capacity ? &list->items[list->count++]
					    : otlp_decoder_grow(d, list);
}

/* Counts text that is not valid UTF-8. */
static inline void otlp_decoder_check_text(struct otlp_decoder *d, struct str text)
{
	if (!utf8_is_ascii(text) && !utf8_is_valid(text)) {
		d->result->repaired++;
	}
}

/* Stores an id if field has a store and the id is valid, else the empty one. */
void otlp_decoder_store_id(struct otlp_decoder *d, const struct otlp_field *field, struct str id);

/* Stores the value of a number data point. */
void otlp_decoder_store_number(struct otlp_decoder *d, double value);

/* Clears everything that the fields of message store. */
void otlp_decoder_clear(struct otlp_decoder *d, enum otlp_message message);
void otlp_decoder_clear_field(struct otlp_decoder *d, const struct otlp_field *field);

/* Records a fault at offset; returns false. The first one counts. */
bool otlp_decoder_fail(struct otlp_decoder *d, enum otlp_fault fault, size_t offset,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Records, on the way out, that the fault is inside that field; returns false. */
bool otlp_decoder_fail_in(struct otlp_decoder *d, const char *name);

/* Keeps the first two strings of an array. */
void otlp_decoder_keep_item(struct otlp_value *array, const struct otlp_value *item);
