/* Any bytes as JSON, token by token, and once more skipped in one go: both must agree on whether it
 * is JSON and where it is not; skipping must change nothing. Numbers go through json_number as
 * well. */
#include <stdlib.h>
#include <string.h>

#include "base/json_number.h"
#include "base/json_read.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"

enum { DEPTH = 50 };

static void check_number(struct str text)
{
	int64_t integer;
	uint64_t plain;
	double number;
	if (json_to_int64(text, &integer) && integer >= 0) {
		fuzz_check(json_to_uint64(text, &plain) && plain == (uint64_t)integer);
	}
	if (json_to_double(text, &number)) {
		fuzz_check(number - number == 0);
	}
}

/* Reads to the end; true if it is JSON. */
static bool read_all(struct json_reader *r, const struct fuzz_body *body)
{
	size_t depth = 0;
	for (;;) {
		enum json_token t = json_next(r);
		depth += t == JSON_OBJECT_BEGIN || t == JSON_ARRAY_BEGIN;
		depth -= t == JSON_OBJECT_END || t == JSON_ARRAY_END;
		fuzz_check(depth == r->depth && depth <= DEPTH);
		fuzz_check(json_offset(r) <= body->size);
		if (t <= JSON_END) {
			fuzz_check((t == JSON_ERROR) == (r->error != NULL));
			return t == JSON_END;
		}
		if (t == JSON_NAME || t == JSON_STRING || t == JSON_NUMBER) {
			fuzz_check_str(body, r->text);
		}
		if (t == JSON_NUMBER) {
			check_number(r->text);
		}
	}
}

static bool skip_all(struct json_reader *r)
{
	r->raw = true;
	return json_skip(r, json_next(r)) && json_next(r) == JSON_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_reader r;
	char *copy = xmalloc(size);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	struct fuzz_body body = {.start = copy, .size = size};
	json_reader_init(&r, copy, size, DEPTH);
	bool skipped = skip_all(&r);
	size_t offset = json_offset(&r);
	fuzz_check(size == 0 || memcmp(copy, data, size) == 0);
	fuzz_check(r.repaired == 0);
	json_reader_init(&r, copy, size, DEPTH);
	fuzz_check(read_all(&r, &body) == skipped);
	fuzz_check(json_offset(&r) == offset);
	free(copy);
	return 0;
}
