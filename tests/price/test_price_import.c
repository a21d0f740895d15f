/* Other price lists, read, compared and written. Names are invented. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "price/price_import.h"
#include "support/suite.h"

enum { OUT_BYTES = 64 * 1024, TODAY = 20784 };

struct fixture {
	char *text, *own_text;
	struct price_import import;
	struct price_table *own;
	struct buf out;
	size_t models, line;
	const char *error;
	bool good;
};

/* own: the user's list as it is, empty for none. */
static void import_onto(struct fixture *f, const char *json, const char *own, bool all)
{
	unsigned line;
	*f = (struct fixture){.text = xstrdup(json), .own_text = xstrdup(own)};
	buf_init(&f->out, OUT_BYTES);
	f->good = price_import_read(
		&f->import, PRICE_SOURCE_COUNT, f->text, strlen(json), &f->error, &f->line);
	if (own[0] != '\0') {
		f->own = price_table_read(str_from(own), &f->error, &line);
		ck_assert_msg(f->own != NULL, "%s", f->error);
	}
	if (f->good) {
		price_import_compare(&f->import, &(struct price_book){NULL, f->own}, TODAY);
		price_import_write(
			&f->import, str_from(own), f->own, all, TODAY, &f->out, &f->models);
		struct price_table *read = price_table_read(buf_str(&f->out), &f->error, &line);
		buf_append_char(&f->out, '\0');
		ck_assert_msg(read != NULL, "line %u: %s in %s", line, f->error, f->out.data);
		price_table_destroy(read);
	}
}

static void finish(struct fixture *f)
{
	price_import_finish(&f->import);
	price_table_destroy(f->own);
	buf_finish(&f->out);
	free(f->text);
	free(f->own_text);
}

static void assert_list(const char *json, const char *own, const char *expected)
{
	struct fixture f;
	import_onto(&f, json, own, false);
	ck_assert_msg(f.good, "%s", f.error);
	ck_assert_str_eq(f.out.data, expected);
	finish(&f);
}

static size_t count_note(const char *json, enum price_note note)
{
	struct fixture f;
	import_onto(&f, json, "", false);
	ck_assert_msg(f.good, "%s", f.error);
	size_t count = f.import.notes[note].count;
	finish(&f);
	return count;
}

#define SIGNED "\"source\":\"litellm\",\"checked\":\"2026-11-27\"}"
#define LITE(name, members)                                                                        \
	"{\"" name "\":{\"litellm_provider\":\"quarry\",\"mode\":\"chat\"," members "}}"
#define LISTED(models) "{\n  \"version\": 2,\n  \"models\": [" models "]\n}\n"

/* ---- the form */

START_TEST(prices_of_one_token_become_those_of_a_million)
{
	assert_list(LITE("Opal-1", "\"input_cost_per_token\":1.25e-06,"
				   "\"output_cost_per_token\":0.00001,"
				   "\"cache_read_input_token_cost\":1e-12"),
		"",
		LISTED("\n    {\"provider\":\"quarry\",\"model\":\"opal-1\",\"aliases\":[],"
		       "\"prices\":[{\"input\":1.25,\"cache_read\":0.000001,\"output\":10}]," SIGNED
		       "\n  "));
}
END_TEST

START_TEST(tiers_and_speeds_come_in_any_order)
{
	assert_list(
		LITE("opal-1", "\"output_cost_per_token_above_200k_tokens\":4e-06,"
			       "\"output_cost_per_token_flex\":1e-06,"
			       "\"input_cost_per_token_above_128k_tokens\":3e-06,"
			       "\"input_cost_per_token_flex\":5e-07,"
			       "\"input_cost_per_token_above_200k_tokens_flex\":1e-06,"
			       "\"output_cost_per_token\":2e-06,\"input_cost_per_token\":1e-06"),
		"",
		LISTED("\n    {\"provider\":\"quarry\",\"model\":\"opal-1\",\"aliases\":[],"
		       "\"prices\":[{\"input\":1,\"output\":2,\"tiers\":["
		       "{\"above_input_tokens\":128000,\"input\":3,\"output\":2},"
		       "{\"above_input_tokens\":200000,\"input\":1,\"output\":4}]}],"
		       "\"speeds\":{\"flex\":[{\"input\":0.5,\"output\":1,\"tiers\":["
		       "{\"above_input_tokens\":200000,\"input\":1,\"output\":1}]}]}," SIGNED
		       "\n  "));
}
END_TEST

