#include "cli/cli_response.h"

#include <errno.h>

enum { HEAD_MAX_BYTES = 64 * 1024 };

static int on_head(llhttp_t *llhttp)
{
	struct cli_response *a = llhttp->data;
	a->status = llhttp->status_code;
	return 0;
}

static int on_body(llhttp_t *llhttp, const char *at, size_t size)
{
	struct cli_response *a = llhttp->data;
	a->error = a->on_body((struct str){at, size}, a->data);
	return a->error < 0 ? HPE_USER : 0;
}

static int on_complete(llhttp_t *llhttp)
{
	struct cli_response *a = llhttp->data;
	a->complete = true;
	return HPE_PAUSED;
}

static const llhttp_settings_t *parser_settings(void)
{
	static llhttp_settings_t settings;
	llhttp_settings_init(&settings);
	settings.on_headers_complete = on_head;
	settings.on_body = on_body;
	settings.on_message_complete = on_complete;
	return &settings;
}

void cli_response_init(struct cli_response *a, cli_response_on_body *body, void *data)
{
	*a = (struct cli_response){.on_body = body, .data = data};
	llhttp_init(&a->llhttp, HTTP_RESPONSE, parser_settings());
	a->llhttp.data = a;
}

int cli_response_feed(struct cli_response *a, struct str bytes)
{
	if (a->complete || a->error < 0) {
		return a->error;
	}
	if (a->status == 0) {
		a->head_bytes += bytes.size;
	}
	llhttp_errno_t e = llhttp_execute(&a->llhttp, bytes.data, bytes.size);
	if (a->error == 0 && !a->complete &&
		(e != HPE_OK || (a->status == 0 && a->head_bytes > HEAD_MAX_BYTES))) {
		a->error = -EPROTO;
	}
	return a->error;
}

int cli_response_end(struct cli_response *a)
{
	if (a->error == 0 && a->status != 0) {
		llhttp_finish(&a->llhttp); // on_complete, if that ends the answer well
	}
	if (a->error == 0 && !a->complete) {
		a->error = -EPROTO;
	}
	return a->error;
}
