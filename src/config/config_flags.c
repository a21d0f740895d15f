#include "config/config_flags.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "config/config_loader.h"

static const char *const command_words[CONFIG_COMMAND_COUNT] = {
	[CONFIG_SERVE] = "serve",
	[CONFIG_WATCH] = "watch",
	[CONFIG_STATUS] = "status",
	[CONFIG_ACK] = "ack",
	[CONFIG_FOCUS] = "focus",
	[CONFIG_HOOK] = "hook",
	[CONFIG_SETUP] = "setup",
	[CONFIG_DOCTOR] = "doctor",
	[CONFIG_DEMO] = "demo",
	[CONFIG_COMPLETE] = "complete",
};

static const char *const setup_names[] = {"claude-code", "codex", "gemini", "qwen", "copilot",
	"opencode", "waybar", "eww", "polybar", "i3blocks", "yambar", "tmux", "quickshell", NULL};

static const char *const hook_clients[] = {"claude-code", "codex", "gemini", "qwen", NULL};

/* One after the other, behind their command. */
static const struct config_operand operands[] = {
	{CONFIG_ACK, offsetof(struct config, session_id), 1,
		.offer = CONFIG_OFFER_COMPLETED_SESSIONS},
	{CONFIG_FOCUS, offsetof(struct config, session_id), 1, .offer = CONFIG_OFFER_SESSIONS},
	{CONFIG_HOOK, offsetof(struct config, hook_tool), 1, .words = hook_clients},
	{CONFIG_HOOK, offsetof(struct config, hook_json), 1},
	{CONFIG_SETUP, offsetof(struct config, setup_names), CONFIG_SETUP_NAMES,
		.words = setup_names},
};

const char *config_flags_command_word(enum config_command command)
{
	return command_words[command];
}

enum config_command config_flags_find_command(const char *word)
{
	int i = 0;
	while (i < CONFIG_COMMAND_COUNT &&
		(command_words[i] == NULL || strcmp(word, command_words[i]) != 0)) {
		i++;
	}
	return (enum config_command)i;
}

const struct config_operand *config_flags_operand(enum config_command command, size_t place)
{
	for (size_t i = 0; i < ARRAY_SIZE(operands); i++) {
		if (operands[i].command != command) {
			continue;
		}
		if (place < operands[i].places) {
			return &operands[i];
		}
		place -= operands[i].places;
	}
	return NULL;
}

struct arguments {
	const char *const *next, *const *end;
	bool command_given, help, version;
	bool words_only; // "--" was read
};

static void say_where_help_is(struct config_loader *l)
{
	const char *word = command_words[l->config.command];
	bool is_default = l->config.command == CONFIG_SERVE;
	config_loader_say(l, "; see %s%s--help", is_default ? "" : word, is_default ? "" : " ");
}

static int refuse_argument(struct config_loader *l, const char *why, const char *argument)
{
	config_loader_say(l, "%s ", why);
	config_loader_say_shown(l, str_from(argument));
	say_where_help_is(l);
	return CONFIG_FAULT;
}

static int set_flag(struct config_loader *l, enum config_option_id id, struct str value)
{
	return config_loader_set(
		l, id, value, (struct config_origin){.source = CONFIG_SOURCE_FLAG});
}

/* value: behind the name in the same argument, data NULL if there is none. */
static int take_flag(
	struct config_loader *l, struct arguments *a, enum config_option_id id, struct str value)
{
	const struct config_option *o = &config_options[id];
	if (value.data == NULL && o->bare != NULL) {
		value = str_from(o->bare);
	} else if (value.data == NULL && a->next < a->end) {
		value = str_from(*a->next++);
	} else if (value.data == NULL) {
		config_loader_say(l, "--%s needs a value: ", o->name);
		config_option_describe(id, l->message);
		return CONFIG_FAULT;
	}
	return set_flag(l, id, value);
}

/* --name, --name=value, --no-name */
static int take_long(struct config_loader *l, struct arguments *a, const char *argument)
{
	struct str name = str_skip(str_from(argument), 2), value = {0};
	const char *equals = memchr(name.data, '=', name.size);
	if (equals != NULL) {
		value = str_skip(name, (size_t)(equals - name.data) + 1);
		name.size = (size_t)(equals - name.data);
	}
	enum config_option_id id = config_option_find(name);
	if (id != OPTION_COUNT && config_options[id].commands != 0) {
		return take_flag(l, a, id, value);
	}
	if (str_starts_with(name, STR("no-")) && equals == NULL) {
		id = config_option_find(str_skip(name, 3));
		if (id != OPTION_COUNT && config_options[id].negated != NULL) {
			return set_flag(l, id, str_from(config_options[id].negated));
		}
	}
	return refuse_argument(l, "unknown option", argument);
}

