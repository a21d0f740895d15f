/* otel-ai-monitor check: validates the settings, as the daemon would read them. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_style.h"
#include "config/config_report.h"

static void say_lines(struct cli_report *r, enum cli_mark mark, const struct buf *lines)
{
	struct str rest = buf_str(lines);
	while (rest.size > 0) {
		struct str line = str_cut(&rest, '\n');
		cli_style_report(r, mark, "%.*s", STR_ARG(line));
	}
}

static int run(const struct config *config)
{
	struct cli_report report = {.style = cli_style_of(config, STDOUT_FILENO)};
	struct config_report found;
	config_report_init(&found);
	char *path = NULL;
	int r = config_check(config, &found, &path);
	say_lines(&report, CLI_WRONG, &found.errors);
	say_lines(&report, CLI_NOTE, &found.warnings);
	if (r == 0) {
		cli_style_report(&report, CLI_GOOD, "%s%s",
			path != NULL ? path : "no configuration file",
			found.warnings.size > 0 ? ": the rest is fine" : ": fine");
	}
	config_report_finish(&found);
	free(path);
	bool is_told = fflush(stdout) == 0;
	return report.wrong || r != 0 || !is_told ? EXIT_FAILURE : EXIT_SUCCESS;
}

static const struct cli_setting settings[] = {{"config", NULL}, {NULL}};

const struct cli_command cli_check_command = {
	.name = "check",
	.run = run,
	.summary = "check the configuration file",
	.listed = "",
	.about = "Reads the configuration file and the environment as the daemon would, and "
		 "reports everything wrong with them: one finding per line, with what is allowed "
		 "and what was probably meant. The daemon need not run and is not affected.",
	.examples = "  otel-ai-monitor check && systemctl --user reload otel-ai-monitor\n"
		    "  otel-ai-monitor check --config new.ini\n",
	.exit_status = "  0  the daemon would start\n"
		       "  1  it would not\n"
		       "  2  wrong usage\n",
	.settings = settings,
	.flags_alone = true,
};
