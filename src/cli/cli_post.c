#include "cli/cli_post.h"

#include <stdlib.h>

#include "base/buf.h"
#include "cli/cli_ask.h"
#include "cli/cli_http.h"

enum { ANSWER_BYTES = 1024 * 1024 };

/* The HTTP status, or a negative errno. */
static int post(const struct cli_endpoint *endpoint, const char *path)
{
	struct buf body;
	buf_init(&body, ANSWER_BYTES);
	const struct cli_request request = {"POST", path, "application/json", NULL};
	int status = cli_http_call(endpoint, &request, &body);
	buf_finish(&body);
	return status;
}

int cli_post(const struct cli_endpoint *endpoint, const char *path)
{
	int status = post(endpoint, path);
	if (status != 200) {
		cli_http_complain(endpoint, status);
	}
	return status == 200 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int cli_post_session(const struct cli_endpoint *endpoint, struct str id, const char *action)
{
	struct buf path;
	buf_init(&path, CLI_PATH_BYTES);
	buf_append_str(&path, STR("/api/sessions/"));
	cli_path_append_escaped(&path, id);
	buf_printf(&path, "/%s", action);
	buf_append_char(&path, '\0');
	int status = path.overflowed ? 404 : post(endpoint, path.data);
	buf_finish(&path);
	if (status != 200 && status != 404) {
		cli_http_complain(endpoint, status);
	}
	return status == 200 || status == 404 ? EXIT_SUCCESS : EXIT_FAILURE;
}
