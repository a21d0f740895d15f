/* org.freedesktop.login1(5), asked by busctl(1). */
#include "focus/focus_seat.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/str.h"
#include "focus/focus_command.h"

enum { OUTPUT_BYTES = 4096, PATH_BYTES = 256 };

/* Properties as busctl writes them, one a line. False if they cannot be had. */
static bool get(const char *object, const char *interface, const char *first, const char *second,
	struct buf *ret_output)
{
	const char *const argv[] = {"busctl", "--system", "--auto-start=no", "--timeout=2",
		"get-property", "org.freedesktop.login1", object, interface, first, second, NULL};
	return focus_command_run(argv, ret_output) == 0;
}

/* The session that our user's desktop runs in: (so) "c1" "/org/freedesktop/login1/session/c1". */
static bool find_session(char ret_path[PATH_BYTES])
{
	struct buf output;
	buf_init(&output, OUTPUT_BYTES);
	bool found = get("/org/freedesktop/login1/user/self", "org.freedesktop.login1.User",
		"Display", NULL, &output);
	buf_append_char(&output, '\0');
	found = found && sscanf(output.data, "(so) \"%*[^\"]\" \"%255[^\"]\"", ret_path) == 1;
	buf_finish(&output);
	return found;
}

bool focus_seat_is_left(void)
{
	char path[PATH_BYTES];
	struct buf output;
	buf_init(&output, OUTPUT_BYTES);
	bool is_left = find_session(path) &&
		       get(path, "org.freedesktop.login1.Session", "LockedHint", "IdleHint",
			       &output) &&
		       str_contains(buf_str(&output), STR("b true"));
	buf_finish(&output);
	return is_left;
}
