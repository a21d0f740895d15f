#include "cli/cli_prices_import.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fd.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_health.h"
#include "cli/cli_http.h"
#include "cli/cli_setup_file.h"
#include "cli/cli_style.h"
#include "config/config.h"
#include "price/price_file.h"
#include "price/price_import.h"

enum { DAY_MS = 86400000, SHOWN_DIFFERENCES = 30, SHOWN_NEW = 8 };

const char *const cli_prices_sources[] = {
	"auto", "models.dev", "litellm", "genai-prices", NULL}; // as enum price_source, from 1 on

struct run {
	const struct config *config;
	FILE *out; // for messages: standard error if standard output gets the list
	bool ascii;
	int64_t today;
	struct buf text; // of the file
	struct price_import import;
	struct price_table *builtin, *own; // owned; own: NULL if there is none
	struct cli_setup_file file;        // the user's own list
};

/* ---- what is said */

static void say(const struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(const struct run *r, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	(void)vfprintf(r->out, fmt, args);
	va_end(args);
}

static void say_notes(const struct run *r, const char *heading, unsigned from, unsigned to)
{
	bool is_first = true;
	for (unsigned note = from; note < to; note++) {
		const struct price_notes *n = &r->import.notes[note];
		if (n->count == 0) {
			continue;
		}
		say(r, "%s%7zu  %s: ", is_first ? heading : "", n->count, price_note_text(note));
		is_first = false;
		size_t shown = n->count < PRICE_NOTE_NAMES ? n->count : PRICE_NOTE_NAMES;
		for (size_t i = 0; i < shown; i++) {
			say(r, "%s%s", i > 0 ? ", " : "", log_shown(n->names[i]));
		}
		say(r, "%s\n", n->count > shown ? ", ..." : "");
	}
}

/* "gpt-6: input 2.5 → 2, output 15 → 12" */
static void say_difference(const struct run *r, const struct price_offer *offer)
{
	static const char *const classes[] = {
		[USAGE_INPUT] = "input",
		[USAGE_CACHE_READ] = "cache read",
		[USAGE_CACHE_WRITE_5M] = "write 5m",
		[USAGE_CACHE_WRITE_1H] = "write 1h",
		[USAGE_CACHE_WRITE] = "write",
		[USAGE_OUTPUT] = "output",
	};
	bool is_first = true;
	say(r, "  %s:", log_shown(offer->name));
	for (unsigned i = 0; i < ARRAY_SIZE(classes); i++) {
		bool is_told = classes[i] != NULL && offer->now_of[i] != PRICE_UNTOLD;
		if (is_told && offer->was_of[i] != offer->now_of[i]) {
			say(r, "%s %s %.10g %s %.10g", is_first ? "" : ",", classes[i],
				(double)offer->was_of[i] / 1e6, r->ascii ? "->" : "→",
				(double)offer->now_of[i] / 1e6);
			is_first = false;
		}
	}
	say(r, "%s\n", is_first ? " other speeds, prompt lengths or days" : "");
}

static void say_differences(const struct run *r)
{
	size_t count = r->import.verdicts[PRICE_VERDICT_DIFFERS], shown = 0;
	size_t most = r->config->verbose ? SIZE_MAX : SHOWN_DIFFERENCES;
	if (count > 0) {
		say(r, "Different, in USD per million tokens, now and by the file:\n");
	}
	for (uint32_t i = 0; i < r->import.offer_count && shown < most; i++) {
		const struct price_offer *offer = &r->import.offers[i];
		if (!offer->is_out && offer->verdict == PRICE_VERDICT_DIFFERS) {
			say_difference(r, offer);
			shown++;
		}
	}
	if (count > shown) {
		say(r, "  and %zu more; --verbose lists all\n", count - shown);
	}
}

static void say_new(const struct run *r)
{
	size_t count = r->import.verdicts[PRICE_VERDICT_NEW], shown = 0;
	size_t most = r->config->verbose ? SIZE_MAX : SHOWN_NEW;
	if (count == 0) {
		return;
	}
	say(r, "New: ");
	for (uint32_t i = 0; i < r->import.offer_count && shown < most; i++) {
		const struct price_offer *offer = &r->import.offers[i];
		if (!offer->is_out && offer->verdict == PRICE_VERDICT_NEW) {
			say(r, "%s%s", shown > 0 ? ", " : "", log_shown(offer->name));
			shown++;
		}
	}
	if (count > shown) {
		say(r, " and %zu more", count - shown);
	}
	say(r, "\n");
}

static void say_findings(const struct run *r)
{
	const struct price_import *im = &r->import;
	const size_t *verdicts = im->verdicts;
	say(r,
		"%s, %zu models: %zu match the lists in use, %zu differ, %zu are new, the rest is "
		"left out.\n",
		price_source_name(im->source), im->read, verdicts[PRICE_VERDICT_SAME],
		verdicts[PRICE_VERDICT_DIFFERS], verdicts[PRICE_VERDICT_NEW]);
	say_differences(r);
	say_new(r);
	say_notes(r, "Left out:\n", 0, PRICE_NOTE_FIRST_LACK);
	say_notes(
		r, "Left out of imported models:\n", PRICE_NOTE_FIRST_LACK, PRICE_NOTE_FIRST_LOSS);
	say_notes(r, "In the list in use but not in the file, so it is lost:\n",
		PRICE_NOTE_FIRST_LOSS, PRICE_NOTE_COUNT);
}

static void say_reload(const struct run *r)
{
	struct cli_endpoint endpoint = cli_endpoint_of(r->config);
	struct cli_health health;
	if (cli_health_ask(&endpoint, &health) == 200) {
		printf("To load it into the running daemon: systemctl --user reload "
		       "otel-ai-monitor (or SIGHUP)\n");
	}
}

/* ---- reading */

/* 0 or a negative errno. Pipes too: a shell can hand one over. */
static int read_input(struct run *r)
{
	const char *path = r->config->price_file;
	if (strcmp(path, "-") == 0) {
		return fd_read_all(STDIN_FILENO, &r->text);
	}
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return fd >= 0 ? fd_read_all(fd, &r->text) : -errno;
}

static bool read_file(struct run *r)
{
	const char *shown = log_shown(str_from(r->config->price_file)), *error = NULL;
	size_t line = 0;
	int result = read_input(r);
	if (result == -EFBIG) {
		log_error("cannot import '%s': it is larger than 32 MiB", shown);
		return false;
	}
	if (result < 0) {
		log_errno(result, "cannot read '%s'", shown);
		return false;
	}
	enum price_source source = r->config->price_from == 0
					   ? PRICE_SOURCE_COUNT
					   : (enum price_source)(r->config->price_from - 1);
	bool good = price_import_read(
		&r->import, source, r->text.data, r->text.size, &error, &line);
	if (!good && line > 0) {
		log_error("cannot import '%s': line %zu: %s", shown, line, error);
	} else if (!good || r->import.read == 0) {
		log_error("cannot import '%s': %s", shown,
			good ? "there are no models in it; --from names its source" : error);
	}
	return good && r->import.read > 0;
}

static bool read_lists(struct run *r, const char *path)
{
	const char *error = NULL;
	unsigned line = 0;
	r->builtin = price_file_builtin();
	int result = cli_setup_file_open(&r->file, r->config, path);
	if (result < 0) {
		log_errno(result, "cannot read '%s'", path);
		return false;
	}
	if (r->file.before.size > 0) {
		r->own = price_table_read(buf_str(&r->file.before), &error, &line);
	}
	if (error != NULL) {
		log_error("cannot add to '%s': line %u: %s; correct it or move it away", path, line,
			error);
	}
	return error == NULL;
}

/* ---- writing */

/* Reads back what is to be written: a list that the daemon would reject never replaces another. */
static bool is_good(const struct run *r)
{
	const char *error = NULL;
	unsigned line = 0;
	if (r->file.after.overflowed) {
		log_error("the list would be larger than 4 MiB, so nothing was changed");
		return false;
	}
	struct price_table *table = price_table_read(buf_str(&r->file.after), &error, &line);
	if (table == NULL) {
		log_error("cannot write the list: line %u: %s", line, error);
	}
	price_table_destroy(table);
	return table != NULL;
}

static int write_list(struct run *r, size_t models)
{
	bool is_unchanged = models == 0 ||
			    str_equal(buf_str(&r->file.before), buf_str(&r->file.after));
	if (r->config->setup_print) {
		struct str list = buf_str(&r->file.after);
		(void)fwrite(list.data, 1, list.size, stdout);
		return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	if (is_unchanged) {
		printf("Nothing to write.\n");
		return EXIT_SUCCESS;
	}
	printf("%zu models for %s.\n", models, r->file.path);
	r->file.is_untouched = true; // the backup is the list as it was before this import
	r->file.is_told = true;
	enum cli_setup_change change = cli_setup_file_change(&r->file);
	if (r->file.unasked) {
		log_error("not a terminal, so nothing was changed: use --yes, --dry-run or "
			  "--print");
	}
	if (change == CLI_SETUP_CHANGED) {
		say_reload(r);
	}
	return change == CLI_SETUP_FAILED ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int import(struct run *r, const char *path)
{
	size_t models;
	if (!read_lists(r, path) || !read_file(r)) {
		return EXIT_FAILURE;
	}
	price_import_compare(&r->import, &(struct price_book){r->builtin, r->own}, r->today);
	buf_clear(&r->file.after);
	price_import_write(&r->import, buf_str(&r->file.before), r->own, r->config->price_all,
		r->today, &r->file.after, &models);
	say_findings(r);
	return is_good(r) ? write_list(r, models) : EXIT_FAILURE;
}

int cli_prices_import(const struct config *config)
{
	cleanup_free char *path = config_user_path(config, PRICE_FILE_NAME);
	struct run r = {.config = config,
		.out = config->setup_print ? stderr : stdout,
		.ascii = cli_style_of(config, STDOUT_FILENO).ascii,
		.today = instant_now().wall_ms / DAY_MS};
	if (path == NULL) {
		log_error("no place for a price list: neither HOME nor XDG_CONFIG_HOME is an "
			  "absolute path");
		return EXIT_FAILURE;
	}
	buf_init(&r.text, PRICE_IMPORT_BYTES);
	int status = import(&r, path);
	price_import_finish(&r.import);
	price_table_destroy(r.builtin);
	price_table_destroy(r.own);
	cli_setup_file_finish(&r.file);
	buf_finish(&r.text);
	return status;
}
