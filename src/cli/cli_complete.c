#include "cli/cli_complete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_args.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "config/config_report.h"

enum { OUTPUT_BYTES = 1024 * 1024, MESSAGE_BYTES = 4096, PATIENCE_MS = 300 };

static const char *const switch_words[] = {"yes", "no", NULL};

/* ---- what the words before the last one say */

struct typed {
	const struct cli_command *command;
	bool has_command;
	size_t words;
	const struct config_option *waiting; // for its value, which is next; NULL: none is
};

static const struct config_option *value_option(const struct config_option *o)
{
	return o != NULL && o->bare == NULL ? o : NULL;
}

/* -c and -vc expect a value, -cPATH has it. */
static const struct config_option *waiting_after_letters(const struct typed *t, const char *word)
{
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		const struct config_option *o = value_option(
			cli_command_find_letter(t->command, *letter));
		if (o != NULL) {
			return letter[1] == '\0' ? o : NULL;
		}
	}
	return NULL;
}

static void take_word(struct typed *t, const char *word)
{
	const struct cli_command *command = t->has_command ? NULL : cli_command_find(word);
	if (t->waiting != NULL) {
		t->waiting = NULL;
	} else if (word[0] == '-' && word[1] == '-') {
		t->waiting = value_option(cli_command_find_option(t->command, str_from(word + 2)));
	} else if (word[0] == '-') {
		t->waiting = waiting_after_letters(t, word);
	} else if (command != NULL) {
		t->command = command;
		t->has_command = true;
	} else {
		t->words++;
	}
}

/* ---- candidates */

static void add_candidate(struct buf *out, const char *before, const char *word)
{
	buf_printf(out, "%s%s\t\n", before, word);
}

/* before: what precedes the value in the same word. */
static enum cli_offer add_values(const struct config_option *o, const char *before, struct buf *out)
{
	const char *word;
	for (size_t i = 0; o->kind == &config_kind_switch && switch_words[i] != NULL; i++) {
		add_candidate(out, before, switch_words[i]);
	}
	for (size_t i = 0; (word = config_limits_word(&o->limits, i)) != NULL; i++) {
		add_candidate(out, before, word);
	}
	bool is_path = o->kind == &config_kind_path && o->limits.is_allowed == NULL;
	bool is_session = strcmp(o->value_name != NULL ? o->value_name : "", CLI_SESSION_VALUE) ==
			  0;
	return is_path ? CLI_OFFER_FILES : is_session ? CLI_OFFER_SESSIONS : CLI_OFFER_NOTHING;
}

/* The last item of a list is being typed: what precedes it is kept. */
static enum cli_offer add_values_after(
	const struct config_option *o, const char *name, const char *typed, struct buf *out)
{
	const char *comma = o->limits.word != NULL ? strrchr(typed, ',') : NULL;
	int kept = comma != NULL ? (int)(comma - typed) + 1 : 0;
	cleanup_free char *before = xasprintf("%s%.*s", name, kept, typed);
	return add_values(o, before, out);
}

/* --name=VALUE */
static enum cli_offer add_attached_values(
	const struct typed *t, const char *word, const char *equals, struct buf *out)
{
	struct str name = {word + 2, (size_t)(equals - word) - 2};
	const struct config_option *o = cli_command_find_option(t->command, name);
	if (o == NULL) {
		return CLI_OFFER_NOTHING;
	}
	cleanup_free char *before = xasprintf("--%.*s=", STR_ARG(name));
	enum cli_offer offer = add_values_after(o, before, equals + 1, out);
	return offer == CLI_OFFER_FILES ? offer : CLI_OFFER_NOTHING; // sessions are whole words
}

static void add_options(const struct cli_command *command, struct buf *out)
{
	const struct config_option *o;
	const char *help;
	for (size_t i = 0; (o = cli_command_option(command, i, &help)) != NULL; i++) {
		buf_printf(out, "--%s\t%s\n", o->name, help);
		if (o->negated != NULL) {
			buf_printf(out, "--no-%s\t\n", o->name);
		}
	}
	buf_append_str(out, STR("--help\tprint what the command does and takes\n"
				"--version\tprint the version\n"));
}

static void add_commands(struct buf *out)
{
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		if (!cli_commands[i]->takes_rest) { // not for people
			buf_printf(
				out, "%s\t%s\n", cli_commands[i]->name, cli_commands[i]->summary);
		}
	}
}

static enum cli_offer add_operands(const struct typed *t, struct buf *out)
{
	const struct cli_operand *operand = cli_command_operand(t->command, t->words);
	const char *word;
	if (operand == NULL) {
		return CLI_OFFER_NOTHING;
	}
	for (size_t i = 0; operand->word != NULL && (word = operand->word(i)) != NULL; i++) {
		add_candidate(out, "", word);
	}
	return operand->offer;
}

