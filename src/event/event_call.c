/* What records of model calls have in common: usage, outcome, and who pays. */
#include "base/instant.h"
#include "base/mem.h"
#include "event/event_table.h"

/* ---- figures */

static bool is_told(const struct event_input *in, enum event_key key)
{
	return key != EVENT_KEY_NONE && in->values[key] != NULL;
}

/* False if missing. Implausible values count as 0. */
static bool read_figure(
	const struct event_input *in, enum event_key key, int64_t *ret, bool *is_absurd)
{
	double number;
	if (!is_told(in, key) || !event_input_double(in, key, &number)) {
		return false;
	}
	*ret = 0;
	if (!(number >= 0 && number <= (double)USAGE_MAX_TOKENS)) {
		*is_absurd = true;
	} else {
		*ret = (int64_t)number;
	}
	return true;
}

static int64_t read_either(
	const struct event_input *in, const enum event_key keys[2], bool *is_absurd)
{
	int64_t figure = 0;
	if (!read_figure(in, keys[0], &figure, is_absurd)) {
		(void)read_figure(in, keys[1], &figure, is_absurd);
	}
	return figure;
}

/* Makes the classes disjoint. */
static void split(int64_t *tokens, const struct event_usage_keys *keys)
{
	tokens[USAGE_CACHE_WRITE] -= tokens[USAGE_CACHE_WRITE_5M] + tokens[USAGE_CACHE_WRITE_1H];
	if (keys->writes_of_kinds_apart && tokens[USAGE_CACHE_WRITE] < 0) {
		tokens[USAGE_CACHE_WRITE] = 0;
	}
	if (keys->input_has_cached) {
		tokens[USAGE_INPUT] -= tokens[USAGE_CACHE_READ] + tokens[USAGE_CACHE_WRITE];
	}
	if (keys->output_lacks_reasoning) {
		tokens[USAGE_OUTPUT] += tokens[USAGE_REASONING];
	}
}

bool event_pick_usage(
	const struct event_input *in, struct event *e, const struct event_usage_keys *keys)
{
	const enum event_key *input = keys->tokens[USAGE_INPUT];
	const enum event_key *output = keys->tokens[USAGE_OUTPUT];
	bool told = event_input_has(in, input[0]) || event_input_has(in, output[0]);
	if (!told) {
		return false;
	}
	int64_t *tokens = e->usage.tokens;
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		tokens[i] = read_either(in, keys->tokens[i], &e->has_absurd_usage);
	}
	split(tokens, keys);
	for (unsigned i = 0; i < USAGE_CLASS_COUNT; i++) {
		if (tokens[i] < 0 || tokens[i] > USAGE_MAX_TOKENS) {
			tokens[i] = 0;
			e->has_absurd_usage = true;
		}
	}
	e->has_usage = true;
	return true;
}

void event_pick_cost(const struct event_input *in, enum event_key key, struct event *e)
{
	double usd;
	if (!event_input_has(in, key) || !event_input_double(in, key, &usd)) {
		return;
	}
	e->usage.has_cost = usage_to_nano_usd(usd, &e->usage.cost_nano_usd);
	e->has_absurd_usage = e->has_absurd_usage || !e->usage.has_cost;
}

/* ---- the call */

void event_pick_duration(const struct event_input *in, struct event *e)
{
	static const int64_t longest_ms = INT64_C(30) * 86400 * 1000;
	int64_t duration_ms = event_input_count(in, KEY_DURATION_MS);
	e->begin_ns = e->time_ns;
	if (duration_ms > 0 && duration_ms <= longest_ms) {
		e->begin_ns = e->time_ns - duration_ms * MS_NS;
	}
}

void event_pick_result(const struct event_input *in, struct event *e)
{
	if (event_input_is_false(in, KEY_SUCCESS)) {
		e->result = EVENT_RESULT_ERROR;
	} else if (event_input_has(in, KEY_SUCCESS)) {
		e->result = EVENT_RESULT_OK;
	}
}

/* In ms, whatever the client's unit; -1: unknown. */
static int32_t first_token_ms(const struct event_input *in)
{
	static const struct {
		enum event_key key;
		double unit_ms;
	} names[] = {
		{KEY_TTFT_MS, 1},
		{KEY_AI_FIRST_CHUNK_MS, 1},
		{KEY_GEN_AI_FIRST_CHUNK, 1000},
	};
	static const double max_ms = 86400000;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		double time;
		if (is_told(in, names[i].key) && event_input_double(in, names[i].key, &time) &&
			time >= 0 && time * names[i].unit_ms <= max_ms) {
			return (int32_t)(time * names[i].unit_ms + 0.5);
		}
	}
	return -1;
}

static uint16_t http_status(const struct event_input *in)
{
	static const enum event_key names[] = {
		KEY_STATUS_CODE, KEY_HTTP_STATUS, KEY_HTTP_STATUS_OLD};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int64_t status = is_told(in, names[i]) ? event_input_count(in, names[i]) : 0;
		if (status >= 100 && status <= 999) {
			return (uint16_t)status;
		}
	}
	return 0;
}

