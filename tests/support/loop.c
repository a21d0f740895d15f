#include "support/loop.h"
#include "base/instant.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/sessions.h"

enum { TURNS = 8, PATIENCE_MS = 20000 };

void loop_fixture_init(struct loop_fixture *f)
{
	signal(SIGPIPE, SIG_IGN);
	memset(f, 0, sizeof(*f));
	ck_assert_int_eq(uv_loop_init(&f->loop), 0);
	list_init(&f->sessions);
	sink_hub_init(&f->hub, &f->sessions, 1);
	strcpy(f->directory, "/tmp/otel-ai-monitor-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/path", f->directory);
}

void loop_fixture_finish(struct loop_fixture *f)
{
	sink_hub_close(&f->hub);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&f->loop), 0);
	sink_hub_finish(&f->hub);
	unlink(f->path);
	rmdir(f->directory);
}

void loop_fixture_turn(struct loop_fixture *f)
{
	for (int i = 0; i < TURNS; i++) {
		uv_run(&f->loop, UV_RUN_NOWAIT);
	}
}

static void on_impatience(uv_timer_t *timer)
{
	(void)timer;
	ck_abort_msg("waited for too long");
}

void loop_fixture_wait(struct loop_fixture *f, const bool *done)
{
	uv_timer_t patience;
	uv_timer_init(&f->loop, &patience);
	uv_timer_start(&patience, on_impatience, PATIENCE_MS, 0);
	while (!*done) {
		uv_run(&f->loop, UV_RUN_ONCE);
	}
	uv_close((uv_handle_t *)&patience, NULL);
	loop_fixture_turn(f);
}

void loop_fixture_update(struct loop_fixture *f, const struct session *s)
{
	struct session_change change = sessions_change(s, SESSION_WORKING);
	sink_hub_update(&f->hub, &change, instant_at(uv_now(&f->loop)));
}

void loop_fixture_flush(struct loop_fixture *f)
{
	sink_hub_flush(&f->hub, instant_at(uv_now(&f->loop)));
}

size_t loop_fixture_read(int fd, char *text, size_t size)
{
	size_t got = 0;
	ssize_t n;
	while (got + 1 < size && (n = read(fd, text + got, size - 1 - got)) > 0) {
		got += (size_t)n;
	}
	text[got] = '\0';
	return got;
}