/* -v, -p4318, -vp 4318 */
static int take_letters(struct config_loader *l, struct arguments *a, const char *argument)
{
	for (const char *letter = argument + 1; *letter != '\0'; letter++) {
		enum config_option_id id = config_option_find_letter(*letter);
		if (*letter == 'h') {
			a->help = true;
			continue;
		}
		if (id == OPTION_COUNT) {
			return refuse_argument(l, "unknown option", argument);
		}
		bool attached = config_options[id].bare == NULL && letter[1] != '\0';
		struct str value = attached ? str_from(letter + 1) : (struct str){0};
		int r = take_flag(l, a, id, value);
		if (r != 0 || attached) {
			return r;
		}
	}
	return CONFIG_OK;
}

static bool take_operand(struct config *c, const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(operands); i++) {
		const char **places = (const char **)(void *)((char *)c + operands[i].offset);
		for (size_t k = 0; operands[i].command == c->command && k < operands[i].places;
			k++) {
			if (places[k] == NULL) {
				places[k] = word;
				return true;
			}
		}
	}
	return false;
}

/* All that follows belongs to another command line. */
static void take_rest(struct config *c, struct arguments *a)
{
	c->complete_words = a->next;
	c->complete_count = (size_t)(a->end - a->next);
	a->next = a->end;
}

static int take_word(struct config_loader *l, struct arguments *a, const char *word)
{
	if (take_operand(&l->config, word)) {
		return CONFIG_OK;
	}
	enum config_command command = config_flags_find_command(word);
	if (a->command_given || command == CONFIG_COMMAND_COUNT) {
		return refuse_argument(
			l, a->command_given ? "unexpected word" : "unknown command", word);
	}
	l->config.command = command;
	a->command_given = true;
	if (command == CONFIG_COMPLETE) {
		take_rest(&l->config, a);
	}
	return CONFIG_OK;
}

static int take_argument(struct config_loader *l, struct arguments *a, const char *argument)
{
	if (a->words_only) {
		return take_word(l, a, argument);
	}
	if (strcmp(argument, "--") == 0) {
		a->words_only = true;
		return CONFIG_OK;
	}
	if (strcmp(argument, "--help") == 0) {
		a->help = true;
		return CONFIG_OK;
	}
	if (strcmp(argument, "--version") == 0) {
		a->version = true;
		return CONFIG_OK;
	}
	if (argument[0] == '-' && argument[1] == '-') {
		return take_long(l, a, argument);
	}
	return argument[0] == '-' && argument[1] != '\0' ? take_letters(l, a, argument)
							 : take_word(l, a, argument);
}

/* A flag of another command would do nothing: say so. */
static int check_flags(struct config_loader *l)
{
	for (int id = 0; id < OPTION_COUNT; id++) {
		if (l->origins[id].source == CONFIG_SOURCE_FLAG &&
			(config_options[id].commands & (1u << l->config.command)) == 0) {
			config_loader_say(l, "--%s is no option of \"%s\"", config_options[id].name,
				command_words[l->config.command]);
			say_where_help_is(l);
			return CONFIG_FAULT;
		}
	}
	return CONFIG_OK;
}

int config_flags_load(struct config_loader *l)
{
	const char *const *argv = l->inputs->argv;
	struct arguments a = {.next = argv + 1, .end = argv + l->inputs->argc};
	while (a.next < a.end) {
		int r = take_argument(l, &a, *a.next++);
		if (r != 0) {
			return r;
		}
	}
	if (a.help || a.version) {
		l->config.help_about = l->config.command;
		l->config.command = a.help ? CONFIG_HELP : CONFIG_VERSION;
		return CONFIG_OK;
	}
	if (l->config.command == CONFIG_HOOK && l->config.hook_tool == NULL) {
		config_loader_say(l, "\"hook\" needs the name of a client");
		say_where_help_is(l);
		return CONFIG_FAULT;
	}
	return check_flags(l);
}
