/* What the fuzz targets share. Each is one function that libFuzzer calls with bytes, or replay.c
 * with the files of a corpus; whatever is wrong ends the process. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "otlp/otlp_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes that everything handed out must lie in. */
struct fuzz_body {
	const char *start;
	size_t size;
	uint64_t records; // handed out so far
};

/* Ends the process if it is false. */
void fuzz_check(bool condition);

/* Which of so many an input is for: all in a replay, one by its size while fuzzing, since each that
 * is tried costs executions. */
bool fuzz_is_for(size_t one, size_t of, size_t size);

/* Ends the process if s lies outside; reads all of it, for the sanitizer. */
void fuzz_check_str(const struct fuzz_body *body, struct str s);

/* Ends the process unless s is one line of text, fit for a terminal. */
void fuzz_check_line(struct str s);

/* Ends the process unless s is one JSON value, in valid UTF-8. */
void fuzz_check_json(struct str s);

/* An otlp_on_record; data is a fuzz_body. */
void fuzz_check_record(const struct otlp_record *record, void *data);
