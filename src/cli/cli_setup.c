#include "cli/cli_setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_file.h"
#include "cli/cli_place.h"
#include "cli/cli_setup_bar.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_diff.h"
#include "setup/setup_plan.h"
#include "setup/setup_text.h"

enum { EXIT_USAGE = 2, TEXT_BYTES = 4 << 20, DIFF_BYTES = 32 << 20, NOTE_BYTES = 64 * 1024 };

#define BACKUP_SUFFIX ".before-otel-ai-monitor"

struct run {
	const struct config *config;
	struct setup_settings settings;
	bool failed;   // something was left alone
	bool unasked;  // because nobody could be asked
	size_t looked; // files
};

struct job { // one file
	struct run *run;
	const struct setup_client *client;
	const struct setup_file *file;
	const char *path;    // as its user knows it
	char *real, *backup; // owned
	struct buf before, after, base, notes;
};

static void print(const struct buf *text)
{
	if (text->size > 0) {
		(void)fwrite(text->data, 1, text->size, stdout);
	}
}

/* ---- what to paste */

static void print_snippet(const struct run *run, const struct setup_client *client,
	const struct setup_file *file, const char *path)
{
	struct buf text, notes;
	struct setup_settings settings = run->settings;
	settings.environment_url = NULL;
	buf_init(&text, TEXT_BYTES);
	buf_init(&notes, NOTE_BYTES);
	setup_plan_apply(client, file, &settings, &text, &notes);
	printf("%s: into %s:\n\n", client->title, path != NULL ? path : "your shell's profile");
	print(&text);
	putchar('\n');
	buf_finish(&text);
	buf_finish(&notes);
}

/* ---- changing one file */

static void fail(struct run *run)
{
	run->failed = true;
}

static bool ask(struct job *job)
{
	const struct config *c = job->run->config;
	if (c->setup_yes) {
		return true;
	}
	if (isatty(STDIN_FILENO) != 1) {
		job->run->unasked = true;
		fail(job->run);
		return false;
	}
	char answer[16] = "";
	printf("Change it? [y/N] ");
	(void)fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

/* Somebody may have written it while its user thought. */
static bool is_still_the_same(const struct job *job)
{
	struct buf now;
	buf_init(&now, TEXT_BYTES);
	int r = cli_file_read(job->real, &now);
	bool same = (r == 0 || r == -ENOENT) && str_equal(buf_str(&now), buf_str(&job->before));
	buf_finish(&now);
	return same;
}

/* The copy is of a time when nothing of ours was there. */
static int keep_copy(const struct job *job)
{
	struct buf without, nothing;
	buf_init(&without, TEXT_BYTES);
	buf_init(&nothing, 1);
	buf_append_str(&without, buf_str(&job->before));
	setup_plan_undo(job->client, job->file, &nothing, &without);
	bool untouched = str_equal(buf_str(&without), buf_str(&job->before));
	buf_finish(&without);
	bool has_copy = access(job->backup, F_OK) == 0;
	if (job->before.size == 0 || (has_copy && !untouched) ||
		setup_text_has_block(&job->before)) { // of another client
		return 0;
	}
	return cli_file_write(job->backup, &job->before);
}

static int write_result(const struct job *job)
{
	const struct config *c = job->run->config;
	if (!is_still_the_same(job)) {
		return -EBUSY;
	}
	int r = c->setup_undo ? 0 : keep_copy(job);
	if (r == 0 && c->setup_undo && job->after.size == 0) {
		return unlink(job->real) == 0 ? 0 : -errno;
	}
	return r == 0 ? cli_file_write(job->real, &job->after) : r;
}

static void say_done(const struct job *job)
{
	bool undone = job->run->config->setup_undo;
	bool as_before = str_equal(buf_str(&job->after), buf_str(&job->base));
	if (undone && job->after.size == 0) {
		printf("Removed.\n");
	} else if (undone && as_before && unlink(job->backup) == 0) {
		printf("Changed; it is as it was before.\n");
	} else if (access(job->backup, F_OK) == 0) {
		printf("Changed; what %s is in %s\n",
			undone ? "stood there before the first setup" : "was there before",
			job->backup);
	} else {
		printf("Changed.\n");
	}
}

/* True if the file is now as planned. */
static bool change(struct job *job)
{
	struct buf diff;
	buf_init(&diff, DIFF_BYTES);
	setup_diff_append(&diff, job->path, buf_str(&job->before), buf_str(&job->after));
	print(&diff);
	buf_finish(&diff);
	if (job->run->config->setup_dry_run) {
		return false;
	}
	if (!ask(job)) {
		printf("Left as it is.\n");
		return false;
	}
	int r = write_result(job);
	if (r == -EBUSY) {
		log_error("'%s' was changed by somebody else meanwhile; run this again", job->path);
	} else if (r < 0) {
		log_errno(r, "cannot change '%s'", job->path);
	} else {
		say_done(job);
	}
	if (r < 0) {
		fail(job->run);
	}
	return r == 0;
}

static void say_unclear(struct job *job)
{
	const struct config *c = job->run->config;
	printf("%s: %s is left alone: it is not written in a way that can be changed safely%s.\n",
		job->client->title, job->path,
		job->file->format == SETUP_JSON ? " (plain JSON, without comments)" : "");
	if (!c->setup_undo) {
		print_snippet(job->run, job->client, job->file, job->path);
	}
	fail(job->run);
}

static void set_up(struct job *job)
{
	struct setup_outcome outcome = setup_plan_apply(
		job->client, job->file, &job->run->settings, &job->after, &job->notes);
	if (outcome.unclear) {
		say_unclear(job);
		return;
	}
	print(&job->notes);
	if (outcome.elsewhere) {
		fail(job->run);
	}
	if (outcome.members + outcome.hooks == 0) {
		printf("%s: %s: %s.\n", job->client->title, job->path,
			outcome.elsewhere ? "left as it is" : "nothing to do");
		return;
	}
	printf("%s: %s\n", job->client->title, job->path);
	if (change(job) && job->client->note != NULL && outcome.hooks > 0) {
		printf("%s\n", job->client->note);
	}
}

static void undo(struct job *job)
{
	if (!setup_plan_undo(job->client, job->file, &job->base, &job->after)) {
		say_unclear(job);
	} else if (str_equal(buf_str(&job->before), buf_str(&job->after))) {
		printf("%s: %s: nothing to undo.\n", job->client->title, job->path);
	} else {
		printf("%s: %s\n", job->client->title, job->path);
		change(job);
	}
}

static int read_job(struct job *job)
{
	job->real = cli_file_real_path(job->path);
	if (job->real == NULL) {
		return -errno;
	}
	job->backup = xasprintf("%s" BACKUP_SUFFIX, job->real);
	int r = cli_file_read(job->real, &job->before);
	if (r < 0 && r != -ENOENT) {
		return r;
	}
	buf_append_str(&job->after, buf_str(&job->before));
	r = cli_file_read(job->backup, &job->base);
	return r == -ENOENT ? 0 : r;
}

static void run_file(
	struct run *run, const struct setup_client *client, const struct setup_file *file)
{
	cleanup_free char *path = cli_place_file(run->config, file);
	run->looked++;
	if (path == NULL || run->config->setup_print) {
		print_snippet(run, client, file, path);
		return;
	}
	struct job job = {.run = run, .client = client, .file = file, .path = path};
	struct buf *texts[] = {&job.before, &job.after, &job.base, &job.notes};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		buf_init(texts[i], TEXT_BYTES);
	}
	int r = read_job(&job);
	if (r < 0) {
		log_errno(r, "cannot read '%s'; it is left alone", path);
		fail(run);
	} else if (run->config->setup_undo) {
		undo(&job);
	} else {
		set_up(&job);
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		buf_finish(texts[i]);
	}
	free(job.real);
	free(job.backup);
}

