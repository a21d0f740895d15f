/* Any bytes as what whoever has the daemon's port may answer: to watch and bars as a stream in
 * slices of any size, and as a list, to status, top, doctor and cost. Whatever it is, what is shown
 * of it is fit for a terminal. The first byte says which. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_cost.h"
#include "cli/cli_health.h"
#include "cli/cli_list.h"
#include "cli/cli_response.h"
#include "cli/cli_screen.h"
#include "cli/cli_sse.h"
#include "cli/cli_style.h"
#include "cli/cli_top_view.h"
#include "config/config.h"
#include "fuzz/fuzz_shown.h"
#include "fuzz/fuzz_target.h"

enum { EVENT_BYTES = 1 << 20, TEXT_BYTES = 32 << 20, MAX_BYTES = 1 << 20 };

static const int64_t wall_ms = 1790000000000;

struct watcher {
	struct cli_sse sse;
	struct cli_screen screen;
	struct buf events; // their types and data
};

static int on_event(struct str type, struct str event_data, void *data)
{
	struct watcher *w = data;
	buf_append_str(&w->events, type);
	buf_append_char(&w->events, '\n');
	buf_append_str(&w->events, event_data);
	int r = cli_screen_take(&w->screen, event_data);
	if (r == 0) {
		struct str line = cli_screen_draw(&w->screen, wall_ms);
		fuzz_check_line(str_cut(&line, '\n'));
	}
	return r;
}

static int on_body(struct str piece, void *data)
{
	struct watcher *w = data;
	return cli_sse_feed(&w->sse, piece);
}

/* An HTTP answer that is a stream of events, in slices of that size. How it ended. */
static int follow(struct watcher *w, struct str bytes, size_t slice)
{
	static const struct config_list icons[CONFIG_BAR_STATE_COUNT];
	struct cli_response answer;
	int r = 0;
	buf_init(&w->events, TEXT_BYTES);
	cli_sse_init(&w->sse, EVENT_BYTES, on_event, w);
	cli_screen_init(&w->screen, CONFIG_FORMAT_WAYBAR, icons);
	cli_response_init(&answer, on_body, w);
	while (r == 0 && bytes.size > 0 && !answer.complete) {
		struct str part = str_first(bytes, slice);
		cleanup_free char *copy = str_dup(part);
		r = cli_response_feed(&answer, (struct str){copy, part.size});
		bytes = str_skip(bytes, part.size);
	}
	r = r == 0 ? cli_response_end(&answer) : r;
	cli_screen_finish(&w->screen);
	cli_sse_finish(&w->sse);
	return r;
}

static void check_stream(struct str bytes)
{
	struct watcher whole, cut;
	int at_once = follow(&whole, bytes, bytes.size + 1);
	int one_by_one = follow(&cut, bytes, 1);
	fuzz_check(at_once == one_by_one);
	fuzz_check(str_equal(buf_str(&whole.events), buf_str(&cut.events)));
	buf_finish(&whole.events);
	buf_finish(&cut.events);
}

/* Keys: those of the line itself. */
static void check_top(const struct cli_list *list, struct str keys)
{
	const struct cli_style style = {.width = 72, .height = 12, .is_terminal = true};
	struct cli_top_view view;
	struct buf out;
	buf_init(&out, TEXT_BYTES);
	cli_top_view_init(&view);
	cli_top_view_take(&view, list);
	for (unsigned i = 0; i < 8 && keys.size > 0; i++) {
		(void)cli_top_view_press(&view, cli_top_view_key(&keys));
		const struct cli_session *chosen = cli_top_view_chosen(&view);
		fuzz_check(chosen == NULL || view.mark < view.shown.count);
	}
	cli_top_view_draw(&out, &view, &style, wall_ms);
	fuzz_check(!out.overflowed);
	cli_top_view_finish(&view);
	buf_finish(&out);
}

static void check_list(struct str bytes)
{
	cleanup_free char *copy = str_dup(bytes);
	struct cli_list list;
	if (cli_list_read(copy, bytes.size, &list) == 0) {
		check_top(&list, bytes);
		fuzz_check_shown(&list, wall_ms);
		cli_list_finish(&list);
	}
}

static void check_health(struct str bytes)
{
	cleanup_free char *copy = str_dup(bytes);
	struct cli_health *health = xcalloc(1, sizeof(*health));
	struct buf out;
	buf_init(&out, TEXT_BYTES);
	if (cli_health_read(copy, bytes.size, health) == 0) {
		fuzz_check(health->mismatch_count <= CLI_HEALTH_MISMATCHES);
		cli_health_append_mismatches(&out, health);
		fuzz_check_line(buf_str(&out));
	}
	buf_finish(&out);
	free(health);
}

static void check_cost(struct str bytes, enum cli_cost_by by)
{
	static const struct cli_style style;
	cleanup_free char *copy = str_dup(bytes);
	struct cli_cost cost;
	struct buf out;
	buf_init(&out, TEXT_BYTES);
	if (cli_cost_read(copy, bytes.size, by, "month", &cost) == 0) {
		cli_cost_append(&out, &cost, by, "this month", &style);
		struct str rest = buf_str(&out);
		while (rest.size > 0) {
			fuzz_check_line(str_cut(&rest, '\n'));
		}
		cli_cost_finish(&cost);
	}
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > MAX_BYTES) {
		return 0;
	}
	struct str bytes = {(const char *)data + 1, size - 1};
	switch (data[0] & 3) {
	case 0: check_stream(bytes); break;
	case 1: check_list(bytes); break;
	case 2: check_health(bytes); break;
	default: check_cost(bytes, (enum cli_cost_by)(data[0] >> 2) % CLI_COST_BY_SESSION); break;
	}
	return 0;
}
