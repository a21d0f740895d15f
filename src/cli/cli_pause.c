/* otel-ai-monitor pause: no notifications for a while. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"

enum { MAX_S = 7 * 24 * 3600 };

/* "90", "30m", "2h" */
static bool read_duration(struct str text, int64_t *ret_s)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 24 * 3600}};
	int64_t count, unit = 1;
	for (size_t i = 0; text.size > 0 && i < ARRAY_SIZE(units); i++) {
		if (text.data[text.size - 1] == units[i].letter) {
			unit = units[i].seconds;
			text.size--;
			break;
		}
	}
	if (!str_to_int64(text, &count) || count < 1 || count > MAX_S / unit) {
		return false;
	}
	*ret_s = count * unit;
	return true;
}

static int run(const struct config *config)
{
	const char *word = config->pause_word;
	int64_t seconds = 0;
	if (word != NULL && config->pause_off) {
		log_error("pause takes a DURATION or --off, not both");
		return CLI_EXIT_USAGE;
	}
	if (word != NULL && !read_duration(str_from(word), &seconds)) {
		log_error(
			"invalid duration \"%s\": use seconds, or a number with m, h or d such as "
			"30m, up to 7d",
			log_shown(str_from(word)));
		return CLI_EXIT_USAGE;
	}
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	if (word == NULL && !config->pause_off) {
		return cli_http_post(&endpoint, "/api/pause"); // with the daemon's default
	}
	cleanup_free char *path = xasprintf("/api/pause?duration=%" PRId64, seconds);
	return cli_http_post(&endpoint, path);
}

static const struct config_option options[] = {
	CONFIG_SWITCH("off", 0, pause_off, "end the pause"),
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_pause_command = {
	.name = "pause",
	.run = run,
	.summary = "hold back all notifications for a while",
	.about = "Holds back all notifications for DURATION: seconds, or a number with m, h or d; "
		 "an hour by default, a week at most. Whatever still needs you when the pause ends "
		 "is notified then. A restart of the daemon ends the pause.",
	.examples = "  otel-ai-monitor pause 30m\n"
		    "  otel-ai-monitor pause --off\n",
	.listed = "",
	.operands = {{.name = "DURATION",
		.shown = "[DURATION|--off]",
		.offset = CONFIG_FIELD(pause_word),
		.places = 1}},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
