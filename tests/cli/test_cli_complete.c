#include "cli/cli_complete.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "support/suite.h"

enum { OUT_BYTES = 64 * 1024 };

struct completion {
	struct buf out; // ends with a NUL
	enum cli_offer offer;
};

#define COMPLETE(c, ...)                                                                           \
	complete((c), (const char *[]){__VA_ARGS__},                                               \
		sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))

static void complete(struct completion *c, const char *const *words, size_t count)
{
	buf_clear(&c->out);
	c->offer = cli_complete_words(words, count, &c->out);
	buf_append_char(&c->out, '\0');
	ck_assert(!c->out.overflowed);
}

static bool offers(const struct completion *c, const char *candidate)
{
	size_t size = strlen(candidate);
	for (const char *line = c->out.data; *line != '\0'; line = strchr(line, '\n') + 1) {
		if (strncmp(line, candidate, size) == 0 && line[size] == '\t') {
			return true;
		}
	}
	return false;
}

static void assert_only(struct completion *c, const char *lines, enum cli_offer offer)
{
	ck_assert_str_eq(c->out.data, lines);
	ck_assert_int_eq(c->offer, offer);
}

START_TEST(every_command_is_offered_with_its_help)
{
	struct completion c = {0};
	const char *word;
	buf_init(&c.out, OUT_BYTES);
	COMPLETE(&c, "");
	for (size_t i = 0; (word = cli_command_word(i)) != NULL; i++) {
		ck_assert_msg(offers(&c, word), "%s is not offered", word);
	}
	ck_assert_ptr_nonnull(strstr(c.out.data, "status\tprint the sessions once\n"));
	ck_assert(!offers(&c, "complete"));
	COMPLETE(&c, "--port", "1", "-v", "w");
	ck_assert(offers(&c, "watch"));
	buf_finish(&c.out);
}
END_TEST

START_TEST(every_option_is_offered_with_its_command_and_no_other)
{
	struct completion c = {0};
	buf_init(&c.out, OUT_BYTES);
	for (size_t i = 0; cli_command_word(i) != NULL; i++) {
		const struct config_option *o;
		COMPLETE(&c, cli_command_word(i), "-");
		for (size_t k = 0; (o = config_option_at(k)) != NULL; k++) {
			char flag[64];
			snprintf(flag, sizeof(flag), "--%s", o->name);
			bool known = cli_command_find_option(cli_commands[i], str_from(o->name)) !=
				     NULL;
			ck_assert_msg(offers(&c, flag) == known, "%s", flag);
		}
		ck_assert(offers(&c, "--help") && offers(&c, "--version"));
	}
	COMPLETE(&c, "--no");
	ck_assert(offers(&c, "--no-pipe") && offers(&c, "--pipe") && !offers(&c, "--no-port"));
	buf_finish(&c.out);
}
END_TEST

START_TEST(values_come_from_the_option)
{
	struct completion c = {0};
	buf_init(&c.out, OUT_BYTES);
	COMPLETE(&c, "--stdout=");
	assert_only(&c, "--stdout=auto\t\n--stdout=yes\t\n--stdout=no\t\n", CLI_OFFER_NOTHING);
	COMPLETE(&c, "--verbose=y");
	assert_only(&c, "--verbose=yes\t\n--verbose=no\t\n", CLI_OFFER_NOTHING);
	COMPLETE(&c, "watch", "--format", "");
	ck_assert(offers(&c, "ndjson") && offers(&c, "list") && !offers(&c, "watch"));
	COMPLETE(&c, "watch", "-vf", "");
	ck_assert(offers(&c, "list"));
	COMPLETE(&c, "watch", "-flist", "");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	COMPLETE(&c, "--port", "");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	COMPLETE(&c, "-c", "");
	assert_only(&c, "", CLI_OFFER_FILES);
	COMPLETE(&c, "--config=/etc");
	assert_only(&c, "", CLI_OFFER_FILES);
	COMPLETE(&c, "--notify-kinds", "");
	ck_assert(offers(&c, "permission"));
	COMPLETE(&c, "--notify-kinds=done,per"); // what stands before is kept
	ck_assert(offers(&c, "--notify-kinds=done,permission"));
	COMPLETE(&c, "--quiet-hours", "");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	COMPLETE(&c, "--nonsense=");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	COMPLETE(&c, "--stdout", "w"); // takes its value in the same word only
	ck_assert(offers(&c, "watch"));
	buf_finish(&c.out);
}
END_TEST

START_TEST(operands_come_from_the_command)
{
	struct completion c = {0};
	buf_init(&c.out, OUT_BYTES);
	COMPLETE(&c, "ack", "");
	assert_only(&c, "", CLI_OFFER_DONE_SESSIONS);
	COMPLETE(&c, "ack", "one", "");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	COMPLETE(&c, "hook", "-v", "");
	ck_assert(offers(&c, "codex") && offers(&c, "copilot") && !offers(&c, "opencode"));
	COMPLETE(&c, "setup", "codex", "");
	ck_assert(offers(&c, "opencode") && offers(&c, "waybar"));
	COMPLETE(&c, "help", "");
	ck_assert(offers(&c, "watch"));
	COMPLETE(&c, "hook", "codex", "");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	COMPLETE(&c, "serve", "");
	assert_only(&c, "", CLI_OFFER_NOTHING);
	buf_finish(&c.out);
}
END_TEST

START_TEST(no_words_are_like_an_empty_one)
{
	struct completion c = {0};
	buf_init(&c.out, OUT_BYTES);
	complete(&c, NULL, 0);
	ck_assert(offers(&c, "serve"));
	buf_finish(&c.out);
}
END_TEST

START_TEST(a_word_is_offered_where_others_are_allowed_too)
{
	struct completion c = {0};
	buf_init(&c.out, OUT_BYTES);
	COMPLETE(&c, "prices", "");
	assert_only(&c, "import\t\nreprice\t\n", CLI_OFFER_NOTHING);
	COMPLETE(&c, "prices", "import", "");
	assert_only(&c, "", CLI_OFFER_FILES);
	buf_finish(&c.out);
}
END_TEST

static Suite *cli_complete_suite(void)
{
	Suite *suite = suite_create("cli_complete");
	TCase *tcase = tcase_create("candidates");
	tcase_add_test(tcase, every_command_is_offered_with_its_help);
	tcase_add_test(tcase, a_word_is_offered_where_others_are_allowed_too);
	tcase_add_test(tcase, every_option_is_offered_with_its_command_and_no_other);
	tcase_add_test(tcase, values_come_from_the_option);
	tcase_add_test(tcase, operands_come_from_the_command);
	tcase_add_test(tcase, no_words_are_like_an_empty_one);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(cli_complete_suite());
}
