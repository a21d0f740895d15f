/* The kinds of values a setting can have: text to value and back, for the file, the environment,
 * the flags and the help alike. */
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

/* What one setting allows. */
struct config_limits {
	int64_t min, max; // numbers: the value; texts, paths and list items: the length in bytes
	const char *const *words;            // choices, up to a NULL: the value is the index
	const char *(*word)(size_t index);   // the same for lists, of which each item is one
	bool (*is_allowed)(struct str text); // texts and list items; NULL: any
	const char *allowed; // instead of the words of config_kind::describe; NULL: those
};

struct config_kind {
	size_t size; // of the field

	/* Writes the field. A list grows by the items. False, and the field untouched (a list:
	 * grown by some), when text is not allowed. */
	bool (*parse)(const struct config_limits *limits, struct str text, void *field);

	/* What parse() would read, for people. */
	void (*format)(const struct config_limits *limits, const void *field, struct buf *out);

	/* "a whole number from 1 to 10" */
	void (*describe)(const struct config_limits *limits, struct buf *out);

	void (*finish)(void *field); // NULL: nothing is owned
};

/* The choices there are: the word at index, NULL behind the last. */
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
extern const struct config_kind config_kind_path;    // char *; NULL for "none" and for no text
extern const struct config_kind config_kind_list;    // struct config_list; commas and blanks divide
extern const struct config_kind config_kind_words;   // struct config_list; see argv_split()
extern const struct config_kind config_kind_texts;   // struct config_list; only commas divide
extern const struct config_kind config_kind_paths;   // the same; several flags add up
