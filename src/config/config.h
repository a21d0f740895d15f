/* Settings: defaults < file < environment < flags, all by one table of options (config.c). No other
 * file reads the arguments or the environment.
 *
 * A wrong value is never replaced by a default: loading stops, and the message names the option,
 * where the value stands and what is allowed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "config/config_kind.h"

struct buf;
struct config_state;

enum config_command {
	CONFIG_SERVE, // also without any word
	CONFIG_WATCH,
	CONFIG_STATUS,
	CONFIG_ACK,
	CONFIG_FOCUS,
	CONFIG_HOOK,
	CONFIG_SETUP,
	CONFIG_DOCTOR,
	CONFIG_DEMO,
	CONFIG_COMPLETE, // asked by shells
	CONFIG_HELP,
	CONFIG_VERSION,
	CONFIG_COMMAND_COUNT,
};

enum config_stdout { CONFIG_STDOUT_AUTO, CONFIG_STDOUT_YES, CONFIG_STDOUT_NO };

enum { CONFIG_SETUP_NAMES = 16 }; // more cannot be given to setup at once

enum config_format {
	CONFIG_FORMAT_AUTO, // watch: NDJSON; status: a table
	CONFIG_FORMAT_NDJSON,
	CONFIG_FORMAT_LIST,
	CONFIG_FORMAT_WAYBAR,
	CONFIG_FORMAT_POLYBAR,
	CONFIG_FORMAT_I3BLOCKS,
	CONFIG_FORMAT_YAMBAR,
	CONFIG_FORMAT_TMUX,
	CONFIG_FORMAT_PLAIN,
	CONFIG_FORMAT_COUNT,
};

enum config_bar_state { // what a bar can show, the most urgent first
	CONFIG_BAR_ATTENTION,
	CONFIG_BAR_WORKING,
	CONFIG_BAR_COMPLETED,
	CONFIG_BAR_IDLE,
	CONFIG_BAR_EMPTY,       // no sessions
	CONFIG_BAR_UNREACHABLE, // no daemon
	CONFIG_BAR_STATE_COUNT,
};

/* A peer's, here the user's, mistake: the exit status is then 2. */
enum config_fault { CONFIG_OK, CONFIG_FAULT };

/* Where settings come from; everything is borrowed and must outlive the config. */
struct config_inputs {
	int argc;
	const char *const *argv;
	const char *const *environment; // as environ(7)
	const char *run_user_dir; // "/run/user/1000": used if XDG_RUNTIME_DIR is not set and this
				  // is there
	int stdout_fd;            // what CONFIG_STDOUT_AUTO looks at
};

struct config { // strings and lists are owned; NULL or empty: none
	enum config_command command;
	enum config_command help_about; // CONFIG_HELP only: what about

	uint16_t port;             // 0: any free one
	struct config_list listen; // numeric addresses
	char *socket_path;
	char *token; // from token_file too; never empty
	char *token_file;
	struct config_list allowed_hosts, allowed_origins;

	int64_t quiet_period_ms, session_timeout_ms, completed_timeout_ms, stall_timeout_ms;
	size_t max_sessions;

	int stdout_mode; // enum config_stdout, as it was said
	bool use_stdout; // what came of it
	char *pipe_path;
	bool notifications;
	char *notifier_path;                            // NULL: the one that was installed
	struct config_list notify_kinds, notify_sounds; // see notify_kind.h
	int64_t notify_min_duration_ms;
	int64_t notify_delay_ms;                          // -1: that of each kind
	bool notify_focused;                              // also while its terminal has the focus
	char *quiet_hours;                                // "22:00-07:00"; NULL: none
	struct config_list notify_command, focus_command; // words with places; empty: none
	char *focus_path;                                 // NULL: the one that was installed
	int64_t broadcast_interval_ms;                    // 0: never

	size_t max_body_bytes, max_connections;
	bool verbose;

	int format; // enum config_format
	bool status_json;
	bool focus_check;
	struct config_list bar_icons[CONFIG_BAR_STATE_COUNT]; // empty: that is not shown
	const char *session_id; // as the next two: in the arguments, borrowed; NULL: not given
	const char *hook_tool, *hook_json; // as in the arguments, borrowed; NULL: not given
	const char *const *complete_words; // CONFIG_COMPLETE only: in the arguments, borrowed
	size_t complete_count;
	char *config_path; // the file; NULL: none can be named

	const char *setup_names[CONFIG_SETUP_NAMES]; // clients and bars, borrowed; NULL: no more
	bool setup_yes, setup_undo, setup_dry_run, setup_print, setup_traces, setup_fast;
	bool doctor_watch;
	int64_t demo_ms;

	struct config_state *state; // for config alone
};

/* The arguments and the environment of this process. run_user_dir points to static memory. */
struct config_inputs config_inputs_of_process(int argc, char **argv);

/* Reads everything. 0: *ret is ready, to be given to config_finish(); message may hold a warning.
 * CONFIG_FAULT or a negative errno (a file that cannot be read): message says all there is to say,
 * of *ret only command and verbose are set, as far as they were read. With --help, --version
 * and CONFIG_COMPLETE nothing but the arguments is looked at. */
int config_load(struct config *ret, const struct config_inputs *inputs, struct buf *message);

/* Frees what it owns; a zeroed config is fine. */
void config_finish(struct config *c);

/* Reads the file again, under the same flags and environment. What only a start can change keeps
 * its value; message then names those options. On any failure (as of config_load()) c stays as it
 * was. */
int config_reload(struct config *c, struct buf *message);

/* True for an address that only this machine can reach. */
bool config_is_loopback(const char *address);

/* A variable of the environment that this configuration was read under; NULL if it is not set or
 * empty. */
const char *config_variable(const struct config *c, const char *name);

void config_print_help(FILE *out, enum config_command about);

/* The first sentence of a command's help, for the caller to free. */
char *config_help_summary(enum config_command about);
