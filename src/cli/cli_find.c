#include "cli/cli_find.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/argv.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/cli_file.h"
#include "config/config.h"

enum { TEXT_BYTES = 1 << 20 };

/* $variable/below if the variable is set, else ~/below_home. */
static const struct {
	const char *variable, *below; // NULL: none
	const char *below_home;
} places[] = {
	{NULL, NULL, ".local/bin"},
	{NULL, NULL, "bin"},
	{NULL, NULL, ".claude/local"},
	{NULL, NULL, ".opencode/bin"},
	{"NPM_CONFIG_PREFIX", "bin", ".npm-global/bin"},
	{"npm_config_prefix", "bin", ".npm/bin"},
	{"PNPM_HOME", "", ".local/share/pnpm"},
	{"BUN_INSTALL", "bin", ".bun/bin"},
	{"VOLTA_HOME", "bin", ".volta/bin"},
	{NULL, NULL, ".yarn/bin"},
	{NULL, NULL, ".local/share/mise/shims"},
	{NULL, NULL, ".asdf/shims"},
	{NULL, NULL, ".nix-profile/bin"},
	{NULL, NULL, ".linuxbrew/bin"},
	{NULL, NULL, ".nvm/versions/node/*/bin"},
	{NULL, NULL, ".local/share/fnm/node-versions/*/installation/bin"},
};

static const char *const system_places[] = {"/home/linuxbrew/.linuxbrew/bin", "/snap/bin"};

static const char *home_of(const struct config *c)
{
	const char *home = config_variable(c, "HOME");
	return home != NULL && home[0] == '/' ? home : NULL;
}

/* path, if it can be run; else it is freed. */
static char *if_program(char *path)
{
	if (path == NULL || access(path, X_OK) == 0) {
		return path;
	}
	free(path);
	return NULL;
}

char *cli_find_in_path(const struct config *c, const char *name)
{
	struct str path = str_from(config_variable(c, "PATH"));
	while (path.size > 0) {
		struct str directory = str_cut(&path, ':');
		char *found = directory.size == 0
				      ? NULL
				      : if_program(xasprintf("%.*s/%s", STR_ARG(directory), name));
		if (found != NULL) {
			return found;
		}
	}
	return NULL;
}

/* ---- aliases */

/* Expands "~/x" and "$HOME/x". */
static char *expand_home(const struct config *c, struct str path)
{
	static const struct str homes[] = {
		STR_INIT("~/"), STR_INIT("$HOME/"), STR_INIT("${HOME}/")};
	for (size_t i = 0; i < ARRAY_SIZE(homes) && home_of(c) != NULL; i++) {
		if (str_starts_with(path, homes[i])) {
			struct str rest = str_skip(path, homes[i].size);
			return xasprintf("%s/%.*s", home_of(c), STR_ARG(rest));
		}
	}
	return str_dup(path);
}

/* The program that an alias runs, skipping variables before it; NULL if it is not a path. */
static char *program_of(const struct config *c, const char *command)
{
	struct str rest = str_from(command);
	for (;;) {
		cleanup_free char *word = argv_split(&rest);
		if (word == NULL) {
			return NULL;
		}
		if (strchr(word, '=') == NULL && strcmp(word, "env") != 0) {
			cleanup_free char *path = expand_home(c, str_from(word));
			return path[0] == '/' ? if_program(xstrdup(path)) : NULL;
		}
	}
}

/* alias NAME='COMMAND', or alias NAME 'COMMAND' as in fish. The command, for the caller to free;
 * NULL if the line is not that. */
static char *read_alias(struct str line, const char *name)
{
	char *command = NULL;
	cleanup_free char *first = argv_split(&line);
	cleanup_free char *second = first != NULL && strcmp(first, "alias") == 0 ? argv_split(&line)
										 : NULL;
	size_t size = strlen(name);
	if (second == NULL || strncmp(second, name, size) != 0) {
		return NULL;
	}
	if (second[size] == '=') {
		command = xstrdup(second + size + 1);
	} else if (second[size] == '\0') {
		command = argv_split(&line);
	}
	return command;
}

