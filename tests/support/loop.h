/* A loop with a hub and a directory of its own, for tests of sinks that touch descriptors. */
#pragma once

#include <stdbool.h>
#include <uv.h>

#include "base/list.h"
#include "session/session.h"
#include "sink/sink_hub.h"

struct loop_fixture {
	uv_loop_t loop;
	struct list sessions;
	struct sink_hub hub;
	char directory[64];
	char path[128]; // of nothing yet, in the directory
};

void loop_fixture_init(struct loop_fixture *f);

/* Closes the sinks, lets the loop end, removes path and directory. */
void loop_fixture_finish(struct loop_fixture *f);

/* Lets the loop handle all that has happened, without waiting for more. */
void loop_fixture_turn(struct loop_fixture *f);

/* Lets the loop run until *done; fails the test after 20 s. */
void loop_fixture_wait(struct loop_fixture *f, const bool *done);

/* Tells the hub that s, which was working, is what it is; does not flush. */
void loop_fixture_update(struct loop_fixture *f, const struct session *s);
void loop_fixture_flush(struct loop_fixture *f);

/* Reads what is there from a non-blocking descriptor into text, NUL-terminated; the number of
 * bytes. */
size_t loop_fixture_read(int fd, char *text, size_t size);
