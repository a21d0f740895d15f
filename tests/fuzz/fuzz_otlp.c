#include "fuzz/fuzz_otlp.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "otlp/otlp_answer.h"
#include "otlp/otlp_receiver.h"

static void check_result(const struct otlp_result *result, const struct fuzz_body *body)
{
	fuzz_check_line(str_from(result->message));
	fuzz_check_line(str_from(result->warning));
	fuzz_check((result->fault == OTLP_OK) == (result->message[0] == '\0'));
	fuzz_check(result->fault == OTLP_OK || result->warning[0] == '\0');
	fuzz_check(result->rejected == 0 || result->fault != OTLP_OK || result->warning[0] != '\0');
	fuzz_check(body->records <= result->accepted);
}

static void check_answer(bool json, const struct otlp_result *result)
{
	struct buf out;
	buf_init(&out, 4096);
	if (result->fault == OTLP_OK) {
		otlp_answer_success(
			&out, json, result->signal, result->rejected, str_from(result->warning));
	} else {
		otlp_answer_status(&out, json, 400, str_from(result->message));
	}
	fuzz_check(!out.overflowed);
	buf_finish(&out);
}

void fuzz_receive(bool json, const uint8_t *data, size_t size)
{
	static const struct otlp_limits limits = {.attributes = 5000, .records = 5000};
	if (size == 0) {
		return;
	}
	struct otlp_receiver receiver;
	struct otlp_result result;
	struct fuzz_body body = {.size = size - 1};
	char *copy = xmalloc(body.size);
	memcpy(copy, data + 1, body.size);
	body.start = copy;
	otlp_receiver_init(&receiver, &limits);
	otlp_receive(&receiver, (enum otlp_signal)(data[0] % (OTLP_SIGNAL_COUNT + 1)), json, copy,
		body.size, fuzz_check_record, &body, &result);
	check_result(&result, &body);
	check_answer(json, &result);
	fuzz_check(json || memcmp(copy, data + 1, body.size) == 0);
	otlp_receiver_finish(&receiver);
	free(copy);
}
