#include "config/config_option.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quiet_hours.h"
#include "base/utf8.h"
#include "config/notify_kind.h"

enum {
	SECOND = 1000,
	DAY = 24 * 3600 * SECOND,
	UNIX_PATH_BYTES = 107,
	PATH_BYTES = 4095,
	ICON_BYTES = 128
};

#define SERVE  (1u << CONFIG_SERVE)
#define WATCH  (1u << CONFIG_WATCH)
#define STATUS (1u << CONFIG_STATUS)
#define ACK    (1u << CONFIG_ACK)
#define FOCUS  (1u << CONFIG_FOCUS)
#define HOOK   (1u << CONFIG_HOOK)
#define SETUP  (1u << CONFIG_SETUP)
#define DOCTOR (1u << CONFIG_DOCTOR)
#define DEMO   (1u << CONFIG_DEMO)
#define ALL    (SERVE | WATCH | STATUS | ACK | FOCUS | SETUP | DOCTOR | DEMO)

static bool is_address(struct str text)
{
	char address[INET6_ADDRSTRLEN] = {0};
	struct in6_addr ignored;
	if (text.size >= sizeof(address)) {
		return false;
	}
	memcpy(address, text.data, text.size);
	return inet_pton(AF_INET, address, &ignored) == 1 ||
	       inet_pton(AF_INET6, address, &ignored) == 1;
}

static bool only_holds(struct str text, const char *others)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i], lower = (char)(c | 0x20);
		bool common = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'z');
		if (!common && strchr(others, c) == NULL) {
			return false;
		}
	}
	return true;
}

static bool is_host(struct str text)
{
	return only_holds(text, "-._");
}

/* As browsers send it: RFC 6454 section 6.2, never with a path. */
static bool is_origin(struct str text)
{
	const char *scheme_end = memmem(text.data, text.size, "://", 3);
	if (scheme_end == NULL || scheme_end == text.data) {
		return false;
	}
	struct str host = str_skip(text, (size_t)(scheme_end - text.data) + 3);
	return host.size > 0 && only_holds(host, "-._:[]");
}

/* What an Authorization field can carry: RFC 6750 section 2.1. */
static bool is_token(struct str text)
{
	return only_holds(text, "-._~+/=");
}

static bool is_kind_and_sound(struct str text)
{
	enum notify_kind kind;
	struct str sound;
	return notify_kind_read_sound(text, &kind, &sound);
}

static bool is_hours(struct str text)
{
	struct quiet_hours ignored;
	return quiet_hours_read(text, &ignored);
}

static const char *const stdout_words[] = {"auto", "yes", "no", NULL};
static const char *const format_words[] = {
	"auto", "ndjson", "list", "waybar", "polybar", "i3blocks", "yambar", "tmux", "plain", NULL};

/* One line of a bar must stay one. */
static bool is_shown(struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		if ((unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f) {
			return false;
		}
	}
	return utf8_is_valid(text);
}

#define FIELD(member) offsetof(struct config, member)

#define ICON(state, flag, name_of_variable, about)                                                 \
	{                                                                                          \
		.name = flag, .variable = name_of_variable, .section = "bar",                      \
		.commands = WATCH | STATUS, .kind = &config_kind_texts,                            \
		.offset = FIELD(bar_icons[state]),                                                 \
		.limits = {.min = 1,                                                               \
			.max = ICON_BYTES,                                                         \
			.is_allowed = is_shown,                                                    \
			.allowed = "texts with commas between them, or none"},                     \
		.negated = "none", .value_name = "ICON", .help = about,                            \
	}

/* A switch of one command that nobody wants to keep in a file. */
#define FLAG(flag, short_flag, command, member, about)                                             \
	{                                                                                          \
		.name = flag, .letter = short_flag, .commands = command,                           \
		.kind = &config_kind_switch, .offset = FIELD(member), .bare = "yes",               \
		.effect = CONFIG_AT_START, .value_name = "YES-OR-NO", .help = about,               \
	}

