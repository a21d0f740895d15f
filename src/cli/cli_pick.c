#include "cli/cli_pick.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_list.h"

enum { MESSAGE_BYTES = 4096, NAME_BYTES = 40, ID_BYTES = 12, NAMED_MAX = 8 };

static bool has_id(const struct cli_session *s, struct str word)
{
	return str_equal(s->id, word);
}

static bool has_number(const struct cli_session *s, struct str word)
{
	int64_t number;
	return str_to_int64(word, &number) && number > 0 && (uint64_t)number == s->number;
}

static bool has_prefix(const struct cli_session *s, struct str word)
{
	return word.size > 0 && str_starts_with(s->id, word);
}

static bool has_project(const struct cli_session *s, struct str word)
{
	return word.size > 0 && str_equal(s->project, word);
}

static bool has_project_nocase(const struct cli_session *s, struct str word)
{
	return word.size > 0 && str_equal_nocase(s->project, word);
}

static bool has_project_prefix(const struct cli_session *s, struct str word)
{
	struct str start = {s->project.data, word.size};
	return word.size > 0 && s->project.size >= word.size && str_equal_nocase(start, word);
}

static bool (*const ways[])(const struct cli_session *s, struct str word) = {
	has_id, has_number, has_prefix, has_project, has_project_nocase, has_project_prefix};

/* "1 webshop (5f0c12...)" */
static void append_session(struct buf *out, const struct cli_session *s)
{
	buf_printf(out, "%zu ", s->number);
	utf8_append_shown(out, s->project.size > 0 ? s->project : s->assistant, NAME_BYTES);
	buf_append_str(out, STR(" ("));
	utf8_append_shown(out, s->id, ID_BYTES);
	buf_append_char(out, ')');
}

static void reject_ambiguous(const struct cli_list *list, struct str word, size_t way)
{
	struct buf message;
	size_t named = 0;
	buf_init(&message, MESSAGE_BYTES);
	for (size_t i = 0; i < list->count; i++) {
		if (ways[way](&list->sessions[i], word) && named++ < NAMED_MAX) {
			buf_append_str(&message, named > 1 ? STR(", ") : STR(""));
			append_session(&message, &list->sessions[i]);
		}
	}
	log_error("\"%s\" could be any of %zu sessions: %.*s%s; name one by its number",
		log_shown(word), named, STR_ARG(buf_str(&message)),
		named > NAMED_MAX ? " and more" : "");
	buf_finish(&message);
}

/* By the first rule under which the word matches any; *ret_count: how many. */
static const struct cli_session *find(
	const struct cli_list *list, struct str word, size_t *ret_way, size_t *ret_count)
{
	const struct cli_session *found = NULL;
	*ret_count = 0;
	for (*ret_way = 0; *ret_way < ARRAY_SIZE(ways); ++*ret_way) {
		for (size_t i = 0; i < list->count; i++) {
			if (ways[*ret_way](&list->sessions[i], word)) {
				found = &list->sessions[i];
				++*ret_count;
			}
		}
		if (*ret_count > 0) {
			return found;
		}
	}
	return NULL;
}

const struct cli_session *cli_pick_silently(const struct cli_list *list, struct str word)
{
	size_t way, count;
	const struct cli_session *found = find(list, word, &way, &count);
	return count == 1 ? found : NULL;
}

const struct cli_session *cli_pick(const struct cli_list *list, struct str word)
{
	size_t way, count;
	const struct cli_session *found = find(list, word, &way, &count);
	if (count > 1) {
		reject_ambiguous(list, word, way);
		return NULL;
	}
	if (found == NULL) {
		log_error("there is no session \"%s\"; status lists them", log_shown(word));
	}
	return found;
}

const struct cli_session *cli_pick_most_urgent(const struct cli_list *list)
{
	const struct cli_session *s = cli_list_most_urgent(list);
	if (s == NULL) {
		log_error("there are no sessions");
	}
	return s;
}

const struct cli_session *cli_pick_or_most_urgent(const struct cli_list *list, const char *word)
{
	return word != NULL ? cli_pick(list, str_from(word)) : cli_pick_most_urgent(list);
}