/* The last one counts; setup's own are ignored. */
static char *find_alias_in(const char *path, const char *name)
{
	struct buf text;
	char *found = NULL;
	bool is_ours = false;
	buf_init(&text, TEXT_BYTES);
	struct str rest = {0};
	if (path != NULL && cli_file_read(path, &text) == 0) {
		rest = buf_str(&text);
	}
	while (rest.size > 0) {
		struct str line = str_cut(&rest, '\n');
		is_ours = str_starts_with(line, STR("# >>> otel-ai-monitor ")) ||
			  (is_ours && !str_starts_with(line, STR("# <<< otel-ai-monitor ")));
		char *command = is_ours ? NULL : read_alias(line, name);
		if (command != NULL) {
			free(found);
			found = command;
		}
	}
	buf_finish(&text);
	return found;
}

static char *find_alias(const struct config *c, const char *name)
{
	static const char *const files[] = {
		".bashrc", ".bash_aliases", ".zshrc", ".profile", ".config/fish/config.fish"};
	char *found = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(files) && found == NULL && home_of(c) != NULL; i++) {
		cleanup_free char *path = xasprintf("%s/%s", home_of(c), files[i]);
		found = find_alias_in(path, name);
	}
	return found;
}

bool cli_find_has_alias(const struct config *c, const char *name)
{
	cleanup_free char *command = find_alias(c, name);
	return command != NULL;
}

/* ---- where installers put programs */

/* npm's own setting. */
static char *find_by_npmrc(const struct config *c, const char *program)
{
	struct buf text;
	char *found = NULL;
	cleanup_free char *path = xasprintf("%s/.npmrc", home_of(c));
	buf_init(&text, TEXT_BYTES);
	struct str rest = {0};
	if (cli_file_read(path, &text) == 0) {
		rest = buf_str(&text);
	}
	while (rest.size > 0 && found == NULL) {
		struct str name, value;
		if (str_split(str_cut(&rest, '\n'), '=', &name, &value) &&
			str_equal(str_trim(name), STR("prefix"))) {
			cleanup_free char *prefix = expand_home(c, str_trim(value));
			found = if_program(xasprintf("%s/bin/%s", prefix, program));
		}
	}
	buf_finish(&text);
	return found;
}

/* The last of those that match, which has the highest version. */
static char *find_by_pattern(const char *pattern)
{
	glob_t matches;
	char *found = NULL;
	if (glob(pattern, 0, NULL, &matches) != 0) {
		return NULL;
	}
	for (size_t i = matches.gl_pathc; i > 0 && found == NULL; i--) {
		found = if_program(xstrdup(matches.gl_pathv[i - 1]));
	}
	globfree(&matches);
	return found;
}

static char *find_in_home(const struct config *c, const char *name)
{
	const char *home = home_of(c);
	char *found = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(places) && found == NULL; i++) {
		const char *set = places[i].variable != NULL
					  ? config_variable(c, places[i].variable)
					  : NULL;
		cleanup_free char *path = set != NULL && set[0] == '/'
						  ? xasprintf(
							    "%s/%s/%s", set, places[i].below, name)
						  : xasprintf("%s/%s/%s", home,
							    places[i].below_home, name);
		bool pattern = strchr(places[i].below_home, '*') != NULL;
		found = pattern ? find_by_pattern(path) : if_program(xstrdup(path));
	}
	return found != NULL ? found : find_by_npmrc(c, name);
}

char *cli_find_program(const struct config *c, const char *name)
{
	char *found = cli_find_in_path(c, name);
	cleanup_free char *command = found == NULL ? find_alias(c, name) : NULL;
	if (command != NULL) {
		found = program_of(c, command);
	}
	if (found == NULL && home_of(c) != NULL) {
		found = find_in_home(c, name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(system_places) && found == NULL; i++) {
		found = if_program(xasprintf("%s/%s", system_places[i], name));
	}
	return found;
}
