#include "cli/cli_ask.h"

#include <string.h>

#include "base/buf.h"
#include "base/json_bind.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/cli_http.h"

enum { DEPTH = 16 };

struct error_answer {
	struct str message;
};

void cli_path_add(struct buf *path, const char *name, const char *value)
{
	if (value != NULL) {
		bool is_first = memchr(path->data, '?', path->size) == NULL;
		buf_printf(path, "%c%s=", is_first ? '?' : '&', name);
		cli_http_append_escaped(path, str_from(value));
	}
}

int cli_ask(const struct cli_endpoint *endpoint, const char *method, struct buf *path,
	const char *json, struct buf *ret_body)
{
	buf_append_char(path, '\0');
	if (path->overflowed) {
		log_error("the words of the command are too long");
		return -1;
	}
	const struct cli_request request = {method, path->data, "application/json", json};
	int status = cli_http_call(endpoint, &request, ret_body);
	if (status == 200) {
		return 0;
	}
	bool is_ours = status != CLI_HTTP_UNAUTHORIZED && status != CLI_HTTP_FORBIDDEN;
	if (status < 0 || !is_ours || !cli_ask_complain(ret_body)) {
		cli_http_complain(endpoint, status);
	}
	return -1;
}

static const struct json_member error_members[] = {
	JSON_MEMBER("message", TEXT, struct error_answer, message),
};
static const struct json_shape error_shape = JSON_SHAPE(error_members);
static const struct json_member answer_members[] = {
	{STR_INIT("error"), JSON_BIND_OBJECT, .shape = &error_shape},
};
static const struct json_shape answer_shape = JSON_SHAPE(answer_members);

bool cli_ask_complain(struct buf *body)
{
	struct error_answer answer = {0};
	struct json_tally ignored = {0};
	bool is_told = json_bind_text(
			       body->data, body->size, DEPTH, &answer_shape, &answer, &ignored) &&
		       answer.message.size > 0;
	if (is_told) {
		log_error("the daemon answered: %s", log_shown(answer.message));
	}
	return is_told;
}
