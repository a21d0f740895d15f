#include "cli/cli_log_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json_number.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "config/config.h"

enum { LINE_BYTES = 64 * 1024, TIME_BYTES = 40 };

/* "2026-03-09T10:00:00+01:00" */
static void name_time(struct json_writer *j)
{
	char text[TIME_BYTES] = "";
	time_t now = time(NULL);
	struct tm local;
	if (localtime_r(&now, &local) != NULL) {
		long minutes = local.tm_gmtoff / 60, away = labs(minutes);
		struct buf out;
		buf_init(&out, TIME_BYTES);
		(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &local);
		buf_printf(&out, "%s%c%02ld:%02ld", text, minutes < 0 ? '-' : '+', away / 60,
			away % 60);
		json_name_str(j, "timestamp", buf_str(&out));
		buf_finish(&out);
	}
}

static void name_value(struct json_writer *j, struct str value)
{
	double number;
	json_name(j, "value");
	if (value.data == NULL) {
		json_null(j);
	} else if (json_to_double(value, &number)) {
		json_raw(j, value);
	} else {
		json_str(j, value);
	}
}

static void write_line(struct buf *line, const struct config *config)
{
	struct json_writer j;
	json_writer_init(&j, line);
	json_object_begin(&j);
	name_time(&j);
	json_name_str(&j, "event", str_from(config->log_event));
	name_value(&j, str_from(config->log_value));
	json_name(&j, "tags");
	json_array_begin(&j);
	for (size_t i = 0; i < config->log_tags.count; i++) {
		json_str(&j, str_from(config->log_tags.items[i]));
	}
	json_array_end(&j);
	if (config->log_message != NULL) {
		json_name_str(&j, "message", str_from(config->log_message));
	}
	json_object_end(&j);
	buf_append_char(line, '\n');
}

/* In one write, so that others may append at the same time. */
static int write_to(int fd, const char *path, const struct buf *line)
{
	ssize_t size = write(fd, line->data, line->size);
	if (size != (ssize_t)line->size) {
		return log_errno(size < 0 ? -errno : -ENOSPC, "cannot write to \"%s\"",
			log_shown(str_from(path)));
	}
	return 0;
}

static int append(const char *path, const struct buf *line)
{
	int fd = open(
		path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd < 0) {
		return log_errno(-errno, "cannot open \"%s\"", log_shown(str_from(path)));
	}
	int r = write_to(fd, path, line);
	close(fd);
	return r;
}

int cli_log_entry(const struct config *config)
{
	const struct config_list *files = &config->metrics_files;
	const char *path = config->log_file != NULL ? config->log_file
			   : files->count > 0       ? files->items[0]
						    : NULL;
	if (path == NULL) {
		log_error("no file to append to: name one with --file, or as metrics-file in the "
			  "configuration");
		return CLI_EXIT_USAGE;
	}
	struct buf line;
	buf_init(&line, LINE_BYTES);
	write_line(&line, config);
	int r = -EFBIG;
	if (line.overflowed) {
		log_error("the entry is larger than 64 KiB");
	} else {
		r = append(path, &line);
	}
	buf_finish(&line);
	return r == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
