/* Any bytes as what each client hands to its hooks: an event that needs the bytes no longer, or a
 * message and no event. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "event/event_hook.h"
#include "fuzz/fuzz_target.h"

static void check_event(const struct event *e)
{
	const struct str texts[] = {e->session_id, e->turn_id, e->call_id, e->call_name,
		e->request_id, e->model, e->project, e->cwd};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		fuzz_check(utf8_is_valid(texts[i]));
	}
	fuzz_check(e->kind < EVENT_KIND_COUNT);
	fuzz_check(e->kind == EVENT_NONE || (e->session_id.size > 0 && e->assistant != NULL));
	fuzz_check(!e->has_usage && e->time_ns == 0);
}

static void check_client(struct str word, const uint8_t *data, size_t size)
{
	struct event_hook hook;
	char *copy = xmalloc(size);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	fuzz_check(event_hook_knows(word));
	bool good = event_hook_read(word, (struct str){copy, size}, &hook);
	free(copy);
	fuzz_check(good == (hook.message[0] == '\0'));
	fuzz_check(good || hook.event.kind == EVENT_NONE);
	fuzz_check_line(str_from(hook.message));
	check_event(&hook.event);
	event_hook_finish(&hook);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct str words[] = {STR_INIT("claude-code"), STR_INIT("codex"),
		STR_INIT("gemini"), STR_INIT("qwen"), STR_INIT("copilot")};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (fuzz_is_for(i, ARRAY_SIZE(words), size)) {
			check_client(words[i], data, size);
		}
	}
	return 0;
}
