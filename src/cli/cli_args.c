#include "cli/cli_args.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "cli/cli_command.h"

enum { SHOWN_BYTES = 128 };

struct reader {
	struct cli_args *args;
	const char *const *next, *const *end;
	const char *const *command_word; // NULL: none is there
	bool argv_split_all;             // "--" was read
	struct buf *message;
};

/* ---- what is wrong */

static void say_shown(struct reader *r, struct str text)
{
	buf_append_char(r->message, '"');
	utf8_append_shown(r->message, text, SHOWN_BYTES);
	buf_append_char(r->message, '"');
}

static int see_help(struct reader *r)
{
	const struct cli_args *a = r->args;
	buf_printf(r->message, "; see %s%s--help", a->has_command ? a->command->name : "",
		a->has_command ? " " : "");
	return CONFIG_FAULT;
}

static int reject(struct reader *r, const char *what, struct str word, struct suggestion meant,
	const char *dashes)
{
	buf_printf(r->message, "%s ", what);
	say_shown(r, word);
	if (meant.best != NULL) {
		buf_printf(r->message, " (did you mean %s%s?)", dashes, meant.best);
	}
	return see_help(r);
}

static const struct config_option *find_anywhere(struct str name)
{
	const struct config_option *o = NULL;
	for (size_t i = 0; o == NULL && cli_commands[i] != NULL; i++) {
		o = cli_command_find_option(cli_commands[i], name);
	}
	return o;
}

static const struct config_option *find_letter_anywhere(char letter)
{
	const struct config_option *o = NULL;
	for (size_t i = 0; o == NULL && cli_commands[i] != NULL; i++) {
		o = cli_command_find_letter(cli_commands[i], letter);
	}
	return o;
}

/* The option of the command that was probably meant; only those with a --no- form if name followed
 * "--no-". */
static struct suggestion suggest_option(
	const struct cli_command *command, struct str name, bool is_negated)
{
	struct suggestion meant = suggest_for(name);
	const struct config_option *o;
	const char *help;
	for (size_t i = 0; (o = cli_command_option(command, i, &help)) != NULL; i++) {
		if (!is_negated || o->negated != NULL) {
			suggest_offer(&meant, o->name);
		}
	}
	if (!is_negated) {
		suggest_offer(&meant, "help");
		suggest_offer(&meant, "version");
	}
	return meant;
}

static int reject_option(struct reader *r, struct str argument, struct str name)
{
	const struct cli_command *command = r->args->command;
	bool is_negated = str_starts_with(name, STR("no-"));
	if (name.size > 1 && find_anywhere(name) != NULL) {
		buf_printf(r->message, "%s has no option --%.*s", command->name, STR_ARG(name));
		return see_help(r);
	}
	struct suggestion meant = suggest_option(command, name, false);
	if (is_negated && meant.best == NULL) {
		meant = suggest_option(command, str_skip(name, 3), true);
		return reject(r, "unknown option", argument, meant, "--no-");
	}
	return reject(r, "unknown option", argument, meant, "--");
}

/* ---- options */

static int add_flag(struct reader *r, const struct config_option *o, struct str value)
{
	struct cli_args *a = r->args;
	a->flags = xrealloc(a->flags, (a->flag_count + 1) * sizeof(*a->flags));
	a->flags[a->flag_count++] = (struct config_flag){o, value};
	a->is_verbose = a->is_verbose ||
			(o->offset == CONFIG_FIELD(verbose) && str_equal(value, STR("yes")));
	return CONFIG_OK;
}

/* value: what follows the name in the same argument; data NULL: nothing. */
static int take_flag(struct reader *r, const struct config_option *o, struct str value)
{
	if (value.data == NULL && o->bare != NULL) {
		value = str_from(o->bare);
	} else if (value.data == NULL && r->next < r->end) {
		value = str_from(*r->next++);
	} else if (value.data == NULL) {
		buf_printf(r->message, "--%s needs a value: ", o->name);
		config_option_describe(o, r->message);
		return CONFIG_FAULT;
	}
	return add_flag(r, o, value);
}

/* "--name=value" → "name", and "value" or no data */
static struct str split_long(const char *argument, struct str *ret_value)
{
	struct str name = str_skip(str_from(argument), 2);
	*ret_value = (struct str){0};
	(void)str_split(name, '=', &name, ret_value);
	return name;
}

