/* The decoders and answers against generated code (proto/): random requests are packed by
 * protobuf-c, decoded by ours, and what comes out is compared with what went in. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "collector.pb-c.h"
#include "otlp/otlp_answer.h"
#include "otlp/otlp_oracle.h"
#include "otlp/otlp_random.h"
#include "otlp/otlp_testing.h"
#include "status.pb-c.h"
#include "support/suite.h"

static struct str str_of(ProtobufCBinaryData data)
{
	return (struct str){(const char *)data.data, data.len};
}

static ProtobufCMessage *(*const make_random[])(void) = {
	[OTLP_LOGS] = random_logs,
	[OTLP_TRACES] = random_traces,
	[OTLP_METRICS] = random_metrics,
};

static struct str pack(const ProtobufCMessage *message)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = take_memory(size + 1, 1);
	protobuf_c_message_pack(message, bytes);
	return (struct str){(const char *)bytes, size};
}

START_TEST(what_was_packed_is_what_is_decoded)
{
	enum otlp_signal signal = (enum otlp_signal)_i;
	random_state = 88172645463325252u;
	for (size_t round = 0; round < 100; round++) {
		ProtobufCMessage *request = make_random[signal]();
		struct expected e = expectation(signal, request);
		struct seen seen = see(signal, false, pack(request));
		ck_assert_str_eq(seen.result.message, "");
		ck_assert_str_eq(seen.text.data, e.text.data);
		ck_assert_uint_eq(seen.result.accepted, e.accepted);
		ck_assert_uint_eq(seen.result.rejected, e.rejected);
		ck_assert_uint_eq(seen.result.repaired, 0);
		seen_finish(&seen);
		buf_finish(&e.text);
		give_memory_back();
	}
}
END_TEST

/* Changed bytes that both sides still take mean the same to both. */
START_TEST(changed_bytes_mean_the_same_to_both_or_are_refused)
{
	enum otlp_signal signal = (enum otlp_signal)_i;
	size_t both = 0;
	random_state = 1234567890123456789u;
	for (size_t round = 0; round < 700; round++) {
		struct str bytes = pack(make_random[signal]());
		char *body = take_memory(bytes.size + 1, 1);
		memcpy(body, bytes.data, bytes.size);
		for (size_t i = 0; i <= random_below(3) && bytes.size > 0; i++) {
			body[random_below(bytes.size)] = (char)random_below(256);
		}
		struct seen seen = see(signal, false, (struct str){body, bytes.size});
		ProtobufCMessage *again = protobuf_c_message_unpack(
			oracle_descriptors[signal], NULL, bytes.size, (const uint8_t *)body);
		if (again != NULL && seen.result.fault == OTLP_OK) {
			struct expected e = expectation(signal, again);
			ck_assert_uint_eq(seen.text.size, e.text.size);
			ck_assert_mem_eq(seen.text.data, e.text.data, e.text.size);
			buf_finish(&e.text);
			both++;
		}
		if (again != NULL) {
			protobuf_c_message_free_unpacked(again, NULL);
		}
		seen_finish(&seen);
		give_memory_back();
	}
	ck_assert_uint_gt(both, 200);
}
END_TEST

START_TEST(answers_are_read_back)
{
	struct buf out;
	buf_init(&out, 4096);
	otlp_answer_success(&out, false, OTLP_LOGS, UINT32_MAX, STR("some were bad"));
	Otlp__ExportLogsServiceResponse *logs = otlp__export_logs_service_response__unpack(
		NULL, out.size, (const uint8_t *)out.data);
	ck_assert_ptr_nonnull(logs);
	ck_assert_int_eq(logs->partial_success->rejected_log_records, UINT32_MAX);
	ck_assert(str_equal(str_of(logs->partial_success->error_message), STR("some were bad")));
	otlp__export_logs_service_response__free_unpacked(logs, NULL);

	buf_clear(&out);
	otlp_answer_success(&out, false, OTLP_TRACES, 0, STR("a warning"));
	Otlp__ExportTraceServiceResponse *traces = otlp__export_trace_service_response__unpack(
		NULL, out.size, (const uint8_t *)out.data);
	ck_assert_ptr_nonnull(traces);
	ck_assert_int_eq(traces->partial_success->rejected_spans, 0);
	ck_assert(str_equal(str_of(traces->partial_success->error_message), STR("a warning")));
	otlp__export_trace_service_response__free_unpacked(traces, NULL);

	buf_clear(&out);
	otlp_answer_status(&out, false, 503, STR("busy"));
	Otlp__Status *status = otlp__status__unpack(NULL, out.size, (const uint8_t *)out.data);
	ck_assert_ptr_nonnull(status);
	ck_assert_int_eq(status->code, 14);
	ck_assert(str_equal(str_of(status->message), STR("busy")));
	otlp__status__free_unpacked(status, NULL);
	buf_finish(&out);
}
END_TEST

static Suite *otlp_oracle_suite(void)
{
	Suite *suite = suite_create("otlp_oracle");
	TCase *tcase = tcase_create("oracle");
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, what_was_packed_is_what_is_decoded, 0, OTLP_SIGNAL_COUNT);
	tcase_add_loop_test(
		tcase, changed_bytes_mean_the_same_to_both_or_are_refused, 0, OTLP_SIGNAL_COUNT);
	tcase_add_test(tcase, answers_are_read_back);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(otlp_oracle_suite());
}
