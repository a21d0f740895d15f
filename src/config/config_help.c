#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "config/config.h"
#include "config/config_option.h"

enum { HELP_COLUMN = 34, HELP_WIDTH = 80, TEXT_BYTES = 1024 };

static const struct {
	const char *usage, *about, *examples;
} texts[CONFIG_COMMAND_COUNT] = {
	[CONFIG_SERVE] = {"Usage: otel-ai-monitor [serve] [OPTION...]\n"
			  "       otel-ai-monitor COMMAND [OPTION...]\n",
		"Receives the telemetry of AI coding assistants on this machine and tells what "
		"each of\n"
		"their sessions is doing.\n"
		"\n"
		"Commands, each with a --help of its own:\n"
		"  setup [CLIENT|BAR...]           points your assistants here, with a diff and a\n"
		"                                  question before each change\n"
		"  demo                            plays three invented sessions\n"
		"  doctor                          says what is wrong, and what to do\n"
		"  status                          prints the sessions once\n"
		"  watch                           prints them as they change, for bars\n"
		"  focus [ID]                      goes to the terminal of the session that needs\n"
		"                                  you most\n"
		"  ack [ID]                        says that you have seen what is done\n"
		"  hook CLIENT [JSON]              what the assistants' hooks run\n",
		"  otel-ai-monitor                       run here, with lines on the terminal\n"
		"  otel-ai-monitor --port 4319           when something else has 4318\n"
		"  otel-ai-monitor --no-notifications --pipe /tmp/ai.pipe\n"
		"  systemctl --user enable --now otel-ai-monitor.socket\n"
		"                                        as a service, from the first telemetry "
		"on\n"
		"  otel-ai-monitor watch                 what the running one sees, for a bar\n"},
	[CONFIG_WATCH] = {"Usage: otel-ai-monitor watch [OPTION...]\n",
		"Prints what the running otel-ai-monitor tells, one JSON object per line or as a "
		"bar\n"
		"takes it, for ever.\n",
		"  otel-ai-monitor watch\n"
		"  otel-ai-monitor watch --format list   for eww: (deflisten ai \"...\")\n"
		"  otel-ai-monitor watch --format waybar\n"
		"                                        with \"return-type\": \"json\"\n"
		"  otel-ai-monitor watch --format plain --icon-working work --icon-idle none\n"
		"  otel-ai-monitor watch | jq -r 'select(.type == \"session_update\") | .state'\n"},
	[CONFIG_STATUS] = {"Usage: otel-ai-monitor status [OPTION...]\n",
		"Prints the sessions of the running otel-ai-monitor once.\n",
		"  otel-ai-monitor status\n"
		"  otel-ai-monitor status --json | jq '.sessions[] | .project'\n"
		"  otel-ai-monitor status --format plain\n"
		"                                        for a bar that asks now and then\n"},
	[CONFIG_ACK] = {"Usage: otel-ai-monitor ack [ID] [OPTION...]\n",
		"Tells the running otel-ai-monitor that its user has seen what is done: the "
		"session ID,\n"
		"or every completed one, becomes idle.\n",
		"  otel-ai-monitor ack                   bound to a key, or to a click on the "
		"bar\n"},
	[CONFIG_FOCUS] = {"Usage: otel-ai-monitor focus [ID] [OPTION...]\n",
		"Brings the window and the pane of the session ID to the front, or those of the "
		"session\n"
		"that needs its user most. Under sway, Hyprland, niri, KWin and X11 (i3, GNOME and "
		"others);\n"
		"inside of tmux, kitty and WezTerm.\n",
		"  otel-ai-monitor focus                 bound to a key, or to a click on the "
		"bar\n"
		"  otel-ai-monitor focus --focus-command 'wmctrl -a {project}'\n"},
	[CONFIG_HOOK] = {"Usage: otel-ai-monitor hook CLIENT [JSON] [OPTION...]\n",
		"For the hooks of claude-code, codex, gemini, qwen and copilot: hands what the "
		"client says\n"
		"on standard input, or JSON, to the running otel-ai-monitor. Takes a second at "
		"most, prints\n"
		"nothing and never fails, also while none is running.\n",
		"  otel-ai-monitor hook claude-code      as a command in ~/.claude/settings.json\n"
		"  otel-ai-monitor hook codex            as a command in ~/.codex/hooks.json, or\n"
		"  notify = [\"otel-ai-monitor\", \"hook\", \"codex\"]\n"
		"                                        in ~/.codex/config.toml\n"},
	[CONFIG_COMPLETE] = {"Usage: otel-ai-monitor complete WORD...\n",
		"For the completions of shells: prints what may stand in the place of the last "
		"WORD\n"
		"behind the others, one candidate per line with its help behind a tab. The "
		"line\n"
		"\":files\" stands for the names of files.\n",
		"  otel-ai-monitor complete watch --format \"\"\n"},
	[CONFIG_SETUP] = {"Usage: otel-ai-monitor setup [CLIENT|BAR...] [OPTION...]\n",
		"Points AI coding assistants at this otel-ai-monitor: shows what it would change "
		"in\n"
		"their files, asks, and keeps a copy beside each. Clients: claude-code, codex, "
		"gemini,\n"
		"qwen, copilot, opencode; without a name, those that are found here. Bars: waybar, "
		"eww,\n"
		"polybar, i3blocks, yambar, tmux, quickshell; for these it prints what to do.\n",
		"  otel-ai-monitor setup                 every client on this machine, one by one\n"
		"  otel-ai-monitor setup claude-code --fast --traces\n"
		"  otel-ai-monitor setup --dry-run       only look\n"
		"  otel-ai-monitor setup codex --print   to paste by hand\n"
		"  otel-ai-monitor setup --undo          as it was before\n"
		"  otel-ai-monitor setup waybar\n"},
	[CONFIG_DOCTOR] = {"Usage: otel-ai-monitor doctor [OPTION...]\n",
		"Looks at the daemon, its addresses and the clients' settings, and says in words "
		"what "
		"is\n"
		"wrong and what to do. Exits with 1 if something is wrong.\n",
		"  otel-ai-monitor doctor\n"
		"  otel-ai-monitor doctor --watch        then work in a client: what arrives is "
		"ticked\n"
		"                                        off here\n"},
	[CONFIG_DEMO] = {"Usage: otel-ai-monitor demo [OPTION...]\n",
		"Shows three invented sessions through the running otel-ai-monitor, so that a bar "
		"can "
		"be\n"
		"tried out: they work, one asks for a permission, which is told on the desktop, "
		"and at "
		"the\n"
		"end, or with Ctrl-C, they are gone.\n",
		"  otel-ai-monitor demo\n"
		"  otel-ai-monitor demo --seconds 60\n"},
};

