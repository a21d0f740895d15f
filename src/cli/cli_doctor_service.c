/* The units of the service: which has failed, why, and how to recover. */
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli_command.h"
#include "cli/cli_doctor.h"
#include "cli/cli_style.h"
#include "cli/cli_unit.h"

enum { EXIT_SETTINGS = 2, REASON_BYTES = 128 };

static bool is(const char *word, const char *other)
{
	return strcmp(word, other) == 0;
}

/* systemd.exec(5), "$SERVICE_RESULT"; of sockets, systemd.socket(5). */
static const char *reason_of(const char *result)
{
	static const struct {
		const char *result, *reason;
	} rows[] = {
		{"signal", "it was killed"},
		{"core-dump", "it crashed"},
		{"watchdog", "it hung and was killed"},
		{"timeout", "it did not start, or stop, in time"},
		{"oom-kill", "it used too much memory and was killed"},
		{"start-limit-hit", "it was started too often"},
		{"service-start-limit-hit", "its service was started too often"},
		{"trigger-limit-hit", "it started its service too often"},
		{"resources", "its addresses are in use, or files cannot be made"},
		{"protocol", "it never reported that it was ready"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (is(rows[i].result, result)) {
			return rows[i].reason;
		}
	}
	return "see its log";
}

static void say_service(struct cli_report *report, enum cli_mark mark, const struct cli_unit *u)
{
	bool is_exit = is(u->result, "exit-code");
	if (is_exit && u->exit_status == EXIT_SETTINGS) {
		cli_style_report(report, mark,
			CLI_UNIT_SERVICE
			" has failed: a setting is wrong: otel-ai-monitor check says which; the "
			"service starts by itself once that is fixed");
	} else if (is_exit) {
		cli_style_report(report, mark,
			CLI_UNIT_SERVICE " has failed: it exited with %" PRId64
					 ": otel-ai-monitor logs says why; then: otel-ai-monitor "
					 "restart",
			u->exit_status);
	} else {
		cli_style_report(report, mark,
			CLI_UNIT_SERVICE
			" has failed: %s (%s): otel-ai-monitor logs says more; then: "
			"systemctl --user reset-failed " CLI_UNIT_SERVICE
			" && otel-ai-monitor restart",
			reason_of(u->result), log_shown(str_from(u->result)));
	}
}

static void look_at_service(struct cli_report *report, bool runs)
{
	struct cli_unit unit, retry;
	enum cli_mark mark = runs ? CLI_NOTE : CLI_WRONG;
	if (!cli_unit_ask(CLI_UNIT_SERVICE, &unit)) {
		return;
	}
	if (is(unit.load, "masked")) {
		cli_style_report(report, mark,
			CLI_UNIT_SERVICE
			" is masked, so it cannot start: systemctl --user unmask " CLI_UNIT_SERVICE);
	} else if (is(unit.active, "failed")) {
		say_service(report, mark, &unit);
	} else if (is(unit.active, "activating") && is(unit.sub, "auto-restart")) {
		cli_style_report(report, CLI_WRONG,
			CLI_UNIT_SERVICE " is being restarted: %s; otel-ai-monitor logs says why",
			reason_of(unit.result));
	} else if (!runs && cli_unit_ask(CLI_UNIT_RETRY, &retry) && is(retry.active, "active")) {
		cli_style_report(report, CLI_WRONG,
			"the service waits for correct settings, or for its port: otel-ai-monitor "
			"check and otel-ai-monitor logs say which; then it starts by itself");
	}
}

static void look_at_socket(struct cli_report *report, bool runs)
{
	struct cli_unit unit;
	if (!cli_unit_ask(CLI_UNIT_SOCKET, &unit) || !is(unit.active, "failed")) {
		return;
	}
	cli_style_report(report, runs ? CLI_NOTE : CLI_WRONG,
		CLI_UNIT_SOCKET " has failed: %s (%s): journalctl --user -u " CLI_UNIT_SOCKET
				" says more; then: systemctl --user reset-failed " CLI_UNIT_SOCKET
				" && otel-ai-monitor enable",
		reason_of(unit.result), log_shown(str_from(unit.result)));
}

void cli_doctor_service(struct cli_report *report, bool runs)
{
	look_at_service(report, runs);
	look_at_socket(report, runs);
}
