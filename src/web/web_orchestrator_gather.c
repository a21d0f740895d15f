/* Collects what an answer needs from board and history, then writes it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/local_day.h"
#include "base/mem.h"
#include "board/board_thread.h"
#include "meter/budget.h"
#include "session/session_tracker.h"
#include "store/store.h"
#include "web/web_board.h"
#include "web/web_orchestrator_parts.h"

enum { OLD_MS = 5000, FEW_BYTES = 4096, NANO = 1000000000 };

struct web_gathering *web_gathering_create(struct web_orchestrator *w, struct instant now)
{
	struct web_gathering *g = xcalloc(1, sizeof(*g));
	g->w = w;
	g->now = now;
	g->store.now_ms = g->board.now_ms = now.wall_ms;
	g->store.disk = g->board.completed_today = NAN;
	g->store.path = w->store_path != NULL ? xstrdup(w->store_path) : NULL;
	buf_init(&g->tasks, WEB_METRICS_BYTES);
	buf_init(&g->store.quality, WEB_METRICS_BYTES);
	buf_init(&g->store.providers, WEB_METRICS_BYTES);
	buf_init(&g->store.tokens, WEB_METRICS_BYTES);
	return g;
}

void web_gathering_free(struct web_gathering *g)
{
	free(g->store.path);
	buf_finish(&g->tasks);
	buf_finish(&g->store.quality);
	buf_finish(&g->store.providers);
	buf_finish(&g->store.tokens);
	free(g);
}

static bool wants(const struct web_gathering *g, enum orchestrator_answer answer)
{
	return (g->answers >> answer & 1) != 0;
}

static void finish_one(struct web_gathering *g)
{
	if (--g->waiting == 0) {
		g->done(g, g->data);
	}
}

/* ---- the history */

static void keep(struct web_kept *kept, const struct web_asked_store *a, struct instant now)
{
	buf_clear(&kept->quality);
	buf_clear(&kept->providers);
	buf_clear(&kept->tokens);
	kept->is_known = a->result == 0;
	kept->disk = a->disk;
	kept->at_ms = now.mono_ms;
	if (a->result == 0) {
		buf_append_str(&kept->quality, buf_str(&a->quality));
		buf_append_str(&kept->providers, buf_str(&a->providers));
		buf_append_str(&kept->tokens, buf_str(&a->tokens));
	}
}

static void on_store(int r, void *arg)
{
	struct web_gathering *g = container_of(arg, struct web_gathering, store);
	g->store.result = r;
	keep(&g->w->kept, &g->store, g->now);
	finish_one(g);
}

static bool take_kept(struct web_gathering *g)
{
	const struct web_kept *kept = &g->w->kept;
	if (!g->may_be_old || kept->at_ms == 0 || g->now.mono_ms - kept->at_ms >= OLD_MS) {
		return false;
	}
	g->store.result = kept->is_known ? 0 : -ENOENT;
	g->store.disk = kept->disk;
	buf_append_str(&g->store.quality, buf_str(&kept->quality));
	buf_append_str(&g->store.providers, buf_str(&kept->providers));
	buf_append_str(&g->store.tokens, buf_str(&kept->tokens));
	return true;
}

static void ask_store(struct web_gathering *g)
{
	bool is_wanted = wants(g, ORCHESTRATOR_ANSWER_RESOURCES) ||
			 (g->is_own && (wants(g, ORCHESTRATOR_ANSWER_QUALITY) ||
					       wants(g, ORCHESTRATOR_ANSWER_USAGE)));
	if (!is_wanted || take_kept(g)) {
		return;
	}
	g->waiting++;
	int r = store_ask(g->w->store, web_ask_store, on_store, &g->store);
	if (r < 0) {
		g->store.result = r;
		g->waiting--;
	}
}

/* ---- the board */

static void on_thread(struct board *b, struct buf *out, void *data)
{
	orchestrator_ask_board(b, data, out);
}

