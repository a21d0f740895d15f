#include "cli/cli_setup_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_client_check.h"
#include "cli/cli_find.h"
#include "cli/cli_setup_path.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"

enum { OUTPUT_BYTES = 1 << 20, TEXT_BYTES = 256 * 1024, NOTE_BYTES = 64 * 1024 };

static const char *telemetry_word(const struct cli_client_check *c)
{
	if (c->unreadable) {
		return "unknown";
	}
	if (c->elsewhere) {
		return "elsewhere";
	}
	return c->members == 0 || c->by_environment ? "here" : "missing";
}

static const char *hooks_word(const struct cli_client_check *c)
{
	if (!c->has_hooks) {
		return "none";
	}
	if (c->unreadable) {
		return "unknown";
	}
	if (c->hooks_off) {
		return "off";
	}
	if (c->hooks > 0) {
		return "missing";
	}
	return c->trusted ? "here" : "untrusted";
}

/* What one may paste into a file by hand. What is left out needs to know the client's version. */
static void write_snippet(struct json_writer *j, const struct config *config,
	const struct setup_settings *settings, const struct setup_client *client,
	const struct setup_file *file)
{
	static const char *const hows[] = {
		[SETUP_JSON] = "merge", [SETUP_TOML] = "append", [SETUP_SHELL] = "append"};
	struct buf text, notes;
	cleanup_free char *path = cli_setup_path_file(config, file);
	buf_init(&text, TEXT_BYTES);
	buf_init(&notes, NOTE_BYTES);
	const struct setup_outcome outcome = setup_plan_apply(
		client, file, settings, NULL, &text, &notes);
	json_object_begin(j);
	json_name_str(j, "path", str_from(path));
	json_name_str(j, "how", str_from(hows[file->format]));
	json_name_str(j, "text", buf_str(&text));
	json_name_int(j, "left_out", (int64_t)outcome.events_left_out);
	json_object_end(j);
	buf_finish(&text);
	buf_finish(&notes);
}

static void write_client(struct json_writer *j, const struct config *config,
	const struct setup_settings *settings, const struct setup_client *client)
{
	struct setup_settings of_snippet = *settings;
	of_snippet.environment_url = NULL;
	cleanup_free char *program = cli_find_program(config, client->program);
	const struct cli_client_check check = cli_client_check(config, settings, client, NULL);
	json_object_begin(j);
	json_name_str(j, "client", str_from(client->word));
	json_name_str(j, "title", str_from(client->title));
	json_name_bool(j, "found", cli_setup_path_has_client(config, client));
	json_name_str(j, "program", str_from(program));
	json_name_str(j, "telemetry", str_from(telemetry_word(&check)));
	json_name_str(j, "hooks", str_from(hooks_word(&check)));
	json_name(j, "snippets");
	json_array_begin(j);
	for (size_t i = 0; i < ARRAY_SIZE(client->files) && client->files[i] != NULL; i++) {
		write_snippet(j, config, &of_snippet, client, client->files[i]);
	}
	json_array_end(j);
	json_object_end(j);
}

static bool is_asked_for(const struct config *c, const struct setup_client *client)
{
	bool is_named = c->setup_names[0] == NULL;
	for (size_t i = 0; i < CONFIG_SETUP_NAMES && c->setup_names[i] != NULL; i++) {
		is_named = is_named ||
			   str_equal(str_from(c->setup_names[i]), str_from(client->word));
	}
	return is_named;
}

int cli_setup_json(const struct config *config)
{
	char *command;
	struct buf out;
	struct json_writer j;
	const struct setup_settings settings = cli_setup_path_settings(config, &command);
	buf_init(&out, OUTPUT_BYTES);
	json_writer_init(&j, &out);
	json_array_begin(&j);
	for (size_t i = 0; i < setup_client_count; i++) {
		if (is_asked_for(config, &setup_clients[i])) {
			write_client(&j, config, &settings, &setup_clients[i]);
		}
	}
	json_array_end(&j);
	buf_append_char(&out, '\n');
	bool is_whole = !out.overflowed;
	if (is_whole) {
		(void)fwrite(out.data, 1, out.size, stdout);
	} else {
		log_error("the answer is too long: paths of more than %d bytes", OUTPUT_BYTES);
	}
	buf_finish(&out);
	free(command);
	return is_whole && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
