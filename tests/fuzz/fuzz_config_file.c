/* Any bytes as the configuration file: what is read from it and written anew in the plainest form
 * is read the same; and loading it ends in a configuration, or in a message fit for a terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/config.h"
#include "config/config_ini.h"
#include "fuzz/fuzz_target.h"

enum { TEXT_BYTES = 1 << 20, PATH_BYTES = 32 };

struct reading {
	struct fuzz_body body;
	struct buf plain; // what was read, written anew
	int line;
};

static int on_entry(const struct config_ini_entry *entry, void *data)
{
	struct reading *r = data;
	fuzz_check_str(&r->body, entry->section);
	fuzz_check_str(&r->body, entry->name);
	fuzz_check_str(&r->body, entry->value);
	fuzz_check(entry->name.size > 0 && entry->line > r->line);
	r->line = entry->line;
	(void)buf_printf(&r->plain, "[%.*s]\n%.*s = \"%.*s\"\n", STR_ARG(entry->section),
		STR_ARG(entry->name), STR_ARG(entry->value));
	return 0;
}

static int read_text(struct reading *r, struct str text)
{
	int line = 0;
	*r = (struct reading){.body = {.start = text.data, .size = text.size}};
	buf_init(&r->plain, TEXT_BYTES);
	int result = config_ini_parse(text, on_entry, r, &line);
	fuzz_check(result == CONFIG_INI_OK || line > r->line);
	fuzz_check_line(str_from(config_ini_fault_text((enum config_ini_fault)result)));
	return result;
}

static void check_ini(struct str text)
{
	struct reading first, second;
	(void)read_text(&first, text);
	fuzz_check(read_text(&second, buf_str(&first.plain)) == CONFIG_INI_OK);
	fuzz_check(str_equal(buf_str(&first.plain), buf_str(&second.plain)));
	buf_finish(&first.plain);
	buf_finish(&second.plain);
}

static void check_load(const char *path)
{
	const char *const argv[] = {"otel-ai-monitor", "serve", "--config", path, NULL};
	const struct config_inputs inputs = {.argc = 4, .argv = argv, .stdout_fd = -1};
	struct config config;
	struct buf message;
	buf_init(&message, TEXT_BYTES);
	int r = config_load(&config, &inputs, &message);
	fuzz_check(r == CONFIG_OK || message.size > 0);
	fuzz_check_line(buf_str(&message));
	if (r == CONFIG_OK) {
		buf_clear(&message);
		fuzz_check(config_reload(&config, &message) == CONFIG_OK);
		config_finish(&config);
	}
	buf_finish(&message);
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
