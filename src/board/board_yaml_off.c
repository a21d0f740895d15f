/* A build without libyaml: no file can be read, and every card says so. */
#include <stdio.h>

#include "board/board_arena.h"
#include "board/board_yaml.h"

bool board_yaml_is_built(void)
{
	return false;
}

void board_yaml_read(struct board_yaml *y, struct str text, size_t max_bytes)
{
	(void)text;
	(void)max_bytes;
	*y = (struct board_yaml){0};
	(void)snprintf(y->fault.message, sizeof(y->fault.message),
		"this build has no task board: libyaml was missing");
}

void board_yaml_warn(struct board_yaml *y, const char *before, struct str text)
{
	(void)y;
	(void)before;
	(void)text;
}

void board_yaml_finish(struct board_yaml *y)
{
	board_arena_finish(&y->blocks);
}
