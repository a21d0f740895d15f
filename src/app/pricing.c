#include "app/pricing.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/mem.h"
#include "price/price.h"
#include "price/price_listed.h"
#include "price/price_table.h"
#include "session/session_call.h"
#include "session/session_tracker.h"

void pricing_init(struct pricing *p, const char *home, const char *config_home)
{
	*p = (struct pricing){0};
	if (config_home != NULL && config_home[0] == '/') {
		p->own_path = xasprintf("%s/otel-ai-monitor/prices.json", config_home);
	} else if (home != NULL && home[0] == '/') {
		p->own_path = xasprintf("%s/.config/otel-ai-monitor/prices.json", home);
	}
	const char *error = NULL;
	unsigned line = 0;
	p->listed = price_table_read(price_listed_json, &error, &line);
	if (p->listed == NULL) {
		log_error("the built-in price list is broken: line %u: %s", line, error);
	}
}

void pricing_finish(struct pricing *p)
{
	price_table_destroy(p->listed);
	price_table_destroy(p->own);
	free(p->own_path);
}

/* 0, or a negative errno: -EFBIG if it is too large, -EINVAL if it is no regular file. */
static int read_file(const char *path, struct buf *text)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); // it may be a pipe
	if (fd < 0) {
		return -errno;
	}
	struct stat status;
	if (fstat(fd, &status) < 0) {
		return -errno;
	}
	return S_ISREG(status.st_mode) ? fd_read_all(fd, text) : -EINVAL;
}

static void warn(const struct pricing *p, const char *reason)
{
	log_warn("cannot read prices from '%s': %s; %s", p->own_path, reason,
		p->own != NULL ? "those read before stay in use" : "list prices are used");
}

static void replace_own(struct pricing *p, struct str text)
{
	const char *error = NULL;
	unsigned line = 0;
	struct price_table *table = price_table_read(text, &error, &line);
	if (table == NULL) {
		cleanup_free char *reason = xasprintf("line %u: %s", line, error);
		warn(p, reason);
		return;
	}
	price_table_destroy(p->own);
	p->own = table;
	log_info("prices of %" PRIu32 " models read from '%s'", table->model_count, p->own_path);
}

static void load_own(struct pricing *p)
{
	struct buf text;
	buf_init(&text, PRICE_FILE_BYTES);
	int r = read_file(p->own_path, &text);
	if (r == -ENOENT || r == -ENOTDIR) {
		price_table_destroy(p->own);
		p->own = NULL;
	} else if (r == -EFBIG) {
		warn(p, "it is larger than 4 MiB");
	} else if (r == -EINVAL) {
		warn(p, "it is no regular file");
	} else if (r < 0) {
		warn(p, strerror(-r));
	} else {
		replace_own(p, buf_str(&text));
	}
	buf_finish(&text);
}

void pricing_load(struct pricing *p, struct session_tracker *tracker)
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

void pricing_note(struct pricing *p, const struct session_call *call)
{
	const struct session *s = call->session;
	if (call->has_absurd_usage && !p->absurd_told) {
		p->absurd_told = true;
		log_warn("session \"%s\" (%s) told figures below 0, or more than a billion tokens "
			 "or $10000 for one call; such figures count as 0 (logged once)",
			log_shown(str_from(s->id)), log_shown(str_from(s->tool_name)));
	}
	if (call->is_mispriced && is_round(++p->mispriced)) {
		log_info("model \"%s\" cost $%.6f by its client and $%.6f by the price list, which "
			 "may be out of date (%" PRIu64 " calls differ by more than 5 %%)",
			log_shown(call->model), (double)call->usage.cost_nano_usd / 1e9,
			(double)call->estimate_nano_usd / 1e9, p->mispriced);
	}
}
