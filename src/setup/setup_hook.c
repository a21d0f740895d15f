#include "setup/setup_hook.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "setup/setup_client.h"
#include "setup/setup_json.h"

enum { HOOK_BYTES = 32 * 1024 }; // for a path of PATH_MAX, however it is quoted

/* A group of hooks with ours among them, by command or by URL. */
static bool has_our_hook(struct str group, const void *data)
{
	const char *word = data;
	cleanup_free char *command = xasprintf("hook %s\"", word);
	cleanup_free char *url = xasprintf("/hooks/%s\"", word);
	return (str_contains(group, STR("otel-ai-monitor")) &&
		       str_contains(group, str_from(command))) ||
	       str_contains(group, str_from(url));
}

/* One as setup_hook_add() makes it. */
static bool is_our_hook(struct str group, const void *data)
{
	static const char type[] = "\"type\"";
	const char *first = memmem(group.data, group.size, type, sizeof(type) - 1);
	if (first == NULL || !has_our_hook(group, data)) {
		return false;
	}
	struct str rest = str_skip(group, (size_t)(first - group.data) + sizeof(type) - 1);
	return !str_contains(rest, STR(type)) && str_contains(group, STR("otel-ai-monitor"));
}

/* As one word of a shell. */
static void append_quoted(struct buf *out, const char *word)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789+,-./:@_";
	if (word[strspn(word, plain)] == '\0') {
		buf_append_str(out, str_from(word));
		return;
	}
	buf_append_char(out, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'') {
			buf_append_str(out, STR("'\\''"));
		} else {
			buf_append_char(out, *word);
		}
	}
	buf_append_char(out, '\'');
}

/* { "hooks": [{ "type": "command", "command": "otel-ai-monitor hook codex" }] }, or only the hook
 * in it. */
static void append_group(struct buf *out, const struct setup_client *client,
	const struct setup_file *file, const char *command)
{
	bool bare = file->has_bare_hooks;
	struct buf line;
	struct json_writer j;
	buf_init(&line, HOOK_BYTES);
	append_quoted(&line, command);
	buf_printf(&line, " hook %s", client->word);
	buf_printf(out, "%s{ \"type\": \"command\", \"%s\": ", bare ? "" : "{ \"hooks\": [",
		bare ? "bash" : "command");
	json_writer_init(&j, out);
	json_str(&j, buf_str(&line));
	buf_append_str(out, bare ? STR(" }") : STR(" }] }"));
	buf_finish(&line);
}

static enum setup_hook_status add_group(
	struct buf *text, const struct setup_client *client, const char *event, struct str group)
{
	const char *path[] = {"hooks", event, NULL};
	struct str found;
	enum setup_json_status status = setup_json_get(text, path, &found);
	if (status == SETUP_JSON_ABSENT) {
		cleanup_free char *array = xasprintf("[%.*s]", STR_ARG(group));
		setup_json_add(text, path, str_from(array));
		return SETUP_HOOK_ADDED;
	}
	if (status != SETUP_JSON_PRESENT) {
		return SETUP_HOOK_UNCLEAR;
	}
	if (setup_json_count(text, path, has_our_hook, client->word) > 0) {
		return SETUP_HOOK_THERE;
	}
	return setup_json_append(text, path, group) ? SETUP_HOOK_ADDED : SETUP_HOOK_UNCLEAR;
}

enum setup_hook_status setup_hook_add(struct buf *text, const struct setup_client *client,
	const struct setup_file *file, const char *command, const char *event)
{
	struct buf group;
	buf_init(&group, HOOK_BYTES);
	append_group(&group, client, file, command);
	enum setup_hook_status status = add_group(text, client, event, buf_str(&group));
	buf_finish(&group);
	return status;
}

void setup_hook_remove(struct buf *text, const struct buf *base, const struct setup_client *client,
	const char *event)
{
	const char *path[] = {"hooks", event, NULL};
	struct str ignored;
	if (setup_json_count(text, path, is_our_hook, client->word) == 0) {
		return;
	}
	setup_json_remove_items(text, path, is_our_hook, client->word);
	if (setup_json_is_empty(text, path) &&
		setup_json_get(base, path, &ignored) != SETUP_JSON_PRESENT) {
		setup_json_remove(text, path);
	}
}
