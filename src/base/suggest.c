#include "base/suggest.h"

#include "base/number.h"

enum { NAME_BYTES = 48, PREFIX_BYTES = 3 };

struct suggestion suggest_for(struct str typed)
{
	return (struct suggestion){.typed = typed, .distance = SIZE_MAX};
}

static char fold(char c)
{
	if (c == '_') {
		return '-';
	}
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Optimal string alignment distance: letters replaced, missing, added or swapped. */
static size_t distance_of(struct str a, struct str b)
{
	size_t rows[3][NAME_BYTES + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t k = 0; k <= b.size; k++) {
		last[k] = before[k] = k;
	}
	for (size_t i = 1; i <= a.size; i++) {
		row[0] = i;
		for (size_t k = 1; k <= b.size; k++) {
			char x = fold(a.data[i - 1]), y = fold(b.data[k - 1]);
			size_t other = min_size(last[k], row[k - 1]) + 1;
			row[k] = min_size(other, last[k - 1] + (x != y));
			bool swapped = i > 1 && k > 1 && x == fold(b.data[k - 2]) &&
				       y == fold(a.data[i - 2]);
			if (swapped && before[k - 2] + 1 < row[k]) {
				row[k] = before[k - 2] + 1;
			}
		}
		size_t *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[b.size];
}

void suggest_offer(struct suggestion *s, const char *name)
{
	struct str known = str_from(name), start = {known.data, s->typed.size};
	if (s->typed.size == 0 || s->typed.size > NAME_BYTES || known.size > NAME_BYTES) {
		return;
	}
	size_t distance = distance_of(s->typed, known);
	if (s->typed.size >= PREFIX_BYTES && s->typed.size < known.size &&
		str_equal_nocase(s->typed, start)) {
		distance = 1;
	}
	size_t longer = max_size(known.size, s->typed.size);
	if (distance < s->distance && distance * 3 <= longer) {
		s->best = name;
		s->distance = distance;
	}
}