START_TEST(cache_writes_are_of_five_minutes_beside_those_of_an_hour)
{
	assert_list(LITE("opal-1", "\"input_cost_per_token\":1e-06,\"output_cost_per_token\":2e-06,"
				   "\"cache_creation_input_token_cost\":3e-06,"
				   "\"cache_creation_input_token_cost_above_1hr\":4e-06"),
		"",
		LISTED("\n    {\"provider\":\"quarry\",\"model\":\"opal-1\",\"aliases\":[],"
		       "\"prices\":[{\"input\":1,\"cache_write_5m\":3,\"cache_write_1h\":4,"
		       "\"output\":2}]," SIGNED "\n  "));
}
END_TEST

#define BASE "\"input_cost_per_token\":1e-06,\"output_cost_per_token\":2e-06"

static const struct {
	const char *members;
	enum price_note note;
} notes[] = {
	{"\"input_cost_per_token\":1e-06", PRICE_NOTE_UNPRICED},
	{"\"cache_read_input_token_cost_flex\":1e-06", PRICE_NOTE_UNPRICED},
	{"\"input_cost_per_token\":0,\"output_cost_per_token\":0.0", PRICE_NOTE_FREE},
	{"\"input_cost_per_token\":1e-13,\"output_cost_per_token\":1", PRICE_NOTE_INEXACT},
	{"\"input_cost_per_token\":-1e-06,\"output_cost_per_token\":1e-06", PRICE_NOTE_INEXACT},
	{"\"input_cost_per_token\":0.001000001,\"output_cost_per_token\":1e-06",
		PRICE_NOTE_INEXACT},
	{"\"input_cost_per_token\":1e99999999999999999999,\"output_cost_per_token\":1",
		PRICE_NOTE_INEXACT},
	{"\"input_cost_per_token\":\"1\",\"output_cost_per_token\":1e-06", PRICE_NOTE_SHAPE},
	{"\"tiered_pricing\":[{\"input_cost_per_token\":1e-06}]", PRICE_NOTE_SHAPE},
	{"\"tiered_pricing\":{}", PRICE_NOTE_SHAPE},
	{BASE ",\"mode\":\"rerank\"", PRICE_NOTE_OTHER_USE},
	{BASE ",\"input_cost_per_audio_token\":1e-06", PRICE_NOTE_MEDIA},
	{BASE ",\"output_cost_per_reasoning_token\":3e-06", PRICE_NOTE_REASONING},
	{BASE ",\"off_peak_pricing\":{\"a\":[1]}", PRICE_NOTE_HOURS},
	{BASE ",\"search_context_cost_per_query\":{}", PRICE_NOTE_FEES},
	{BASE ",\"input_cost_per_token_batches\":5e-07", PRICE_NOTE_SERVICE},
	{BASE ",\"cache_read_input_token_cost_flex\":1e-07", PRICE_NOTE_SERVICE},
	{BASE ",\"regional_processing_uplift_multiplier_eu\":1.1", PRICE_NOTE_FACTOR},
	{BASE ",\"cache_creation_input_token_cost_above_12hr\":1e-06", PRICE_NOTE_CACHE},
};

START_TEST(what_the_form_cannot_hold_is_counted)
{
	cleanup_free char *json = xasprintf(
		"{\"opal-1\":{\"litellm_provider\":\"quarry\",%s}}", notes[_i].members);
	ck_assert_uint_eq(count_note(json, notes[_i].note), 1);
}
END_TEST

START_TEST(names_have_a_ceiling)
{
	char name[82];
	memset(name, 'a', 81);
	name[81] = '\0';
	cleanup_free char *json = xasprintf("{\"%s\":{\"litellm_provider\":\"q\"," BASE "}}", name);
	ck_assert_uint_eq(count_note(json, PRICE_NOTE_NAME), 1);
	cleanup_free char *fits = xasprintf(
		"{\"%s\":{\"litellm_provider\":\"q\"," BASE "}}", name + 1);
	ck_assert_uint_eq(count_note(fits, PRICE_NOTE_NAME), 0);
	ck_assert_uint_eq(
		count_note("{\"\":{\"litellm_provider\":\"q\"," BASE "}}", PRICE_NOTE_NAME), 1);
}
END_TEST

