#include "cli/cli_ack.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "cli/cli_client.h"
#include "cli/cli_list.h"
#include "config/config.h"

enum { ANSWER_BYTES = 1024 * 1024, PATH_BYTES = 6 * 1024 };

/* RFC 3986 section 2.3: what need not be escaped. */
static bool is_unreserved(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void append_escaped(struct buf *out, struct str id)
{
	for (size_t i = 0; i < id.size; i++) {
		if (is_unreserved(id.data[i])) {
			buf_append_char(out, id.data[i]);
		} else {
			buf_printf(out, "%%%02X", (unsigned)(unsigned char)id.data[i]);
		}
	}
}

int cli_ack_session(const struct cli_target *target, struct str id)
{
	struct buf path, body;
	buf_init(&path, PATH_BYTES);
	buf_init(&body, ANSWER_BYTES);
	buf_append_str(&path, STR("/api/sessions/"));
	append_escaped(&path, id);
	buf_append_str(&path, STR("/ack"));
	buf_append_char(&path, '\0');
	const struct cli_request request = {"POST", path.data, "application/json", NULL};
	int status = path.overflowed ? 404 : cli_client_call(target, &request, &body);
	buf_finish(&path);
	buf_finish(&body);
	return status;
}

static int acknowledge_one(const struct cli_target *target, struct str id)
{
	int status = cli_ack_session(target, id);
	if (status == 404) {
		log_error("there is no session \"%s\"", log_shown(id));
	} else if (status != 200) {
		cli_client_complain(target, status);
	}
	return status == 200 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* One that has gone since is no failure. */
static int acknowledge_completed(const struct cli_target *target, const struct cli_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct cli_session *s = &list->sessions[i];
		int status = 200;
		if (str_equal(s->state, STR("completed"))) {
			status = cli_ack_session(target, s->id);
		}
		if (status != 200 && status != 404) {
			cli_client_complain(target, status);
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}

static int acknowledge_all(const struct cli_target *target)
{
	struct buf body;
	struct cli_list list;
	if (cli_list_ask(target, &body, &list) < 0) {
		return EXIT_FAILURE;
	}
	int exit_status = acknowledge_completed(target, &list);
	cli_list_finish(&list);
	buf_finish(&body);
	return exit_status;
}

int cli_ack(const struct config *config)
{
	struct cli_target target = cli_target_of(config);
	return config->session_id != NULL ? acknowledge_one(&target, str_from(config->session_id))
					  : acknowledge_all(&target);
}
