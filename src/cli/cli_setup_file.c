#include "cli/cli_setup_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_file.h"
#include "config/config.h"
#include "setup/setup_diff.h"

enum { TEXT_BYTES = 4 << 20, DIFF_BYTES = 32 << 20 };

#define BACKUP_SUFFIX ".before-otel-ai-monitor"

int cli_setup_file_open(struct cli_setup_file *f, const struct config *config, const char *path)
{
	*f = (struct cli_setup_file){.config = config, .path = path};
	buf_init(&f->before, TEXT_BYTES);
	buf_init(&f->after, TEXT_BYTES);
	buf_init(&f->base, TEXT_BYTES);
	f->real = cli_file_real_path(path);
	if (f->real == NULL) {
		return -errno;
	}
	f->backup = xasprintf("%s" BACKUP_SUFFIX, f->real);
	int r = cli_file_read(f->real, &f->before);
	if (r < 0 && r != -ENOENT) {
		return r;
	}
	buf_append_str(&f->after, buf_str(&f->before));
	r = cli_file_read(f->backup, &f->base);
	return r == -ENOENT ? 0 : r;
}

void cli_setup_file_finish(struct cli_setup_file *f)
{
	buf_finish(&f->before);
	buf_finish(&f->after);
	buf_finish(&f->base);
	free(f->real);
	free(f->backup);
}

static bool ask(struct cli_setup_file *f)
{
	char answer[16] = "";
	if (f->config->setup_yes) {
		return true;
	}
	if (isatty(STDIN_FILENO) != 1) {
		f->unasked = true;
		return false;
	}
	printf("Apply this change? [y/N] ");
	(void)fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

/* It may have been changed while the user was deciding. */
static bool is_still_the_same(const struct cli_setup_file *f)
{
	struct buf now;
	buf_init(&now, TEXT_BYTES);
	int r = cli_file_read(f->real, &now);
	bool same = (r == 0 || r == -ENOENT) && str_equal(buf_str(&now), buf_str(&f->before));
	buf_finish(&now);
	return same;
}

/* The backup is from before there was anything of ours. */
static int keep_copy(const struct cli_setup_file *f)
{
	bool has_copy = access(f->backup, F_OK) == 0;
	if (f->before.size == 0 || (has_copy && !f->is_untouched) || f->no_copy) {
		return 0;
	}
	return cli_file_write(f->backup, &f->before);
}

static int write_result(const struct cli_setup_file *f)
{
	if (!is_still_the_same(f)) {
		return -EBUSY;
	}
	int r = f->config->setup_undo ? 0 : keep_copy(f);
	if (r == 0 && f->after.size == 0) {
		return unlink(f->real) == 0 ? 0 : -errno;
	}
	return r == 0 ? cli_file_write(f->real, &f->after) : r;
}

static void say_done(const struct cli_setup_file *f)
{
	bool undone = f->config->setup_undo;
	bool as_before = str_equal(buf_str(&f->after), buf_str(&f->base));
	if (f->after.size == 0) {
		printf("Removed.\n");
	} else if (undone && as_before && unlink(f->backup) == 0) {
		printf("Restored.\n");
	} else if (access(f->backup, F_OK) == 0) {
		printf("Saved; the original is in %s\n", f->backup);
	} else {
		printf("Saved.\n");
	}
}

static void print_difference(const struct cli_setup_file *f)
{
	struct buf diff;
	buf_init(&diff, DIFF_BYTES);
	setup_diff_append(&diff, f->path, buf_str(&f->before), buf_str(&f->after));
	if (diff.size > 0) {
		(void)fwrite(diff.data, 1, diff.size, stdout);
	}
	buf_finish(&diff);
}

enum cli_setup_change cli_setup_file_change(struct cli_setup_file *f)
{
	if (!f->is_told) {
		print_difference(f);
	}
	if (f->config->setup_dry_run) {
		return CLI_SETUP_KEPT;
	}
	if (!ask(f)) {
		printf("Skipped.\n");
		return f->unasked ? CLI_SETUP_FAILED : CLI_SETUP_KEPT;
	}
	int r = write_result(f);
	if (r == -EBUSY) {
		log_error("'%s' has changed meanwhile; run this again", f->path);
	} else if (r < 0) {
		log_errno(r, "cannot change '%s'", f->path);
	} else {
		say_done(f);
	}
	return r < 0 ? CLI_SETUP_FAILED : CLI_SETUP_CHANGED;
}
