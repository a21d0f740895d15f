/* Log lines to stderr: one line each, with a "<4>"-style priority in front when stderr is the
 * journal (sd-daemon(3)), otherwise with the level's name. Values from outside go in quotes and
 * through log_shown(). */
#pragma once

#include <stdbool.h>

#include "base/str.h"

enum log_level { // the numbers of syslog(3)
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARN = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* Messages above this level are not written; LOG_LEVEL_INFO by default. */
void log_set_level(enum log_level level);
bool log_enabled(enum log_level level);

/* From now on a line that stderr cannot take at once is dropped, and the next one says how many
 * were. */
void log_never_wait(void);

/* The prefix of every line unless stderr is the journal; a literal, kept by pointer. */
void log_set_name(const char *name);

#define log_error(...) log_write(LOG_LEVEL_ERROR, __FILE__, __LINE__, __VA_ARGS__)
#define log_warn(...)  log_write(LOG_LEVEL_WARN, __FILE__, __LINE__, __VA_ARGS__)
#define log_info(...)  log_write(LOG_LEVEL_INFO, __FILE__, __LINE__, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __FILE__, __LINE__, __VA_ARGS__)

/* Logs at error level, followed by the text of the negative errno r; returns r. */
#define log_errno(r, ...) log_write_errno((r), __FILE__, __LINE__, __VA_ARGS__)

/* file and line are shown at debug level only. */
void log_write(enum log_level level, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
int log_write_errno(int r, const char *file, int line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* s made safe to show and cut to 128 bytes, in one of four buffers used in turn: up to four per
 * line. */
const char *log_shown(struct str s);
