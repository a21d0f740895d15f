#include "cli/cli_words.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"
#include "event/assistant.h"
#include "sink/notify_text.h"

enum { NAME_BYTES = 40 };

void cli_words_append_title(struct buf *out, const struct cli_session *s)
{
	struct str title = assistant_title(s->assistant);
	utf8_append_shown(out, title.size > 0 ? title : s->assistant, NAME_BYTES);
}

/* NULL for no word, or one that this version does not know. */
static const char *attention_words(struct str attention)
{
	for (int i = SESSION_ATTENTION_NONE + 1; i < SESSION_ATTENTION_COUNT; i++) {
		enum session_attention known = (enum session_attention)i;
		if (str_equal(attention, str_from(session_attention_name(known)))) {
			return notify_text_verb(known);
		}
	}
	return NULL;
}

void cli_words_append_state(struct buf *out, const struct cli_session *s)
{
	const char *words = attention_words(s->attention);
	if (words != NULL) {
		buf_append_str(out, str_from(words));
	} else if (str_equal(s->state, str_from(session_state_name(SESSION_COMPLETED)))) {
		buf_append_str(out, str_from(notify_text_verb(SESSION_ATTENTION_DONE)));
	} else {
		buf_append_str(out, STR("is "));
		utf8_append_shown(out, s->state, NAME_BYTES);
	}
}

void cli_words_append_status(struct buf *out, const struct cli_session *s)
{
	static const struct str plain[] = {
		STR_INIT("done"), STR_INIT("error"), STR_INIT("limit"), STR_INIT("stalled")};
	bool is_plain = false;
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		is_plain = is_plain || str_equal(s->attention, plain[i]);
	}
	if (s->attention.size == 0) {
		utf8_append_shown(out, s->state, NAME_BYTES);
		return;
	}
	buf_append_str(out, is_plain ? STR("") : STR("waiting: "));
	utf8_append_shown(out, s->attention, NAME_BYTES);
}

void cli_words_append_tokens(struct buf *out, const struct cli_session *s)
{
	int64_t tokens = cli_list_tokens(s);
	if (tokens < 10000) {
		buf_printf(out, "%lld", (long long)tokens);
	} else if (tokens < 1000000) {
		buf_printf(out, "%.1f k", (double)tokens / 1e3);
	} else {
		buf_printf(out, "%.1f M", (double)tokens / 1e6);
	}
}

/* What stands before a sum: as in the table of the command cost. */
static const char *doubt(bool is_least, bool is_estimated)
{
	return is_least ? "≥" : is_estimated ? "≈" : "";
}

void cli_words_append_cost(struct buf *out, const struct cli_session *s)
{
	bool is_estimated = str_equal(s->cost_source, STR("estimated")) ||
			    str_equal(s->cost_source, STR("mixed"));
	buf_append_str(out, str_from(doubt(s->unpriced_calls > 0, is_estimated)));
	buf_printf(out, "$%.2f", s->cost_usd);
}

void cli_words_append_cost_today(struct buf *out, const struct cli_list *list)
{
	bool is_least = list->cost_today_unpriced_calls > 0;
	bool is_small = !is_least && list->cost_today_usd > 0 && list->cost_today_usd < 0.01;
	bool is_flat = str_equal(list->plan, STR("subscription"));
	buf_printf(out, "%s$%.2f today%s",
		is_small ? "<" : doubt(is_least, list->cost_today_is_estimated),
		is_small ? 0.01 : list->cost_today_usd, is_flat ? ", API-equivalent" : "");
}
