/* Any bytes as a hook: in one piece, and cut wherever the bytes say. Both must read the same, also
 * what is wrong and where; the grammar must be that of json_read; and what is written of a hook
 * must be read as the same. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "event/hook_reader.h"
#include "fuzz/fuzz_target.h"

enum { WRITTEN_BYTES = 1 << 20, PIECES = 7 };

static const char *read_whole(struct hook_reader *r, struct str text)
{
	hook_reader_init(r);
	(void)hook_reader_feed(r, text);
	return hook_reader_end(r);
}

/* Each piece in memory of its own, so that a sanitizer sees its end. */
static const char *read_pieces(struct hook_reader *r, struct str text)
{
	hook_reader_init(r);
	for (size_t at = 0, n = 0; at < text.size; n++) {
		size_t left = text.size - at;
		size_t size = 1 + (unsigned char)text.data[n % text.size] % PIECES;
		size = size < left ? size : left;
		char *piece = xmalloc(size);
		memcpy(piece, text.data + at, size);
		(void)hook_reader_feed(r, (struct str){piece, size});
		free(piece);
		at += size;
	}
	return hook_reader_end(r);
}

static void write_input(struct buf *out, const struct hook_input *in)
{
	struct json_writer w;
	buf_init(out, WRITTEN_BYTES);
	json_writer_init(&w, out);
	hook_input_write(in, &w);
	fuzz_check(!out->overflowed && utf8_is_valid(buf_str(out)));
}

static bool is_json(struct str text, bool *ret_object)
{
	struct json_reader r;
	char *copy = xmalloc(text.size);
	memcpy(copy, text.data, text.size);
	json_reader_init(&r, copy, text.size, JSON_MAX_DEPTH);
	enum json_token t = json_next(&r);
	*ret_object = t == JSON_OBJECT_BEGIN;
	bool good = t != JSON_ERROR && json_skip(&r, t) && json_next(&r) == JSON_END;
	free(copy);
	return good;
}

static void check_written(const struct buf *written)
{
	struct hook_reader again;
	struct buf twice;
	fuzz_check(read_whole(&again, buf_str(written)) == NULL);
	write_input(&twice, &again.input);
	fuzz_check(str_equal(buf_str(&twice), buf_str(written)));
	buf_finish(&twice);
	hook_reader_finish(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct hook_reader whole, cut;
	struct buf of_whole, of_cut;
	const char *problem = read_whole(&whole, text);
	const char *cut_problem = read_pieces(&cut, text);
	bool object, good = is_json(text, &object);
	fuzz_check(problem == cut_problem && whole.scan.offset == cut.scan.offset);
	fuzz_check((problem == NULL) == (good && object));
	write_input(&of_whole, &whole.input);
	write_input(&of_cut, &cut.input);
	fuzz_check(str_equal(buf_str(&of_whole), buf_str(&of_cut)));
	check_written(&of_whole);
	buf_finish(&of_whole);
	buf_finish(&of_cut);
	hook_reader_finish(&whole);
	hook_reader_finish(&cut);
	return 0;
}
