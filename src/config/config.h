/* Settings: defaults < file < environment < command line, all from tables of options, one per
 * section of the file (config_option.h). Nothing else reads the environment.
 *
 * An invalid value is never replaced by a default: loading fails, and the report names every
 * invalid option, where its value comes from and what is allowed. An unknown setting is only a
 * warning. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config_kind.h"
#include "meter/budget.h"
#include "session/session_tracker.h"

struct config_option;
struct config_report;
struct config_state;

enum config_tray { CONFIG_TRAY_NO, CONFIG_TRAY_YES, CONFIG_TRAY_SYMBOLIC };

enum config_stdout { CONFIG_STDOUT_AUTO, CONFIG_STDOUT_YES, CONFIG_STDOUT_NO };

enum { CONFIG_SETUP_NAMES = 16, CONFIG_SESSION_WORDS = 16 }; // the most that can be given at once

enum config_plan { CONFIG_PLAN_API, CONFIG_PLAN_SUBSCRIPTION };

enum config_format {
	CONFIG_FORMAT_AUTO, // watch: words on a terminal, else NDJSON; status: a table
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

enum config_bar_state { // what a bar can show, most urgent first
	CONFIG_BAR_ATTENTION,
	CONFIG_BAR_WORKING,
	CONFIG_BAR_COMPLETED,
	CONFIG_BAR_IDLE,
	CONFIG_BAR_EMPTY,       // no sessions
	CONFIG_BAR_UNREACHABLE, // no daemon
	CONFIG_BAR_STATE_COUNT,
};

/* CONFIG_FAULT is a mistake of the user: exit status 2. */
enum config_fault { CONFIG_OK, CONFIG_FAULT };

/* A value from the command line, for a setting or for an option of one command. */
struct config_flag {
	const struct config_option *option;
	struct str value;
};

/* The sources of values; everything is borrowed and must outlive the config. */
struct config_inputs {
	const struct config_flag *flags; // in their order
	size_t flag_count;
	const char *const *environment; // as environ(7)
	const char *run_user_dir;       // "/run/user/1000": stands in for an unset XDG_RUNTIME_DIR
	int stdout_fd;                  // for CONFIG_STDOUT_AUTO
	bool serves;                    // also check the daemon's settings against each other
	bool flags_alone;               // ignore file and environment
};

struct config { // strings and lists are owned; NULL or empty: none
	/* [server] */
	uint16_t port;             // 0: any free one
	struct config_list listen; // numeric addresses
	char *socket_path;
	char *shared_socket; // in the directory of all this user's login sessions; NULL: none
	char *token;         // from token_file too; never empty
	char *token_file;
	struct config_list allowed_hosts, allowed_origins;
	bool allow_other_users; // over TCP, on this machine
	bool verbose;
	bool prefers_port; // --port was given, --socket was not

	struct session_settings sessions; // [sessions]

	/* [outlets] */
	int stdout_mode; // enum config_stdout, as configured
	bool use_stdout; // the result
	char *pipe_path;
	bool notifications;
	int tray;                      // enum config_tray
	int64_t broadcast_interval_ms; // 0: never

	/* [notifications] */
	struct config_list notify_kinds, notify_sounds; // see notify_kind.h
	int64_t notify_min_duration_ms;
	int64_t notify_delay_ms;                          // -1: each kind's own
	bool notify_focused;                              // even while its terminal has the focus
	char *quiet_hours;                                // "22:00-07:00"; NULL: none
	struct config_list notify_command, focus_command; // words with placeholders; empty: none

	/* [history] */
	char *store_path; // NULL: nothing is kept
	size_t retention_days;
	int64_t budget_nano_usd[BUDGET_PERIOD_COUNT]; // 0: none
	int plan;                                     // enum config_plan

	/* [boards] */
	struct config_list tasks_dirs, metrics_files; // empty: none
	char *state_dir;                              // NULL: none
	int64_t stream_interval_ms;

	size_t max_body_bytes, max_connections; // [limits]

	struct config_list bar_icons[CONFIG_BAR_STATE_COUNT]; // [bar]; empty: that is not shown
	bool show_cost;                                       // today's, in lists and bars

	char *config_path;   // the file; NULL: none can be named
	char *notifier_path; // NULL: the one that was installed
	char *focus_path;    // NULL: the one that was installed
	char *tray_path;     // NULL: the one that was installed

	/* Options and operands of single commands, not settings: filled in by the command line
	 * (cli/cli_args.h). Words are borrowed from it; NULL: not given. */
	int format; // enum config_format
	bool json;
	bool exit_code;
	bool focus_check;
	const char *session_word; // an id, its beginning, a number or a project
	const char *session_words[CONFIG_SESSION_WORDS];
	const char *pause_word; // how long
	bool pause_off;
	bool wait_any;
	struct config_list wait_for;
	int64_t wait_timeout_ms; // 0: none
	const char *hook_tool, *hook_json;
	const char *help_word;
	bool help_man;
	const char *const *complete_words;
	size_t complete_count;
	const char *setup_names[CONFIG_SETUP_NAMES]; // clients and bars
	bool setup_yes, setup_undo, setup_dry_run, setup_print, setup_traces, setup_fast;
	bool doctor_watch;
	const char *price_word; // a model, "import" or "reprice"
	const char *price_file;
	int price_from; // 0: to be detected; else enum price_source + 1
	bool price_all;
	int64_t demo_ms;
	const char *export_kind;
	int export_format;
	size_t history_lines;
	char *history_kind;             // owned, as the next
	char *from_date, *to_date;      // owned; YYYY-MM-DD, as given
	char *before_date, *since_date; // the same
	char *project;                  // owned
	bool cost_today, cost_month, cost_check;
	int cost_by; // enum cli_cost_by
	const char *dashboard_word;
	char *dashboard_session; // owned
	bool log_call, log_error;
	const char *log_event;
	char *log_value, *log_message, *log_file; // owned, as the next
	struct config_list log_tags;
	char *log_model, *log_cost, *log_session, *log_tool; // owned
	size_t log_input, log_output, log_cache_read, log_cache_write, log_reasoning;
	size_t log_latency_ms;
	bool logs_follow;
	size_t logs_lines;

	struct config_state *state; // for config alone
};

/* The environment of this process, without flags. run_user_dir is in static memory. */
struct config_inputs config_inputs_of_process(void);

/* Reads everything. 0: *ret is ready, for the caller to config_finish(), and the report may contain
 * warnings. CONFIG_FAULT, or a negative errno if a file cannot be read: the errors are in the
 * report, and of *ret only verbose is set, as far as it is known. */
int config_load(
	struct config *ret, const struct config_inputs *inputs, struct config_report *report);

/* Reports and returns what config_load() would for the daemon. *ret_path: the file that was read,
 * for the caller to free; NULL if there is none. */
int config_check(const struct config *c, struct config_report *report, char **ret_path);

/* Frees what it owns; a zeroed config is fine. */
void config_finish(struct config *c);

/* Reads the file again, with the same flags and environment. Options that need a restart keep their
 * value, and a warning names them. On failure (see config_load()) c stays as it was. */
int config_reload(struct config *c, struct config_report *report);

/* A variable of the environment this configuration was read from; NULL if unset or empty. */
const char *config_variable(const struct config *c, const char *name);

/* The path of a file next to the default config.ini, for the caller to free, whatever --config
 * says. NULL if the environment has no home. */
char *config_user_path(const struct config *c, const char *name);
