#include "cli/cli_unit.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/run.h"

enum { ANSWER_BYTES = 4096, ASK_MS = 3000, START_MS = 20000 };

void cli_unit_read(struct str text, struct cli_unit *ret)
{
	static const struct {
		struct str name;
		size_t offset;
	} words[] = {
		{STR_INIT("LoadState"), offsetof(struct cli_unit, load)},
		{STR_INIT("ActiveState"), offsetof(struct cli_unit, active)},
		{STR_INIT("SubState"), offsetof(struct cli_unit, sub)},
		{STR_INIT("Result"), offsetof(struct cli_unit, result)},
	};
	*ret = (struct cli_unit){.exit_status = 0};
	while (text.size > 0) {
		struct str value = str_cut(&text, '\n'), name = str_cut(&value, '=');
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			if (str_equal(words[i].name, name)) {
				(void)snprintf((char *)ret + words[i].offset, CLI_UNIT_WORD_BYTES,
					"%.*s", STR_ARG(value));
			}
		}
		if (str_equal(name, STR("ExecMainStatus"))) {
			(void)str_to_int64(value, &ret->exit_status);
		}
	}
}

bool cli_unit_ask(const char *name, struct cli_unit *ret)
{
	const char *const argv[] = {"systemctl", "--user", "show",
		"--property=LoadState,ActiveState,SubState,Result,ExecMainStatus", name, NULL};
	struct buf answer;
	buf_init(&answer, ANSWER_BYTES);
	int r = run_program(&(struct run){
		.argv = argv, .output = &answer, .drops_errors = true, .limit_ms = ASK_MS});
	if (r == 0) {
		cli_unit_read(buf_str(&answer), ret);
	}
	buf_finish(&answer);
	return r == 0 && ret->load[0] != '\0';
}

bool cli_unit_start(void)
{
	const char *const argv[] = {"systemctl", "--user", "start", CLI_UNIT_SERVICE, NULL};
	int r = run_program(&(struct run){.argv = argv, .limit_ms = START_MS});
	if (r == -ENOENT) {
		log_error("no daemon runs, and there is no systemctl to start it: run "
			  "'otel-ai-monitor' in a terminal");
	} else if (r != 0) {
		log_error("no daemon runs, and its service could not be started: see "
			  "'otel-ai-monitor logs' and 'otel-ai-monitor doctor', or run "
			  "'otel-ai-monitor' in a terminal");
	}
	return r == 0;
}
