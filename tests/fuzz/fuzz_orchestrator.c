/* Any bytes as each of the files of an orchestrator's state: what is shown of them is JSON. The
 * first byte says which file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "orchestrator/orchestrator.h"

enum { ANSWER_BYTES = 64 << 20 };

static void check_answer(const struct orchestrator *o, enum orchestrator_answer answer)
{
	const struct orchestrator_added added = {.cost_usd = NAN, .tasks = NAN};
	struct json_writer j;
	struct buf out;
	buf_init(&out, ANSWER_BYTES);
	json_writer_init(&j, &out);
	orchestrator_write_answer(&j, o, answer, &added, (struct instant){0});
	fuzz_check_json(buf_str(&out));
	buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct orchestrator o;
	struct orchestrator_reading reading;
	if (size == 0) {
		return 0;
	}
	enum orchestrator_file file = (enum orchestrator_file)(data[0] % ORCHESTRATOR_FILES);
	char *bytes = xmalloc(size);
	memcpy(bytes, data + 1, size - 1);
	orchestrator_init(&o);
	orchestrator_read(file, bytes, size - 1, false, &reading);
	fuzz_check((reading.state == ORCHESTRATOR_OK) == (reading.error[0] == '\0'));
	orchestrator_put(&o, file, &reading, (struct instant){0});
	free(bytes);
	for (int i = 0; i < ORCHESTRATOR_ANSWERS; i++) {
		check_answer(&o, (enum orchestrator_answer)i);
	}
	orchestrator_finish(&o);
	return 0;
}
