/* The table of commands. Each command's file owns its row; the command line, --help, man pages and
 * completions are all derived from these rows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "config/config_option.h"

/* What a completion can offer for an operand besides a fixed list of words. */
enum cli_offer {
	CLI_OFFER_NOTHING,
	CLI_OFFER_FILES,
	CLI_OFFER_SESSIONS,      // of the running daemon
	CLI_OFFER_DONE_SESSIONS, // those that ack applies to
};

/* An operand, or several of the same kind. */
struct cli_operand {
	const char *name;  // "CLIENT"; NULL: no more operands
	const char *shown; // in the usage: "[CLIENT|BAR...]"; empty: shown with the one before
	const char *what;  // in errors: "client"
	size_t offset;     // of a const char * in struct config, or of an array of them
	size_t places;     // how many
	size_t needed;     // how many there must be
	const char *(*word)(size_t index); // the allowed words, up to a NULL; NULL: any word
	bool takes_any;                    // other words too; these are only offered
	enum cli_offer offer;
};

/* A setting that the command accepts as an option, and what it means there. */
struct cli_setting {
	const char *name; // NULL: end of the list
	const char *help; // NULL: the setting's own
};

/* The settings of every command that talks to the daemon, at the end of its list. A command with
 * its own help for --port puts that before CLI_REACH_ELSE. */
#define CLI_REACH {"port", "ask on this TCP port instead of the socket"}, CLI_REACH_ELSE
#define CLI_REACH_ELSE                                                                             \
	{"socket", "the daemon's Unix socket; default otel-ai-monitor.sock in $XDG_RUNTIME_DIR"},  \
		{"token", "bearer token, for a daemon on TCP that requires one"},                  \
		{"token-file", "file with that token"}, {"config", NULL},                          \
		{"verbose", "say more on standard error"},                                         \
	{                                                                                          \
		NULL                                                                               \
	}

/* The settings of every command that draws a bar. */
#define CLI_ICONS                                                                                  \
	{"icon-attention", NULL}, {"icon-working", NULL}, {"icon-completed", NULL},                \
		{"icon-idle", NULL}, {"icon-empty", NULL},                                         \
	{                                                                                          \
		"icon-unreachable", NULL                                                           \
	}

enum { CLI_OPERANDS = 2 };

enum { CLI_EXIT_USAGE = 2, CLI_LOOK_AGAIN = -1 };

struct cli_command {
	const char *name;
	int (*run)(const struct config *config); // returns the exit status; NULL: serve
	const char *summary;                     // "print the sessions once"
	const char *about;                       // one line per paragraph, wrapped when printed
	const char *examples;                    // lines, printed as they are
	const char *exit_status;                 // the same; NULL: 0 done, 1 failed, 2 wrong usage
	const char *listed; // its name in the overview, if different; "": not listed
	struct cli_operand operands[CLI_OPERANDS];
	const struct config_option *options; // its own, which are not settings
	size_t option_count;
	const struct cli_setting *settings; // ends with one without a name; NULL: none
	bool takes_rest;                    // all further arguments are operands
	bool flags_alone;                   // reads neither file nor environment
	bool is_silent; // without --verbose no messages, and always exits with 0: its caller would
			// obey
	/* Shows in a bar that the settings are wrong; flags contains only the command line,
	 * is_first is true for the first call. Returns the exit status, or CLI_LOOK_AGAIN, after a
	 * short wait, to read the settings again. NULL: wrong settings are fatal. */
	int (*on_fault)(const struct config *flags, bool is_first);
	bool reads_stdin; // expects a program's output; on a terminal it prints its help instead
};

/* In the order of the overview; ends with NULL. */
extern const struct cli_command *const cli_commands[];

/* NULL if there is no such command. */
const struct cli_command *cli_command_find(const char *name);

/* The names of the commands for people; NULL past the last. */
const char *cli_command_word(size_t index);

/* The options of a command, with its own help texts; NULL past the last. */
const struct config_option *cli_command_option(
	const struct cli_command *command, size_t index, const char **ret_help);