const struct config_option config_options[OPTION_COUNT] = {
	[OPTION_PORT] = {.name = "port",
		.letter = 'p',
		.variable = "OTLP_PORT",
		.section = "server",
		.commands = ALL,
		.kind = &config_kind_port,
		.offset = FIELD(port),
		.limits = {.min = 0, .max = 65535},
		.effect = CONFIG_AT_START,
		.value_name = "PORT",
		.help = "TCP port to receive telemetry on; 0 takes a free one"},
	[OPTION_LISTEN] = {.name = "listen",
		.variable = "OTEL_AI_LISTEN",
		.section = "server",
		.commands = SERVE,
		.kind = &config_kind_list,
		.offset = FIELD(listen),
		.limits = {.max = INET6_ADDRSTRLEN,
			.is_allowed = is_address,
			.allowed = "numeric IP addresses with commas between them, or none"},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "ADDRESS",
		.help = "addresses to listen on, more than one with commas or by repeating it; "
			"other "
			"than loopback needs a token"},
	[OPTION_SOCKET] = {.name = "socket",
		.variable = "OTEL_AI_SOCKET",
		.section = "server",
		.commands = ALL | HOOK,
		.kind = &config_kind_path,
		.offset = FIELD(socket_path),
		.limits = {.min = 1, .max = UNIX_PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "Unix socket with the same service, or none; default otel-ai-monitor.sock "
			"in "
			"$XDG_RUNTIME_DIR"},
	[OPTION_TOKEN] = {.name = "token",
		.variable = "OTEL_AI_TOKEN",
		.section = "server",
		.commands = ALL,
		.kind = &config_kind_text,
		.offset = FIELD(token),
		.limits = {.min = 16,
			.max = 256,
			.is_allowed = is_token,
			.allowed = "16 to 256 letters, digits and -._~+/="},
		.effect = CONFIG_AT_START,
		.value_name = "TOKEN",
		.help = "what every request over TCP must bear; better in a token file, where "
			"no process list shows it"},
	[OPTION_TOKEN_FILE] = {.name = "token-file",
		.variable = "OTEL_AI_TOKEN_FILE",
		.section = "server",
		.commands = ALL,
		.kind = &config_kind_path,
		.offset = FIELD(token_file),
		.limits = {.min = 1, .max = PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "a file that holds the token and that only its owner can read"},
	[OPTION_ALLOWED_HOSTS] = {.name = "allowed-hosts",
		.variable = "OTEL_AI_ALLOWED_HOSTS",
		.section = "server",
		.commands = SERVE,
		.kind = &config_kind_list,
		.offset = FIELD(allowed_hosts),
		.limits = {.max = 253,
			.is_allowed = is_host,
			.allowed = "host names with commas between them, or none"},
		.effect = CONFIG_AT_START,
		.value_name = "NAME",
		.help = "names that a Host field may have beside localhost and IP addresses"},
	[OPTION_ALLOWED_ORIGINS] = {.name = "allowed-origins",
		.variable = "OTEL_AI_ALLOWED_ORIGINS",
		.section = "server",
		.commands = SERVE,
		.kind = &config_kind_list,
		.offset = FIELD(allowed_origins),
		.limits = {.max = 512,
			.is_allowed = is_origin,
			.allowed = "origins like http://localhost:3000 with commas between them, "
				   "or none"},
		.effect = CONFIG_AT_START,
		.value_name = "ORIGIN",
		.help = "origins of web pages that may talk to the service"},
	[OPTION_QUIET_PERIOD] = {.name = "quiet-period",
		.variable = "OTEL_AI_QUIET_PERIOD",
		.section = "sessions",
		.commands = SERVE,
		.kind = &config_kind_seconds,
		.offset = FIELD(quiet_period_ms),
		.limits = {.min = 50, .max = 3600 * SECOND},
		.value_name = "SECONDS",
		.help = "silence that ends a turn of a client that tells no end itself"},
	[OPTION_SESSION_TIMEOUT] = {.name = "session-timeout",
		.variable = "OTEL_AI_SESSION_TIMEOUT",
		.section = "sessions",
		.commands = SERVE,
		.kind = &config_kind_seconds,
		.offset = FIELD(session_timeout_ms),
		.limits = {.min = 50, .max = 7 * DAY},
		.value_name = "SECONDS",
		.help = "a session that is not working expires after so long without news"},
	[OPTION_COMPLETED_TIMEOUT] = {.name = "completed-timeout",
		.variable = "OTEL_AI_COMPLETED_TIMEOUT",
		.section = "sessions",
		.commands = SERVE,
		.kind = &config_kind_seconds,
		.offset = FIELD(completed_timeout_ms),
		.limits = {.min = 50, .max = 7 * DAY},
		.value_name = "SECONDS",
		.help = "a completed session is called idle after so long"},
	[OPTION_STALL_TIMEOUT] = {.name = "stall-timeout",
		.variable = "OTEL_AI_STALL_TIMEOUT",
		.section = "sessions",
		.commands = SERVE,
		.kind = &config_kind_seconds,
		.offset = FIELD(stall_timeout_ms),
		.limits = {.min = 50, .max = 7 * DAY},
		.value_name = "SECONDS",
		.help = "work without news is called stalled after so long"},
	[OPTION_MAX_SESSIONS] = {.name = "max-sessions",
		.variable = "OTEL_AI_MAX_SESSIONS",
		.section = "sessions",
		.commands = SERVE,
		.kind = &config_kind_count,
		.offset = FIELD(max_sessions),
		.limits = {.min = 1, .max = 100000},
		.effect = CONFIG_AT_START,
		.value_name = "COUNT",
		.help = "sessions kept at most; the one longest without news goes first"},
	[OPTION_STDOUT] = {.name = "stdout",
		.variable = "OTEL_AI_STDOUT",
		.section = "outlets",
		.commands = SERVE,
		.kind = &config_kind_choice,
		.offset = FIELD(stdout_mode),
		.limits = {.words = stdout_words},
		.bare = "yes",
		.negated = "no",
		.effect = CONFIG_AT_START,
		.value_name = "WHEN",
		.help = "write lines to standard output; auto does on a terminal, a pipe and a "
			"file, "
			"never into the journal"},
	[OPTION_PIPE] = {.name = "pipe",
		.variable = "OTEL_AI_PIPE",
		.section = "outlets",
		.commands = SERVE,
		.kind = &config_kind_path,
		.offset = FIELD(pipe_path),
		.limits = {.min = 1, .max = PATH_BYTES},
		.negated = "none",
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "FIFO to write lines to, or none; default otel-ai-monitor.pipe in "
			"$XDG_RUNTIME_DIR"},
	[OPTION_NOTIFICATIONS] = {.name = "notifications",
		.variable = "OTEL_AI_NOTIFICATIONS",
		.section = "outlets",
		.commands = SERVE,
		.kind = &config_kind_switch,
		.offset = FIELD(notifications),
		.bare = "yes",
		.negated = "no",
		.value_name = "YES-OR-NO",
		.help = "tell on the desktop when a session is done or needs its user"},
	[OPTION_NOTIFIER] = {.name = "notifier",
		.variable = "OTEL_AI_MONITOR_NOTIFIER",
		.kind = &config_kind_path,
		.offset = FIELD(notifier_path),
		.limits = {.min = 1, .max = PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "the program that shows notifications, instead of the installed one"},
	[OPTION_NOTIFY_KINDS] = {.name = "notify-kinds",
		.variable = "OTEL_AI_NOTIFY_KINDS",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_list,
		.offset = FIELD(notify_kinds),
		.limits = {.max = 16, .item = notify_kind_word},
		.value_name = "KIND",
		.help = "what notifications tell of"},
	[OPTION_NOTIFY_MIN_DURATION] = {.name = "notify-min-duration",
		.variable = "OTEL_AI_NOTIFY_MIN_DURATION",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_seconds,
		.offset = FIELD(notify_min_duration_ms),
		.limits = {.min = 0, .max = DAY},
		.value_name = "SECONDS",
		.help = "a turn that was shorter is done without a notification"},
	[OPTION_NOTIFY_DELAY] = {.name = "notify-delay",
		.variable = "OTEL_AI_NOTIFY_DELAY",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_delay,
		.offset = FIELD(notify_delay_ms),
		.limits = {.min = 0, .max = DAY},
		.value_name = "SECONDS",
		.help = "how long something must be so before a notification tells it; default "
			"auto: 1.5 for permission and question, else 0"},
	[OPTION_NOTIFY_SOUND] = {.name = "notify-sound",
		.variable = "OTEL_AI_NOTIFY_SOUND",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_list,
		.offset = FIELD(notify_sounds),
		.limits = {.max = 96,
			.is_allowed = is_kind_and_sound,
			.allowed = "KIND:SOUND with commas between them, such as done:complete, or "
				   "none"},
		.negated = "none",
		.value_name = "KIND:SOUND",
		.help = "sounds that the notification server plays, by their names in the "
			"sound theme"},
	[OPTION_NOTIFY_FOCUSED] = {.name = "notify-focused",
		.variable = "OTEL_AI_NOTIFY_FOCUSED",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_switch,
		.offset = FIELD(notify_focused),
		.bare = "yes",
		.negated = "no",
		.value_name = "YES-OR-NO",
		.help = "notify of a session whose terminal has the focus, too"},
	[OPTION_QUIET_HOURS] = {.name = "quiet-hours",
		.variable = "OTEL_AI_QUIET_HOURS",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_path,
		.offset = FIELD(quiet_hours),
		.limits = {.min = 1,
			.max = 16,
			.is_allowed = is_hours,
			.allowed = "two times of the day like 22:00-07:00, or none"},
		.negated = "none",
		.value_name = "FROM-TO",
		.help = "time of the day without notifications"},
	[OPTION_NOTIFY_COMMAND] = {.name = "notify-command",
		.variable = "OTEL_AI_NOTIFY_COMMAND",
		.section = "notifications",
		.commands = SERVE,
		.kind = &config_kind_words,
		.offset = FIELD(notify_command),
		.negated = "none",
		.value_name = "COMMAND",
		.help = "run with every notification, without a shell; {summary}, {body}, "
			"{session_id}, {tool}, {project}, {cwd}, {pid}, {state} and {attention} "
			"in it are filled in"},
	[OPTION_FOCUS_COMMAND] = {.name = "focus-command",
		.variable = "OTEL_AI_FOCUS_COMMAND",
		.section = "notifications",
		.commands = FOCUS,
		.kind = &config_kind_words,
		.offset = FIELD(focus_command),
		.negated = "none",
		.value_name = "COMMAND",
		.help = "run instead of looking for the window, without a shell; "
			"{session_id}, {tool}, {project}, {cwd}, {pid}, {state} and {attention} "
			"in it are filled in"},
	[OPTION_FOCUS] = {.name = "focus",
		.variable = "OTEL_AI_MONITOR_FOCUS",
		.kind = &config_kind_path,
		.offset = FIELD(focus_path),
		.limits = {.min = 1, .max = PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "the program that brings windows to the front, instead of the installed "
			"one"},
	[OPTION_BROADCAST_INTERVAL] = {.name = "broadcast-interval",
		.variable = "OTEL_AI_BROADCAST_INTERVAL",
		.section = "outlets",
		.commands = SERVE,
		.kind = &config_kind_seconds,
		.offset = FIELD(broadcast_interval_ms),
		.limits = {.min = 0, .max = DAY},
		.value_name = "SECONDS",
		.help = "time between whole lists while there are sessions; 0 sends none"},
	[OPTION_MAX_BODY] = {.name = "max-body",
		.variable = "OTEL_AI_MAX_BODY",
		.section = "limits",
		.commands = SERVE,
		.kind = &config_kind_bytes,
		.offset = FIELD(max_body_bytes),
		.limits = {.min = 1024, .max = 1 << 30},
		.effect = CONFIG_AT_START,
		.value_name = "BYTES",
		.help = "largest request body, as received and unpacked; K, M and G may stand "
			"behind"},
	[OPTION_MAX_CONNECTIONS] = {.name = "max-connections",
		.variable = "OTEL_AI_MAX_CONNECTIONS",
		.section = "limits",
		.commands = SERVE,
		.kind = &config_kind_count,
		.offset = FIELD(max_connections),
		.limits = {.min = 1, .max = 65536},
		.effect = CONFIG_AT_START,
		.value_name = "COUNT",
		.help = "connections at a time, readers of the stream among them"},
	[OPTION_VERBOSE] = {.name = "verbose",
		.letter = 'v',
		.variable = "OTEL_AI_VERBOSE",
		.section = "server",
		.commands = ALL | HOOK,
		.kind = &config_kind_switch,
		.offset = FIELD(verbose),
		.bare = "yes",
		.negated = "no",
		.value_name = "YES-OR-NO",
		.help = "log every request and every change"},
	[OPTION_FORMAT] = {.name = "format",
		.letter = 'f',
		.commands = WATCH | STATUS,
		.kind = &config_kind_choice,
		.offset = FIELD(format),
		.limits = {.words = format_words},
		.effect = CONFIG_AT_START,
		.value_name = "FORMAT",
		.help = "what to print: ndjson, every update and list; list, whole lists; waybar, "
			"polybar, i3blocks, yambar, tmux or plain, what such a bar shows; default "
			"auto: for watch ndjson, for status a table"},
	[OPTION_JSON] = FLAG("json", 0, STATUS, status_json,
		"print the session list as JSON, as --format list does"),
	[OPTION_CHECK] = FLAG("check", 0, FOCUS, focus_check,
		"change nothing; the exit status is 0 if the session has the focus"),
	[OPTION_ICON_ATTENTION] = ICON(CONFIG_BAR_ATTENTION, "icon-attention",
		"OTEL_AI_ICON_ATTENTION",
		"what a bar shows before the number of sessions that "
		"need their user"),
	[OPTION_ICON_WORKING] = ICON(CONFIG_BAR_WORKING, "icon-working", "OTEL_AI_ICON_WORKING",
		"of those that work; more than one, with commas, follow each other five times a "
		"second"),
	[OPTION_ICON_COMPLETED] = ICON(CONFIG_BAR_COMPLETED, "icon-completed",
		"OTEL_AI_ICON_COMPLETED", "of those that are done"),
	[OPTION_ICON_IDLE] = ICON(CONFIG_BAR_IDLE, "icon-idle", "OTEL_AI_ICON_IDLE",
		"of those that are idle, if there are no others"),
	[OPTION_ICON_EMPTY] = ICON(CONFIG_BAR_EMPTY, "icon-empty", "OTEL_AI_ICON_EMPTY",
		"while there are no sessions"),
	[OPTION_ICON_UNREACHABLE] = ICON(CONFIG_BAR_UNREACHABLE, "icon-unreachable",
		"OTEL_AI_ICON_UNREACHABLE", "while no otel-ai-monitor runs"),
	[OPTION_CONFIG] = {.name = "config",
		.letter = 'c',
		.variable = "OTEL_AI_CONFIG",
		.commands = ALL | HOOK,
		.kind = &config_kind_path,
		.offset = FIELD(config_path),
		.limits = {.min = 1, .max = PATH_BYTES},
		.effect = CONFIG_AT_START,
		.value_name = "PATH",
		.help = "the configuration file, or none; default otel-ai-monitor/config.ini in "
			"$XDG_CONFIG_HOME"},
	[OPTION_YES] = FLAG("yes", 'y', SETUP, setup_yes, "make every change without asking"),
	[OPTION_UNDO] = FLAG("undo", 0, SETUP, setup_undo, "take away what setup has added"),
	[OPTION_DRY_RUN] = FLAG(
		"dry-run", 'n', SETUP, setup_dry_run, "show what would change, and change nothing"),
	[OPTION_PRINT] = FLAG(
		"print", 0, SETUP, setup_print, "print what to paste, and look at no file"),
	[OPTION_TRACES] = FLAG("traces", 0, SETUP, setup_traces,
		"have Claude Code send traces too: they tell what is stopped with Esc, and "
		"cost it a little"),
	[OPTION_FAST] = FLAG(
		"fast", 0, SETUP, setup_fast, "have Claude Code send every second, not every five"),
	[OPTION_WATCH] = FLAG(
		"watch", 'w', DOCTOR, doctor_watch, "go on, and tick off what arrives"),
	[OPTION_SECONDS] = {.name = "seconds",
		.letter = 's',
		.commands = DEMO,
		.kind = &config_kind_seconds,
		.offset = FIELD(demo_ms),
		.limits = {.min = 2 * SECOND, .max = 3600 * SECOND},
		.effect = CONFIG_AT_START,
		.value_name = "SECONDS",
		.help = "how long the show takes; default 30"},
};

static bool same_name(struct str text, const char *name)
{
	size_t i = 0;
	while (i < text.size && name[i] != '\0' &&
		(text.data[i] == name[i] || (text.data[i] == '_' && name[i] == '-'))) {
		i++;
	}
	return i == text.size && name[i] == '\0';
}

enum config_option_id config_option_find(struct str name)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		if (same_name(name, config_options[id].name)) {
			return (enum config_option_id)id;
		}
	}
	return OPTION_COUNT;
}

enum config_option_id config_option_find_letter(char letter)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		if (config_options[id].letter == letter && letter != '\0') {
			return (enum config_option_id)id;
		}
	}
	return OPTION_COUNT;
}

