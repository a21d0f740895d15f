/* Any bytes as a line between the daemon and the notifier or the tray: what is read from it and
 * written anew is read the same. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "sink/notify_line.h"
#include "sink/tray_line.h"

enum { LINE_BYTES = 8 << 20 };

static void check_command_texts(const struct fuzz_body *body, const struct notify_command *c)
{
	fuzz_check(c->id.size > 0 && (c->closes || c->summary.size > 0));
	fuzz_check(c->urgency <= NOTIFY_CRITICAL);
	fuzz_check_str(body, c->id);
	fuzz_check_str(body, c->summary);
	fuzz_check_str(body, c->body);
	fuzz_check_str(body, c->category);
	fuzz_check_str(body, c->sound);
}

/* Invalid UTF-8 is repaired when it is written, so a line stays as it is from then on. */
static void check_command(char *line, size_t size)
{
	struct notify_command command;
	struct buf once, copy, again;
	if (!notify_line_read(line, size, &command)) {
		return;
	}
	check_command_texts(&(struct fuzz_body){.start = line, .size = size}, &command);
	buf_init(&once, LINE_BYTES);
	buf_init(&copy, LINE_BYTES);
	buf_init(&again, LINE_BYTES);
	notify_line_write(&once, &command);
	buf_append_str(&copy, buf_str(&once));
	fuzz_check(notify_line_read(copy.data, copy.size - 1, &command));
	notify_line_write(&again, &command);
	fuzz_check(str_equal(buf_str(&once), buf_str(&again)));
	buf_finish(&once);
	buf_finish(&copy);
	buf_finish(&again);
}

static void check_reply(char *line, size_t size)
{
	struct notify_reply reply;
	if (!notify_line_read_reply(line, size, &reply)) {
		return;
	}
	const struct fuzz_body body = {.start = line, .size = size};
	fuzz_check_str(&body, reply.id);
	fuzz_check_str(&body, reply.token);
	struct buf once, copy, again;
	buf_init(&once, LINE_BYTES);
	buf_init(&copy, LINE_BYTES);
	buf_init(&again, LINE_BYTES);
	notify_line_write_reply(&once, &reply);
	buf_append_str(&copy, buf_str(&once));
	fuzz_check(notify_line_read_reply(copy.data, copy.size - 1, &reply));
	notify_line_write_reply(&again, &reply);
	fuzz_check(str_equal(buf_str(&once), buf_str(&again)));
	buf_finish(&once);
	buf_finish(&copy);
	buf_finish(&again);
}

static void check_request(char *line, size_t size)
{
	struct tray_request request;
	if (!tray_line_read(line, size, &request)) {
		return;
	}
	const struct fuzz_body body = {.start = line, .size = size};
	fuzz_check_str(&body, request.id);
	fuzz_check_str(&body, request.token);
	struct buf once, copy, again;
	buf_init(&once, LINE_BYTES);
	buf_init(&copy, LINE_BYTES);
	buf_init(&again, LINE_BYTES);
	tray_line_write(&once, &request);
	buf_append_str(&copy, buf_str(&once));
	fuzz_check(tray_line_read(copy.data, copy.size - 1, &request));
	tray_line_write(&again, &request);
	fuzz_check(str_equal(buf_str(&once), buf_str(&again)));
	buf_finish(&once);
	buf_finish(&copy);
	buf_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *line = xmalloc(size + 1); // the reader changes it
	if (size > 0 && size < LINE_BYTES / 16) {
		memcpy(line, data, size);
		check_command(line, size);
		memcpy(line, data, size);
		check_reply(line, size);
		memcpy(line, data, size);
		check_request(line, size);
	}
	return 0;
}