/* Its option of this name, or with this letter; NULL if it has none. */
const struct config_option *cli_command_find_option(
	const struct cli_command *command, struct str name);
const struct config_option *cli_command_find_letter(const struct cli_command *command, char letter);

/* The operand at a position, from 0; NULL if the command takes no more. */
const struct cli_operand *cli_command_operand(const struct cli_command *command, size_t place);

/* "setup [CLIENT|BAR...] [OPTION...]" */
void cli_command_append_usage(struct buf *out, const struct cli_command *command);

extern const struct cli_command cli_serve_command, cli_watch_command, cli_status_command,
	cli_ack_command, cli_focus_command, cli_hook_command, cli_setup_command, cli_doctor_command,
	cli_demo_command, cli_complete_command, cli_help_command, cli_wait_command, cli_top_command,
	cli_check_command, cli_prices_command, cli_logs_command, cli_start_command,
	cli_stop_command, cli_restart_command, cli_enable_command, cli_disable_command,
	cli_mute_command, cli_unmute_command, cli_pause_command, cli_cost_command,
	cli_history_command, cli_export_command, cli_purge_command, cli_log_command,
	cli_dashboard_command, cli_telemetry_command, cli_why_command;

/* How the command line names a session: cli_pick.h. */
#define CLI_SESSION_WORDS                                                                          \
	"SESSION is the number shown by status, an id, a project, or the beginning of either."

/* The value name of an option that takes such a word: completions offer sessions for it. */
#define CLI_SESSION_VALUE "SESSION"

#define CLI_OPERAND_SESSION(shown_, offer_)                                                        \
	{                                                                                          \
		.name = "SESSION", .shown = shown_, .offset = CONFIG_FIELD(session_word),          \
		.places = 1, .offer = offer_                                                       \
	}

/* Options of more than one command. */
#define CLI_OPTION_JSON(about) CONFIG_SWITCH("json", 'j', json, about)
#define CLI_OPTION_DATE(flag, member, about)                                                       \
	{                                                                                          \
		.name = flag, .kind = &config_kind_text, .offset = CONFIG_FIELD(member),           \
		.limits = {.min = 1, .max = 32}, .value_name = "DATE", .help = about,              \
	}
#define CLI_OPTION_FROM CLI_OPTION_DATE("from", from_date, "from this day on: YYYY-MM-DD")
#define CLI_OPTION_TO   CLI_OPTION_DATE("to", to_date, "up to and including this day")
#define CLI_OPTION_PROJECT_OF(about)                                                               \
	{                                                                                          \
		.name = "project", .letter = 'P', .kind = &config_kind_text,                       \
		.offset = CONFIG_FIELD(project), .limits = {.min = 1, .max = 1024},                \
		.value_name = "PROJECT", .help = about,                                            \
	}
#define CLI_OPTION_PROJECT CLI_OPTION_PROJECT_OF("only this project")
#define CLI_OPTION_FORMAT(about)                                                                   \
	{                                                                                          \
		.name = "format", .letter = 'f', .kind = &config_kind_choice,                      \
		.offset = CONFIG_FIELD(format), .limits = {.words = cli_format_words},             \
		.value_name = "FORMAT", .help = about,                                             \
	}
extern const char *const cli_format_words[]; // by enum config_format

/* ---- what one command does for another */

/* Asks the configured daemon and prints a table, the list as it is (json, NDJSON, LIST), or what a
 * bar shows. Returns the exit status: 0; an enum cli_outcome with exit_code; or 1 after a message
 * if the daemon is unreachable or sends no list. In a bar's format that is shown, too, with status
 * 0. */
int cli_status(const struct config *config);

struct cli_session;
struct cli_endpoint;

/* Raises the session's window with focus_command or otel-ai-monitor-focus, and acknowledges the
 * session. Returns an exit status, after a message if it failed. */
int cli_focus_session(const struct config *config, const struct cli_endpoint *endpoint,
	const struct cli_session *s);
