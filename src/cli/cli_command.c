#include "cli/cli_command.h"

#include <string.h>

#include "base/buf.h"

const struct cli_command *const cli_commands[] = {
	&cli_setup_command,
	&cli_demo_command,
	&cli_doctor_command,
	&cli_status_command,
	&cli_top_command,
	&cli_watch_command,
	&cli_wait_command,
	&cli_why_command,
	&cli_focus_command,
	&cli_ack_command,
	&cli_mute_command,
	&cli_unmute_command,
	&cli_pause_command,
	&cli_dashboard_command,
	&cli_telemetry_command,
	&cli_serve_command,
	&cli_start_command,
	&cli_stop_command,
	&cli_restart_command,
	&cli_enable_command,
	&cli_disable_command,
	&cli_logs_command,
	&cli_check_command,
	&cli_cost_command,
	&cli_history_command,
	&cli_export_command,
	&cli_purge_command,
	&cli_log_command,
	&cli_prices_command,
	&cli_hook_command,
	&cli_help_command,
	&cli_complete_command,
	NULL,
};

const char *const cli_format_words[] = {
	"auto", "ndjson", "list", "waybar", "polybar", "i3blocks", "yambar", "tmux", "plain", NULL};

const struct cli_command *cli_command_find(const char *name)
{
	size_t i = 0;
	while (cli_commands[i] != NULL && strcmp(cli_commands[i]->name, name) != 0) {
		i++;
	}
	return cli_commands[i];
}

const char *cli_command_word(size_t index)
{
	const struct cli_command *command = cli_commands[index];
	return command != NULL && !command->takes_rest ? command->name : NULL;
}

const struct config_option *cli_command_option(
	const struct cli_command *command, size_t index, const char **ret_help)
{
	if (index < command->option_count) {
		*ret_help = command->options[index].help;
		return &command->options[index];
	}
	if (command->settings == NULL) {
		return NULL;
	}
	const struct cli_setting *setting = command->settings;
	for (index -= command->option_count; index > 0 && setting->name != NULL; index--) {
		setting++;
	}
	if (setting->name == NULL) {
		return NULL;
	}
	const struct config_option *o = config_option_named(setting->name);
	*ret_help = setting->help != NULL ? setting->help : o->help;
	return o;
}

const struct config_option *cli_command_find_option(
	const struct cli_command *command, struct str name)
{
	const char *help;
	const struct config_option *o;
	size_t i = 0;
	while ((o = cli_command_option(command, i, &help)) != NULL &&
		!config_option_is_called(o, name)) {
		i++;
	}
	return o;
}

const struct config_option *cli_command_find_letter(const struct cli_command *command, char letter)
{
	const char *help;
	const struct config_option *o;
	size_t i = 0;
	while ((o = cli_command_option(command, i, &help)) != NULL && o->letter != letter) {
		i++;
	}
	return o;
}

const struct cli_operand *cli_command_operand(const struct cli_command *command, size_t place)
{
	for (size_t i = 0; i < CLI_OPERANDS && command->operands[i].name != NULL; i++) {
		if (place < command->operands[i].places) {
			return &command->operands[i];
		}
		place -= command->operands[i].places;
	}
	return NULL;
}

void cli_command_append_usage(struct buf *out, const struct cli_command *command)
{
	bool is_default = command == &cli_serve_command;
	buf_printf(out, is_default ? "[%s]" : "%s", command->name);
	for (size_t i = 0; i < CLI_OPERANDS && command->operands[i].name != NULL; i++) {
		const char *shown = command->operands[i].shown;
		buf_printf(out, "%s%s", shown[0] != '\0' ? " " : "", shown);
	}
	if (!command->takes_rest) {
		buf_append_str(out, STR(" [OPTION...]"));
	}
}
