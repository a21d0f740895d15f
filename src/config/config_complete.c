#include "config/config_complete.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/config_option.h"

static const char *const switch_words[] = {"yes", "no", NULL};

/* What the words before the last one say. */
struct typed {
	enum config_command command;
	bool command_given;
	size_t operands;
	enum config_option_id waiting; // for its value, which is next; OPTION_COUNT: none is
};

static bool needs_value(enum config_option_id id)
{
	return id != OPTION_COUNT && config_options[id].bare == NULL;
}

static enum config_option_id waiting_after_long(const char *word)
{
	enum config_option_id id = config_option_find(str_from(word + 2));
	return needs_value(id) ? id : OPTION_COUNT;
}

/* -c and -vc wait for a value, -cPATH has it. */
static enum config_option_id waiting_after_letters(const char *word)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		enum config_option_id id = config_option_find_letter(*letter);
		if (needs_value(id)) {
			return letter[1] == '\0' ? id : OPTION_COUNT;
		}
	}
	return OPTION_COUNT;
}

static void take_word(struct typed *t, const char *word)
{
	enum config_command command = config_flags_find_command(word);
	if (t->waiting != OPTION_COUNT) {
		t->waiting = OPTION_COUNT;
	} else if (word[0] == '-') {
		t->waiting = word[1] == '-' ? waiting_after_long(word)
					    : waiting_after_letters(word);
	} else if (!t->command_given && command != CONFIG_COMMAND_COUNT) {
		t->command = command;
		t->command_given = true;
	} else {
		t->operands++;
	}
}

static void add_words(const char *const *words, const char *before, struct buf *out)
{
	for (; words != NULL && *words != NULL; words++) {
		buf_printf(out, "%s%s\t\n", before, *words);
	}
}

/* before: what stands in front of the value in the same word. */
static enum config_offer add_values(enum config_option_id id, const char *before, struct buf *out)
{
	const struct config_option *o = &config_options[id];
	add_words(o->kind == &config_kind_switch ? switch_words : o->limits.words, before, out);
	const char *item;
	for (size_t i = 0; o->limits.item != NULL && (item = o->limits.item(i)) != NULL; i++) {
		buf_printf(out, "%s%s\t\n", before, item);
	}
	return o->kind == &config_kind_path ? CONFIG_OFFER_FILES : CONFIG_OFFER_NOTHING;
}

/* --name=VALUE */
static enum config_offer add_attached_values(const char *word, const char *equals, struct buf *out)
{
	struct str name = {word + 2, (size_t)(equals - word) - 2};
	enum config_option_id id = config_option_find(name);
	if (id == OPTION_COUNT) {
		return CONFIG_OFFER_NOTHING;
	}
	cleanup_free char *before = xasprintf("--%.*s=", STR_ARG(name));
	return add_values(id, before, out);
}

static void add_options(enum config_command command, struct buf *out)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		const struct config_option *o = &config_options[id];
		if ((o->commands & (1u << command)) == 0) {
			continue;
		}
		buf_printf(out, "--%s\t%s\n", o->name, o->help);
		if (o->negated != NULL) {
			buf_printf(out, "--no-%s\t\n", o->name);
		}
	}
	buf_append_str(out, STR("--help\tprint the options of this command\n"
				"--version\tprint the version\n"));
}

static void add_commands(struct buf *out)
{
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++) {
		enum config_command command = (enum config_command)i;
		const char *word = config_flags_command_word(command);
		if (word != NULL && command != CONFIG_COMPLETE) { // which is not for people
			cleanup_free char *summary = config_help_summary(command);
			buf_printf(out, "%s\t%s\n", word, summary);
		}
	}
}

static enum config_offer add_operands(const struct typed *t, struct buf *out)
{
	const struct config_operand *o = config_flags_operand(t->command, t->operands);
	if (o == NULL) {
		return CONFIG_OFFER_NOTHING;
	}
	add_words(o->words, "", out);
	return o->offer;
}

enum config_offer config_complete(const char *const *words, size_t count, struct buf *out)
{
	struct typed t = {.waiting = OPTION_COUNT};
	for (size_t i = 0; i + 1 < count; i++) {
		take_word(&t, words[i]);
	}
	const char *last = count > 0 ? words[count - 1] : "", *equals = strchr(last, '=');
	if (t.waiting != OPTION_COUNT) {
		return add_values(t.waiting, "", out);
	}
	if (strncmp(last, "--", 2) == 0 && equals != NULL) {
		return add_attached_values(last, equals, out);
	}
	if (last[0] == '-') {
		add_options(t.command, out);
	} else if (t.command_given) {
		return add_operands(&t, out);
	} else {
		add_commands(out);
	}
	return CONFIG_OFFER_NOTHING;
}
