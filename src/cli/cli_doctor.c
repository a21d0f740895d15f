#include "cli/cli_doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/run.h"
#include "base/self.h"
#include "base/str.h"
#include "cli/cli_command.h"
#include "cli/cli_health.h"
#include "cli/cli_hook_way.h"
#include "cli/cli_http.h"
#include "cli/cli_style.h"
#include "price/price_file.h"
#include "price/price_table.h"
#include "process/process_listener.h"
#include "version.h"

enum {
	SECOND_MS = 1000,
	CLOCK_AHEAD_MS = 2 * SECOND_MS,     // no record can be from the future
	CLOCK_BEHIND_MS = 3600 * SECOND_MS, // no client batches for this long
	ANSWER_BYTES = 16 * 1024,
	CHECK_MS = 10 * 1000,
	COUNTS_BYTES = 128,
	MESSAGE_BYTES = 1024,
	MISMATCHES_BYTES = 16 * 1024,
};

struct doctor {
	const struct config *config;
	struct cli_report report;
	bool runs; // the daemon
	struct cli_health health;
	bool expected[CLI_ARRIVALS]; // by the clients' settings
};

#define say(d, ...) cli_style_report(&(d)->report, __VA_ARGS__)

/* ---- the daemon and its port */

static void look_at_daemon(struct doctor *d)
{
	struct cli_endpoint endpoint = cli_endpoint_of(d->config);
	endpoint.socket_path = d->config->socket_path; // the port has a check of its own
	cleanup_free char *where = cli_endpoint_shown(&endpoint);
	int status = cli_health_ask(&endpoint, &d->health);
	cleanup_free char *owner = status == CLI_HTTP_FORBIDDEN
					   ? cli_endpoint_owner_shown(&endpoint)
					   : NULL;
	d->runs = status == 200;
	if (d->runs) {
		struct buf up;
		buf_init(&up, ANSWER_BYTES);
		instant_append_duration(&up, d->health.uptime_s * SECOND_MS);
		say(d, CLI_GOOD, "otel-ai-monitor %s is running (%.*s)",
			log_shown(str_from(d->health.version)), STR_ARG(buf_str(&up)));
		buf_finish(&up);
	} else if (owner != NULL) {
		say(d, CLI_WRONG,
			"the daemon at %s belongs to %s: start your own on another port and run "
			"setup again, or ask for --allow-other-users",
			where, owner);
	} else if (status == CLI_HTTP_UNAUTHORIZED) {
		say(d, CLI_WRONG, "the daemon requires a token: pass --token-file");
	} else {
		say(d, CLI_WRONG,
			"no otel-ai-monitor answers at %s: run otel-ai-monitor enable, or just "
			"otel-ai-monitor",
			where);
	}
	if (d->runs && strcmp(d->health.version, VERSION) != 0) {
		say(d, CLI_NOTE, "this is version " VERSION ": restart the daemon");
	}
}

static void say_who_holds(struct doctor *d, uint16_t port)
{
	struct process_listener who = {0};
	int r = process_listener_find(port, &who);
	const char *end =
		"stop it, or move the daemon and its clients to another port: otel-ai-monitor "
		"setup --port";
	if (r == -ENOENT && !d->runs) {
		return; // already reported
	}
	if (r == -ENOENT) {
		say(d, CLI_WRONG,
			"nothing listens on port %u: the daemon uses other addresses; see "
			"otel-ai-monitor logs and its socket unit",
			port);
	} else if (who.pid != 0) {
		say(d, CLI_WRONG, "port %u is in use by \"%s\" (process %" PRId64 "): %s", port,
			log_shown(str_from(who.name)), who.pid, end);
	} else {
		say(d, CLI_WRONG, "port %u is in use by a process of user %" PRId64 ": %s", port,
			who.uid, end);
	}
	process_listener_finish(&who);
}

/* Clients only know the port. */
static void look_at_port(struct doctor *d)
{
	struct cli_endpoint endpoint = cli_endpoint_of(d->config);
	struct cli_health health;
	cleanup_free char *owner = cli_endpoint_owner_shown(&endpoint);
	endpoint.socket_path = NULL;
	if (endpoint.host == NULL) {
		say(d, CLI_NOTE, "no port configured: only hooks can reach the daemon");
	} else if (cli_health_ask(&endpoint, &health) != 200) {
		say_who_holds(d, endpoint.port);
	} else if (owner != NULL) {
		say(d, CLI_NOTE, "port %u belongs to the daemon of %s", endpoint.port, owner);
	} else {
		say(d, CLI_GOOD, "listening on port %u", endpoint.port);
	}
}

