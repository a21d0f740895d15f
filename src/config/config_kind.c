#include "config/config_kind.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/argv.h"
#include "base/buf.h"
#include "base/mem.h"

enum { LIST_MAX = 64 };

static bool in_range(const struct config_limits *limits, int64_t value)
{
	return value >= limits->min && value <= limits->max;
}

static void describe_count(const struct config_limits *limits, struct buf *out)
{
	buf_printf(out, "a whole number from %" PRId64 " to %" PRId64, limits->min, limits->max);
}

static bool parse_port(const struct config_limits *limits, struct str text, void *field)
{
	int64_t value;
	if (!str_to_int64(text, &value) || !in_range(limits, value)) {
		return false;
	}
	*(uint16_t *)field = (uint16_t)value;
	return true;
}

static void format_port(const struct config_limits *limits, const void *field, struct buf *out)
{
	(void)limits;
	buf_printf(out, "%u", *(const uint16_t *)field);
}

static bool parse_count(const struct config_limits *limits, struct str text, void *field)
{
	int64_t value;
	if (!str_to_int64(text, &value) || !in_range(limits, value)) {
		return false;
	}
	*(size_t *)field = (size_t)value;
	return true;
}

static void format_count(const struct config_limits *limits, const void *field, struct buf *out)
{
	(void)limits;
	buf_printf(out, "%zu", *(const size_t *)field);
}

static const struct {
	char letter;
	unsigned shift;
} units[] = {{'G', 30}, {'M', 20}, {'K', 10}};

static void append_bytes(struct buf *out, int64_t value)
{
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (value > 0 && value % ((int64_t)1 << units[i].shift) == 0) {
			buf_printf(out, "%" PRId64 "%c", value >> units[i].shift, units[i].letter);
			return;
		}
	}
	buf_printf(out, "%" PRId64, value);
}

static bool parse_bytes(const struct config_limits *limits, struct str text, void *field)
{
	unsigned shift = 0;
	for (size_t i = 0; text.size > 0 && i < ARRAY_SIZE(units); i++) {
		if ((text.data[text.size - 1] & ~0x20) == units[i].letter) {
			shift = units[i].shift;
			text.size--;
			break;
		}
	}
	int64_t value;
	if (!str_to_int64(text, &value) || value > (INT64_MAX >> shift) || value < 0 ||
		!in_range(limits, value << shift)) {
		return false;
	}
	*(size_t *)field = (size_t)value << shift;
	return true;
}

static void format_bytes(const struct config_limits *limits, const void *field, struct buf *out)
{
	(void)limits;
	append_bytes(out, (int64_t) * (const size_t *)field);
}

static void describe_bytes(const struct config_limits *limits, struct buf *out)
{
	buf_append_str(out, STR("a size such as 64M, from "));
	append_bytes(out, limits->min);
	buf_append_str(out, STR(" to "));
	append_bytes(out, limits->max);
}

static bool parse_seconds(const struct config_limits *limits, struct str text, void *field)
{
	double seconds;
	if (!str_to_double(text, &seconds) || fabs(seconds) > 1e9) {
		return false;
	}
	int64_t ms = llround(seconds * 1000);
	if (!in_range(limits, ms)) {
		return false;
	}
	*(int64_t *)field = ms;
	return true;
}

static void format_seconds(const struct config_limits *limits, const void *field, struct buf *out)
{
	(void)limits;
	buf_printf(out, "%g", (double)*(const int64_t *)field / 1000);
}

static void describe_seconds(const struct config_limits *limits, struct buf *out)
{
	buf_printf(out, "seconds from %g to %.10g", (double)limits->min / 1000,
		(double)limits->max / 1000);
}

/* "12.50", exact to the nano-dollar: never through a double. */
static bool parse_usd(const struct config_limits *limits, struct str text, void *field)
{
	struct str fraction = text, whole = str_cut(&fraction, '.');
	int64_t dollars, nanos = 0;
	bool has_dot = whole.size < text.size;
	char digits[9] = "000000000";
	if (str_starts_with(text, STR("-")) ||
		(has_dot && (fraction.size == 0 || fraction.size > sizeof(digits)))) {
		return false;
	}
	if (has_dot) {
		memcpy(digits, fraction.data, fraction.size);
	}
	if (!str_to_int64(whole, &dollars) || dollars > limits->max / 1000000000 ||
		!str_to_int64((struct str){digits, sizeof(digits)}, &nanos) || nanos < 0) {
		return false;
	}
	int64_t value = dollars * 1000000000 + nanos;
	if (!in_range(limits, value)) {
		return false;
	}
	*(int64_t *)field = value;
	return true;
}

static void format_usd(const struct config_limits *limits, const void *field, struct buf *out)
{
	(void)limits;
	buf_printf(out, "%.10g", (double)*(const int64_t *)field / 1e9);
}

static void describe_usd(const struct config_limits *limits, struct buf *out)
{
	buf_printf(out, "US dollars from %g to %.10g", (double)limits->min / 1e9,
		(double)limits->max / 1e9);
}

