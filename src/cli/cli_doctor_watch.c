/* Asks the daemon twice a second: only people use this, and not for long. */
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_doctor.h"
#include "cli/cli_health.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_style.h"
#include "config/config.h"

enum { INTERVAL_MS = 500, DETAIL_BYTES = 512, LINE_BYTES = 4 * DETAIL_BYTES, SESSION_TICKS = 3 };

enum tick { // after the arrivals
	TICK_SESSION = CLI_ARRIVALS,
	TICK_PROJECT,
	TICK_COST,
	TICK_COUNT,
};

struct ticks {
	bool shown[TICK_COUNT]; // waited for or done
	bool done[TICK_COUNT];
	char detail[TICK_COUNT][DETAIL_BYTES];
	bool reachable;
};

static const char *const session_names[SESSION_TICKS] = {"session", "project", "cost"};

static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static const char *name_of(int tick)
{
	return tick < CLI_ARRIVALS ? cli_arrival_name((enum cli_arrival)tick)
				   : session_names[tick - CLI_ARRIVALS];
}

__attribute__((format(printf, 3, 4))) static void set(
	struct ticks *t, int tick, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	t->done[tick] = t->shown[tick] = true;
	(void)vsnprintf(t->detail[tick], sizeof(t->detail[tick]), fmt, args);
	va_end(args);
}

static void look_at_health(struct ticks *t, const struct cli_endpoint *endpoint)
{
	struct cli_health health;
	t->reachable = cli_health_ask(endpoint, &health) == 200;
	for (int i = 0; t->reachable && i < CLI_ARRIVALS; i++) {
		if (health.age_ms[i] >= 0) {
			set(t, i, "%.1f s ago, %" PRId64 " in all", (double)health.age_ms[i] / 1000,
				health.received[i]);
		}
	}
}

/* What one session shows; the newest one counts. */
static void look_at_session(struct ticks *t, const struct cli_session *s)
{
	const char *assistant = log_shown(s->assistant);
	set(t, TICK_SESSION, "%s: %s", assistant, log_shown(s->state));
	if (s->project.size > 0) {
		set(t, TICK_PROJECT, "%s: %s", assistant, log_shown(s->project));
	}
	if (s->has_cost) {
		set(t, TICK_COST, "%s: $%.4f", assistant, s->cost_usd);
	}
}

static void look_at_sessions(struct ticks *t, const struct cli_endpoint *endpoint)
{
	struct buf body;
	struct cli_list list;
	int status = cli_http_list(endpoint, &body);
	if (status == 200 && cli_list_read(body.data, body.size, &list) == 0) {
		for (size_t i = 0; i < list.count; i++) {
			look_at_session(t, &list.sessions[i]);
		}
		cli_list_finish(&list);
	}
	buf_finish(&body);
}

static int count_shown(const struct ticks *t)
{
	int count = 0;
	for (int i = 0; i < TICK_COUNT; i++) {
		count += t->shown[i];
	}
	return count;
}

static void print_tick(const struct ticks *t, int tick, const struct cli_style *style)
{
	struct buf text, line;
	static const char *const marks[2][2] = {{"·", "✓"}, {". ", "ok"}};
	const char *mark = marks[style->ascii][t->done[tick]];
	buf_init(&text, LINE_BYTES);
	buf_init(&line, LINE_BYTES);
	buf_printf(&text, "%s %-8s %s", mark, name_of(tick),
		t->done[tick] ? t->detail[tick] : "not yet");
	cli_style_append_cut(&line, style, buf_str(&text), style->width);
	printf("%.*s\n", STR_ARG(buf_str(&line)));
	buf_finish(&line);
	buf_finish(&text);
}

/* Prints all ticks over the previous lines; returns the number of lines. */
static int print_live(const struct ticks *t, const struct cli_style *style, int lines)
{
	if (lines > 0) {
		printf("\x1b[%dA", lines);
	}
	printf("\x1b[K%s\n", t->reachable ? "" : "the daemon does not answer");
	for (int i = 0; i < TICK_COUNT; i++) {
		if (t->shown[i]) {
			printf("\x1b[K");
			print_tick(t, i, style);
		}
	}
	(void)fflush(stdout);
	return 1 + count_shown(t);
}

static void print_news(
	const struct ticks *t, const struct ticks *before, const struct cli_style *style)
{
	if (!t->reachable && before->reachable) {
		printf("the daemon does not answer\n");
	}
	for (int i = 0; i < TICK_COUNT; i++) {
		if (t->done[i] && !before->done[i]) {
			print_tick(t, i, style);
		}
	}
	(void)fflush(stdout);
}

/* Any arrival can make a session; cost needs telemetry. */
static void expect(struct ticks *t, const bool *expected)
{
	bool any = false;
	for (int i = 0; i < CLI_ARRIVALS; i++) {
		t->shown[i] = expected[i];
		any = any || expected[i];
	}
	for (int i = 0; i < TICK_COUNT; i++) {
		t->shown[i] = t->shown[i] || !any || i >= CLI_ARRIVALS;
	}
	bool telemetry = t->shown[CLI_LOGS] || t->shown[CLI_TRACES] || t->shown[CLI_METRICS];
	t->shown[TICK_COST] = telemetry;
}

void cli_doctor_watch(const struct config *config, const bool *expected)
{
	const struct sigaction action = {.sa_handler = on_signal};
	const struct timespec pause = {.tv_nsec = INTERVAL_MS * 1000000L};
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct ticks ticks = {.reachable = true}, before = ticks;
	int lines = 0;
	expect(&ticks, expected);
	struct cli_style style = cli_style_of(config, STDOUT_FILENO);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	printf("\nUse a client now; signals appear below as they arrive (Ctrl-C to stop).\n");
	while (!stopped && !ferror(stdout)) {
		look_at_health(&ticks, &endpoint);
		look_at_sessions(&ticks, &endpoint);
		if (style.is_terminal) {
			lines = print_live(&ticks, &style, lines);
		} else {
			print_news(&ticks, &before, &style);
		}
		before = ticks;
		if (!stopped) {
			(void)nanosleep(&pause, NULL);
		}
	}
}