static void pad_to(struct buf *b, size_t column)
{
	for (size_t width = utf8_width(buf_str(b)); width < column; width++) {
		buf_append_char(b, ' ');
	}
}

/* text broken into lines, from the column on; first: what stands left of it. */
static void print_wrapped(FILE *out, struct buf *first, const char *text)
{
	if (utf8_width(buf_str(first)) + 2 > HELP_COLUMN) {
		fprintf(out, "%.*s\n", STR_ARG(buf_str(first)));
		buf_clear(first);
	}
	pad_to(first, HELP_COLUMN);
	while (*text != '\0') {
		size_t size = strcspn(text, " "), end = utf8_width(buf_str(first)) + 1;
		if (first->size > HELP_COLUMN &&
			end + utf8_width((struct str){text, size}) > HELP_WIDTH) {
			fprintf(out, "%.*s\n", STR_ARG(buf_str(first)));
			buf_clear(first);
			pad_to(first, HELP_COLUMN);
		}
		buf_printf(first, "%s%.*s", first->size > HELP_COLUMN ? " " : "", (int)size, text);
		text += size + strspn(text + size, " ");
	}
	fprintf(out, "%.*s\n", STR_ARG(buf_str(first)));
}

static void append_flag(const struct config_option *o, struct buf *b)
{
	if (o->letter != '\0') {
		buf_printf(b, "  -%c, ", o->letter);
	} else {
		buf_append_str(b, STR("      "));
	}
	if (o->bare != NULL && o->negated != NULL) {
		buf_printf(b, "--[no-]%s", o->name);
	} else if (o->bare != NULL) {
		buf_printf(b, "--%s", o->name);
	} else {
		buf_printf(b, "--%s %s", o->name, o->value_name);
	}
}

static void print_option(FILE *out, enum config_option_id id, struct config *defaults)
{
	const struct config_option *o = &config_options[id];
	struct buf flag, text;
	buf_init(&flag, TEXT_BYTES);
	buf_init(&text, TEXT_BYTES);
	append_flag(o, &flag);
	buf_append_str(&text, str_from(o->help));
	bool has_default = o->section != NULL && strstr(o->help, "default") == NULL;
	if (has_default) {
		buf_append_str(&text, STR("; default "));
		o->kind->format(&o->limits, config_option_field(id, defaults), &text);
	}
	if (o->variable != NULL) {
		buf_printf(&text, " [%s]", o->variable);
	}
	buf_append_char(&text, '\0');
	print_wrapped(out, &flag, text.data);
	buf_finish(&flag);
	buf_finish(&text);
}

void config_print_help(FILE *out, enum config_command about)
{
	struct config defaults;
	config_option_defaults(&defaults);
	fprintf(out, "%s\n%s\nOptions:\n", texts[about].usage, texts[about].about);
	for (int id = 0; id < OPTION_COUNT; id++) {
		if ((config_options[id].commands & (1u << about)) != 0) {
			print_option(out, (enum config_option_id)id, &defaults);
		}
	}
	fprintf(out,
		"  -h, --help                      print this\n"
		"      --version                   print the version\n"
		"\nExamples:\n%s",
		texts[about].examples);
	if (about == CONFIG_SERVE) {
		fprintf(out,
			"\nThe variable in brackets says the same in the environment, the option's "
			"name in\n$XDG_CONFIG_HOME/otel-ai-monitor/config.ini. Flags come before "
			"the "
			"environment, the\nenvironment before the file.\n");
	}
	config_finish(&defaults);
}

char *config_help_summary(enum config_command about)
{
	const char *text = texts[about].about, *end = text;
	while (*end != '\0' && strncmp(end, ".\n", 2) != 0 && strncmp(end, ". ", 2) != 0) {
		end++;
	}
	char *summary = xasprintf("%.*s", (int)(end - text), text);
	for (char *newline = summary; (newline = strchr(newline, '\n')) != NULL;) {
		*newline = ' ';
	}
	return summary;
}
