/* Findings of doctor about tasks, metrics and state in files. */
#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_doctor.h"
#include "cli/cli_health.h"
#include "cli/cli_style.h"
#include "config/config.h"

static void look_at_board(const struct cli_health *h, struct cli_report *report)
{
	const struct cli_health_watched *b = &h->board;
	const char *path = log_shown(str_from(b->path));
	if (b->path[0] == '\0') {
		return;
	}
	if (strcmp(b->state, "watching") == 0) {
		cli_style_report(report, CLI_GOOD, "task board: %" PRId64 " files below \"%s\"",
			h->board_files, path);
	} else {
		bool is_polling = strcmp(b->state, "polling") == 0;
		cli_style_report(report, is_polling ? CLI_NOTE : CLI_WRONG,
			"the task board \"%s\" is %s: %s", path, b->state,
			log_shown(str_from(b->reason)));
	}
	if (h->board_errors > 0) {
		cli_style_report(report, CLI_NOTE,
			"%" PRId64 " task files cannot be read; GET /api/tasks lists them with "
			"line and column under \"other\"",
			h->board_errors);
	}
	if (h->board_truncated) {
		cli_style_report(
			report, CLI_WRONG, "more than 20000 task files: the rest is not shown");
	}
}

static void look_at_feed(const struct cli_health *h, struct cli_report *report)
{
	for (size_t i = 0; i < h->feed_count; i++) {
		const struct cli_health_watched *f = &h->feed[i];
		const char *path = log_shown(str_from(f->path));
		if (strcmp(f->state, "following") == 0) {
			cli_style_report(report, CLI_GOOD, "metrics file \"%s\" is followed", path);
		} else if (strcmp(f->state, "missing") == 0) {
			cli_style_report(
				report, CLI_NOTE, "metrics file \"%s\" does not exist yet", path);
		} else {
			cli_style_report(report, CLI_WRONG, "metrics file \"%s\" is %s: %s", path,
				f->state, log_shown(str_from(f->reason)));
		}
	}
	if (h->feed_skipped > 0) {
		cli_style_report(report, CLI_NOTE,
			"%" PRId64
			" lines of metrics files are not JSON objects; GET /api/metrics shows where",
			h->feed_skipped);
	}
}

static void look_at_state_files(const struct cli_health *h, struct cli_report *report)
{
	int missing = 0;
	for (size_t i = 0; i < h->state_file_count; i++) {
		const struct cli_health_watched *f = &h->state_files[i];
		if (strcmp(f->state, "missing") == 0) {
			missing++;
		} else if (strcmp(f->state, "ok") != 0) {
			cli_style_report(report, CLI_NOTE, "state file \"%s\" is %s: %s",
				log_shown(str_from(f->path)), f->state,
				log_shown(str_from(f->reason)));
		}
	}
	if (missing > 0) {
		cli_style_report(report, CLI_NOTE,
			"%d of the %zu files of an orchestrator's state do not exist; GET /health "
			"says which",
			missing, h->state_file_count);
	}
}

static void look_at_state(const struct cli_health *h, struct cli_report *report)
{
	const struct cli_health_watched *s = &h->state;
	const char *path = log_shown(str_from(s->path));
	if (s->path[0] == '\0') {
		return;
	}
	if (strcmp(s->state, "watching") == 0) {
		cli_style_report(report, CLI_GOOD, "state directory \"%s\" is watched", path);
	} else {
		bool is_polling = strcmp(s->state, "polling") == 0;
		cli_style_report(report, is_polling ? CLI_NOTE : CLI_WRONG,
			"the state directory \"%s\" is %s: %s", path, s->state,
			log_shown(str_from(s->reason)));
	}
	if (strcmp(s->state, "missing") != 0) {
		look_at_state_files(h, report);
	}
}

/* Variables of the first dashboards, and what replaces them. */
static void look_at_old_variables(const struct config *config, struct cli_report *report)
{
	static const struct {
		const char *name, *instead;
	} variables[] = {
		{"WVO_OBSERVABILITY_HOST", "listen"},
		{"WVO_OBSERVABILITY_PORT", "port"},
		{"WVO_OBSERVABILITY_CORS_ORIGIN", "allowed-origins"},
		{"WVO_OBSERVABILITY_STREAM_INTERVAL_MS", "stream-interval"},
		{"WVO_OBSERVABILITY_CACHE_TTL_MS", NULL},
		{"WVO_WORKSPACE_ROOT", "state-dir"},
		{"DASHBOARD_SECRET_KEY", "token-file"},
		{"DASHBOARD_CORS_ORIGINS", "allowed-origins"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		if (config_variable(config, variables[i].name) != NULL) {
			cli_style_report(report, CLI_NOTE, "%s is set, but not read here%s%s",
				variables[i].name, variables[i].instead != NULL ? ": set " : "",
				variables[i].instead != NULL ? variables[i].instead : "");
		}
	}
}

void cli_doctor_boards(
	const struct config *config, const struct cli_health *health, struct cli_report *report)
{
	if (health != NULL) {
		look_at_board(health, report);
		look_at_feed(health, report);
		look_at_state(health, report);
	}
	look_at_old_variables(config, report);
}
