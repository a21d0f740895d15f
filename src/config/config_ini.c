#include "config/config_ini.h"

#include <stdbool.h>

#include "base/utf8.h"

const char *config_ini_fault_text(enum config_ini_fault fault)
{
	static const char *const texts[] = {
		[CONFIG_INI_OK] = "",
		[CONFIG_INI_NOT_TEXT] = "is not UTF-8 text",
		[CONFIG_INI_NO_EQUALS] = "is neither \"name = value\" nor \"[section]\"",
		[CONFIG_INI_NO_NAME] = "has no name before the =",
		[CONFIG_INI_SECTION] = "starts a section but does not end in ]",
		[CONFIG_INI_QUOTE] = "has an unbalanced quote",
	};
	return texts[fault];
}

/* Cuts the next line, without its end, from the front of *text. */
static struct str next_line(struct str *text)
{
	struct str line = str_cut(text, '\n');
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
	struct str name, value;
	if (!str_split(line, '=', &name, &value)) {
		return CONFIG_INI_NO_EQUALS;
	}
	entry->name = str_trim(name);
	entry->value = str_trim(value);
	return entry->name.size == 0 ? CONFIG_INI_NO_NAME : unquote(&entry->value);
}

/* *ret_has_entry: a name and its value have been read. */
static int parse_line(struct str line, struct config_ini_entry *entry, bool *ret_has_entry)
{
	*ret_has_entry = false;
	if (!utf8_is_valid(line) || str_has_char(line, '\0')) {
		return CONFIG_INI_NOT_TEXT;
	}
	if (line.data[0] == '#' || line.data[0] == ';') {
		return CONFIG_INI_OK;
	}
	if (line.data[0] == '[') {
		return parse_section(line, entry);
	}
	int fault = parse_assignment(line, entry);
	*ret_has_entry = fault == CONFIG_INI_OK;
	return fault;
}

void config_ini_parse(
	struct str text, config_ini_on_entry *on_entry, config_ini_on_fault *on_fault, void *data)
{
	struct config_ini_entry entry = {0};
	while (text.size > 0) {
		struct str line = next_line(&text);
		bool has_entry = false;
		entry.line++;
		int fault = line.size > 0 ? parse_line(line, &entry, &has_entry) : CONFIG_INI_OK;
		if (has_entry) {
			on_entry(&entry, data);
		} else if (fault != CONFIG_INI_OK) {
			on_fault(entry.line, (enum config_ini_fault)fault, data);
		}
	}
}
