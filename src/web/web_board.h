/* GET /api/tasks and below: the task board. A query runs on the board's thread while its connection
 * waits (http_later.h). Nothing here changes a task. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "http/http_router.h"

struct board_thread;
struct json_writer;
struct report_tasks;

struct web_board {
	struct board_thread *thread; // borrowed; NULL: no directory is configured
	const char *const *roots;    // borrowed; the directories
	bool is_built;               // with libyaml
};

struct http_route_group web_board_routes(struct web_board *w);

/* For the "tasks" of /api/stats; zeros without a board. */
struct report_tasks web_board_count(const struct web_board *w);

/* The "board" of /health. */
void web_board_write_health(struct json_writer *j, const struct web_board *w);