/* Texts are only searched for a word. */
static enum event_fault fault_of(const struct event_input *in, uint16_t status)
{
	static const struct {
		uint16_t status;
		enum event_fault fault;
	} by_status[] = {
		{429, EVENT_FAULT_RATE_LIMIT},
		{499, EVENT_FAULT_ABORTED},
		{503, EVENT_FAULT_OVERLOADED},
		{529, EVENT_FAULT_OVERLOADED},
	};
	static const struct {
		struct str word;
		enum event_fault fault;
	} by_word[] = {
		{STR_INIT("abort"), EVENT_FAULT_ABORTED},
		{STR_INIT("cancel"), EVENT_FAULT_ABORTED},
		{STR_INIT("overloaded"), EVENT_FAULT_OVERLOADED},
		{STR_INIT("rate limit"), EVENT_FAULT_RATE_LIMIT},
		{STR_INIT("rate_limit"), EVENT_FAULT_RATE_LIMIT},
	};
	enum { TEXT_BYTES = 512 };
	for (size_t i = 0; i < ARRAY_SIZE(by_status); i++) {
		if (by_status[i].status == status) {
			return by_status[i].fault;
		}
	}
	const struct str texts[] = {
		event_input_str(in, KEY_ERROR_TYPE), event_input_str(in, KEY_ERROR)};
	for (size_t i = 0; i < ARRAY_SIZE(texts) * ARRAY_SIZE(by_word); i++) {
		struct str text = str_first(texts[i / ARRAY_SIZE(by_word)], TEXT_BYTES);
		if (str_contains_nocase(text, by_word[i % ARRAY_SIZE(by_word)].word)) {
			return by_word[i % ARRAY_SIZE(by_word)].fault;
		}
	}
	return status >= 400 ? EVENT_FAULT_HTTP : EVENT_FAULT_OTHER;
}

static struct str first_text(const struct event_input *in, const enum event_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str text = event_input_str(in, keys[i]);
		if (text.size > 0) {
			return text;
		}
	}
	return (struct str){0};
}

static struct str speed_of(const struct event_input *in)
{
	static const enum event_key names[] = {KEY_SPEED, KEY_SERVICE_TIER, KEY_OPENAI_TIER,
		KEY_GEN_AI_OPENAI_TIER, KEY_OPENAI_TIER_ASKED, KEY_GEN_AI_OPENAI_TIER_ASKED};
	return first_text(in, names, ARRAY_SIZE(names));
}

/* Programs that run models locally, by provider name: "ollama", "ollama.chat". */
static bool is_local(struct str provider)
{
	static const struct str names[] = {STR_INIT("ollama"), STR_INIT("lmstudio"),
		STR_INIT("llamacpp"), STR_INIT("llama.cpp")};
	for (size_t i = 0; i < ARRAY_SIZE(names) && provider.size > 0; i++) {
		if (provider.data[0] == names[i].data[0] && str_starts_with(provider, names[i]) &&
			(provider.size == names[i].size || provider.data[names[i].size] == '.' ||
				provider.data[names[i].size] == '/')) {
			return true;
		}
	}
	return false;
}

static enum event_plan plan_of(const struct event_input *in, struct str model)
{
	static const enum event_key plans[] = {KEY_AUTH_TYPE, KEY_AUTH_MODE};
	static const enum event_key providers[] = {
		KEY_GEN_AI_PROVIDER, KEY_GEN_AI_SYSTEM, KEY_AI_PROVIDER};
	static const struct {
		struct str word;
		enum event_plan plan;
	} words[] = {
		{STR_INIT("oauth-personal"), EVENT_PLAN_FREE},
		{STR_INIT("cloud-shell"), EVENT_PLAN_FREE},
		{STR_INIT("qwen-oauth"), EVENT_PLAN_FREE},
		{STR_INIT("chatgpt"), EVENT_PLAN_SUBSCRIPTION},
		{STR_INIT("chatgptauthtokens"), EVENT_PLAN_SUBSCRIPTION},
		{STR_INIT("apikey"), EVENT_PLAN_KEY},
		{STR_INIT("gemini-api-key"), EVENT_PLAN_KEY},
		{STR_INIT("vertex-ai"), EVENT_PLAN_KEY},
		{STR_INIT("openai"), EVENT_PLAN_KEY},
		{STR_INIT("anthropic"), EVENT_PLAN_KEY},
		{STR_INIT("gemini"), EVENT_PLAN_KEY},
	};
	if (is_local(model) || is_local(first_text(in, providers, ARRAY_SIZE(providers)))) {
		return EVENT_PLAN_FREE;
	}
	struct str told = first_text(in, plans, ARRAY_SIZE(plans));
	for (size_t i = 0; i < ARRAY_SIZE(words) && told.size > 0; i++) {
		if (str_equal_nocase(words[i].word, told)) {
			return words[i].plan;
		}
	}
	return EVENT_PLAN_UNTOLD;
}

void event_pick_model_call(const struct event_input *in, struct event *e, bool failed)
{
	struct event_model_call *call = &e->model_call;
	int64_t attempt = is_told(in, KEY_ATTEMPT) ? event_input_count(in, KEY_ATTEMPT) : 0;
	call->ended = true;
	call->is_timed = e->source == EVENT_FROM_TRACES || event_input_has(in, KEY_DURATION_MS);
	call->attempt = (uint8_t)(attempt < UINT8_MAX ? attempt : UINT8_MAX);
	call->ttft_ms = first_token_ms(in);
	call->status = http_status(in);
	call->fault = failed ? fault_of(in, call->status) : EVENT_FAULT_NONE;
	call->plan = plan_of(in, e->model);
	call->speed = speed_of(in);
}

void event_pick_next(const struct event_input *in, struct event *e)
{
	const struct otlp_value *reasons = in->values[KEY_GEN_AI_FINISH_REASONS];
	if (reasons != NULL && reasons->kind == OTLP_VALUE_ARRAY && reasons->strings[0].size > 0) {
		bool tool = str_starts_with(reasons->strings[0], STR("tool"));
		e->next = tool ? EVENT_NEXT_TOOL : EVENT_NEXT_USER;
	}
}