/* Does what a hook would, as this user and in this environment. */
static void look_at_hooks(struct doctor *d)
{
	struct config as_hook = *d->config; // borrows
	struct cli_hook_way way;
	struct buf why_not;
	as_hook.prefers_port = false; // --port was for this command
	buf_init(&why_not, MESSAGE_BYTES);
	cleanup_close int fd = cli_hook_way_open(&as_hook, &way, &why_not);
	cleanup_free char *where = fd >= 0 ? cli_endpoint_shown(&way.endpoint) : NULL;
	if (fd >= 0 && why_not.size > 0) {
		say(d, CLI_NOTE, "a hook run from here reaches the daemon at %s (%.*s)", where,
			STR_ARG(buf_str(&why_not)));
	} else if (fd >= 0) {
		say(d, CLI_GOOD, "a hook run from here reaches the daemon at %s", where);
	} else if (d->runs) {
		say(d, CLI_WRONG, "a hook run from here reaches no daemon: %.*s",
			STR_ARG(buf_str(&why_not)));
	}
	buf_finish(&why_not);
}

/* ---- what came */

static void look_at_silence(struct doctor *d)
{
	const int64_t *received = d->health.received;
	bool telemetry = received[CLI_LOGS] + received[CLI_TRACES] + received[CLI_METRICS] > 0;
	if (!telemetry && received[CLI_HOOKS] == 0) {
		say(d, CLI_NOTE,
			"nothing received yet: start an assistant; restart it if it was open "
			"during setup");
	} else if (!telemetry) {
		say(d, CLI_NOTE,
			"hooks arrive, telemetry does not: states are known, tokens and cost are "
			"not");
	} else if (received[CLI_METRICS] > 0 && received[CLI_LOGS] + received[CLI_TRACES] == 0) {
		say(d, CLI_WRONG,
			"metrics arrive, logs do not, and states need logs: for Claude Code set "
			"OTEL_LOGS_EXPORTER=otlp");
	} else {
		say(d, CLI_GOOD,
			"received %" PRId64 " log records, %" PRId64 " spans, %" PRId64
			" data points, %" PRId64 " hooks",
			received[CLI_LOGS], received[CLI_TRACES], received[CLI_METRICS],
			received[CLI_HOOKS]);
	}
}

static void look_at_rejects(struct doctor *d)
{
	int64_t other = d->health.rejected_http - d->health.rejected_http2;
	if (d->health.rejected_http2 > 0) {
		say(d, CLI_WRONG,
			"%" PRId64 " gRPC connections to this HTTP port: set "
			"OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf in that client",
			d->health.rejected_http2);
	}
	if (d->health.rejected_requests > 0 || other > 0) {
		say(d, CLI_NOTE,
			"%" PRId64
			" requests were rejected; the log says why: journalctl --user -u "
			"otel-ai-monitor",
			d->health.rejected_requests + other);
	}
}

/* "3 log records, 1 spans" */
static void append_counts(struct buf *b, const int64_t *received)
{
	static const char *const words[] = {
		[CLI_LOGS] = "log records", [CLI_TRACES] = "spans", [CLI_METRICS] = "data points"};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (received[i] > 0) {
			buf_printf(b, "%s%" PRId64 " %s", b->size > 0 ? ", " : "", received[i],
				words[i]);
		}
	}
}

static void look_at_strangers(struct doctor *d)
{
	for (size_t i = 0; i < d->health.not_understood_count; i++) {
		const struct cli_health_service *s = &d->health.not_understood[i];
		struct buf counts;
		buf_init(&counts, COUNTS_BYTES);
		append_counts(&counts, s->received);
		const char *quote = s->name[0] != '\0' ? "\"" : "";
		say(d, CLI_NOTE,
			"cannot use %.*s from %s%s%s: neither service.name nor the names in them "
			"belong to a known client",
			STR_ARG(buf_str(&counts)), quote,
			s->name[0] != '\0' ? log_shown(str_from(s->name)) : "an unnamed service",
			quote);
		buf_finish(&counts);
	}
}

static void look_at_clock(struct doctor *d)
{
	int64_t ahead_ms = d->health.clock_ahead_ms;
	if (!d->health.has_clock) {
		return;
	}
	if (ahead_ms > CLOCK_AHEAD_MS || ahead_ms < -CLOCK_BEHIND_MS) {
		say(d, CLI_WRONG,
			"the last telemetry is dated %" PRId64
			" s %s: check the clock of that machine or container",
			(ahead_ms < 0 ? -ahead_ms : ahead_ms) / SECOND_MS,
			ahead_ms > 0 ? "in the future" : "in the past");
	} else {
		say(d, CLI_GOOD, "clocks agree");
	}
}

/* ---- where it goes */

/* Another writer makes no difference to readers while the daemon is one. */
static void look_at_pipe(struct doctor *d)
{
	const char *path = d->config->pipe_path;
	struct stat st;
	if (path == NULL) {
		say(d, CLI_NOTE, "no FIFO: disabled, or XDG_RUNTIME_DIR is unset");
		return;
	}
	if (stat(path, &st) != 0) {
		if (d->runs) {
			say(d, CLI_WRONG, "the FIFO %s is missing: see otel-ai-monitor logs", path);
		}
		return;
	}
	if (!S_ISFIFO(st.st_mode)) {
		say(d, CLI_WRONG, "%s is not a FIFO: remove it and restart the daemon", path);
		return;
	}
	cleanup_close int fd = d->runs ? open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;
	say(d, CLI_GOOD, "FIFO ready%s",
		!d->runs  ? ""
		: fd >= 0 ? ", with a reader"
			  : ", no reader");
}

