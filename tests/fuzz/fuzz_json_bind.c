/* Any bytes as an object with members of every kind: it is one for the binder when it is one for
 * the reader, all texts lie in it, numbers keep to their range and items to their room. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_bind.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"

enum { DEPTH = 12, ROOM = 3, CHARS = 6 };

struct node {
	struct str text, name;
	char chars[CHARS];
	int64_t any, small;
	double number;
	bool is_set, has_small;
	struct node *inner; // of ROOM of them, in a list or a map
	size_t count;
};

static const struct fuzz_body *body;

static void *add_node(void *into, struct str name)
{
	struct node *n = into;
	fuzz_check_str(body, name);
	if (n->count == ROOM) {
		return NULL;
	}
	n->inner = xrealloc(n->inner, (n->count + 1) * sizeof(*n->inner));
	n->inner[n->count] = (struct node){.name = name, .small = 1};
	return &n->inner[n->count++];
}

static const struct json_shape shape;
static const struct json_items items = {
	.item = {.kind = JSON_BIND_OBJECT, .shape = &shape}, .add = add_node};
static const struct json_member members[] = {
	JSON_MEMBER("t", TEXT, struct node, text),
	JSON_MEMBER("c", CHARS, struct node, chars, .size = CHARS),
	JSON_MEMBER("a", INT, struct node, any),
	JSON_MEMBER("s", INT, struct node, small, .min = 1, .max = 9,
		.has = offsetof(struct node, has_small)),
	JSON_MEMBER("n", DOUBLE, struct node, number),
	JSON_MEMBER("b", BOOL, struct node, is_set),
	{.name = STR_INIT("l"), .kind = JSON_BIND_ARRAY, .items = &items},
	{.name = STR_INIT("m"), .kind = JSON_BIND_MAP, .items = &items},
};
static const struct json_shape shape = JSON_SHAPE(members);

static void check_node(const struct node *n)
{
	fuzz_check_str(body, n->text);
	fuzz_check(memchr(n->chars, '\0', CHARS) != NULL);
	fuzz_check(n->small >= 1 && n->small <= 9 && (n->has_small || n->small == 1));
	fuzz_check(isfinite(n->number) && n->count <= ROOM);
	for (size_t i = 0; i < n->count; i++) {
		check_node(&n->inner[i]);
	}
}

static void finish_node(struct node *n)
{
	for (size_t i = 0; i < n->count; i++) {
		finish_node(&n->inner[i]);
	}
	free(n->inner);
}

static bool is_object(char *text, size_t size)
{
	struct json_reader r;
	json_reader_init(&r, text, size, DEPTH);
	r.raw = true;
	enum json_token t = json_next(&r);
	return t == JSON_OBJECT_BEGIN && json_skip(&r, t) && json_next(&r) == JSON_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_tally tally = {0};
	struct node node = {.small = 1};
	cleanup_free char *text = xmalloc(size);
	if (size > 0) {
		memcpy(text, data, size);
	}
	struct fuzz_body all = {.start = text, .size = size};
	body = &all;
	bool expected = is_object(text, size);
	fuzz_check(json_bind_text(text, size, DEPTH, &shape, &node, &tally) == expected);
	fuzz_check(tally.misfits <= size && tally.dropped <= size);
	check_node(&node);
	finish_node(&node);
	return 0;
}