static bool parse_delay(const struct config_limits *limits, struct str text, void *field)
{
	if (str_equal_nocase(text, STR("auto"))) {
		*(int64_t *)field = -1;
		return true;
	}
	return parse_seconds(limits, text, field);
}

static void format_delay(const struct config_limits *limits, const void *field, struct buf *out)
{
	if (*(const int64_t *)field < 0) {
		buf_append_str(out, STR("auto"));
	} else {
		format_seconds(limits, field, out);
	}
}

static void describe_delay(const struct config_limits *limits, struct buf *out)
{
	describe_seconds(limits, out);
	buf_append_str(out, STR(", or auto"));
}

static bool parse_switch(const struct config_limits *limits, struct str text, void *field)
{
	static const struct {
		struct str word;
		bool value;
	} words[] = {
		{STR_INIT("yes"), true},
		{STR_INIT("no"), false},
		{STR_INIT("true"), true},
		{STR_INIT("false"), false},
		{STR_INIT("on"), true},
		{STR_INIT("off"), false},
		{STR_INIT("1"), true},
		{STR_INIT("0"), false},
	};
	(void)limits;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (str_equal_nocase(text, words[i].word)) {
			*(bool *)field = words[i].value;
			return true;
		}
	}
	return false;
}

static void format_switch(const struct config_limits *limits, const void *field, struct buf *out)
{
	(void)limits;
	buf_append_str(out, str_from(*(const bool *)field ? "yes" : "no"));
}

static void describe_switch(const struct config_limits *limits, struct buf *out)
{
	(void)limits;
	buf_append_str(out, STR("yes or no"));
}

const char *config_limits_word(const struct config_limits *limits, size_t index)
{
	if (limits->words != NULL) {
		return limits->words[index];
	}
	return limits->word != NULL ? limits->word(index) : NULL;
}

static bool parse_choice(const struct config_limits *limits, struct str text, void *field)
{
	for (int i = 0; limits->words[i] != NULL; i++) {
		if (str_equal_nocase(text, str_from(limits->words[i]))) {
			*(int *)field = i;
			return true;
		}
	}
	return false;
}

static void format_choice(const struct config_limits *limits, const void *field, struct buf *out)
{
	buf_append_str(out, str_from(limits->words[*(const int *)field]));
}

static void append_words(
	const struct config_limits *limits, const char *before_last, struct buf *out)
{
	const char *word;
	for (size_t i = 0; (word = config_limits_word(limits, i)) != NULL; i++) {
		bool last = config_limits_word(limits, i + 1) == NULL;
		buf_printf(out, "%s%s", i == 0 ? "" : last ? before_last : ", ", word);
	}
}

static void describe_choice(const struct config_limits *limits, struct buf *out)
{
	append_words(limits, " or ", out);
}

static void finish_text(void *field)
{
	free(*(char **)field);
	*(char **)field = NULL;
}

static bool is_word(const struct config_limits *limits, struct str text)
{
	const char *word = "";
	for (size_t i = 0; word != NULL && !str_equal(text, str_from(word)); i++) {
		word = config_limits_word(limits, i);
	}
	return word != NULL;
}

static bool is_allowed(const struct config_limits *limits, struct str text)
{
	if (limits->word != NULL && !is_word(limits, text)) {
		return false;
	}
	return in_range(limits, (int64_t)text.size) && !str_has_char(text, '\0') &&
	       (limits->is_allowed == NULL || limits->is_allowed(text));
}

static bool parse_text(const struct config_limits *limits, struct str text, void *field)
{
	if (text.size == 0 || !is_allowed(limits, text)) {
		return false;
	}
	finish_text(field);
	*(char **)field = str_dup(text);
	return true;
}

static void format_text(const struct config_limits *limits, const void *field, struct buf *out)
{
	const char *text = *(char *const *)field;
	(void)limits;
	buf_append_str(out, str_from(text != NULL ? text : "none"));
}

static void describe_text(const struct config_limits *limits, struct buf *out)
{
	buf_printf(out, "a text of %" PRId64 " to %" PRId64 " bytes", limits->min, limits->max);
}

static bool parse_path(const struct config_limits *limits, struct str text, void *field)
{
	if (text.size == 0 || str_equal(text, STR("none"))) {
		finish_text(field);
		return true;
	}
	return parse_text(limits, text, field);
}

static void describe_path(const struct config_limits *limits, struct buf *out)
{
	buf_printf(out, "a path of at most %" PRId64 " bytes, or none", limits->max);
}

/* Cuts the next item from the front of *rest; empty at the end. */
static struct str next_item(struct str *rest, const char *dividers)
{
	size_t from = 0;
	while (from < rest->size && strchr(", \t", rest->data[from]) != NULL) {
		from++;
	}
	size_t to = from;
	while (to < rest->size && strchr(dividers, rest->data[to]) == NULL) {
		to++;
	}
	struct str item = {rest->size > 0 ? rest->data + from : NULL, to - from};
	*rest = str_skip(*rest, to);
	return str_trim(item);
}