void config_option_describe(enum config_option_id id, struct buf *out)
{
	const struct config_option *o = &config_options[id];
	if (o->limits.allowed != NULL) {
		buf_append_str(out, str_from(o->limits.allowed));
	} else {
		o->kind->describe(&o->limits, out);
	}
}

void config_option_defaults(struct config *ret)
{
	*ret = (struct config){
		.port = 4318,
		.quiet_period_ms = 3 * SECOND,
		.session_timeout_ms = 300 * SECOND,
		.completed_timeout_ms = 30 * SECOND,
		.stall_timeout_ms = 300 * SECOND,
		.max_sessions = 1000,
		.stdout_mode = CONFIG_STDOUT_AUTO,
		.notifications = true,
		.notify_min_duration_ms = 10 * SECOND,
		.notify_delay_ms = -1,
		.broadcast_interval_ms = 5 * SECOND,
		.max_body_bytes = 64 << 20,
		.max_connections = 512,
		.format = CONFIG_FORMAT_AUTO,
		.demo_ms = 30 * SECOND,
	};
	cleanup_free char *kinds = notify_kind_default_kinds();
	cleanup_free char *sounds = notify_kind_default_sounds();
	const struct {
		enum config_option_id id;
		struct str text;
	} lists[] = {
		{OPTION_LISTEN, STR("127.0.0.1, ::1")},
		{OPTION_NOTIFY_KINDS, str_from(kinds)},
		{OPTION_NOTIFY_SOUND, str_from(sounds)},
		{OPTION_ICON_ATTENTION, STR("●")},
		{OPTION_ICON_WORKING, STR("⠋, ⠙, ⠹, ⠸, ⠼, ⠴, ⠦, ⠧, ⠇, ⠏")},
		{OPTION_ICON_COMPLETED, STR("✓")},
		{OPTION_ICON_IDLE, STR("○")},
		{OPTION_ICON_UNREACHABLE, STR("✗")},
	};
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const struct config_option *o = &config_options[lists[i].id];
		o->kind->parse(&o->limits, lists[i].text, config_option_field(lists[i].id, ret));
	}
}
