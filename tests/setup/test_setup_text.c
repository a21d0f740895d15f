#include "setup/setup_text.h"

#include "base/buf.h"
#include "base/mem.h"
#include "support/suite.h"

enum { TEXT_BYTES = 65536 };

#define BLOCK(lines) "# >>> otel-ai-monitor x >>>\n" lines "# <<< otel-ai-monitor x <<<\n"

static struct buf text_of(const char *s)
{
	struct buf text;
	buf_init(&text, TEXT_BYTES);
	buf_append_str(&text, str_from(s));
	return text;
}

START_TEST(a_block_comes_changes_and_goes)
{
	struct buf text = text_of("mine\n");
	struct str lines;
	ck_assert(setup_text_block(&text, "x", &lines) && lines.data == NULL);
	ck_assert(!setup_text_has_block(&text));
	setup_text_set_block(&text, "x", STR("a\n"));
	ck_assert(str_equal(buf_str(&text), STR("mine\n\n" BLOCK("a\n"))));
	buf_append_str(&text, STR("after\n"));
	setup_text_set_block(&text, "x", STR("b\nc\n"));
	ck_assert(str_equal(buf_str(&text), STR("mine\n\n" BLOCK("b\nc\n") "after\n")));
	ck_assert(setup_text_block(&text, "x", &lines) && str_equal(lines, STR("b\nc\n")));
	ck_assert(setup_text_block(&text, "y", &lines) && lines.data == NULL);
	ck_assert(setup_text_has_block(&text));
	setup_text_remove_block(&text, "x");
	ck_assert(str_equal(buf_str(&text), STR("mine\nafter\n")));
	buf_finish(&text);
}
END_TEST

START_TEST(a_broken_block_is_not_touched)
{
	static const char *const texts[] = {"# >>> otel-ai-monitor x >>>\na\n",
		"mine\n# >>> otel-ai-monitor x >>>", "# >>> otel-ai-monitor x >>>\r\n",
		BLOCK("a\n") BLOCK("b\n"), "# >>> otel-ai-monitor x >>>\n" BLOCK("b\n")};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf text = text_of(texts[i]);
		struct str lines;
		ck_assert(!setup_text_block(&text, "x", &lines));
		setup_text_set_block(&text, "x", STR("new\n"));
		setup_text_remove_block(&text, "x");
		ck_assert(str_equal(buf_str(&text), str_from(texts[i])));
		buf_finish(&text);
	}
}
END_TEST

START_TEST(the_last_line_of_a_block_needs_no_end)
{
	struct buf text = text_of("mine\n" BLOCK("a\n"));
	struct str lines;
	text.size--;
	ck_assert(setup_text_block(&text, "x", &lines) && str_equal(lines, STR("a\n")));
	setup_text_remove_block(&text, "x");
	ck_assert(str_equal(buf_str(&text), STR("mine\n")));
	buf_finish(&text);
}
END_TEST

static Suite *setup_text_suite(void)
{
	Suite *suite = suite_create("setup_text");
	TCase *tcase = tcase_create("setup_text");
	tcase_add_test(tcase, a_block_comes_changes_and_goes);
	tcase_add_test(tcase, a_broken_block_is_not_touched);
	tcase_add_test(tcase, the_last_line_of_a_block_needs_no_end);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(setup_text_suite());
}