/* --name, --name=value, --no-name */
static int take_long(struct reader *r, const char *argument)
{
	const struct cli_command *command = r->args->command;
	struct str value, name = split_long(argument, &value);
	const struct config_option *o = cli_command_find_option(command, name);
	if (o != NULL) {
		return take_flag(r, o, value);
	}
	struct str plain = name;
	if (str_starts_with(name, STR("no-")) && value.data == NULL) {
		plain = str_skip(name, 3);
		o = cli_command_find_option(command, plain);
		if (o != NULL && o->negated != NULL) {
			return add_flag(r, o, str_from(o->negated));
		}
		plain = o != NULL || find_anywhere(plain) == NULL ? name : plain;
	}
	return reject_option(r, str_from(argument), plain);
}

/* -v, -p4318, -vp 4318 */
static int take_letters(struct reader *r, const char *argument)
{
	for (const char *letter = argument + 1; *letter != '\0'; letter++) {
		const struct config_option *o = cli_command_find_letter(r->args->command, *letter);
		if (*letter == 'h' || *letter == 'V') {
			r->args->wants_help |= *letter == 'h';
			r->args->wants_version |= *letter == 'V';
			continue;
		}
		if (o == NULL) {
			return reject_option(r, str_from(argument), (struct str){letter, 1});
		}
		bool attached = o->bare == NULL && letter[1] != '\0';
		struct str value = attached ? str_from(letter + 1) : (struct str){0};
		int result = take_flag(r, o, value);
		if (result != CONFIG_OK || attached) {
			return result;
		}
	}
	return CONFIG_OK;
}

/* ---- words */

static int check_known(struct reader *r, const struct cli_operand *operand, const char *word)
{
	struct suggestion meant = suggest_for(str_from(word));
	const char *known;
	for (size_t i = 0; operand->word != NULL && (known = operand->word(i)) != NULL; i++) {
		if (strcmp(known, word) == 0) {
			return CONFIG_OK;
		}
		suggest_offer(&meant, known);
	}
	if (operand->word == NULL || operand->takes_any) {
		return CONFIG_OK;
	}
	cleanup_free char *what = xasprintf("unknown %s", operand->what);
	return reject(r, what, meant.typed, meant, "");
}

static int take_word(struct reader *r, const char *word)
{
	struct cli_args *a = r->args;
	const struct cli_operand *operand = cli_command_operand(a->command, a->word_count);
	struct suggestion none = {0};
	if (operand == NULL || a->word_count == CLI_WORDS_MAX) {
		return reject(r, "unexpected argument", str_from(word), none, "");
	}
	a->words[a->word_count++] = word;
	return CONFIG_OK;
}

/* Only after everything is read: --verbose may follow. */
static int check_words(struct reader *r)
{
	const struct cli_args *a = r->args;
	int result = CONFIG_OK;
	for (size_t i = 0; i < a->word_count && result == CONFIG_OK; i++) {
		result = check_known(r, cli_command_operand(a->command, i), a->words[i]);
	}
	return result;
}

static int check_needed(struct reader *r)
{
	size_t place = 0;
	for (size_t i = 0; i < CLI_OPERANDS; i++) {
		const struct cli_operand *operand = &r->args->command->operands[i];
		if (operand->needed > 0 && r->args->word_count < place + operand->needed) {
			buf_printf(
				r->message, "%s needs %s", r->args->command->name, operand->name);
			return see_help(r);
		}
		place += operand->places;
	}
	return CONFIG_OK;
}

static int take_argument(struct reader *r, const char *argument)
{
	if (!r->argv_split_all && strcmp(argument, "--") == 0) {
		r->argv_split_all = true;
		return CONFIG_OK;
	}
	if (r->argv_split_all || argument[0] != '-' || argument[1] == '\0') {
		return take_word(r, argument);
	}
	if (strcmp(argument, "--help") == 0) {
		r->args->wants_help = true;
		return CONFIG_OK;
	}
	if (strcmp(argument, "--version") == 0) {
		r->args->wants_version = true;
		return CONFIG_OK;
	}
	return argument[1] == '-' ? take_long(r, argument) : take_letters(r, argument);
}

/* ---- which command */