enum cli_offer cli_complete_words(const char *const *words, size_t count, struct buf *out)
{
	struct typed t = {.command = &cli_serve_command};
	for (size_t i = 0; i + 1 < count; i++) {
		take_word(&t, words[i]);
	}
	const char *last = count > 0 ? words[count - 1] : "", *equals = strchr(last, '=');
	if (t.waiting != NULL) {
		return add_values_after(t.waiting, "", last, out);
	}
	if (strncmp(last, "--", 2) == 0 && equals != NULL) {
		return add_attached_values(&t, last, equals, out);
	}
	if (last[0] == '-') {
		add_options(t.command, out);
	} else if (t.has_command) {
		return add_operands(&t, out);
	} else {
		add_commands(out);
	}
	return CLI_OFFER_NOTHING;
}

/* ---- sessions, which the running daemon knows */

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Only what fits in a line and is not an option. */
static bool can_be_typed(struct str id)
{
	for (size_t i = 0; i < id.size; i++) {
		if (is_control(id.data[i])) {
			return false;
		}
	}
	return id.size > 0 && id.data[0] != '-';
}

static void append_plain(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.size; i++) {
		buf_append_char(out, is_control(text.data[i]) ? ' ' : text.data[i]);
	}
}

static void append_session(struct buf *out, const struct cli_session *s)
{
	buf_printf(out, "%.*s\t", STR_ARG(s->id));
	append_plain(out, s->assistant);
	if (s->project.data != NULL) {
		buf_append_str(out, STR(", "));
		append_plain(out, s->project);
	}
	buf_append_char(out, '\n');
}

/* A project names its session if it has only one. */
static bool is_own_project(const struct cli_list *list, const struct cli_session *s)
{
	size_t same = 0;
	for (size_t i = 0; i < list->count; i++) {
		same += str_equal(list->sessions[i].project, s->project);
	}
	return same == 1;
}

static void append_list(struct buf *out, const struct cli_list *list, bool done_only)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cli_session *s = &list->sessions[i];
		if (done_only && !cli_list_is_done(s)) {
			continue;
		}
		if (can_be_typed(s->id)) {
			append_session(out, s);
		}
		if (can_be_typed(s->project) && is_own_project(list, s)) {
			buf_printf(out, "%.*s\t", STR_ARG(s->project));
			append_plain(out, s->assistant);
			buf_append_char(out, '\n');
		}
	}
}

/* The words so far, without the one being typed and without an option that expects it as its value.
 * The word before the first stands in for the program's name. */
static int read_typed(const struct config *config, struct cli_args *ret, struct buf *message)
{
	int count = (int)config->complete_count;
	int r = cli_args_read(ret, count, config->complete_words - 1, message);
	if (r != CONFIG_OK && count > 1) {
		cli_args_finish(ret);
		r = cli_args_read(ret, count - 1, config->complete_words - 1, message);
	}
	return r;
}

/* From the daemon that the words so far would reach. */
static void append_sessions(struct buf *out, const struct config *config, bool done_only)
{
	struct config_inputs inputs = config_inputs_of_process();
	struct config typed = {0};
	struct config_report report;
	struct cli_args args;
	struct buf message, body;
	struct cli_list list;
	config_report_init(&report);
	buf_init(&message, MESSAGE_BYTES);
	int r = read_typed(config, &args, &message);
	inputs.flags = args.flags;
	inputs.flag_count = args.flag_count;
	if (r == CONFIG_OK && config_load(&typed, &inputs, &report) == CONFIG_OK) {
		struct cli_endpoint endpoint = cli_endpoint_of(&typed);
		endpoint.answer_ms = PATIENCE_MS;
		if (cli_http_list(&endpoint, &body) == 200 &&
			cli_list_read(body.data, body.size, &list) == 0) {
			append_list(out, &list, done_only);
			cli_list_finish(&list);
		}
		buf_finish(&body);
	}
	config_finish(&typed);
	cli_args_finish(&args);
	config_report_finish(&report);
	buf_finish(&message);
}

static int run(const struct config *config)
{
	struct buf out;
	buf_init(&out, OUTPUT_BYTES);
	enum cli_offer offer = cli_complete_words(
		config->complete_words, config->complete_count, &out);
	if (offer == CLI_OFFER_FILES) {
		buf_append_str(&out, STR(":files\n"));
	} else if (offer != CLI_OFFER_NOTHING) {
		append_sessions(&out, config, offer == CLI_OFFER_DONE_SESSIONS);
	}
	if (out.size > 0) {
		fwrite(out.data, 1, out.size, stdout);
	}
	buf_finish(&out);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

const struct cli_command cli_complete_command = {
	.name = "complete",
	.run = run,
	.summary = "tell a shell what can be typed next",
	.about = "For the completions of bash, zsh and fish: prints what can replace the last "
		 "WORD, one candidate per line with its help after a tab. The line \":files\" "
		 "stands for file names. Takes no options: everything after it is a word.",
	.examples = "  otel-ai-monitor complete watch --format \"\"\n",
	.listed = "",
	.operands = {{.name = "WORD", .shown = "WORD..."}},
	.takes_rest = true,
	.flags_alone = true,
};