static void run_client(struct run *run, const struct setup_client *client)
{
	run->settings.version = cli_place_version(run->config, client);
	for (size_t i = 0; i < ARRAY_SIZE(client->files) && client->files[i] != NULL; i++) {
		run_file(run, client, client->files[i]);
	}
}

/* ---- all of it */

static bool check_names(const struct config *c)
{
	for (size_t i = 0; i < CONFIG_SETUP_NAMES && c->setup_names[i] != NULL; i++) {
		struct str name = str_from(c->setup_names[i]);
		if (setup_client_find(name) == NULL && !cli_setup_bar_knows(name)) {
			log_error(
				"there is no setup for \"%s\"; see setup --help", log_shown(name));
			return false;
		}
	}
	return true;
}

static void run_named(struct run *run)
{
	const struct config *c = run->config;
	for (size_t i = 0; i < CONFIG_SETUP_NAMES && c->setup_names[i] != NULL; i++) {
		struct str name = str_from(c->setup_names[i]);
		const struct setup_client *client = setup_client_find(name);
		if (client != NULL) {
			run_client(run, client);
		} else if (!cli_setup_bar(name)) {
			fail(run);
		}
	}
}

static void run_found(struct run *run)
{
	for (size_t i = 0; i < setup_client_count; i++) {
		if (cli_place_has_client(run->config, &setup_clients[i])) {
			run_client(run, &setup_clients[i]);
		}
	}
	if (run->looked == 0) {
		printf("No client was found here. Those that are known: setup --help\n");
	}
}

static void say_last(const struct run *run)
{
	const struct config *c = run->config;
	if (run->unasked) {
		log_error("nothing was changed, as there is no terminal to ask on; "
			  "use --yes, --dry-run or --print");
	}
	if (c->token != NULL && !c->setup_undo) {
		printf("This otel-ai-monitor wants a token: give it to the clients as "
		       "OTEL_EXPORTER_OTLP_HEADERS=\"Authorization=Bearer ...\". "
		       "It is not written into their files.\n");
	}
}

int cli_setup(const struct config *config)
{
	if (!check_names(config)) {
		return EXIT_USAGE;
	}
	if (config->port == 0) {
		log_error("port 0 is another one after each start, so clients cannot be told it");
		return EXIT_USAGE;
	}
	char *command;
	struct run run = {.config = config, .settings = cli_place_settings(config, &command)};
	if (config->setup_names[0] != NULL) {
		run_named(&run);
	} else {
		run_found(&run);
	}
	say_last(&run);
	free(command);
	return run.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
