#include "base/argv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { WORD_BYTES = 128 * 1024 }; // what the kernel takes for one argument (execve(2))

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The text of a buf, taken out of it. */
static char *take_text(struct buf *b)
{
	buf_append_char(b, '\0');
	char *text = b->overflowed ? xstrdup("") : xstrdup(b->data);
	buf_finish(b);
	return text;
}

/* Appends one character of the word, unescaped. False at its end. */
static bool take_character(struct str *rest, char *quote, struct buf *word)
{
	char c = rest->data[0];
	if (*quote == '\0' && is_blank(c)) {
		return false;
	}
	*rest = str_skip(*rest, 1);
	if (c == '\\' && *quote != '\'' && rest->size > 0) {
		buf_append_char(word, rest->data[0]);
		*rest = str_skip(*rest, 1);
	} else if (*quote == '\0' && (c == '\'' || c == '"')) {
		*quote = c;
	} else if (c == *quote) {
		*quote = '\0';
	} else {
		buf_append_char(word, c);
	}
	return true;
}

char *argv_split(struct str *rest)
{
	while (rest->size > 0 && is_blank(rest->data[0])) {
		*rest = str_skip(*rest, 1);
	}
	if (rest->size == 0) {
		return NULL;
	}
	struct str from = *rest;
	struct buf word;
	char quote = '\0';
	buf_init(&word, WORD_BYTES);
	while (rest->size > 0 && take_character(rest, &quote, &word)) {
	}
	if (quote != '\0') {
		buf_finish(&word);
		*rest = from;
		return NULL;
	}
	return take_text(&word);
}

/* The value whose name, in braces, text starts with; NULL if there is none. */
static const struct argv_value *find_value(
	struct str text, const struct argv_value *values, size_t count)
{
	struct str name, behind;
	if (!str_starts_with(text, STR("{")) ||
		!str_split(str_skip(text, 1), '}', &name, &behind)) {
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		if (str_equal(name, str_from(values[i].name))) {
			return &values[i];
		}
	}
	return NULL;
}

static char *fill(struct str word, const struct argv_value *values, size_t count)
{
	struct buf filled;
	buf_init(&filled, WORD_BYTES);
	while (word.size > 0) {
		const struct argv_value *value = find_value(word, values, count);
		if (value != NULL) {
			buf_append_str(&filled, value->value);
			word = str_skip(word, strlen(value->name) + 2);
		} else {
			buf_append_char(&filled, word.data[0]);
			word = str_skip(word, 1);
		}
	}
	return take_text(&filled);
}

char **argv_expand(
	const char *const *words, size_t count, const struct argv_value *values, size_t value_count)
{
	char **filled = xcalloc(count + 1, sizeof(*filled));
	for (size_t i = 0; i < count; i++) {
		filled[i] = fill(str_from(words[i]), values, value_count);
	}
	return filled;
}

void argv_free(char **words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
		free(words[i]);
	}
	free(words);
}
