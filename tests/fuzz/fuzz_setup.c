/* Any bytes as each settings file of each client: what setup cannot read it leaves alone, a second
 * time it has nothing to do, what undo leaves has nothing to undo, and it gives back each byte of a
 * file that had nothing of ours before. */
#include "base/buf.h"
#include "fuzz/fuzz_target.h"
#include "setup/setup_client.h"
#include "setup/setup_plan.h"

enum { TEXT_BYTES = 1024 * 1024 };

static const struct setup_settings settings = {.port = 4318,
	.command = "otel-ai-monitor",
	.traces = true,
	.fast = true,
	.version = SETUP_VERSION(2, 1, 329)};

static struct setup_outcome apply(const struct setup_client *client, const struct setup_file *file,
	const struct buf *base, struct buf *text)
{
	struct buf notes;
	buf_init(&notes, TEXT_BYTES);
	struct setup_outcome outcome = setup_plan_apply(
		client, file, &settings, base, text, &notes);
	buf_finish(&notes);
	return outcome;
}

static bool has_nothing_of_ours(
	const struct setup_client *client, const struct setup_file *file, struct str original)
{
	struct buf text, nothing;
	buf_init(&text, TEXT_BYTES);
	buf_init(&nothing, 1);
	buf_append_str(&text, original);
	setup_plan_undo(client, file, &nothing, &text);
	bool untouched = str_equal(buf_str(&text), original);
	buf_finish(&text);
	return untouched;
}

static void check_file(
	const struct setup_client *client, const struct setup_file *file, struct str original)
{
	struct buf text, once, base;
	buf_init(&text, TEXT_BYTES);
	buf_init(&once, TEXT_BYTES);
	buf_init(&base, TEXT_BYTES);
	buf_append_str(&text, original);
	buf_append_str(&base, original);
	struct setup_outcome outcome = apply(client, file, &base, &text);
	if (outcome.unclear) {
		fuzz_check(str_equal(buf_str(&text), original));
	} else {
		buf_append_str(&once, buf_str(&text));
		outcome = apply(client, file, &base, &text);
		fuzz_check(!outcome.unclear && outcome.members == 0 && outcome.hooks == 0);
		fuzz_check(str_equal(buf_str(&text), buf_str(&once)));
		fuzz_check(setup_plan_undo(client, file, &base, &text));
		if (has_nothing_of_ours(client, file, original)) {
			fuzz_check(str_equal(buf_str(&text), original));
		}
		buf_clear(&once);
		buf_append_str(&once, buf_str(&text));
		fuzz_check(setup_plan_undo(client, file, &base, &text));
		fuzz_check(str_equal(buf_str(&text), buf_str(&once)));
	}
	buf_finish(&text);
	buf_finish(&once);
	buf_finish(&base);
}

/* Without a copy, on what may have been anybody's work. */
static void check_undo(
	const struct setup_client *client, const struct setup_file *file, struct str original)
{
	struct buf text, once, nothing;
	buf_init(&text, TEXT_BYTES);
	buf_init(&once, TEXT_BYTES);
	buf_init(&nothing, 1);
	buf_append_str(&text, original);
	if (setup_plan_undo(client, file, &nothing, &text)) {
		buf_append_str(&once, buf_str(&text));
		fuzz_check(setup_plan_undo(client, file, &nothing, &text));
		fuzz_check(str_equal(buf_str(&text), buf_str(&once)));
	}
	buf_finish(&text);
	buf_finish(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str original = {(const char *)data, size};
	for (size_t i = 0; i < setup_client_count && size < TEXT_BYTES / 4; i++) {
		for (size_t k = 0; k < 2 && setup_clients[i].files[k] != NULL; k++) {
			if (fuzz_is_for(2 * i + k, 2 * setup_client_count, size)) {
				check_file(&setup_clients[i], setup_clients[i].files[k], original);
				check_undo(&setup_clients[i], setup_clients[i].files[k], original);
			}
		}
	}
	return 0;
}