/* Repaired, it would be another name, and maybe a longer one than a list may have. */
START_TEST(a_name_that_is_no_text_leaves_a_model_out)
{
	ck_assert_uint_eq(
		count_note("{\"opal\xb4\":{\"litellm_provider\":\"q\"," BASE "}}", PRICE_NOTE_NAME),
		1);
	ck_assert_uint_eq(
		count_note(
			"[{\"id\":\"q\",\"models\":[{\"id\":\"opal\",\"match\":{\"equals\":\"\xb4\"},"
			"\"prices\":{\"input_mtok\":1,\"output_mtok\":2}}]}]",
			PRICE_NOTE_PATTERN),
		1);
}
END_TEST

START_TEST(too_many_prices_leave_a_model_out)
{
	struct buf json;
	buf_init(&json, OUT_BYTES);
	buf_append_str(&json, STR("{\"opal-1\":{\"litellm_provider\":\"q\"," BASE));
	for (int i = 1; i < 200; i++) {
		buf_printf(&json, ",\"input_cost_per_token_above_%dk_tokens\":1e-06", i);
	}
	buf_append_str(&json, STR("}}"));
	buf_append_char(&json, '\0');
	ck_assert_uint_eq(count_note(json.data, PRICE_NOTE_SHAPE), 1);
	buf_finish(&json);
}
END_TEST

/* ---- several offers */

#define DEV(provider, models) "\"" provider "\":{\"models\":{" models "}}"
#define COST(name, in, out)   "\"" name "\":{\"cost\":{\"input\":" in ",\"output\":" out "}}"
#define FROM_DEV              "\"source\":\"models.dev\",\"checked\":\"2026-11-27\"}"

START_TEST(a_makers_offer_wins_over_others)
{
	static const char expected[] = LISTED(
		"\n    {\"provider\":\"anthropic\",\"model\":\"claude-x\",\"aliases\":[],"
		"\"prices\":[{\"input\":1,\"output\":2}]," FROM_DEV "\n  ");
	assert_list("{" DEV("pit", COST("claude-x", "3", "4")) "," DEV(
			    "anthropic", COST("claude-x", "1", "2")) "}",
		"", expected);
	assert_list("{" DEV("anthropic", COST("claude-x", "1", "2")) "," DEV(
			    "pit", COST("claude-x", "3", "4")) "}",
		"", expected);
}
END_TEST

START_TEST(others_have_to_agree)
{
	static const char same[] = "{" DEV("a", COST("opal", "1", "2")) "," DEV(
		"b", COST("OPAL", "1.0", "2")) "}";
	static const char different[] = "{" DEV("a", COST("opal", "1", "2")) "," DEV(
		"b", COST("opal", "1", "3")) "," DEV("c", COST("opal", "1", "2")) "}";
	struct fixture f;
	import_onto(&f, same, "", false);
	ck_assert_uint_eq(f.models, 1);
	finish(&f);
	import_onto(&f, different, "", false);
	ck_assert_uint_eq(f.models, 0);
	ck_assert_uint_eq(f.import.notes[PRICE_NOTE_DISPUTED].count, 1);
	ck_assert(str_equal(f.import.notes[PRICE_NOTE_DISPUTED].names[0], STR("opal")));
	finish(&f);
}
END_TEST

/* ---- one's own list */

#define OWN                                                                                        \
	"{\"note\": \"keep\\n\", \"version\" : 2, \"more\": [1, {}], \"models\":\n[{\"model\":"    \
	"\"Mine\", \"aliases\":[\"mine-too\"], \"prices\":[{\"input\":1,\"output\":1}], \"x\":"    \
	"true},\n {\"model\":\"opal\", \"prices\":[{\"input\":7,\"output\":7}]}], \"last\": null}"

START_TEST(own_models_of_other_names_stay_as_they_are)
{
	assert_list("{" DEV("a", COST("opal", "1", "2") "," COST("mine-too", "5", "5")) "}", OWN,
		"{\n  \"note\": \"keep\\n\",\n  \"version\": 2,\n  \"more\": [1, {}],\n  "
		"\"models\": [\n    {\"model\":\"Mine\", \"aliases\":[\"mine-too\"], "
		"\"prices\":[{\"input\":1,\"output\":1}], \"x\":true},\n    "
		"{\"provider\":\"a\",\"model\":\"opal\",\"aliases\":[],"
		"\"prices\":[{\"input\":1,\"output\":2}]," FROM_DEV
		"\n  ],\n  \"last\": null\n}\n");
}
END_TEST

