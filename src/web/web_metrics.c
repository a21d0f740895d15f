#include "web/web_metrics.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "event/assistant.h"
#include "http/http_response.h"
#include "meter/budget.h"
#include "meter/meter.h"
#include "meter/meter_text.h"
#include "session/session_tracker.h"
#include "version.h"

enum { NANO = 1000000000, LABEL_BYTES = 256, STAT_BYTES = 4096, TOOLS = 16 };

/* ---- sessions, of every known or present assistant */

struct tool_counts {
	struct str name;
	int64_t states[SESSION_STATE_COUNT], attention[SESSION_ATTENTION_COUNT];
};

/* The last row takes the overflow. */
static struct tool_counts *counts_of(struct tool_counts counts[TOOLS], struct str name)
{
	size_t i = 0;
	while (i < TOOLS - 1 && counts[i].name.size > 0 && !str_equal(counts[i].name, name)) {
		i++;
	}
	counts[i].name = i < TOOLS - 1 ? name : STR("other");
	return &counts[i];
}

static void count_sessions(const struct session_tracker *tracker, struct tool_counts counts[TOOLS])
{
	const struct assistant *assistant;
	for (size_t i = 0; (assistant = assistant_at(i)) != NULL; i++) {
		(void)counts_of(counts, assistant->name);
	}
	const struct session *s;
	list_for_each(s, session_tracker_sessions(tracker), link)
	{
		struct tool_counts *c = counts_of(counts, str_from(s->assistant_name));
		c->states[session_state_published(s->state)]++;
		c->attention[s->attention]++;
	}
}

static void write_count(const struct meter_text *t, const char *family, struct str tool,
	const char *label, const char *value, int64_t count)
{
	struct buf labels;
	buf_init(&labels, LABEL_BYTES);
	buf_append_str(&labels, STR("tool=\""));
	meter_text_escape(&labels, tool);
	buf_printf(&labels, "\",%s=\"%s\"", label, value);
	meter_text_sample(t, family, buf_str(&labels), count, 1);
	buf_finish(&labels);
}

static void write_sessions(const struct meter_text *t, const struct tool_counts counts[TOOLS])
{
	meter_text_gauge(t, "sessions", "Sessions by state.");
	for (size_t i = 0; i < TOOLS && counts[i].name.size > 0; i++) {
		for (enum session_state s = SESSION_IDLE; s <= SESSION_COMPLETED; s++) {
			write_count(t, "sessions", counts[i].name, "state", session_state_name(s),
				counts[i].states[s]);
		}
	}
	meter_text_gauge(t, "attention_sessions", "Sessions that want their user, by what for.");
	for (size_t i = 0; i < TOOLS && counts[i].name.size > 0; i++) {
		for (enum session_attention a = SESSION_ATTENTION_DONE; a < SESSION_ATTENTION_COUNT;
			a++) {
			write_count(t, "attention_sessions", counts[i].name, "kind",
				session_attention_name(a), counts[i].attention[a]);
		}
	}
}

/* ---- money */

static void write_budget(const struct meter_text *t, const struct budget *b)
{
	meter_text_gauge(t, "cost_today_usd", "Cost of this local day.");
	meter_text_sample(t, "cost_today_usd", STR(""), budget_spent(b, BUDGET_DAY), NANO);
	meter_text_gauge(t, "budget_usd", "Budgets that are set.");
	for (size_t i = 0; i < BUDGET_PERIOD_COUNT; i++) {
		if (b->limit_nano_usd[i] > 0) {
			cleanup_free char *labels = xasprintf(
				"period=\"%s\"", budget_period_name((enum budget_period)i));
			meter_text_sample(
				t, "budget_usd", str_from(labels), b->limit_nano_usd[i], NANO);
		}
	}
}

/* ---- this process, under the names all Prometheus clients use */

/* Resident pages, from /proc/self/statm; 0: unknown. */
static int64_t resident_bytes(void)
{
	struct buf text;
	int64_t pages = 0;
	buf_init(&text, STAT_BYTES);
	cleanup_close int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && fd_read_all(fd, &text) == 0) {
		struct str rest = buf_str(&text);
		(void)str_cut(&rest, ' ');
		(void)str_to_int64(str_cut(&rest, ' '), &pages);
	}
	buf_finish(&text);
	return pages * sysconf(_SC_PAGESIZE);
}

static int64_t micro_of(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static void write_process(const struct meter_text *t, int64_t started_ms)
{
	struct rusage usage = {0};
	struct rlimit files = {0};
	(void)getrusage(RUSAGE_SELF, &usage);
	(void)getrlimit(RLIMIT_NOFILE, &files);
	meter_text_counter(t, "process_cpu_seconds", "CPU time of the daemon.");
	meter_text_sample(t, "process_cpu_seconds_total", STR(""),
		micro_of(usage.ru_utime) + micro_of(usage.ru_stime), 1000000);
	meter_text_gauge(t, "process_resident_memory_bytes", "Resident memory of the daemon.");
	meter_text_sample(t, "process_resident_memory_bytes", STR(""), resident_bytes(), 1);
	meter_text_gauge(t, "process_max_fds", "Descriptors that the daemon may have open.");
	meter_text_sample(t, "process_max_fds", STR(""), (int64_t)files.rlim_cur, 1);
	meter_text_gauge(t, "process_start_time_seconds", "When the daemon began.");
	meter_text_sample(t, "process_start_time_seconds", STR(""), started_ms, 1000);
}

static void get_metrics(const struct http_request *req, struct http_response *res, void *data)
{
	const struct web_metrics *w = data;
	struct str accept = http_request_header(req, STR("accept"));
	const struct meter_text t = {
		.out = http_response_body(res),
		.is_openmetrics = meter_text_wants_openmetrics(accept),
	};
	struct tool_counts counts[TOOLS] = {0};
	w->refresh(req->now, w->data);
	count_sessions(w->tracker, counts);
	http_response_type(res, t.is_openmetrics ? METER_OPENMETRICS_TYPE : METER_PROMETHEUS_TYPE);
	http_response_private(res);
	(void)http_response_header(res, "Vary", STR("Accept"));
	write_sessions(&t, counts);
	write_budget(&t, w->budget);
	meter_text_write(&t, w->meter);
	meter_text_gauge(&t, "build_info", "The version that runs.");
	meter_text_sample(&t, "build_info", STR("version=\"" VERSION "\""), 1, 1);
	write_process(&t, w->started_ms);
	meter_text_end(&t);
}

static const struct http_route routes[] = {
	{.path = "/metrics", .methods = HTTP_GET, .handler = get_metrics},
};

struct http_route_group web_metrics_routes(struct web_metrics *w)
{
	return (struct http_route_group){.routes = routes, .count = ARRAY_SIZE(routes), .data = w};
}