static void on_board(int r, struct buf *body, void *data)
{
	struct web_gathering *g = data;
	struct buf empty = g->tasks;
	if (r == 0) {
		g->tasks = *body;
		*body = empty;
	} else {
		orchestrator_ask_no_board(&g->board, &g->tasks);
	}
	finish_one(g);
}

static int running_of(const struct web_orchestrator *w)
{
	return session_tracker_count(w->tracker, SESSION_WORKING) > 0;
}

static void ask_board(struct web_gathering *g)
{
	struct web_orchestrator *w = g->w;
	g->board.wants_work = g->is_own && wants(g, ORCHESTRATOR_ANSWER_TASKS);
	g->board.running = running_of(w);
	g->board.rates = orchestrator_own_rates(&w->own, g->now.wall_ms);
	if (!g->board.wants_work && !wants(g, ORCHESTRATOR_ANSWER_RESOURCES)) {
		return;
	}
	struct board_request request = {
		.question = BOARD_ASK_OTHER,
		.other = on_thread,
		.other_data = &g->board,
	};
	g->waiting++;
	if (w->board->thread == NULL ||
		board_thread_ask(w->board->thread, &request, WEB_METRICS_BYTES, on_board, g) < 0) {
		orchestrator_ask_no_board(&g->board, &g->tasks);
		g->waiting--;
	}
}

void web_gathering_begin(struct web_gathering *g, web_gathered *done, void *data)
{
	g->done = done;
	g->data = data;
	g->is_own |= g->w->dir == NULL;
	g->waiting = 1; // this function
	ask_store(g);
	ask_board(g);
	finish_one(g);
}

/* ---- the daemon's own data */

static double cost_of_today(const struct web_orchestrator *w, int64_t wall_ms, const char **source)
{
	const struct budget_sum *sum = &w->budget->sums[BUDGET_DAY];
	bool is_reported = sum->nano_usd[SESSION_COST_REPORTED] > 0;
	bool is_estimated = sum->nano_usd[SESSION_COST_ESTIMATED] > 0;
	*source = is_reported && is_estimated ? "mixed"
		  : is_reported               ? session_cost_name(SESSION_COST_REPORTED)
		  : is_estimated              ? session_cost_name(SESSION_COST_ESTIMATED)
					      : NULL;
	return w->budget->today == (budget_date)local_day_of(wall_ms)
		       ? (double)budget_spent(w->budget, BUDGET_DAY) / NANO
		       : 0;
}

static double count_claude(const struct web_orchestrator *w)
{
	const struct session *s;
	double count = 0;
	list_for_each(s, session_tracker_sessions(w->tracker), link)
	{
		count += strcmp(s->assistant_name, "claude-code") == 0;
	}
	return count;
}

static void name_known(struct json_writer *j, const char *name, int64_t value)
{
	orchestrator_name_number(j, name, value >= 0 ? (double)value : NAN);
}

static void write_host(struct json_writer *j, const struct web_gathering *g)
{
	const struct web_host *h = &g->w->host;
	json_object_begin(j);
	json_name(j, "host");
	json_object_begin(j);
	orchestrator_name_number(j, "cpuPercent", orchestrator_round(h->cpu, 1));
	orchestrator_name_number(j, "memoryPercent", orchestrator_round(h->memory, 1));
	orchestrator_name_number(j, "diskPercent", orchestrator_round(g->store.disk, 1));
	json_object_end(j);
	json_name(j, "daemon");
	json_object_begin(j);
	name_known(j, "rssBytes", h->rss_bytes);
	orchestrator_name_number(j, "cpuPercent", orchestrator_round(h->daemon_cpu, 1));
	name_known(j, "fds", h->fds);
	name_known(j, "uptimeS", h->uptime_s);
	json_object_end(j);
	json_object_end(j);
}