void cli_doctor_notifications(const struct config *config, struct cli_report *report)
{
	struct buf answer;
	cleanup_free char *own = self_companion("otel-ai-monitor-notifier", NOTIFIER_PATH);
	const char *path = config->notifier_path != NULL ? config->notifier_path : own;
	if (!config->notifications) {
		cli_style_report(report, CLI_NOTE, "notifications are disabled");
		return;
	}
	const char *argv[] = {path, "--check", NULL};
	buf_init(&answer, ANSWER_BYTES);
	int r = run_program(&(struct run){
		.argv = argv, .output = &answer, .first_line = true, .limit_ms = CHECK_MS});
	if (r == 0) {
		cli_style_report(report, CLI_GOOD, "notifications are shown by %s",
			log_shown(buf_str(&answer)));
	} else if (r < 0) {
		cli_style_report(report, CLI_NOTE, "no notifications: cannot run %s: %s", path,
			strerror(-r));
	} else {
		cli_style_report(report, CLI_NOTE,
			"no notification daemon on the session bus%s%s: install one, such as mako "
			"or dunst",
			answer.size > 0 ? ": " : "", log_shown(buf_str(&answer)));
	}
	buf_finish(&answer);
}

/* Costs reported by clients are the best sign of an outdated list. */
static void look_at_mismatches(struct doctor *d)
{
	struct buf models;
	if (!d->runs || d->health.mismatched_calls == 0) {
		return;
	}
	buf_init(&models, MISMATCHES_BYTES);
	cli_health_append_mismatches(&models, &d->health);
	say(d, CLI_NOTE,
		"reported costs differ by more than 5 %% from the price list, which may be "
		"outdated: %.*s",
		STR_ARG(buf_str(&models)));
	buf_finish(&models);
}

/* Prices change: after two months some have. */
static void look_at_prices(struct doctor *d)
{
	enum { OLD_DAYS = 60, DAY_S = 86400 };
	struct price_table *builtin = price_file_builtin(), *own = NULL;
	cleanup_free char *path = config_user_path(d->config, PRICE_FILE_NAME);
	struct buf reason;
	buf_init(&reason, MESSAGE_BYTES);
	if (builtin != NULL) {
		int64_t age_days = instant_now().wall_ms / SECOND_MS / DAY_S - builtin->as_of_day;
		if (age_days > OLD_DAYS) {
			say(d, CLI_NOTE,
				"the price list is %" PRId64
				" days old, so estimated costs may be off: install a newer version",
				age_days);
		}
	}
	if (path != NULL && price_file_read(path, &own, &reason) < 0) {
		say(d, CLI_WRONG, "cannot read %s: %.*s", path, STR_ARG(buf_str(&reason)));
	}
	buf_finish(&reason);
	price_table_destroy(builtin);
	price_table_destroy(own);
}

static bool has_telemetry_come(const struct doctor *d)
{
	const int64_t *received = d->health.received;
	return d->runs && received[CLI_LOGS] + received[CLI_TRACES] + received[CLI_METRICS] > 0;
}

static int run(const struct config *config)
{
	struct doctor d = {.config = config};
	d.report.style = cli_style_of(config, STDOUT_FILENO);
	look_at_daemon(&d);
	cli_doctor_service(&d.report, d.runs);
	look_at_port(&d);
	look_at_hooks(&d);
	if (d.runs) {
		look_at_silence(&d);
		look_at_rejects(&d);
		look_at_strangers(&d);
		look_at_clock(&d);
	}
	cli_doctor_boards(config, d.runs ? &d.health : NULL, &d.report);
	look_at_pipe(&d);
	cli_doctor_notifications(config, &d.report);
	look_at_prices(&d);
	look_at_mismatches(&d);
	cli_doctor_clients(config, &d.report, d.expected, has_telemetry_come(&d));
	if (config->doctor_watch) {
		cli_doctor_watch(config, d.expected);
	}
	return d.report.wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const struct config_option options[] = {
	CONFIG_SWITCH("watch", 'w', doctor_watch, "then show signals as they arrive, until Ctrl-C"),
};

static const struct cli_setting taken[] = {
	{"port", "the port to check; default 4318"}, CLI_REACH_ELSE};

const struct cli_command cli_doctor_command = {
	.name = "doctor",
	.run = run,
	.summary = "find out what is wrong and how to fix it",
	.about = "Checks the daemon, its service, its port, how hooks reach it, what it received "
		 "and rejected, the clients' clocks, task boards and metrics files, the FIFO, "
		 "notifications, price lists and the settings of the assistants on this machine. "
		 "Prints one finding per line: ✓ fine, ! could be better, ✗ broken, with the fix.",
	.examples = "  otel-ai-monitor doctor\n"
		    "  otel-ai-monitor doctor --watch   then use an assistant\n",
	.exit_status = "  0  nothing is broken\n"
		       "  1  something is\n"
		       "  2  wrong usage or a wrong setting\n",
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = taken,
};
