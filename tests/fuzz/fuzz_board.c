/* Any bytes as a task's file: what comes of it is a card, broken or not, whose keys are JSON; and
 * as lines of a metrics file, whose entries are JSON. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/json_write.h"
#include "board/board.h"
#include "board/board_write.h"
#include "feed/feed_entry.h"
#include "feed/feed_lines.h"
#include "fuzz/fuzz_target.h"

enum { CARD_BYTES = 32 << 20 };

static void check_card(struct str bytes, bool is_whole)
{
	struct board b;
	struct buf out;
	struct json_writer j;
	const struct board_place place = {0, STR("assigned/me/a.yaml")};
	const struct board_stat stat = {.size = (int64_t)bytes.size};
	struct board_facts *f = board_facts_read(bytes, NULL, is_whole);
	fuzz_check(f->is_broken == (f->message.size > 0));
	board_init(&b);
	buf_init(&out, CARD_BYTES);
	json_writer_init(&j, &out);
	const struct board_card *c = board_put(&b, &place, f, &stat, 0, (struct instant){0});
	const struct board_writing how = {.board = &b};
	const struct board_shown shown = board_shown_of(c);
	fuzz_check(board_shown_id(shown.path, shown.facts).size > 0);
	board_write_card(&j, &how, &shown);
	fuzz_check_json(buf_str(&out));
	buf_finish(&out);
	board_finish(&b);
}

static void check_lines(struct str bytes)
{
	struct feed_lines lines;
	feed_lines_init(&lines, "f");
	int64_t size = (int64_t)bytes.size;
	while (bytes.size > 0) {
		struct feed_entry *e = feed_lines_next(&lines, &bytes);
		if (e != NULL && e->error == NULL) {
			fuzz_check_json(e->json);
		}
		fuzz_check(e == NULL || (e->offset >= 0 && e->offset < size));
		free(e);
	}
	free(feed_lines_take_rest(&lines));
	feed_lines_finish(&lines);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str bytes = {(const char *)data, size};
	check_card(bytes, false);
	check_card(bytes, true);
	check_lines(bytes);
	return 0;
}
