#include "setup/setup_hook.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "setup/setup_client.h"
#include "setup/setup_json.h"
#include "setup/setup_url.h"

enum { DEPTH = 256, HOOK_BYTES = 32 * 1024 }; // for a path of PATH_MAX, however it is quoted

/* ---- what is ours */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the next word of a line, quotes aside. */
static struct str next_word(struct str *line)
{
	struct str rest = *line;
	while (rest.size > 0 && (is_blank(rest.data[0]) || strchr("'\"", rest.data[0]) != NULL)) {
		rest = str_skip(rest, 1);
	}
	size_t size = 0;
	while (size < rest.size && !is_blank(rest.data[size]) &&
		strchr("'\";&|<>", rest.data[size]) == NULL) {
		size++;
	}
	*line = str_skip(rest, size);
	return (struct str){rest.data, size};
}

/* "otel-ai-monitor hook codex" with whatever is before and behind it, as today's line, the bare one
 * of earlier versions, or what somebody made of them. */
bool setup_hook_is_command(struct str line, const char *word)
{
	static const char name[] = "otel-ai-monitor";
	for (;;) {
		const char *found = line.size > 0
					    ? memmem(line.data, line.size, name, sizeof(name) - 1)
					    : NULL;
		if (found == NULL) {
			return false;
		}
		line = str_skip(line, (size_t)(found - line.data) + sizeof(name) - 1);
		struct str rest = line;
		if (rest.size > 0 &&
			(is_blank(rest.data[0]) || strchr("'\"", rest.data[0]) != NULL) &&
			str_equal(next_word(&rest), STR("hook")) &&
			str_equal(next_word(&rest), str_from(word))) {
			return true;
		}
	}
}

static bool is_our_url(struct str url, const char *word)
{
	int ignored;
	cleanup_free char *path = xasprintf("/hooks/%s", word);
	return setup_url_is_loopback(url, str_from(path), &ignored);
}

struct hook {
	struct str command, bash, url;
};

static const struct json_member members[] = {
	JSON_MEMBER("command", TEXT, struct hook, command),
	JSON_MEMBER("bash", TEXT, struct hook, bash),
	JSON_MEMBER("url", TEXT, struct hook, url),
};
static const struct json_shape shape = JSON_SHAPE(members);

/* The members of a hook are looked at, not what is in them. */
static bool has_our_member(struct str text, const char *word, bool urls)
{
	struct hook hook = {0};
	struct json_tally ignored = {0};
	cleanup_free char *copy = str_dup(text);
	return json_bind_text(copy, text.size, DEPTH, &shape, &hook, &ignored) &&
	       (setup_hook_is_command(hook.command, word) ||
		       setup_hook_is_command(hook.bash, word) ||
		       (urls && is_our_url(hook.url, word)));
}

static bool is_our_hook(struct str hook, const void *word)
{
	return has_our_member(hook, word, true);
}

/* One that posts by itself was written by somebody else. */
static bool is_our_command(struct str hook, const void *word)
{
	return has_our_member(hook, word, false);
}

static struct setup_json_items items_of(const struct setup_client *client,
	const struct setup_file *file, const char *const *path, setup_json_match *match)
{
	return (struct setup_json_items){.path = path,
		.inner = file->has_bare_hooks ? NULL : "hooks",
		.match = match,
		.data = client->word};
}

/* ---- making and taking away */

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

/* { "hooks": [{ "type": "command", "command": "otel-ai-monitor hook codex 2>/dev/null || true",
 * "timeout": 5 }] }, or only the hook in it. */
static void append_group(struct buf *out, const struct setup_client *client,
	const struct setup_file *file, const char *command)
{
	bool bare = file->has_bare_hooks;
	struct buf line;
	struct json_writer j;
	buf_init(&line, HOOK_BYTES);
	append_quoted(&line, command);
	buf_printf(&line, " hook %s 2>/dev/null || true", client->word);
	buf_printf(out, "%s{ \"type\": \"command\", \"%s\": ", bare ? "" : "{ \"hooks\": [",
		bare ? "bash" : "command");
	json_writer_init(&j, out);
	json_str(&j, buf_str(&line));
	buf_printf(out, ", %s%s", file->timeout, bare ? " }" : " }] }");
	buf_finish(&line);
}

static enum setup_hook_status add_group(struct buf *text, const struct setup_client *client,
	const struct setup_file *file, const char *event, struct str group)
{
	const char *path[] = {"hooks", event, NULL};
	struct setup_json_items ours = items_of(client, file, path, is_our_hook);
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
	if (setup_json_count(text, &ours) > 0) {
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
	enum setup_hook_status status = add_group(text, client, file, event, buf_str(&group));
	buf_finish(&group);
	return status;
}

void setup_hook_remove(struct buf *text, const struct buf *base, const struct setup_client *client,
	const struct setup_file *file, const char *event)
{
	const char *path[] = {"hooks", event, NULL};
	struct setup_json_items ours = items_of(client, file, path, is_our_command);
	if (setup_json_count(text, &ours) > 0) {
		setup_json_remove_items(text, &ours);
		setup_json_restore_empty(text, base, path);
	}
}
