#include "cli/cli_setup_path.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/run.h"
#include "base/self.h"
#include "base/str.h"
#include "base/xdg.h"
#include "cli/cli_find.h"
#include "config/config.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"

enum { VERSION_BYTES = 16 * 1024, VERSION_MS = 10 * 1000 };

/* The path, for the caller to free; NULL if the environment has no home. */
static char *path_of(const struct config *c, const struct setup_path *place)
{
	const char *set = place->variable != NULL ? config_variable(c, place->variable) : NULL;
	return xdg_path(set, config_variable(c, "HOME"), place->base, place->name);
}

const char *cli_setup_path_managed(const struct config *c, const struct setup_client *client)
{
	const char *set = client->managed_variable != NULL
				  ? config_variable(c, client->managed_variable)
				  : NULL;
	return set != NULL && set[0] == '/' ? set : client->managed;
}

char *cli_setup_path_file(const struct config *c, const struct setup_file *file)
{
	struct setup_path shell;
	if (file->format == SETUP_SHELL) {
		bool known = setup_client_shell_path(config_variable(c, "SHELL"), &shell);
		return known ? path_of(c, &shell) : NULL;
	}
	char *first = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(file->places) && file->places[i].name != NULL; i++) {
		char *path = path_of(c, &file->places[i]);
		if (path != NULL && access(path, F_OK) == 0) {
			mem_free_pointer(&first);
			return path;
		}
		if (first == NULL) {
			first = path;
		} else {
			mem_free_pointer(&path);
		}
	}
	return first;
}

bool cli_setup_path_has_client(const struct config *c, const struct setup_client *client)
{
	cleanup_free char *program = cli_find_program(c, client->program);
	cleanup_free char *home = path_of(c, &client->home);
	return program != NULL || (home != NULL && access(home, F_OK) == 0) ||
	       cli_find_has_alias(c, client->program);
}

int cli_setup_path_version(const struct config *c, const struct setup_client *client)
{
	struct buf line;
	cleanup_free char *program = client->is_versioned ? cli_find_program(c, client->program)
							  : NULL;
	const char *argv[] = {program, "--version", NULL};
	buf_init(&line, VERSION_BYTES);
	int r = program == NULL ? -ENOENT
				: run_program(&(struct run){.argv = argv,
					  .output = &line,
					  .first_line = true,
					  .limit_ms = VERSION_MS});
	buf_append_char(&line, '\0');
	int version = r == 0 && !line.overflowed ? setup_client_version(line.data) : 0;
	buf_finish(&line);
	return version;
}

/* Just the name if it is in PATH, so that an update may move it. */
static char *own_command(const struct config *c)
{
	cleanup_free char *in_path = cli_find_in_path(c, "otel-ai-monitor");
	char *self = in_path == NULL ? self_path() : NULL;
	return self != NULL ? self : xstrdup("otel-ai-monitor");
}

struct setup_settings cli_setup_path_settings(const struct config *c, char **ret_command)
{
	*ret_command = own_command(c);
	return (struct setup_settings){
		.port = c->port,
		.command = *ret_command,
		.traces = c->setup_traces,
		.fast = c->setup_fast,
		.environment_url = config_variable(c, "OTEL_EXPORTER_OTLP_ENDPOINT"),
	};
}
