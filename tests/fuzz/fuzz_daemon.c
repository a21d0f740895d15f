/* Any bytes as what clients and readers do, one thing after another: requests with telemetry and
 * hooks, acknowledgements, time, clocks that are set, connections that end. Every line is JSON,
 * every sum that is shown is that of the calls, and the history takes all of it. Steps lie between
 * marks; the first byte of each says what it is. */
#include <string.h>

#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "fuzz/fuzz_world.h"

enum { MAX_STEPS = 24, REQUEST_BYTES = 8 << 20, HOUR_MS = 3600 * 1000 };

enum step_flags { IN_SLICES = 1 << 6, ENDS_CONNECTION = 1 << 7 };

static const struct str mark = STR_INIT("\xff\xfe@@");

static const struct {
	const char *method, *path, *type,
		*end; // the bytes are the body; of a path with end, a part of it
} requests[] = {
	{"POST", "/v1/logs", "application/x-protobuf", NULL},
	{"POST", "/v1/traces", "application/x-protobuf", NULL},
	{"POST", "/v1/metrics", "application/x-protobuf", NULL},
	{"POST", "/", "application/x-protobuf", NULL},
	{"POST", "/v1/logs", "application/json", NULL},
	{"POST", "/v1/traces", "application/json", NULL},
	{"POST", "/v1/metrics", "application/json", NULL},
	{"POST", "/", "application/json", NULL},
	{"POST", "/hooks/claude-code", "application/json", NULL},
	{"POST", "/hooks/codex", "application/json", NULL},
	{"POST", "/hooks/gemini", "application/json", NULL},
	{"POST", "/hooks/qwen", "application/json", NULL},
	{"POST", "/hooks/copilot", "application/json", NULL},
	{"GET", "/api/sessions/", "application/json", ""},
	{"POST", "/api/sessions/", "application/json", "/ack"},
	{"POST", "/api/sessions/", "application/json", "/mute"},
};

/* By two bits of a step: how much time passes behind it, and by how much the clock is set. */
static const struct {
	int64_t ms, set_ms;
} pauses[] = {{700, 0}, {61 * 1000, 0}, {400 * 1000, 0}, {50, -HOUR_MS}};

static void request(struct fuzz_world *w, unsigned flags, struct str bytes, uint64_t connection)
{
	struct buf out;
	size_t i = flags % ARRAY_SIZE(requests);
	bool is_in_path = requests[i].end != NULL;
	buf_init(&out, REQUEST_BYTES);
	buf_printf(&out, "%s %s", requests[i].method, requests[i].path);
	if (is_in_path) {
		buf_append_str(&out, bytes);
		buf_append_str(&out, str_from(requests[i].end));
	}
	buf_printf(&out,
		" HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n",
		requests[i].type, is_in_path ? 0 : bytes.size);
	if (!is_in_path) {
		buf_append_str(&out, bytes);
	}
	fuzz_world_carry(w, buf_str(&out), (flags & IN_SLICES) != 0, connection);
	buf_finish(&out);
}

/* What lies before the next mark; the rest begins behind it. */
static struct str cut_step(struct str *rest)
{
	const char *end = memmem(rest->data, rest->size, mark.data, mark.size);
	struct str step = *rest;
	if (end == NULL) {
		*rest = (struct str){0};
		return step;
	}
	step.size = (size_t)(end - rest->data);
	*rest = str_skip(*rest, step.size + mark.size);
	return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_world w;
	struct str rest = {(const char *)data, size};
	uint64_t connection = 1;
	fuzz_world_init(&w);
	for (unsigned i = 0; i < MAX_STEPS && rest.size > 0; i++) {
		struct str step = cut_step(&rest);
		unsigned flags = step.size > 0 ? (unsigned char)step.data[0] : 0;
		request(&w, flags, str_skip(step, step.size > 0), connection);
		if (flags & ENDS_CONNECTION) {
			session_tracker_handle_connection_end(
				w.tracker, connection++, (flags & 1) != 0, w.now);
		}
		fuzz_world_pass(&w, pauses[flags >> 4 & 3].ms, pauses[flags >> 4 & 3].set_ms);
	}
	fuzz_world_show(&w);
	fuzz_world_pass(&w, HOUR_MS, 0);
	fuzz_world_store(&w, (unsigned)size);
	fuzz_world_finish(&w);
	return 0;
}
