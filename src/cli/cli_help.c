#include "cli/cli_help.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "cli/cli_command.h"
#include "config/config.h"

enum { WIDTH = 79, OPTION_COLUMN = 26, COMMAND_COLUMN = 13, TEXT_BYTES = 4096 };

/* ---- text in columns */

static void pad_to(struct buf *b, size_t column)
{
	for (size_t width = utf8_width(buf_str(b)); width < column; width++) {
		buf_append_char(b, ' ');
	}
}

static void end_line(FILE *out, struct buf *line)
{
	fprintf(out, "%.*s\n", STR_ARG(buf_str(line)));
	buf_clear(line);
}

/* Prints text wrapped from the column on; line: what is left of it on the first line. */
static void print_wrapped(FILE *out, struct buf *line, size_t column, struct str text)
{
	if (column > 0 && utf8_width(buf_str(line)) + 2 > column) {
		end_line(out, line);
	}
	pad_to(line, column);
	bool is_first = true;
	while (text.size > 0) {
		struct str word = str_cut(&text, ' ');
		if (!is_first && utf8_width(buf_str(line)) + 1 + utf8_width(word) > WIDTH) {
			end_line(out, line);
			pad_to(line, column);
			is_first = true;
		}
		buf_printf(line, "%s%.*s", is_first ? "" : " ", STR_ARG(word));
		is_first = false;
		text = str_trim(text);
	}
	end_line(out, line);
}

static void print_paragraphs(FILE *out, const char *text)
{
	struct buf line;
	buf_init(&line, TEXT_BYTES);
	for (struct str rest = str_from(text); rest.size > 0;) {
		print_wrapped(out, &line, 0, str_cut(&rest, '\n'));
	}
	buf_finish(&line);
}

/* "CLIENT: claude-code, codex": the allowed words of an operand, if there is a list. */
static bool append_words(struct buf *out, const struct cli_operand *operand)
{
	const char *word;
	if (operand->word == NULL || operand->takes_any || operand->word == cli_command_word) {
		return false;
	}
	buf_printf(out, "%s:", operand->name);
	for (size_t i = 0; (word = operand->word(i)) != NULL; i++) {
		buf_printf(out, "%s %s", i > 0 ? "," : "", word);
	}
	return true;
}

static void print_operands(FILE *out, const struct cli_command *command)
{
	struct buf line, text;
	buf_init(&line, TEXT_BYTES);
	buf_init(&text, TEXT_BYTES);
	for (size_t i = 0; i < CLI_OPERANDS; i++) {
		if (append_words(&text, &command->operands[i])) {
			print_wrapped(out, &line, 0, buf_str(&text));
		}
		buf_clear(&text);
	}
	buf_finish(&line);
	buf_finish(&text);
}

/* ---- options */

static void append_flag(const struct config_option *o, struct buf *b)
{
	if (o->letter != '\0') {
		buf_printf(b, "  -%c, ", o->letter);
	} else {
		buf_append_str(b, STR("      "));
	}
	buf_printf(b, o->bare != NULL && o->negated != NULL ? "--[no-]%s" : "--%s", o->name);
	if (o->bare == NULL) {
		buf_printf(b, " %s", o->value_name);
	}
}

/* What it means, its default, and its variable. */
static void append_meaning(const struct config_option *o, const char *help, struct buf *b)
{
	buf_append_str(b, str_from(help));
	if (o->limits.words != NULL && o->kind == &config_kind_choice) {
		buf_append_str(b, STR("; one of "));
		config_option_describe(o, b);
	}
	if (o->standard != NULL && strstr(help, "default") == NULL) {
		buf_printf(b, "; default %s", o->standard);
	}
	if (o->variable != NULL) {
		buf_printf(b, " [%s]", o->variable);
	}
}

static void print_option(FILE *out, const struct config_option *o, const char *help)
{
	struct buf line, text;
	buf_init(&line, TEXT_BYTES);
	buf_init(&text, TEXT_BYTES);
	append_flag(o, &line);
	append_meaning(o, help, &text);
	print_wrapped(out, &line, OPTION_COLUMN, buf_str(&text));
	buf_finish(&line);
	buf_finish(&text);
}

static void print_options(FILE *out, const struct cli_command *command)
{
	const struct config_option *o;
	const char *help;
	fprintf(out, "\nOptions:\n");
	for (size_t i = 0; (o = cli_command_option(command, i, &help)) != NULL; i++) {
		print_option(out, o, help);
	}
	fprintf(out, "  -h, --help              print this\n");
}

/* ---- the whole */

static void print_overview(FILE *out)
{
	struct buf line;
	buf_init(&line, TEXT_BYTES);
	fprintf(out, "Usage: otel-ai-monitor [COMMAND] [OPTION...]\n"
		     "Shows what every AI coding session on this machine is doing.\n\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const struct cli_command *c = cli_commands[i];
		const char *name = c->listed != NULL ? c->listed : c->name;
		if (name[0] != '\0') {
			buf_printf(&line, "  %s", name);
			print_wrapped(out, &line, COMMAND_COLUMN, str_from(c->summary));
		}
	}
	fprintf(out, "\n"
		     "  -p, --port PORT    the daemon's TCP port; default 4318\n"
		     "  -c, --config PATH  settings; default ~/.config/otel-ai-monitor/config.ini\n"
		     "  -v, --verbose      say more\n"
		     "  -h, --help         of a command: COMMAND --help, or help COMMAND\n"
		     "  -V, --version      print the version\n");
	buf_finish(&line);
}

