#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/utf8.h"

enum { LINE_BYTES = 2048, SHOWN_BYTES = 128, SHOWN_COUNT = 4 };

static enum log_level current_level = LOG_LEVEL_INFO;
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
	ssize_t ignored = write(STDERR_FILENO, text, b.size);
	(void)ignored;
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
