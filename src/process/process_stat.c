#include "process/process_stat.h"

#include <stdio.h>
#include <string.h>

/* Cuts the first word off *rest; empty at the end. */
static struct str next_word(struct str *rest)
{
	struct str s = str_trim(*rest);
	const char *blank = s.size > 0 ? memchr(s.data, ' ', s.size) : NULL;
	struct str word = {s.data, blank != NULL ? (size_t)(blank - s.data) : s.size};
	*rest = str_skip(s, word.size);
	return word;
}

/* The fields behind the name; numbers as in proc(5). */
static bool parse_fields(struct str rest, struct process_stat *stat)
{
	enum { STATE = 3, PPID = 4, TTY_NR = 7, STARTTIME = 22 };
	for (int field = STATE; field <= STARTTIME; field++) {
		struct str word = next_word(&rest);
		int64_t number = 0;
		if (field == STATE ? word.size != 1 : !str_to_int64(word, &number)) {
			return false;
		}
		if (field == STATE) {
			stat->state = word.data[0];
		} else if (field == PPID) {
			stat->parent = number;
		} else if (field == TTY_NR) {
			stat->terminal = (uint32_t)number;
		} else if (field == STARTTIME) {
			stat->start_ticks = (uint64_t)number;
		}
	}
	return true;
}

bool process_stat_parse(struct str line, struct process_stat *ret)
{
	struct process_stat stat = {0};
	while (line.size > 0 && line.data[line.size - 1] == '\n') {
		line.size--;
	}
	const char *open = line.size > 0 ? memchr(line.data, '(', line.size) : NULL;
	const char *close = line.size > 0 ? memrchr(line.data, ')', line.size) : NULL;
	if (open == NULL || close == NULL || close < open) {
		return false;
	}
	struct str number = {line.data, (size_t)(open - line.data)};
	struct str rest = str_skip(line, (size_t)(close + 1 - line.data));
	if (!str_to_int64(str_trim(number), &stat.pid) || !parse_fields(rest, &stat)) {
		return false;
	}
	size_t size = (size_t)(close - open - 1);
	size = size < sizeof(stat.name) ? size : sizeof(stat.name) - 1;
	memcpy(stat.name, open + 1, size);
	*ret = stat;
	return true;
}

bool process_stat_has_ended(const struct process_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X' || stat->state == 'x';
}