static void print_command(FILE *out, const struct cli_command *command)
{
	struct buf usage;
	buf_init(&usage, TEXT_BYTES);
	cli_command_append_usage(&usage, command);
	fprintf(out, "Usage: otel-ai-monitor %.*s\n\n", STR_ARG(buf_str(&usage)));
	buf_finish(&usage);
	print_paragraphs(out, command->about);
	print_operands(out, command);
	if (!command->takes_rest) {
		print_options(out, command);
	}
	if (command->exit_status != NULL) {
		fprintf(out, "\nExit status:\n%s", command->exit_status);
	}
	if (command->examples != NULL) {
		fprintf(out, "\nExamples:\n%s", command->examples);
	}
	if (command == &cli_serve_command) {
		fprintf(out, "\n");
		print_paragraphs(out,
			"Each can also be set in the environment, with the variable in brackets, "
			"and under the option's name in "
			"$XDG_CONFIG_HOME/otel-ai-monitor/config.ini. Options override the "
			"environment, the environment overrides the file.");
	}
}

void cli_help_print(FILE *out, const struct cli_command *command)
{
	if (command == NULL) {
		print_overview(out);
	} else {
		print_command(out, command);
	}
}

/* ---- man pages */

/* Escapes what scdoc would take for emphasis. */
static void print_escaped(FILE *out, struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (strchr("_*\\`#[]", text.data[i]) != NULL) {
			fputc('\\', out);
		}
		fputc(text.data[i], out);
	}
}

static void print_man_option(FILE *out, const struct config_option *o, const char *help)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	if (o->letter != '\0') {
		fprintf(out, "*-%c*, ", o->letter);
	}
	fprintf(out, "*--%s*", o->name);
	if (o->bare == NULL) {
		fprintf(out, " _%s_", o->value_name);
	}
	if (o->negated != NULL && o->bare != NULL) {
		fprintf(out, ", *--no-%s*", o->name);
	}
	fprintf(out, "\n\t");
	append_meaning(o, help, &text);
	print_escaped(out, buf_str(&text));
	fprintf(out, "\n\n");
	buf_finish(&text);
}

static void print_man_options(FILE *out, const struct cli_command *command)
{
	const struct config_option *o;
	const char *help;
	fprintf(out, "# OPTIONS\n\n");
	for (size_t i = 0; (o = cli_command_option(command, i, &help)) != NULL; i++) {
		print_man_option(out, o, help);
	}
	fprintf(out, "*-h*, *--help*\n\tprint a summary of these\n\n");
}

static void print_man_operands(FILE *out, const struct cli_command *command)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	for (size_t i = 0; i < CLI_OPERANDS; i++) {
		if (append_words(&text, &command->operands[i])) {
			print_escaped(out, buf_str(&text));
			fprintf(out, "\n\n");
		}
		buf_clear(&text);
	}
	buf_finish(&text);
}

/* Examples are literal: no line of them is markup. */
static void print_literal(FILE *out, const char *heading, const char *text)
{
	fprintf(out, "# %s\n\n```\n%s```\n\n", heading, text);
}

void cli_help_print_man(FILE *out, const struct cli_command *command)
{
	struct buf usage;
	buf_init(&usage, TEXT_BYTES);
	cli_command_append_usage(&usage, command);
	fprintf(out, "otel-ai-monitor-%s(1)\n\n# NAME\n\notel-ai-monitor-%s - ", command->name,
		command->name);
	print_escaped(out, str_from(command->summary));
	fprintf(out, "\n\n# SYNOPSIS\n\n*otel-ai-monitor* ");
	print_escaped(out, buf_str(&usage));
	fprintf(out, "\n\n# DESCRIPTION\n\n");
	buf_finish(&usage);
	for (struct str rest = str_from(command->about); rest.size > 0;) {
		print_escaped(out, str_cut(&rest, '\n'));
		fprintf(out, "\n\n");
	}
	print_man_operands(out, command);
	if (!command->takes_rest) {
		print_man_options(out, command);
	}
	print_literal(out, "EXIT STATUS",
		command->exit_status != NULL ? command->exit_status
					     : "  0  done\n  1  failed\n  2  wrong usage or a "
					       "wrong setting\n");
	if (command->examples != NULL) {
		print_literal(out, "EXAMPLES", command->examples);
	}
	fprintf(out, "# SEE ALSO\n\n*otel-ai-monitor*(1), *otel-ai-monitor.conf*(5)\n");
}

/* ---- help COMMAND */

static int run(const struct config *config)
{
	const struct cli_command *about = config->help_word != NULL
						  ? cli_command_find(config->help_word)
						  : NULL;
	if (config->help_man) {
		cli_help_print_man(stdout, about != NULL ? about : &cli_help_command);
	} else {
		cli_help_print(stdout, about);
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static const struct config_option options[] = {
	CONFIG_SWITCH("man", 0, help_man, "print the source of the command's man page, for scdoc"),
};

const struct cli_command cli_help_command = {
	.name = "help",
	.run = run,
	.summary = "explain a command",
	.about = "Lists the commands, or explains COMMAND and its options.",
	.listed = "",
	.operands = {{.name = "COMMAND",
		.shown = "[COMMAND]",
		.what = "command",
		.offset = CONFIG_FIELD(help_word),
		.places = 1,
		.word = cli_command_word}},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.flags_alone = true,
};
