#include "config/config_ini.h"

#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"

const char *config_ini_fault_text(enum config_ini_fault fault)
{
	static const char *const texts[] = {
		[CONFIG_INI_OK] = "",
		[CONFIG_INI_NOT_TEXT] = "is not UTF-8 text",
		[CONFIG_INI_NO_EQUALS] = "is neither \"name = value\" nor \"[section]\"",
		[CONFIG_INI_NO_NAME] = "has no name before the =",
		[CONFIG_INI_SECTION] = "begins a section that does not end in ]",
		[CONFIG_INI_QUOTE] = "has a quote at one end of the value only",
	};
	return texts[fault];
}

/* Cuts the next line, without its end, from the front of *text. */
static struct str next_line(struct str *text)
{
	const char *end = memchr(text->data, '\n', text->size);
	size_t size = end != NULL ? (size_t)(end - text->data) : text->size;
	struct str line = {text->data, size};
	*text = str_skip(*text, end != NULL ? size + 1 : size);
	if (str_ends_with(line, STR("\r"))) {
		line.size--;
	}
	return str_trim(line);
}

static int parse_section(struct str line, struct config_ini_entry *entry)
{
	if (!str_ends_with(line, STR("]"))) {
		return CONFIG_INI_SECTION;
	}
	entry->section = str_trim((struct str){line.data + 1, line.size - 2});
	return CONFIG_INI_OK;
}

static int unquote(struct str *value)
{
	bool begins = str_starts_with(*value, STR("\"")), ends = str_ends_with(*value, STR("\""));
	if (!begins && !ends) {
		return CONFIG_INI_OK;
	}
	if (!begins || !ends || value->size < 2) {
		return CONFIG_INI_QUOTE;
	}
	*value = (struct str){value->data + 1, value->size - 2};
	return CONFIG_INI_OK;
}

static int parse_assignment(struct str line, struct config_ini_entry *entry)
{
	const char *equals = memchr(line.data, '=', line.size);
	if (equals == NULL) {
		return CONFIG_INI_NO_EQUALS;
	}
	size_t name_size = (size_t)(equals - line.data);
	entry->name = str_trim((struct str){line.data, name_size});
	entry->value = str_trim(str_skip(line, name_size + 1));
	return entry->name.size == 0 ? CONFIG_INI_NO_NAME : unquote(&entry->value);
}

static int parse_line(
	struct str line, struct config_ini_entry *entry, config_ini_on_entry *on_entry, void *data)
{
	if (!utf8_is_valid(line) || memchr(line.data, '\0', line.size) != NULL) {
		return CONFIG_INI_NOT_TEXT;
	}
	if (line.data[0] == '#' || line.data[0] == ';') {
		return CONFIG_INI_OK;
	}
	if (line.data[0] == '[') {
		return parse_section(line, entry);
	}
	int fault = parse_assignment(line, entry);
	return fault != CONFIG_INI_OK ? fault : on_entry(entry, data);
}

int config_ini_parse(struct str text, config_ini_on_entry *on_entry, void *data, int *ret_line)
{
	struct config_ini_entry entry = {0};
	while (text.size > 0) {
		struct str line = next_line(&text);
		entry.line++;
		if (line.size == 0) {
			continue;
		}
		int r = parse_line(line, &entry, on_entry, data);
		if (r != 0) {
			*ret_line = entry.line;
			return r;
		}
	}
	return 0;
}
