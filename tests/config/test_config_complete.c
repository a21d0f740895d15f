#include "config/config_complete.h"

#include <string.h>

#include "base/buf.h"
#include "config/config_option.h"
#include "event/event_hook.h"
#include "support/suite.h"

enum { OUT_BYTES = 64 * 1024 };

struct completion {
	struct buf out; // ends with a NUL
	enum config_offer offer;
};

#define COMPLETE(c, ...)                                                                           \
	complete((c), (const char *[]){__VA_ARGS__},                                               \
		sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))

static void complete(struct completion *c, const char *const *words, size_t count)
{
	buf_clear(&c->out);
	c->offer = config_complete(words, count, &c->out);
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

static void assert_only(struct completion *c, const char *lines, enum config_offer offer)
{
	ck_assert_str_eq(c->out.data, lines);
	ck_assert_int_eq(c->offer, offer);
}

static bool is_command(enum config_command command)
{
	return config_flags_command_word(command) != NULL && command != CONFIG_COMPLETE;
}

START_TEST(every_command_is_offered_with_its_help)
{
	struct completion c = {0};
	buf_init(&c.out, OUT_BYTES);
	COMPLETE(&c, "");
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++) {
		if (is_command((enum config_command)i)) {
			const char *word = config_flags_command_word((enum config_command)i);
			ck_assert_msg(offers(&c, word), "%s is not offered", word);
		}
	}
	ck_assert_ptr_nonnull(strstr(c.out.data, "status\tPrints the sessions of the running"));
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
	for (int i = 0; i < CONFIG_COMMAND_COUNT; i++) {
		if (!is_command((enum config_command)i)) {
			continue;
		}
		COMPLETE(&c, config_flags_command_word((enum config_command)i), "-");
		for (int id = 0; id < OPTION_COUNT; id++) {
			char flag[64];
			snprintf(flag, sizeof(flag), "--%s", config_options[id].name);
			bool known = (config_options[id].commands & (1u << i)) != 0;
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
	assert_only(&c, "--stdout=auto\t\n--stdout=yes\t\n--stdout=no\t\n", CONFIG_OFFER_NOTHING);
	COMPLETE(&c, "--verbose=y");
	assert_only(&c, "--verbose=yes\t\n--verbose=no\t\n", CONFIG_OFFER_NOTHING);
	COMPLETE(&c, "watch", "--format", "");
	ck_assert(offers(&c, "ndjson") && offers(&c, "list") && !offers(&c, "watch"));
	COMPLETE(&c, "watch", "-vf", "");
	ck_assert(offers(&c, "list"));
	COMPLETE(&c, "watch", "-flist", "");
	assert_only(&c, "", CONFIG_OFFER_NOTHING);
	COMPLETE(&c, "--port", "");
	assert_only(&c, "", CONFIG_OFFER_NOTHING);
	COMPLETE(&c, "-c", "");
	assert_only(&c, "", CONFIG_OFFER_FILES);
	COMPLETE(&c, "--config=/etc");
	assert_only(&c, "", CONFIG_OFFER_FILES);
	COMPLETE(&c, "--nonsense=");
	assert_only(&c, "", CONFIG_OFFER_NOTHING);
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
	assert_only(&c, "", CONFIG_OFFER_COMPLETED_SESSIONS);
	COMPLETE(&c, "ack", "one", "");
	assert_only(&c, "", CONFIG_OFFER_NOTHING);
	COMPLETE(&c, "hook", "-v", "");
	ck_assert(offers(&c, "codex"));
	COMPLETE(&c, "hook", "codex", "");
	assert_only(&c, "", CONFIG_OFFER_NOTHING);
	COMPLETE(&c, "serve", "");
	assert_only(&c, "", CONFIG_OFFER_NOTHING);
	buf_finish(&c.out);
}
END_TEST

START_TEST(offered_clients_have_hooks)
{
	const struct config_operand *client = config_flags_operand(CONFIG_HOOK, 0);
	for (const char *const *word = client->words; *word != NULL; word++) {
		ck_assert_msg(event_hook_knows(str_from(*word)), "%s", *word);
	}
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

static Suite *config_complete_suite(void)
{
	Suite *suite = suite_create("config_complete");
	TCase *tcase = tcase_create("candidates");
	tcase_add_test(tcase, every_command_is_offered_with_its_help);
	tcase_add_test(tcase, every_option_is_offered_with_its_command_and_no_other);
	tcase_add_test(tcase, values_come_from_the_option);
	tcase_add_test(tcase, operands_come_from_the_command);
	tcase_add_test(tcase, offered_clients_have_hooks);
	tcase_add_test(tcase, no_words_are_like_an_empty_one);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	return suite_run(config_complete_suite());
}
