#include "cli/cli_post.h"

#include <ctype.h>
#include <stdlib.h>

#include "base/buf.h"
#include "cli/cli_http.h"

enum { ANSWER_BYTES = 1024 * 1024, PATH_BYTES = 6 * 1024 };

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

int cli_post_session(const struct cli_endpoint *endpoint, struct str id, const char *action)
{
	struct buf path;
	buf_init(&path, PATH_BYTES);
	buf_append_str(&path, STR("/api/sessions/"));
	append_escaped(&path, id);
	buf_printf(&path, "/%s", action);
	buf_append_char(&path, '\0');
	int status = path.overflowed ? 404 : post(endpoint, path.data);
	buf_finish(&path);
	if (status != 200 && status != 404) {
		cli_http_complain(endpoint, status);
	}
	return status == 200 || status == 404 ? EXIT_SUCCESS : EXIT_FAILURE;
}
