/* Any bytes as the configuration file: what is read from it and written anew in the plainest form
 * is read the same; and loading it ends in a configuration, or in a message fit for a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/config_ini.h"
#include "config/config_option.h"
#include "config/config_report.h"
#include "fuzz/fuzz_target.h"

enum { TEXT_BYTES = 1 << 20, PATH_BYTES = 32 };

struct reading {
	struct fuzz_body body;
	struct buf plain; // what was read, written anew
	int line;
	size_t faults;
};

/* Every line is told once, in their order. */
static void next_line(struct reading *r, int line)
{
	fuzz_check(line > r->line);
	r->line = line;
}

static void on_entry(const struct config_ini_entry *entry, void *data)
{
	struct reading *r = data;
	next_line(r, entry->line);
	fuzz_check_str(&r->body, entry->section);
	fuzz_check_str(&r->body, entry->name);
	fuzz_check_str(&r->body, entry->value);
	fuzz_check(entry->name.size > 0);
	(void)buf_printf(&r->plain, "[%.*s]\n%.*s = \"%.*s\"\n", STR_ARG(entry->section),
		STR_ARG(entry->name), STR_ARG(entry->value));
}

static void on_fault(int line, enum config_ini_fault fault, void *data)
{
	struct reading *r = data;
	next_line(r, line);
	r->faults++;
	fuzz_check_line(str_from(config_ini_fault_text(fault)));
}

static void read_text(struct reading *r, struct str text)
{
	*r = (struct reading){.body = {.start = text.data, .size = text.size}};
	buf_init(&r->plain, TEXT_BYTES);
	config_ini_parse(text, on_entry, on_fault, r);
}

static void check_ini(struct str text)
{
	struct reading first, second;
	read_text(&first, text);
	read_text(&second, buf_str(&first.plain));
	fuzz_check(second.faults == 0);
	fuzz_check(str_equal(buf_str(&first.plain), buf_str(&second.plain)));
	buf_finish(&first.plain);
	buf_finish(&second.plain);
}

static void check_lines(struct str lines)
{
	while (lines.size > 0) {
		fuzz_check_line(str_cut(&lines, '\n'));
	}
}

static void check_report(struct config_report *report, int result)
{
	fuzz_check((result == CONFIG_OK) == (report->error_count == 0));
	check_lines(buf_str(&report->errors));
	check_lines(buf_str(&report->warnings));
	config_report_finish(report);
}

static void check_load(const char *path)
{
	const struct config_flag flag = {config_option_named("config"), str_from(path)};
	const struct config_inputs inputs = {
		.flags = &flag, .flag_count = 1, .stdout_fd = -1, .serves = true};
	struct config config;
	struct config_report report;
	config_report_init(&report);
	int r = config_load(&config, &inputs, &report);
	check_report(&report, r);
	if (r == CONFIG_OK) {
		config_report_init(&report);
		r = config_reload(&config, &report);
		check_report(&report, r);
		fuzz_check(r == CONFIG_OK);
	}
	config_finish(&config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[PATH_BYTES];
	cleanup_free char *copy = xmalloc(size);
	for (size_t i = 0; i < size; i++) {
		copy[i] = (char)data[i];
	}
	check_ini((struct str){copy, size});
	int fd = memfd_create("config.ini", MFD_CLOEXEC);
	fuzz_check(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	check_load(path);
	close(fd);
	return 0;
}
