/* What the path of a task below DIR says about it: lane and group. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

enum board_lane { // in the order of precedence among cards with the same id
	BOARD_ASSIGNED,
	BOARD_INBOX,
	BOARD_DONE,
	BOARD_ARCHIVE,
	BOARD_OTHER,
	BOARD_LANES,
};

enum { BOARD_PATH_PARTS = 8 }; // the file's name is one

/* "inbox" */
const char *board_lane_name(enum board_lane lane);

/* The status of a task without one: "new". */
const char *board_lane_status(enum board_lane lane);

/* The lane of a file's path. */
enum board_lane board_place_lane(struct str path);

/* AGENT of assigned/AGENT/... and done/AGENT/...; else empty, with data NULL. */
struct str board_place_agent(struct str path);

/* The name of the file without its extension. */
struct str board_place_stem(struct str path);

/* Whether a file of that name is a task: .yaml or .yml, in any case. */
bool board_place_is_task(struct str name);

/* Whether names like this are skipped: hidden files and backups. */
bool board_place_is_skipped(struct str name);

/* How many components a path has. */
size_t board_place_parts(struct str path);
