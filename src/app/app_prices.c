#include "app/app_prices.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "price/price.h"
#include "price/price_file.h"
#include "price/price_table.h"
#include "session/session_call.h"
#include "session/session_tracker.h"

enum { REASON_BYTES = 256 };

void app_prices_init(struct app_prices *p, char *own_path)
{
	*p = (struct app_prices){.listed = price_file_builtin(), .own_path = own_path};
	p->status.as_of_day = p->listed != NULL ? p->listed->as_of_day : INT64_MIN;
	if (p->listed == NULL) {
		log_error("the built-in price list is broken: no model has a price");
	}
}

void app_prices_finish(struct app_prices *p)
{
	price_table_destroy(p->listed);
	price_table_destroy(p->own);
	free(p->own_path);
}

static void load_own(struct app_prices *p)
{
	struct price_table *table;
	struct buf reason;
	buf_init(&reason, REASON_BYTES);
	if (price_file_read(p->own_path, &table, &reason) < 0) {
		log_warn("cannot read prices from '%s': %.*s; %s", p->own_path,
			STR_ARG(buf_str(&reason)),
			p->own != NULL ? "those read before stay in use" : "list prices are used");
	} else {
		price_table_destroy(p->own);
		p->own = table;
		p->status.own_models = table != NULL ? table->model_count : 0;
		if (table != NULL) {
			log_info("prices of %" PRIu32 " models read from '%s'", table->model_count,
				p->own_path);
		}
	}
	buf_finish(&reason);
}

void app_prices_load(struct app_prices *p, struct session_tracker *tracker)
{
	if (p->own_path != NULL) {
		load_own(p);
	}
	session_tracker_set_prices(tracker, &(struct price_book){p->listed, p->own});
}

/* 1, 10, 100, ... */
static bool is_round(uint64_t number)
{
	while (number >= 10 && number % 10 == 0) {
		number /= 10;
	}
	return number == 1;
}

void app_prices_note(struct app_prices *p, const struct session_call *call)
{
	const struct session *s = call->session;
	if (call->has_absurd_usage && !p->absurd_told) {
		p->absurd_told = true;
		log_warn("session \"%s\" (%s) told figures below 0, or more than a billion tokens "
			 "or $10000 for one call; such figures count as 0 (logged once)",
			log_shown(str_from(s->id)), log_shown(str_from(s->assistant_name)));
	}
	if (!call->is_mispriced) {
		return;
	}
	price_status_add_mismatch(&p->status, call->model);
	if (is_round(p->status.mismatched_calls)) {
		log_info("model \"%s\" cost $%.6f by its client and $%.6f by the price list, which "
			 "may be out of date (%" PRIu64 " calls differ by more than 5 %%)",
			log_shown(call->model), (double)call->usage.cost_nano_usd / 1e9,
			(double)call->estimate_nano_usd / 1e9, p->status.mismatched_calls);
	}
}
