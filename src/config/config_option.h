/* The one table of options: what the file, the environment, the flags and the help know of each. */
#pragma once

#include "config/config.h"

/* What a start alone can change is kept over a reload. */
enum config_effect { CONFIG_AT_RELOAD, CONFIG_AT_START };

struct config_option {
	const char *name;     // the flag without its dashes, and the name in the file
	char letter;          // the short flag; 0: none
	const char *variable; // of the environment; NULL: none
	const char *section;  // of the file; NULL: not in the file
	unsigned commands;    // bits 1 << enum config_command: where the flag is known; 0: no flag
	const struct config_kind *kind;
	size_t offset; // of the field in struct config
	struct config_limits limits;
	const char *bare;    // the value of --name without one; NULL: a value is needed
	const char *negated; // the value of --no-name; NULL: there is no such flag
	enum config_effect effect;
	const char *value_name; // what the help calls the value
	const char *help;
};

enum config_option_id {
	OPTION_PORT,
	OPTION_LISTEN,
	OPTION_SOCKET,
	OPTION_TOKEN,
	OPTION_TOKEN_FILE,
	OPTION_ALLOWED_HOSTS,
	OPTION_ALLOWED_ORIGINS,
	OPTION_QUIET_PERIOD,
	OPTION_SESSION_TIMEOUT,
	OPTION_COMPLETED_TIMEOUT,
	OPTION_STALL_TIMEOUT,
	OPTION_MAX_SESSIONS,
	OPTION_STDOUT,
	OPTION_PIPE,
	OPTION_NOTIFICATIONS,
	OPTION_NOTIFIER,
	OPTION_NOTIFY_KINDS,
	OPTION_NOTIFY_MIN_DURATION,
	OPTION_NOTIFY_DELAY,
	OPTION_NOTIFY_SOUND,
	OPTION_NOTIFY_FOCUSED,
	OPTION_QUIET_HOURS,
	OPTION_NOTIFY_COMMAND,
	OPTION_FOCUS_COMMAND,
	OPTION_FOCUS,
	OPTION_BROADCAST_INTERVAL,
	OPTION_MAX_BODY,
	OPTION_MAX_CONNECTIONS,
	OPTION_VERBOSE,
	OPTION_FORMAT,
	OPTION_JSON,
	OPTION_CHECK,
	OPTION_ICON_ATTENTION,
	OPTION_ICON_WORKING,
	OPTION_ICON_COMPLETED,
	OPTION_ICON_IDLE,
	OPTION_ICON_EMPTY,
	OPTION_ICON_UNREACHABLE,
	OPTION_CONFIG,
	OPTION_YES,
	OPTION_UNDO,
	OPTION_DRY_RUN,
	OPTION_PRINT,
	OPTION_TRACES,
	OPTION_FAST,
	OPTION_WATCH,
	OPTION_SECONDS,
	OPTION_COUNT,
};

extern const struct config_option config_options[OPTION_COUNT];

/* By its name, with - or _ between the words; OPTION_COUNT if there is none. */
enum config_option_id config_option_find(struct str name);
enum config_option_id config_option_find_letter(char letter);

static inline void *config_option_field(enum config_option_id id, struct config *c)
{
	return (char *)c + config_options[id].offset;
}

/* What the option takes: "a whole number from 0 to 65535". */
void config_option_describe(enum config_option_id id, struct buf *out);

/* Every option at its default; paths that depend on the machine are still NULL. */
void config_option_defaults(struct config *ret);
