#include "http/http_request.h"

#include "base/mem.h"

static const char *const method_names[] = {
	"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"};

const char *http_method_name(enum http_method method)
{
	for (size_t i = 0; i < ARRAY_SIZE(method_names); i++) {
		if (method == (enum http_method)(1 << i)) {
			return method_names[i];
		}
	}
	return "?";
}

/* Cuts *rest at the first separator and returns what was before it, trimmed. */
static struct str cut(struct str *rest, char separator)
{
	return str_trim(str_cut(rest, separator));
}

bool http_request_media_type_is(const struct http_request *req, struct str media_type)
{
	struct str rest = req->content_type;
	return str_equal_nocase(cut(&rest, ';'), media_type);
}

/* Cuts the next field with this name from the front of *rest. False if there is none. */
static bool next_field(struct str *rest, struct str name, struct str *ret_value)
{
	while (rest->size > 0) {
		struct str value = cut(rest, '\n');
		if (value.size > 0 && value.data[value.size - 1] == '\r') {
			value.size--;
		}
		if (str_equal_nocase(cut(&value, ':'), name)) {
			*ret_value = str_trim(value);
			return true;
		}
	}
	return false;
}

struct str http_request_header(const struct http_request *req, struct str name)
{
	struct str rest = req->fields, value = {NULL, 0};
	(void)next_field(&rest, name, &value);
	return value;
}

static bool range_covers(struct str range, struct str media_type)
{
	if (str_equal(range, STR("*/*")) || str_equal_nocase(range, media_type)) {
		return true;
	}
	size_t prefix = range.size > 0 ? range.size - 1 : 0; // "text/" of "text/*"
	return str_ends_with(range, STR("/*")) && media_type.size > prefix &&
	       str_equal_nocase(
		       (struct str){range.data, prefix}, (struct str){media_type.data, prefix});
}

static bool has_weight(struct str parameters)
{
	while (parameters.size > 0) {
		struct str parameter = cut(&parameters, ';');
		double weight;
		if (parameter.size > 2 && (parameter.data[0] | 0x20) == 'q' &&
			parameter.data[1] == '=') {
			return !str_to_double(str_skip(parameter, 2), &weight) || weight > 0;
		}
	}
	return true;
}

bool http_request_accepts(const struct http_request *req, struct str media_type)
{
	struct str rest = http_request_header(req, STR("accept"));
	if (rest.data == NULL) {
		return true;
	}
	while (rest.size > 0) {
		struct str parameters = cut(&rest, ',');
		if (range_covers(cut(&parameters, ';'), media_type) && has_weight(parameters)) {
			return true;
		}
	}
	return false;
}

bool http_request_accepts_coding(const struct http_request *req, struct str coding)
{
	struct str rest = http_request_header(req, STR("accept-encoding"));
	while (rest.size > 0) {
		struct str parameters = cut(&rest, ',');
		if (str_equal_nocase(cut(&parameters, ';'), coding)) {
			return has_weight(parameters);
		}
	}
	return false;
}

/* Whether one of these fields, all of which are one list, has the token; case does not matter. */
static bool fields_have(const struct http_request *req, struct str name, struct str token)
{
	struct str rest = req->fields, list;
	while (next_field(&rest, name, &list)) {
		while (list.size > 0) {
			if (str_equal_nocase(cut(&list, ','), token)) {
				return true;
			}
		}
	}
	return false;
}

bool http_request_upgrades_to(const struct http_request *req, struct str protocol)
{
	return req->method == HTTP_GET && req->minor_version > 0 &&
	       fields_have(req, STR("connection"), STR("upgrade")) &&
	       fields_have(req, STR("upgrade"), protocol);
}
