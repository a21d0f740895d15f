/* Any bytes as a price list: somebody else's, imported into a list of the user's own, which must be
 * one that is read; and as that list itself. What lies behind the first byte 0xff is the user's
 * list, as it was before. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "fuzz/fuzz_target.h"
#include "price/price.h"
#include "price/price_file.h"
#include "price/price_import.h"

enum { OUT_BYTES = 8 << 20, MAX_BYTES = 1 << 20, TODAY = 20784 };

static struct price_table *read_list(struct str text)
{
	const char *error = NULL;
	unsigned line = 0;
	struct price_table *t = price_table_read(text, &error, &line);
	fuzz_check(t != NULL || (error != NULL && line > 0));
	return t;
}

/* What any model of the list costs is a figure. Blanks around a name are ignored where it is asked
 * for, so one that has them is never found. */
static void check_prices(const struct price_table *t)
{
	static const struct usage usage = {.tokens = {1000, 2000, 300, 40, 5, 600, 7}};
	const struct price_book book = {.own = t};
	for (uint32_t i = 0; i < t->name_count; i++) {
		const struct price_query query = {.model = t->names[i].text,
			.speed = STR("fast"),
			.at_ms = TODAY * INT64_C(86400000),
			.usage = &usage};
		struct price_quote quote;
		bool is_found = price_call(&book, &query, &quote);
		fuzz_check(!is_found || quote.nano_usd >= 0);
		fuzz_check(is_found || str_trim(query.model).size < query.model.size);
	}
}

static void check_written(struct price_import *im, struct str before, const struct price_table *own)
{
	struct buf out;
	size_t models = 0;
	buf_init(&out, OUT_BYTES);
	price_import_write(im, before, own, true, TODAY, &out, &models);
	fuzz_check(!out.overflowed);
	struct price_table *t = read_list(buf_str(&out));
	fuzz_check(t != NULL && t->model_count >= models);
	check_prices(t);
	price_table_destroy(t);
	buf_finish(&out);
}

static void check_import(struct str list, struct str before, unsigned source)
{
	static struct price_table *builtin;
	struct price_import im;
	const char *error = NULL;
	size_t line = 0;
	builtin = builtin != NULL ? builtin : price_file_builtin();
	cleanup_free char *text = str_dup(list);
	struct price_table *own = before.size > 0 ? read_list(before) : NULL;
	before = own != NULL ? before : (struct str){0};
	bool good = price_import_read(&im, (enum price_source)(source % (PRICE_SOURCE_COUNT + 1)),
		text, list.size, &error, &line);
	fuzz_check(good || error != NULL);
	if (good) {
		price_import_compare(
			&im, &(struct price_book){.listed = builtin, .own = own}, TODAY);
		check_written(&im, before, own);
	}
	price_import_finish(&im);
	price_table_destroy(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > MAX_BYTES) {
		return 0;
	}
	struct str list = {(const char *)data + 1, size - 1}, before = list;
	list = str_cut(&before, '\xff');
	check_import(list, before, data[0]);
	struct price_table *t = read_list(list);
	if (t != NULL) {
		check_prices(t);
	}
	price_table_destroy(t);
	return 0;
}
