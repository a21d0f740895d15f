#include "tray/tray_view.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_bar.h"
#include "cli/cli_list.h"
#include "cli/cli_words.h"

enum { NAME_BYTES = 40, LABEL_BYTES = 512, TEXT_BYTES = 16 * 1024 };

static char *take_text(struct buf *text)
{
	char *taken = str_dup(buf_str(text));
	buf_clear(text);
	return taken;
}

static char *label_of(const struct cli_session *s)
{
	struct buf label;
	buf_init(&label, LABEL_BYTES);
	if (s->project.size > 0) {
		utf8_append_shown(&label, s->project, NAME_BYTES);
		buf_append_str(&label, STR(": "));
	}
	cli_words_append_title(&label, s);
	buf_append_char(&label, ' ');
	cli_words_append_state(&label, s);
	buf_append_str(&label, s->is_muted ? STR(" (muted)") : STR(""));
	char *text = take_text(&label);
	buf_finish(&label);
	return text;
}

/* Who waits for an answer goes on waiting when it was seen. */
static bool is_unseen(const struct cli_session *s)
{
	return cli_list_is_done(s) ? !str_equal(s->attention, STR("permission")) &&
					     !str_equal(s->attention, STR("question"))
				   : cli_list_needs_user(s);
}

static char *title_of(const struct cli_bar *bar)
{
	static const struct {
		const char *one, *several;
	} words[] = {
		[CONFIG_BAR_ATTENTION] = {"needs you", "need you"},
		[CONFIG_BAR_WORKING] = {"working", "working"},
		[CONFIG_BAR_COMPLETED] = {"done", "done"},
		[CONFIG_BAR_IDLE] = {"idle", "idle"},
	};
	struct buf title;
	const char *before = "AI sessions: ";
	buf_init(&title, TEXT_BYTES);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (bar->counts[i] > 0) {
			buf_printf(&title, "%s%zu %s", before, bar->counts[i],
				bar->counts[i] == 1 ? words[i].one : words[i].several);
			before = ", ";
		}
	}
	buf_append_str(&title, title.size == 0 ? STR("No AI sessions") : STR(""));
	if (bar->list->has_cost_today) {
		buf_append_str(&title, STR(", "));
		cli_words_append_cost_today(&title, bar->list);
	}
	char *text = take_text(&title);
	buf_finish(&title);
	return text;
}

static char *details_of(const struct tray_view *v)
{
	struct buf details;
	buf_init(&details, TEXT_BYTES);
	for (size_t i = 0; i < v->row_count; i++) {
		buf_printf(&details, "%s%s", i > 0 ? "\n" : "", v->rows[i].label);
	}
	if (v->more > 0) {
		buf_printf(&details, "\n… and %zu more", v->more);
	}
	char *text = take_text(&details);
	buf_finish(&details);
	return text;
}

static void fill(struct tray_view *ret, struct cli_list *list)
{
	static const struct config_list no_icons[CONFIG_BAR_STATE_COUNT];
	struct cli_bar bar;
	cli_bar_init(&bar, list, no_icons, 0);
	cli_list_sort(list);
	*ret = (struct tray_view){.state = bar.state, .paused_until_s = list->paused_until_s};
	for (size_t i = 0; i < list->count; i++) {
		const struct cli_session *s = &list->sessions[i];
		ret->has_unseen |= is_unseen(s);
		if (i < TRAY_ROWS) {
			ret->rows[ret->row_count++] = (struct tray_row){
				str_dup(s->id), label_of(s), cli_bar_state_of(s)};
		}
	}
	ret->more = list->count - ret->row_count;
	ret->title = title_of(&bar);
	ret->details = details_of(ret);
}

void tray_view_init(struct tray_view *ret)
{
	struct cli_list nothing = {0};
	fill(ret, &nothing);
}

void tray_view_finish(struct tray_view *v)
{
	for (size_t i = 0; i < v->row_count; i++) {
		free(v->rows[i].session_id);
		free(v->rows[i].label);
	}
	free(v->title);
	free(v->details);
	*v = (struct tray_view){0};
}

int tray_view_read(struct tray_view *ret, char *line, size_t size)
{
	struct cli_list list;
	int r = cli_list_read(line, size, &list);
	if (r == 0) {
		fill(ret, &list);
		cli_list_finish(&list);
	}
	return r;
}
