#include "http/http_json.h"

#include "base/json_write.h"
#include "http/http_response.h"

void http_json_begin(struct http_response *res)
{
	http_response_type(res, "application/json");
	http_response_private(res);
}

void http_json_error(const struct http_request *req, struct http_response *res, int status,
	struct str message, void *data)
{
	(void)req;
	(void)data;
	http_json_begin(res);
	struct json_writer w;
	json_writer_init(&w, http_response_body(res));
	json_object_begin(&w);
	json_name(&w, "error");
	json_object_begin(&w);
	json_name_int(&w, "code", status);
	json_name_str(&w, "message", message);
	json_object_end(&w);
	json_object_end(&w);
	buf_append_char(http_response_body(res), '\n');
}
