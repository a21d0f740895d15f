#include "app/app_change.h"

#include <stdlib.h>
#include <string.h>

#include "app/app_history.h"
#include "app/app_prices.h"
#include "base/mem.h"
#include "price/price_table.h"
#include "session/session_reprice.h"
#include "session/session_tracker.h"
#include "store/store_purge.h"
#include "store/store_reprice.h"

void app_change_purged(const struct store_purge *purge, void *data)
{
	const struct app_change *c = data;
	if (!*c->is_stopping) {
		app_history_adjust(c->history, purge->today, purge->change);
	}
}

/* ---- reprice */

struct ids {
	struct session_reprice *all;
	size_t count;
};

static void add_id(const char *id, void *data)
{
	struct ids *ids = data;
	ids->all = xgrow_list(ids->all, ids->count, sizeof(*ids->all));
	ids->all[ids->count++] = (struct session_reprice){.id = xstrdup(id)};
}

static int compare(const void *a, const void *b)
{
	const struct session_reprice *x = a, *y = b;
	return strcmp(x->id, y->id);
}

void app_change_begin_reprice(struct store_reprice *reprice, void *data)
{
	const struct app_change *c = data;
	struct ids ids = {0};
	reprice->listed = price_table_hold(c->prices->listed);
	reprice->own = price_table_hold(c->prices->own);
	session_tracker_each_id(c->tracker, add_id, &ids);
	if (ids.count > 0) {
		qsort(ids.all, ids.count, sizeof(*ids.all), compare);
	}
	reprice->sessions = ids.all;
	reprice->session_count = ids.count;
}

static void apply(const struct app_change *c, const struct store_reprice *reprice)
{
	app_history_adjust(c->history, reprice->today, reprice->change);
	for (size_t i = 0; i < reprice->model_count; i++) {
		const struct store_repriced *m = &reprice->models[i];
		app_history_count_cost(
			c->history, m->tool, m->model, m->after_nano_usd - m->before_nano_usd);
	}
	for (size_t i = 0; i < reprice->session_count; i++) {
		if (reprice->sessions[i].calls != NULL) {
			session_tracker_reprice(c->tracker, &reprice->sessions[i]);
		}
	}
	c->on_change(c->data);
}

void app_change_end_reprice(struct store_reprice *reprice, void *data)
{
	const struct app_change *c = data;
	struct price_table *listed = reprice->listed, *own = reprice->own;
	if (!*c->is_stopping && !reprice->is_dry) {
		apply(c, reprice);
	}
	store_reprice_finish(reprice);
	price_table_destroy(listed);
	price_table_destroy(own);
}
