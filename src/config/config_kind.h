/* The types of settings: text to value and back, for file, environment, flags and help alike. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct buf;

struct config_list {  // several texts
	char **items; // owned
	size_t count;
};

union config_field { // room for any kind's value
	struct config_list list;
	char *text;
	int64_t number;
};

/* The constraints of one setting. */
struct config_limits {
	int64_t min, max; // numbers: the value; texts, paths and list items: the length in bytes
	const char *const *words;            // choices, ending with NULL: the value is the index
	const char *(*word)(size_t index);   // the same for lists, for each item
	bool (*is_allowed)(struct str text); // texts and list items; NULL: any
	const char *allowed;                 // replaces config_kind::describe; NULL: does not
};

struct config_kind {
	size_t size; // of the field

	/* Sets the field. A list grows by the items. False if text is not allowed: the field is
	 * then untouched, except that a list may have grown. */
	bool (*parse)(const struct config_limits *limits, struct str text, void *field);

	/* The inverse of parse(), for people. */
	void (*format)(const struct config_limits *limits, const void *field, struct buf *out);

	/* "a whole number from 1 to 10" */
	void (*describe)(const struct config_limits *limits, struct buf *out);

	void (*finish)(void *field); // NULL: nothing is owned
};

/* The allowed choices: the word at index; NULL past the last. */
const char *config_limits_word(const struct config_limits *limits, size_t index);

extern const struct config_kind config_kind_port;    // uint16_t
extern const struct config_kind config_kind_count;   // size_t
extern const struct config_kind config_kind_bytes;   // size_t; K, M and G mean powers of 1024
extern const struct config_kind config_kind_seconds; // int64_t in ms; decimals allowed in the text
extern const struct config_kind config_kind_delay;   // int64_t in ms; -1 for "auto"
extern const struct config_kind config_kind_usd;     // int64_t in nano-USD
extern const struct config_kind config_kind_switch;  // bool
extern const struct config_kind config_kind_choice;  // int
extern const struct config_kind config_kind_text;    // char *; never empty
extern const struct config_kind config_kind_path; // char *; NULL for "none" and for an empty text
extern const struct config_kind
	config_kind_list; // struct config_list; separated by commas and blanks
extern const struct config_kind config_kind_words; // struct config_list; see argv_split()
extern const struct config_kind config_kind_texts; // struct config_list; separated by commas
extern const struct config_kind config_kind_paths; // the same; repeated flags add up