START_TEST(a_model_that_costs_the_same_is_written_on_demand_alone)
{
	static const char json[] = "{" DEV("a", COST("opal", "7", "7")) "}";
	struct fixture f;
	import_onto(&f, json, OWN, false);
	ck_assert_uint_eq(f.models, 0);
	ck_assert_uint_eq(f.import.verdicts[PRICE_VERDICT_SAME], 1);
	finish(&f);
	import_onto(&f, json, OWN, true);
	ck_assert_uint_eq(f.models, 1);
	finish(&f);
}
END_TEST

START_TEST(a_difference_tells_both_prices)
{
	struct fixture f;
	import_onto(&f, "{" DEV("a", COST("opal", "1.5", "7")) "}", OWN, false);
	ck_assert_uint_eq(f.import.verdicts[PRICE_VERDICT_DIFFERS], 1);
	ck_assert_int_eq(f.import.offers[0].was_of[USAGE_INPUT], 7000000);
	ck_assert_int_eq(f.import.offers[0].now_of[USAGE_INPUT], 1500000);
	ck_assert_int_eq(f.import.offers[0].now_of[USAGE_CACHE_READ], PRICE_UNTOLD);
	finish(&f);
}
END_TEST

#define RICH                                                                                         \
	"{\"version\":2,\"models\":[{\"model\":\"opal\",\"prices\":[{\"input\":1,\"output\":2,"      \
	"\"cache_write_5m\":1,\"cache_write_1h\":3},{\"from\":\"2026-01-01\",\"input\":2,"           \
	"\"output\":2,\"cache_write_5m\":1,\"cache_write_1h\":3,\"tiers\":[{\"above_input_tokens\":" \
	"1000,\"input\":4,\"output\":2}]}],\"speeds\":{\"fast\":[{\"input\":9,\"output\":9}]}}]}"

START_TEST(what_the_file_does_not_say_is_no_difference)
{
	struct fixture f;
	import_onto(&f,
		"{" DEV("a", "\"opal\":{\"cost\":{\"input\":2,\"output\":2,\"tiers\":[{\"input\":4,"
			     "\"output\":2,\"tier\":{\"size\":1000}}]}}") "}",
		RICH, false);
	ck_assert_uint_eq(f.import.verdicts[PRICE_VERDICT_SAME], 1);
	finish(&f);
	import_onto(&f, "{" DEV("a", COST("opal", "2", "2")) "}", RICH, false);
	ck_assert_uint_eq(f.import.verdicts[PRICE_VERDICT_DIFFERS], 1); // above 1000 tokens
	ck_assert_uint_eq(f.import.notes[PRICE_NOTE_LOST_HOUR].count, 1);
	ck_assert_uint_eq(f.import.notes[PRICE_NOTE_LOST_SPEED].count, 1);
	ck_assert_uint_eq(f.import.notes[PRICE_NOTE_LOST_DATES].count, 1);
	finish(&f);
}
END_TEST

/* ---- what is no such list */

static const struct {
	const char *json, *error;
	size_t line;
} bad[] = {
	{"", "the text ends where a value is expected", 1},
	{"{\n\"a\": [1,\n}", NULL, 3},
	{"{} x", NULL, 1},
	{"{}", "it is neither", 0},
	{"[]", "it is neither", 0},
	{"[{\"id\": 1}]", "it is neither", 0},
	{"{\"version\": 2, \"models\": []}", "it is neither", 0},
	{"{\"data\": [{\"id\": \"x\"}]}", "it is neither", 0},
	{"{\"a\":{\"models\":{}},\"b\":[]}", "it has another form", 0},
	{"{\"a\":{\"models\":{\"m\":[]}}}", "it has another form", 0},
	{"[{\"models\":[{\"id\":\"a\",\"prices\":7}]}]", "it has another form", 0},
};

START_TEST(other_files_are_rejected)
{
	struct fixture f;
	import_onto(&f, bad[_i].json, "", false);
	ck_assert(!f.good);
	ck_assert_uint_eq(f.line, bad[_i].line);
	ck_assert_ptr_nonnull(f.error);
	if (bad[_i].error != NULL) {
		ck_assert_msg(strstr(f.error, bad[_i].error) != NULL, "%s", f.error);
	}
	finish(&f);
}
END_TEST