static void write_resources(struct json_writer *j, const struct web_gathering *g, struct str host,
	double cost_usd, const char *cost_source)
{
	const struct web_orchestrator *w = g->w;
	struct json_writer limits;
	struct buf providers, time;
	buf_init(&providers, WEB_METRICS_BYTES);
	buf_init(&time, FEW_BYTES);
	instant_append_utc(&time, g->now.wall_ms);
	json_writer_init(&limits, &providers);
	orchestrator_own_write_limits(&limits, &w->own);
	orchestrator_write_resources(j, &(const struct orchestrator_resources){
						.updated_at = buf_str(&time),
						.cpu = orchestrator_round(w->host.cpu, 1),
						.memory = orchestrator_round(w->host.memory, 1),
						.disk = orchestrator_round(g->store.disk, 1),
						.claude = count_claude(w),
						.node = NAN,
						.level = 0,
						.providers = buf_str(&providers),
						.tokens = buf_str(&g->store.tokens),
						.estimate = NAN,
						.cost_usd = cost_usd,
						.tasks = g->board.completed_today,
						.cost_source = cost_source,
						.own = host,
					});
	buf_finish(&providers);
	buf_finish(&time);
}

static void write_quality(struct json_writer *j, const struct web_gathering *g)
{
	if (g->store.quality.size > 0) {
		json_raw(j, buf_str(&g->store.quality));
		return;
	}
	orchestrator_write_quality(j, &(const struct orchestrator_quality){.total = NAN,
					      .consensus = NAN,
					      .approvals = NAN,
					      .rejections = NAN,
					      .escalations = NAN});
}

static void write_own(struct json_writer *j, const struct web_gathering *g,
	enum orchestrator_answer answer, const struct orchestrator_added *added)
{
	json_object_begin(j);
	switch (answer) {
	case ORCHESTRATOR_ANSWER_TASKS: json_raw(j, buf_str(&g->tasks)); break;
	case ORCHESTRATOR_ANSWER_QUALITY: write_quality(j, g); break;
	case ORCHESTRATOR_ANSWER_RESOLUTION:
		orchestrator_own_write_loops(j, &g->w->own, g->now.wall_ms);
		break;
	case ORCHESTRATOR_ANSWER_RESOURCES:
		write_resources(j, g, added->own, added->cost_usd, added->cost_source);
		break;
	case ORCHESTRATOR_ANSWER_USAGE:
		orchestrator_write_used(
			j, (struct str){0}, buf_str(&g->store.providers), (struct str){0});
		break;
	case ORCHESTRATOR_ANSWERS: break;
	}
	json_name_str(j, "source", STR("own"));
	json_name(j, "sources");
	json_array_begin(j);
	json_array_end(j);
	json_object_end(j);
}

void web_gathering_append(
	const struct web_gathering *g, enum orchestrator_answer answer, struct buf *out)
{
	struct web_orchestrator *w = g->w;
	struct orchestrator_added added = {.tasks = g->board.completed_today};
	struct json_writer j;
	struct buf host, loops;
	buf_init(&host, FEW_BYTES);
	buf_init(&loops, WEB_METRICS_BYTES);
	web_host_refresh(&w->host, g->now);
	json_writer_init(&j, &host);
	write_host(&j, g);
	added.own = buf_str(&host);
	added.cost_usd = cost_of_today(w, g->now.wall_ms, &added.cost_source);
	if (!g->is_own && orchestrator_own_has_loops(&w->own)) {
		json_writer_init(&j, &loops);
		json_object_begin(&j);
		orchestrator_own_write_loops(&j, &w->own, g->now.wall_ms);
		json_object_end(&j);
		added.resolution = buf_str(&loops);
	}
	json_writer_init(&j, out);
	if (g->is_own) {
		write_own(&j, g, answer, &added);
	} else {
		orchestrator_write_answer(&j, &w->state, answer, &added, g->now);
	}
	buf_finish(&host);
	buf_finish(&loops);
}
