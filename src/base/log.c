#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/utf8.h"

enum { LINE_BYTES = 2048, SHOWN_BYTES = 128, SHOWN_COUNT = 4 };

static enum log_level current_level = LOG_LEVEL_INFO;
static bool never_waits;
static int own_fd = -1; // of stderr, if it could be opened again
static atomic_uint dropped;
static atomic_bool cut; // the last line was written in part
static const char *program_name = "otel-ai-monitor";

void log_set_level(enum log_level level)
{
	current_level = level;
}

bool log_enabled(enum log_level level)
{
	return level <= current_level;
}

void log_set_name(const char *name)
{
	program_name = name;
}

void log_never_wait(void)
{
	own_fd = fd_open_nonblocking(STDERR_FILENO);
	never_waits = true;
}

static ssize_t put_bytes(struct str bytes)
{
	if (!never_waits) {
		return write(STDERR_FILENO, bytes.data, bytes.size);
	}
	return own_fd >= 0 ? write(own_fd, bytes.data, bytes.size)
			   : fd_write_nonblocking(STDERR_FILENO, bytes);
}

static bool stderr_is_journal(void)
{
	static int known = -1;
	if (known < 0) {
		known = fd_is_journal(STDERR_FILENO, getenv("JOURNAL_STREAM"));
	}
	return known == 1;
}

static const char *level_name(enum log_level level)
{
	static const char *const names[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_WARN] = "warning",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};
	return names[level];
}

/* A reader that had stopped reading first learns how much it missed. */
static void put_line(struct str line)
{
	char before[64];
	unsigned count = atomic_load(&dropped);
	int size = count == 0 && !atomic_load(&cut)
			   ? 0
			   : snprintf(before, sizeof(before), "%s(%u log lines were dropped)\n",
				     atomic_load(&cut) ? "\n" : "", count);
	if (size > 0 && put_bytes((struct str){before, (size_t)size}) == size) {
		atomic_store(&dropped, 0);
		atomic_store(&cut, false);
		size = 0;
	}
	ssize_t wrote = size > 0 ? -1 : put_bytes(line);
	if (wrote < 0) {
		atomic_fetch_add(&dropped, 1);
	} else if ((size_t)wrote < line.size) {
		atomic_fetch_add(&dropped, 1);
		atomic_store(&cut, true);
	}
}

__attribute__((format(printf, 5, 0))) static void write_line(
	enum log_level level, const char *file, int line, int r, const char *fmt, va_list args)
{
	if (!log_enabled(level)) {
		return;
	}
	int saved_errno = errno;
	char text[LINE_BYTES];
	struct buf b = {.data = text, .capacity = sizeof(text), .max_bytes = sizeof(text) - 1};
	b.capacity = b.max_bytes;
	if (stderr_is_journal()) {
		buf_printf(&b, "<%d>", (int)level);
	} else {
		buf_printf(&b, "%s: %s: ", program_name, level_name(level));
	}
	size_t room = b.max_bytes - b.size;
	int wrote = vsnprintf(b.data + b.size, room, fmt, args);
	if (wrote > 0) {
		b.size += (size_t)wrote < room ? (size_t)wrote : room - 1;
	}
	if (r < 0) {
		buf_printf(&b, ": %s", strerror(-r));
	}
	if (current_level == LOG_LEVEL_DEBUG && level == LOG_LEVEL_DEBUG) {
		buf_printf(&b, " (%s:%d)", file, line);
	}
	text[b.size++] = '\n'; // the maximum keeps this byte free
	put_line((struct str){text, b.size});
	errno = saved_errno;
}

void log_write(enum log_level level, const char *file, int line, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	write_line(level, file, line, 0, fmt, args);
	va_end(args);
}

int log_write_errno(int r, const char *file, int line, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	write_line(LOG_LEVEL_ERROR, file, line, r, fmt, args);
	va_end(args);
	return r;
}

const char *log_shown(struct str s)
{
	static char texts[SHOWN_COUNT][SHOWN_BYTES + 16];
	static unsigned next;
	char *text = texts[next++ % SHOWN_COUNT];
	struct buf b = {.data = text, .capacity = SHOWN_BYTES + 15, .max_bytes = SHOWN_BYTES + 15};
	utf8_append_shown(&b, s, SHOWN_BYTES);
	text[b.size] = '\0';
	return text;
}
