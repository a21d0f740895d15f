#include "process/process_stat.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/number.h"

/* Cuts the first word off *rest; empty at the end. */
static struct str next_word(struct str *rest)
{
	struct str s = str_trim(*rest);
	struct str word = str_first(s, str_find_char(s, ' '));
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
	size = min_size(size, sizeof(stat.name) - 1);
	memcpy(stat.name, open + 1, size);
	*ret = stat;
	return true;
}

bool process_stat_has_ended(const struct process_stat *stat)
{
	return stat->state == 'Z' || stat->state == 'X' || stat->state == 'x';
}

/* Cuts the first argument off *rest; empty at the end. */
static struct str next_argument(struct str *rest)
{
	struct str argument = {rest->data, rest->size > 0 ? strnlen(rest->data, rest->size) : 0};
	bool more = argument.size < rest->size;
	*rest = str_skip(*rest, argument.size + (more ? 1 : 0));
	return argument;
}

/* Cuts the last segment off *path, and the slash before it. */
static struct str cut_last_segment(struct str *path)
{
	const char *slash = path->size > 0 ? memrchr(path->data, '/', path->size) : NULL;
	size_t before = slash != NULL ? (size_t)(slash - path->data) : 0;
	struct str segment = str_skip(*path, slash != NULL ? before + 1 : 0);
	path->size = before;
	return segment;
}

static bool is_one_of(struct str name, const struct str *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(name, names[i])) {
			return true;
		}
	}
	return false;
}

void process_stat_pick_names(struct str arguments, struct str *ret_program, struct str *ret_script)
{
	static const struct str nodes[] = {STR_INIT("node"), STR_INIT("nodejs"), STR_INIT("bun")};
	static const struct str common[] = {
		STR_INIT("cli.js"), STR_INIT("index.js"), STR_INIT("main.js")};
	struct str path = next_argument(&arguments);
	*ret_program = cut_last_segment(&path);
	bool has_options = is_one_of(*ret_program, nodes, ARRAY_SIZE(nodes));
	do {
		path = next_argument(&arguments);
	} while (has_options && str_starts_with(path, STR("-")));
	*ret_script = (struct str){0};
	if (!str_starts_with(path, STR("-"))) {
		*ret_script = cut_last_segment(&path);
	}
	if (is_one_of(*ret_script, common, ARRAY_SIZE(common)) && path.size > 0) {
		*ret_script = cut_last_segment(&path);
	}
}
