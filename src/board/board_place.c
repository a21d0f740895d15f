#include "board/board_place.h"

#include "base/mem.h"

static const struct {
	const char *name, *status;
	bool has_agents;
} lanes[BOARD_LANES] = {
	[BOARD_ASSIGNED] = {"assigned", "assigned", true},
	[BOARD_INBOX] = {"inbox", "new", false},
	[BOARD_DONE] = {"done", "done", true},
	[BOARD_ARCHIVE] = {"archive", "done", false},
	[BOARD_OTHER] = {"other", "unknown", false},
};

const char *board_lane_name(enum board_lane lane)
{
	return lanes[lane].name;
}

const char *board_lane_status(enum board_lane lane)
{
	return lanes[lane].status;
}

enum board_lane board_place_lane(struct str path)
{
	struct str first, rest;
	if (!str_split(path, '/', &first, &rest)) {
		return BOARD_OTHER;
	}
	for (size_t i = 0; i < BOARD_OTHER; i++) {
		if (str_equal(first, str_from(lanes[i].name))) {
			return (enum board_lane)i;
		}
	}
	return BOARD_OTHER;
}

struct str board_place_agent(struct str path)
{
	struct str rest = path;
	if (!lanes[board_place_lane(path)].has_agents) {
		return (struct str){0};
	}
	(void)str_cut(&rest, '/');
	struct str agent, file;
	return str_split(rest, '/', &agent, &file) ? agent : (struct str){0};
}

static struct str name_of(struct str path)
{
	while (str_has_char(path, '/')) {
		(void)str_cut(&path, '/');
	}
	return path;
}

static const struct str extensions[] = {STR_INIT(".yaml"), STR_INIT(".yml")};

static size_t extension_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_SIZE(extensions); i++) {
		size_t size = extensions[i].size;
		if (name.size >= size &&
			str_equal_nocase(str_skip(name, name.size - size), extensions[i])) {
			return size;
		}
	}
	return 0;
}

struct str board_place_stem(struct str path)
{
	struct str name = name_of(path);
	return str_first(name, name.size - extension_of(name));
}

bool board_place_is_task(struct str name)
{
	return extension_of(name) > 0;
}

bool board_place_is_skipped(struct str name)
{
	return name.size == 0 || name.data[0] == '.' || name.data[name.size - 1] == '~';
}

size_t board_place_parts(struct str path)
{
	size_t parts = path.size > 0 ? 1 : 0;
	for (size_t i = 0; i < path.size; i++) {
		parts += path.data[i] == '/';
	}
	return parts;
}