/* How many arguments an option before the command takes up; 0 if there is no such option. */
static int span_of_long(const char *argument)
{
	struct str value, name = split_long(argument, &value);
	const struct config_option *o = find_anywhere(name);
	bool is_negated = str_starts_with(name, STR("no-")) &&
			  find_anywhere(str_skip(name, 3)) != NULL;
	if (o != NULL) {
		return o->bare == NULL && value.data == NULL ? 2 : 1;
	}
	return is_negated || str_equal(name, STR("help")) || str_equal(name, STR("version"));
}

static int span_of_letters(const char *argument)
{
	for (const char *letter = argument + 1; *letter != '\0'; letter++) {
		const struct config_option *o = find_letter_anywhere(*letter);
		if (o == NULL && *letter != 'h' && *letter != 'V') {
			return 0;
		}
		if (o != NULL && o->bare == NULL) {
			return letter[1] == '\0' ? 2 : 1;
		}
	}
	return 1;
}

static int reject_command(struct reader *r, const char *word)
{
	struct suggestion meant = suggest_for(str_from(word));
	const char *known;
	for (size_t i = 0; (known = cli_command_word(i)) != NULL; i++) {
		suggest_offer(&meant, known);
	}
	return reject(r, "unknown command", meant.typed, meant, "");
}

/* The first word names the command. */
static int find_command(struct reader *r)
{
	const char *const *at = r->next;
	while (at < r->end && (*at)[0] == '-' && (*at)[1] != '\0' && strcmp(*at, "--") != 0) {
		int span = (*at)[1] == '-' ? span_of_long(*at) : span_of_letters(*at);
		if (span == 0) {
			return CONFIG_OK; // errors in it are reported when it is read
		}
		at += span;
	}
	if (at < r->end && strcmp(*at, "--") == 0) {
		at++;
	}
	if (at >= r->end) {
		return CONFIG_OK;
	}
	const struct cli_command *command = cli_command_find(*at);
	if (command == NULL) {
		return reject_command(r, *at);
	}
	r->args->command = command;
	r->args->has_command = true;
	r->command_word = at;
	return CONFIG_OK;
}

static void add_defaults(struct reader *r)
{
	const struct cli_command *command = r->args->command;
	for (size_t i = 0; i < command->option_count; i++) {
		if (command->options[i].standard != NULL) {
			add_flag(r, &command->options[i], str_from(command->options[i].standard));
		}
	}
}

static int take_all(struct reader *r)
{
	int result = CONFIG_OK;
	while (r->next < r->end && result == CONFIG_OK) {
		if (r->next != r->command_word) {
			result = take_argument(r, *r->next++);
			continue;
		}
		r->next++;
		if (r->args->command->takes_rest) {
			r->args->rest = r->next;
			r->args->rest_count = (size_t)(r->end - r->next);
			return CONFIG_OK;
		}
	}
	return result;
}

int cli_args_read(struct cli_args *ret, int argc, const char *const *argv, struct buf *message)
{
	static const char *const none[] = {NULL};
	bool is_empty = argc <= 1; // also without argv[0]
	struct reader r = {.args = ret, .message = message};
	r.next = is_empty ? none : argv + 1;
	r.end = is_empty ? none : argv + argc;
	*ret = (struct cli_args){.command = &cli_serve_command, .is_bare = is_empty};
	int result = find_command(&r);
	if (result == CONFIG_OK) {
		add_defaults(&r);
		result = take_all(&r);
	}
	if (result == CONFIG_OK && !ret->wants_help && !ret->wants_version) {
		result = check_words(&r);
		result = result == CONFIG_OK ? check_needed(&r) : result;
	}
	return result;
}

void cli_args_finish(struct cli_args *args)
{
	free(args->flags);
	args->flags = NULL;
}

void cli_args_apply(const struct cli_args *args, struct config *config)
{
	for (size_t i = 0; i < args->word_count; i++) {
		const struct cli_operand *operand = cli_command_operand(args->command, i);
		size_t first = operand == &args->command->operands[0]
				       ? 0
				       : args->command->operands[0].places;
		const char **places = (const char **)(void *)((char *)config + operand->offset);
		places[i - first] = args->words[i];
	}
	config->complete_words = args->rest;
	config->complete_count = args->rest_count;
}
