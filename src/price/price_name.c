#include "price/price_name.h"

#include <stdint.h>

#include "base/mem.h"

/* The size of the name before an ending of that kind; its whole size without one. */
typedef size_t ending_cut(struct str name);

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many digits stand before the place at in name. */
static size_t digits_before(struct str name, size_t at)
{
	size_t count = 0;
	while (count < at && is_digit(name.data[at - count - 1])) {
		count++;
	}
	return count;
}

static size_t find_last(struct str name, char c)
{
	size_t at = name.size;
	while (at > 0 && name.data[at - 1] != c) {
		at--;
	}
	return at > 0 ? at - 1 : name.size;
}

static size_t cut_mark(struct str name)
{
	bool marked = name.size > 0 && name.data[name.size - 1] == ']';
	return marked ? find_last(name, '[') : name.size;
}

static size_t cut_at(struct str name)
{
	return find_last(name, '@');
}

/* "-v" in front of the place at. */
static bool is_revision(struct str name, size_t at)
{
	return at >= 2 && name.data[at - 1] == 'v' && name.data[at - 2] == '-';
}

static size_t cut_revision(struct str name)
{
	size_t minor = digits_before(name, name.size), at = name.size - minor;
	if (minor > 0 && is_revision(name, at)) {
		return at - 2;
	}
	if (minor == 0 || at == 0 || name.data[at - 1] != ':') {
		return name.size;
	}
	size_t major = digits_before(name, at - 1);
	at -= 1 + major;
	return major > 0 && is_revision(name, at) ? at - 2 : name.size;
}

static size_t cut_latest(struct str name)
{
	static const struct str latest = STR_INIT("-latest");
	return str_ends_with(name, latest) ? name.size - latest.size : name.size;
}

/* Form: 'Y', 'M' and 'D' are digits of year, month and day; all else stands for itself. */
static bool is_date(struct str text, struct str form)
{
	unsigned year = 0, month = 0, day = 0;
	for (size_t i = 0; i < form.size; i++) {
		char c = text.data[i];
		unsigned *number = form.data[i] == 'Y'   ? &year
				   : form.data[i] == 'M' ? &month
				   : form.data[i] == 'D' ? &day
							 : NULL;
		if (number == NULL ? c != form.data[i] : !is_digit(c)) {
			return false;
		}
		if (number != NULL) {
			*number = *number * 10 + (unsigned)(c - '0');
		}
	}
	bool in_century = form.data[1] != 'Y' || year / 100 == 20;
	return in_century && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static size_t cut_date(struct str name)
{
	static const struct str forms[] = {
		STR_INIT("-YYYY-MM-DD"), STR_INIT("-YYYYMMDD"), STR_INIT("-MMDD")};
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (name.size >= forms[i].size) {
			size_t at = name.size - forms[i].size;
			if (is_date(str_skip(name, at), forms[i])) {
				return at;
			}
		}
	}
	return name.size;
}

bool price_name_cut_ending(struct str *name)
{
	static ending_cut *const cuts[] = {cut_mark, cut_at, cut_revision, cut_latest, cut_date};
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		size_t size = cuts[i](*name);
		if (size < name->size) {
			name->size = size;
			return true;
		}
	}
	return false;
}

bool price_name_cut_prefix(struct str *name, const struct str *prefixes, size_t count)
{
	size_t longest = 0;
	for (size_t i = 0; i < count; i++) {
		if (prefixes[i].size > longest && str_starts_with(*name, prefixes[i])) {
			longest = prefixes[i].size;
		}
	}
	*name = str_skip(*name, longest);
	return longest > 0;
}
