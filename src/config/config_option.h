/* The tables of options, shared by file, environment, command line and help. Settings are grouped
 * by their section of the file; options of single commands are rows of the same kind, in the
 * commands' own files (cli/). */
#pragma once

#include "config/config.h"

/* CONFIG_AT_START: needs a restart; a reload keeps the value. */
enum config_effect { CONFIG_AT_RELOAD, CONFIG_AT_START };

struct config_option {
	const char *name;     // of the flag without its dashes, and in the file
	char letter;          // the short flag; 0: none
	const char *variable; // of the environment; NULL: none
	const struct config_kind *kind;
	size_t offset; // of the field in struct config
	struct config_limits limits;
	const char *standard; // the default, as written in the file; NULL: zero, none, no
	const char *bare;     // the value of --name without one; NULL: a value is needed
	const char *negated;  // the value of --no-name; NULL: there is no such flag
	enum config_effect effect;
	const char *value_name; // the value's name in the help
	const char *help;
};

#define CONFIG_FIELD(member) offsetof(struct config, member)

/* A switch of one command, not for the file. */
#define CONFIG_SWITCH(flag, short_flag, member, about)                                             \
	{                                                                                          \
		.name = flag, .letter = short_flag, .kind = &config_kind_switch,                   \
		.offset = CONFIG_FIELD(member), .bare = "yes", .help = about,                      \
	}

struct config_section {
	const char *name; // in the file; NULL: not allowed there
	const struct config_option *options;
	size_t count;
};

extern const struct config_section config_server, config_sessions, config_outlets,
	config_notifications, config_history, config_boards, config_limits_section, config_bar,
	config_unfiled;

/* All of them, in the order of the man page; ends with NULL. */
extern const struct config_section *const config_sections[];

/* Settings are numbered from 0, in the order of the sections. */
enum { CONFIG_OPTIONS_MAX = 64 };
const struct config_option *config_option_at(size_t number); // NULL past the last
const struct config_section *config_section_of(size_t number);

/* The number of a setting by its name, with - or _ between the words; CONFIG_OPTIONS_MAX if there
 * is none. */
size_t config_option_find(struct str name);

/* The setting with this name, which must exist. */
const struct config_option *config_option_named(const char *name);

/* Whether text is the option's name, with - or _ between the words. */
bool config_option_is_called(const struct config_option *o, struct str text);

static inline void *config_option_field(const struct config_option *o, struct config *c)
{
	return (char *)c + o->offset;
}

/* What the option takes: "a whole number from 0 to 65535". */
void config_option_describe(const struct config_option *o, struct buf *out);

/* Sets the field to its default without freeing the old value. */
void config_option_reset(const struct config_option *o, struct config *c);

/* Sets every setting to its default; paths that depend on the machine stay NULL. */
void config_option_defaults(struct config *ret);

/* Bounds that several sections share. */
enum {
	CONFIG_PATH_BYTES = 4095,
	CONFIG_SECOND = 1000, // ms
	CONFIG_HOUR = 3600 * CONFIG_SECOND,
	CONFIG_DAY = 24 * CONFIG_HOUR,
};

#define CONFIG_BUDGET_NANO_USD INT64_C(1000000000000000) // a million dollars
