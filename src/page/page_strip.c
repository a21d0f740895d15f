#include "page_strip.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct strip {
	const char *at, *end;
	char *out;
	size_t count;
	bool had_blank, had_newline; // since what was written last
};

/* 0 before anything was written. */
static char last_of(const struct strip *s)
{
	return s->count > 0 ? s->out[s->count - 1] : '\0';
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) != 0 || c == '_' || c == '$' || c == '#' ||
	       (c & 0x80) != 0;
}

static bool is_in(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* What stands between delimiters, with both. A regular expression may have its delimiter in a
 * class. */
static void copy_quoted(struct strip *s, bool has_classes)
{
	char quote = *s->at;
	bool in_class = false;
	do {
		if (*s->at == '\\' && s->at + 1 < s->end) {
			s->out[s->count++] = *s->at++;
		} else if (has_classes) {
			in_class = *s->at == '[' || (in_class && *s->at != ']');
		}
		s->out[s->count++] = *s->at++;
	} while (s->at < s->end && (*s->at != quote || in_class));
	if (s->at < s->end) {
		s->out[s->count++] = *s->at++;
	}
}

/* Whether there was a comment or a blank, which is skipped then. */
static bool skip(struct strip *s, bool has_line_comments)
{
	size_t left = (size_t)(s->end - s->at);
	const char *to = s->at;
	if (left >= 2 && memcmp(s->at, "/*", 2) == 0) {
		const char *close = memmem(s->at + 2, left - 2, "*/", 2);
		to = close != NULL ? close + 2 : s->end;
	} else if (has_line_comments && left >= 2 && memcmp(s->at, "//", 2) == 0) {
		const char *close = memchr(s->at, '\n', left);
		to = close != NULL ? close : s->end;
	} else if (isspace((unsigned char)*s->at) != 0) {
		s->had_newline |= *s->at == '\n';
		to = s->at + 1;
	}
	s->had_blank |= to > s->at;
	bool skipped = to > s->at;
	s->at = to;
	return skipped;
}

static bool ends_with_word(const struct strip *s, const char *word)
{
	size_t size = strlen(word);
	return s->count >= size && memcmp(s->out + s->count - size, word, size) == 0 &&
	       (s->count == size || !is_word(s->out[s->count - size - 1]));
}

/* A slash divides what ends before it. */
static bool is_regex(const struct strip *s)
{
	char last = last_of(s);
	return last == '\0' || ends_with_word(s, "return") ||
	       (!is_word(last) && !is_in(last, ")]}'\""));
}

/* One blank at most, before next. */
static void write_gap(struct strip *s, char next)
{
	char last = last_of(s);
	bool is_needed = (is_word(last) && is_word(next)) || (last == next && is_in(next, "+-/")) ||
			 (last == '/' && next == '*');
	if (s->had_newline && last != '\0' && !is_in(last, "{([,;:?=+-*/%&|<>!.") &&
		!is_in(next, ")]}.,?:=&|*%<>")) {
		s->out[s->count++] = '\n';
	} else if (s->had_blank && is_needed) {
		s->out[s->count++] = ' ';
	}
	s->had_blank = s->had_newline = false;
}

size_t page_strip_script(const char *text, size_t size, char *out)
{
	struct strip s = {.at = text, .end = text + size, .out = out};
	while (s.at < s.end) {
		if (skip(&s, true)) {
			continue;
		}
		write_gap(&s, *s.at);
		if (*s.at == '}' && last_of(&s) == ';') {
			s.count--;
		}
		if (is_in(*s.at, "'\"`")) {
			copy_quoted(&s, false);
		} else if (*s.at == '/' && is_regex(&s)) {
			copy_quoted(&s, true);
		} else {
			out[s.count++] = *s.at++;
		}
	}
	out[s.count++] = '\n';
	return s.count;
}

size_t page_strip_style(const char *text, size_t size, char *out)
{
	struct strip s = {.at = text, .end = text + size, .out = out};
	while (s.at < s.end) {
		if (skip(&s, false)) {
			continue;
		}
		/* before a colon a blank may mean "any descendant" */
		if (s.had_blank && last_of(&s) != '\0' && !is_in(last_of(&s), "{};,:>") &&
			!is_in(*s.at, "{};,>")) {
			out[s.count++] = ' ';
		}
		s.had_blank = false;
		if (*s.at == '}' && last_of(&s) == ';') {
			s.count--;
		}
		if (is_in(*s.at, "'\"")) {
			copy_quoted(&s, false);
		} else {
			out[s.count++] = *s.at++;
		}
	}
	out[s.count++] = '\n';
	return s.count;
}