#define DATED                                                                                      \
	"[{\"id\":\"a\",\"models\":[{\"match\":{\"or\":[{\"equals\":\"o\\u0070al.1\"},{\"regex\":" \
	"\"x\"}]},\"prices\":[{\"prices\":{\"input_mtok\":{\"base\":1,\"tiers\":[{\"start\":9,"    \
	"\"price\":2}]},\"output_mtok\":1}},{\"prices\":{\"input_mtok\":3,\"output_mtok\":1},"     \
	"\"constraint\":{\"start_date\":\"2026-09-01\"}},{\"constraint\":{\"start_time\":\"1\"},"  \
	"\"prices\":{\"input_mtok\":4,\"output_mtok\":1}}],\"id\":\"opal-1\"}]}]"

START_TEST(rows_have_days_and_names_have_to_be_exact)
{
	assert_list(DATED, "",
		LISTED("\n    {\"provider\":\"a\",\"model\":\"opal-1\",\"aliases\":[\"opal.1\"],"
		       "\"prices\":[{\"input\":1,\"output\":1,\"tiers\":["
		       "{\"above_input_tokens\":9,\"input\":2,\"output\":1}]},"
		       "{\"from\":\"2026-09-01\",\"input\":3,\"output\":1}],"
		       "\"source\":\"genai-prices\",\"checked\":\"2026-11-27\"}\n  "));
	ck_assert_uint_eq(count_note(DATED, PRICE_NOTE_PATTERN), 1);
	ck_assert_uint_eq(count_note(DATED, PRICE_NOTE_HOURS), 1);
	ck_assert_uint_eq(
		count_note("[{\"models\":[{\"id\":\"a\\\\b\",\"prices\":{}}]}]", PRICE_NOTE_NAME),
		1);
}
END_TEST

/* Whatever stands where: it is rejected, left out or read, and what is written can be read. */
START_TEST(mutilated_lists_do_no_harm)
{
	static const char *const lists[] = {DATED,
		"{" DEV("a",
			COST("opal", "1", "2") ",\"o\":{\"cost\":{\"tiers\":[{\"tier\":{\"size\":"
					       "1},\"input\":1}]},\"modalities\":{\"output\":"
					       "[\"text\"]}}") "}",
		LITE("opal-1",
			BASE ",\"tiered_pricing\":[{\"range\":[0,1],\"input_cost_per_token\":"
			     "1e-06}]")};
	static const char swaps[] = "0[{]},:\"n";
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (size_t at = 0; at < strlen(lists[i]); at++) {
			for (size_t k = 0; k < sizeof(swaps); k++) {
				cleanup_free char *json = xstrdup(lists[i]);
				json[at] = swaps[k]; // also cut off
				struct fixture f;
				import_onto(&f, json, "", true);
				finish(&f);
			}
		}
	}
}
END_TEST

static Suite *price_import_suite(void)
{
	Suite *suite = suite_create("price_import");
	TCase *c = tcase_create("lists");
	tcase_set_timeout(c, 60);
	tcase_add_test(c, prices_of_one_token_become_those_of_a_million);
	tcase_add_test(c, tiers_and_speeds_come_in_any_order);
	tcase_add_test(c, cache_writes_are_of_five_minutes_beside_those_of_an_hour);
	tcase_add_loop_test(c, what_the_form_cannot_hold_is_counted, 0, (int)ARRAY_SIZE(notes));
	tcase_add_test(c, names_have_a_ceiling);
	tcase_add_test(c, a_name_that_is_no_text_leaves_a_model_out);
	tcase_add_test(c, too_many_prices_leave_a_model_out);
	tcase_add_test(c, a_makers_offer_wins_over_others);
	tcase_add_test(c, others_have_to_agree);
	tcase_add_test(c, own_models_of_other_names_stay_as_they_are);
	tcase_add_test(c, a_model_that_costs_the_same_is_written_on_demand_alone);
	tcase_add_test(c, a_difference_tells_both_prices);
	tcase_add_test(c, what_the_file_does_not_say_is_no_difference);
	tcase_add_loop_test(c, other_files_are_rejected, 0, (int)ARRAY_SIZE(bad));
	tcase_add_test(c, rows_have_days_and_names_have_to_be_exact);
	tcase_add_test(c, mutilated_lists_do_no_harm);
	suite_add_tcase(suite, c);
	return suite;
}

int main(void)
{
	return suite_run(price_import_suite());
}
