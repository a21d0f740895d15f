/* What a path below DIR says about the task in it: lane and group. */
#pragma once

#include <stdbool.h>

#include "base/str.h"

enum board_lane { // in the order in which one of several cards stands for an id
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

/* The status of a task that says none: "new". */
const char *board_lane_status(enum board_lane lane);

/* Where the path of a file leads. */
enum board_lane board_place_lane(struct str path);

/* AGENT of assigned/AGENT/... and done/AGENT/...; else empty, with data NULL. */
struct str board_place_agent(struct str path);

/* The name of the file without its extension. */
struct str board_place_stem(struct str path);

/* Whether a file of that name is a task: .yaml or .yml, in any case. */
bool board_place_is_task(struct str name);

/* Whether nothing of that name is looked at: hidden, or a backup. */
bool board_place_is_skipped(struct str name);

/* How many parts a path has. */
size_t board_place_parts(struct str path);