static bool parse_items(const struct config_limits *limits, struct str text,
	struct config_list *list, const char *dividers)
{
	if (str_equal(text, STR("none"))) {
		return true;
	}
	for (struct str item = next_item(&text, dividers); item.size > 0;
		item = next_item(&text, dividers)) {
		if (!is_allowed(limits, item) || list->count >= LIST_MAX) {
			return false;
		}
		list->items = xrealloc(list->items, (list->count + 1) * sizeof(*list->items));
		list->items[list->count++] = str_dup(item);
	}
	return true;
}

static bool parse_list(const struct config_limits *limits, struct str text, void *field)
{
	return parse_items(limits, text, field, ", \t");
}

static bool parse_texts(const struct config_limits *limits, struct str text, void *field)
{
	return parse_items(limits, text, field, ",");
}

static void finish_list(void *field)
{
	struct config_list *list = field;
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i]);
	}
	free(list->items);
	*list = (struct config_list){0};
}

/* Unlike a list it does not grow: the last command wins. */
static bool parse_words(const struct config_limits *limits, struct str text, void *field)
{
	struct config_list words = {0};
	char *word;
	(void)limits;
	if (str_equal(text, STR("none"))) {
		text.size = 0;
	}
	while ((word = argv_split(&text)) != NULL) {
		words.items = xrealloc(words.items, (words.count + 1) * sizeof(*words.items));
		words.items[words.count++] = word;
	}
	bool is_whole = text.size == 0 && words.count <= LIST_MAX;
	finish_list(is_whole ? field : &words);
	if (is_whole) {
		*(struct config_list *)field = words;
	}
	return is_whole;
}

static void format_words(const struct config_limits *limits, const void *field, struct buf *out)
{
	const struct config_list *words = field;
	(void)limits;
	for (size_t i = 0; i < words->count; i++) {
		buf_printf(out, "%s'%s'", i == 0 ? "" : " ", words->items[i]);
	}
	if (words->count == 0) {
		buf_append_str(out, STR("none"));
	}
}

static void describe_words(const struct config_limits *limits, struct buf *out)
{
	(void)limits;
	buf_append_str(out, STR("a command of up to 64 words with balanced quotes, or none"));
}

static void format_list(const struct config_limits *limits, const void *field, struct buf *out)
{
	const struct config_list *list = field;
	(void)limits;
	for (size_t i = 0; i < list->count; i++) {
		buf_printf(out, "%s%s", i == 0 ? "" : ", ", list->items[i]);
	}
	if (list->count == 0) {
		buf_append_str(out, STR("none"));
	}
}

static void describe_paths(const struct config_limits *limits, struct buf *out)
{
	(void)limits;
	buf_append_str(out, STR("paths separated by commas, or none"));
}

static void describe_list(const struct config_limits *limits, struct buf *out)
{
	if (limits->word == NULL) {
		buf_append_str(out, STR("texts separated by commas, or none"));
		return;
	}
	append_words(limits, " and ", out);
	buf_append_str(out, STR(", separated by commas, or none"));
}

const struct config_kind config_kind_port = {
	sizeof(uint16_t), parse_port, format_port, describe_count, NULL};
const struct config_kind config_kind_count = {
	sizeof(size_t), parse_count, format_count, describe_count, NULL};
const struct config_kind config_kind_bytes = {
	sizeof(size_t), parse_bytes, format_bytes, describe_bytes, NULL};
const struct config_kind config_kind_seconds = {
	sizeof(int64_t), parse_seconds, format_seconds, describe_seconds, NULL};
const struct config_kind config_kind_usd = {
	sizeof(int64_t), parse_usd, format_usd, describe_usd, NULL};
const struct config_kind config_kind_delay = {
	sizeof(int64_t), parse_delay, format_delay, describe_delay, NULL};
const struct config_kind config_kind_switch = {
	sizeof(bool), parse_switch, format_switch, describe_switch, NULL};
const struct config_kind config_kind_choice = {
	sizeof(int), parse_choice, format_choice, describe_choice, NULL};
const struct config_kind config_kind_text = {
	sizeof(char *), parse_text, format_text, describe_text, finish_text};
const struct config_kind config_kind_path = {
	sizeof(char *), parse_path, format_text, describe_path, finish_text};
const struct config_kind config_kind_list = {
	sizeof(struct config_list), parse_list, format_list, describe_list, finish_list};
const struct config_kind config_kind_words = {
	sizeof(struct config_list), parse_words, format_words, describe_words, finish_list};
const struct config_kind config_kind_texts = {
	sizeof(struct config_list), parse_texts, format_list, describe_list, finish_list};
const struct config_kind config_kind_paths = {
	sizeof(struct config_list), parse_texts, format_list, describe_paths, finish_list};
