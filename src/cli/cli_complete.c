#include "cli/cli_complete.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/cli_client.h"
#include "cli/cli_list.h"
#include "config/config.h"
#include "config/config_complete.h"

enum { OUTPUT_BYTES = 1024 * 1024, MESSAGE_BYTES = 4096, PATIENCE_MS = 300 };

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Only what can stand in a line, and is no option. */
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
	append_plain(out, s->tool);
	if (s->project.data != NULL) {
		buf_append_str(out, STR(", "));
		append_plain(out, s->project);
	}
	buf_append_char(out, '\n');
}

static void append_list(struct buf *out, const struct cli_list *list, bool completed_only)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cli_session *s = &list->sessions[i];
		bool is_wanted = !completed_only || str_equal(s->state, STR("completed"));
		if (is_wanted && can_be_typed(s->id)) {
			append_session(out, s);
		}
	}
}

/* Of the daemon that the words so far would reach. */
static void append_sessions(struct buf *out, const struct config *config, bool completed_only)
{
	struct config_inputs inputs = config_inputs_of_process(0, NULL);
	inputs.argv = config->complete_words - 1; // stands for the program's name
	inputs.argc = (int)config->complete_count;
	struct config typed = {0};
	struct buf message, body;
	struct cli_list list;
	buf_init(&message, MESSAGE_BYTES);
	int r = config_load(&typed, &inputs, &message);
	buf_finish(&message);
	if (r != 0) {
		return;
	}
	struct cli_target target = cli_target_of(&typed);
	target.answer_ms = PATIENCE_MS;
	if (cli_client_list(&target, &body) == 200 &&
		cli_list_read(body.data, body.size, &list) == 0) {
		append_list(out, &list, completed_only);
		cli_list_finish(&list);
	}
	buf_finish(&body);
	config_finish(&typed);
}

int cli_complete(const struct config *config)
{
	struct buf out;
	buf_init(&out, OUTPUT_BYTES);
	enum config_offer offer = config_complete(
		config->complete_words, config->complete_count, &out);
	if (offer == CONFIG_OFFER_FILES) {
		buf_append_str(&out, STR(":files\n"));
	} else if (offer != CONFIG_OFFER_NOTHING) {
		append_sessions(&out, config, offer == CONFIG_OFFER_COMPLETED_SESSIONS);
	}
	if (out.size > 0) {
		fwrite(out.data, 1, out.size, stdout);
	}
	buf_finish(&out);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
