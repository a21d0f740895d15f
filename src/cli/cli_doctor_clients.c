/* Whether each client on this machine points here. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/cli_client_check.h"
#include "cli/cli_doctor.h"
#include "cli/cli_health.h"
#include "cli/cli_setup_path.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"

static void look_at_protocol(const struct cli_client_check *c)
{
	const char *set = config_variable(c->config, "OTEL_EXPORTER_OTLP_PROTOCOL");
	if (set == NULL || strcmp(set, "grpc") == 0) {
		cli_style_report(c->report, CLI_WRONG,
			"%s: OTEL_EXPORTER_OTLP_PROTOCOL is %s, so it %s gRPC, which is not "
			"supported: set it to http/protobuf",
			c->client->title, set == NULL ? "not set" : "grpc",
			set == NULL ? "may use" : "uses");
	}
}

/* Some or all of its settings are missing. */
static void say_missing(const struct cli_client_check *c)
{
	const char *title = c->client->title, *word = c->client->word;
	if (c->members >= c->wanted_members) {
		cli_style_report(c->report, CLI_NOTE,
			"%s does not send its telemetry here: otel-ai-monitor setup %s", title,
			word);
		return;
	}
	bool protocol = strstr(c->first, "rotocol") != NULL || strstr(c->first, "PROTOCOL") != NULL;
	cli_style_report(c->report, CLI_WRONG,
		"%s: %s is missing in its settings%s: otel-ai-monitor setup %s", title, c->first,
		protocol ? ", so it may use gRPC, which is not supported" : "", word);
}

static void say_hooks(const struct cli_client_check *c)
{
	const char *title = c->client->title, *word = c->client->word;
	if (c->hooks_off) {
		cli_style_report(c->report, CLI_NOTE,
			"%s sends its telemetry here, but none of its hooks, see above", title);
	} else if (c->hooks > 0) {
		cli_style_report(c->report, CLI_NOTE,
			"%s points here, but hooks are missing: otel-ai-monitor setup %s", title,
			word);
	} else if (!c->trusted) {
		cli_style_report(c->report, CLI_NOTE,
			"%s points here, but its hooks are not trusted yet: start %s and choose "
			"\"Trust all and continue\"",
			title, c->client->program);
	} else {
		cli_style_report(c->report, CLI_GOOD, "%s points here", title);
	}
}

enum verdict {
	POINTS_HERE,
	NEEDS_SETUP, // it would help
	LEFT_ALONE,  // the obstacle has been reported
};

static enum verdict conclude(const struct cli_client_check *c)
{
	bool hooks_come = c->has_hooks && c->hooks == 0 && !c->hooks_off;
	if (c->unreadable) {
		return LEFT_ALONE;
	}
	if (c->elsewhere) {
		if (hooks_come) {
			cli_style_report(c->report, CLI_NOTE,
				"%s: its hooks point here: states are known, tokens and cost are "
				"not",
				c->client->title);
		}
		return hooks_come ? POINTS_HERE : LEFT_ALONE;
	}
	if (c->members > 0 && !c->by_environment) {
		say_missing(c);
		return NEEDS_SETUP;
	}
	if (c->by_environment) {
		look_at_protocol(c);
	}
	say_hooks(c);
	return POINTS_HERE;
}

/* What to expect from a client that points here. */
static void expect(const struct cli_client_check *c, bool *arrivals)
{
	int signals = c->elsewhere ? 0 : c->client->signals;
	arrivals[CLI_LOGS] = arrivals[CLI_LOGS] || (signals & SETUP_LOGS) != 0;
	arrivals[CLI_TRACES] = arrivals[CLI_TRACES] || (signals & SETUP_TRACES) != 0;
	arrivals[CLI_METRICS] = arrivals[CLI_METRICS] || (signals & SETUP_METRICS) != 0;
	arrivals[CLI_HOOKS] = arrivals[CLI_HOOKS] ||
			      (c->has_hooks && c->hooks == 0 && !c->hooks_off);
}

static enum verdict look_at_client(const struct config *config, struct setup_settings *settings,
	const struct setup_client *client, struct cli_report *report, bool *arrivals)
{
	settings->version = cli_setup_path_version(config, client);
	struct cli_client_check c = cli_client_check(config, settings, client, report);
	enum verdict verdict = conclude(&c);
	if (verdict == POINTS_HERE) {
		expect(&c, arrivals);
	}
	return verdict;
}

void cli_doctor_clients(
	const struct config *config, struct cli_report *report, bool *arrivals, bool has_come)
{
	char *command;
	struct setup_settings settings = cli_setup_path_settings(config, &command);
	size_t found = 0, verdicts[LEFT_ALONE + 1] = {0};
	for (size_t i = 0; i < setup_client_count; i++) {
		if (cli_setup_path_has_client(config, &setup_clients[i])) {
			found++;
			verdicts[look_at_client(
				config, &settings, &setup_clients[i], report, arrivals)]++;
		}
	}
	if (found == 0) {
		cli_style_report(report, CLI_NOTE, "no supported client found on this machine");
	} else if (verdicts[POINTS_HERE] == 0 && verdicts[NEEDS_SETUP] > 0) {
		cli_style_report(report, CLI_WRONG,
			"no client is set up to send here: otel-ai-monitor setup");
	} else if (verdicts[POINTS_HERE] == 0 && has_come) {
		cli_style_report(
			report, CLI_GOOD, "telemetry arrives anyway: a collector forwards it");
	} else if (verdicts[POINTS_HERE] == 0) {
		cli_style_report(report, CLI_WRONG,
			"no client is set up to send here, for the reasons above");
	}
	free(command);
}
