#include "cli/cli_wait.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/number.h"
#include "cli/cli_command.h"
#include "cli/cli_http.h"
#include "cli/cli_list.h"
#include "cli/cli_pick.h"
#include "cli/cli_stream.h"
#include "cli/cli_style.h"
#include "cli/cli_words.h"
#include "config/config_option.h"
#include "sink/sink_encode.h"

enum { EXIT_GONE = 15, EXIT_TIMEOUT = 124, FIRST_MS = 5000, LINE_BYTES = 4096 };

/* ---- what has come */

static bool is_among(struct str word, const struct config_list *things)
{
	for (size_t i = 0; i < things->count; i++) {
		if (str_equal(word, str_from(things->items[i]))) {
			return true;
		}
	}
	return false;
}

static bool has_come(const struct cli_session *s, const struct config_list *things)
{
	if (things->count == 0) {
		return s->attention.size > 0 || cli_list_is_done(s);
	}
	bool is_done = cli_list_is_done(s) && !cli_list_needs_user(s);
	return is_among(s->attention, things) || is_among(s->state, things) ||
	       (is_done && is_among(STR("done"), things));
}

/* Whether it is unchanged: the same turn and the same attention. */
static bool is_as_before(const struct cli_session *s, const struct cli_list *before)
{
	const struct cli_session *was = cli_list_find(before, s->id);
	return was != NULL && str_equal(was->state, s->state) &&
	       str_equal(was->attention, s->attention) && was->since_ms == s->since_ms;
}

enum cli_wait_verdict cli_wait_judge(const struct cli_list *list, const struct cli_list *before,
	struct str id, const struct config_list *things, const struct cli_session **ret_session)
{
	if (id.data != NULL) {
		const struct cli_session *s = cli_list_find(list, id);
		if (s == NULL) {
			return CLI_WAIT_GONE;
		}
		*ret_session = s;
		return has_come(s, things) ? CLI_WAIT_CAME : CLI_WAIT_ON;
	}
	for (size_t i = 0; before != NULL && i < list->count; i++) {
		const struct cli_session *s = &list->sessions[i];
		if (has_come(s, things) && !is_as_before(s, before)) {
			*ret_session = s;
			return CLI_WAIT_CAME;
		}
	}
	return CLI_WAIT_ON;
}

/* ---- waiting */

struct wait {
	const struct config *config;
	struct cli_stream stream;
	struct buf before_line; // the list before, and its slices
	struct cli_list before;
	bool has_before;
	char *id; // owned; NULL: any session
	int64_t deadline_ms;
};

/* Makes the list the previous one. */
static void remember(struct wait *w)
{
	cli_list_finish(&w->before);
	struct buf spare = w->before_line;
	w->before_line = w->stream.line;
	w->before = w->stream.list;
	w->stream.line = spare;
	w->stream.list = (struct cli_list){0};
	w->has_before = true;
}

static int say(const struct wait *w, const struct cli_session *s)
{
	struct buf line;
	struct cli_style style = cli_style_of(w->config, STDOUT_FILENO);
	buf_init(&line, LINE_BYTES);
	cli_style_append_shown(&line, &style, s->project.size > 0 ? s->project : s->id, 0);
	buf_append_str(&line, STR(": "));
	cli_words_append_status(&line, s);
	printf("%.*s\n", STR_ARG(buf_str(&line)));
	buf_finish(&line);
	if (fflush(stdout) != 0) {
		return EXIT_FAILURE;
	}
	int outcome = cli_list_outcome(s);
	return outcome == CLI_OUTCOME_DONE || outcome == CLI_OUTCOME_WORKING ? EXIT_SUCCESS
									     : outcome;
}

/* -1: keep waiting; else the exit status. */
static int judge(struct wait *w)
{
	const struct cli_list *list = &w->stream.list;
	const struct cli_session *s = NULL;
	if (!w->has_before && w->config->session_word != NULL) {
		s = cli_pick(list, str_from(w->config->session_word));
		if (s == NULL) {
			return EXIT_FAILURE;
		}
		w->id = str_dup(s->id);
	}
	switch (cli_wait_judge(list, w->has_before ? &w->before : NULL, str_from(w->id),
		&w->config->wait_for, &s)) {
	case CLI_WAIT_CAME: return say(w, s);
	case CLI_WAIT_GONE:
		log_error("session \"%s\" has ended", log_shown(str_from(w->id)));
		return EXIT_GONE;
	case CLI_WAIT_ON: break;
	}
	remember(w);
	return -1;
}

static int time_left_ms(const struct wait *w)
{
	int64_t left = w->deadline_ms - instant_now().mono_ms;
	return left <= 0 ? 0 : left < INT32_MAX ? (int)left : INT32_MAX;
}

static int time_out(const struct wait *w)
{
	if (!w->has_before) { // not even the first list arrived
		log_error("the daemon does not answer");
		return EXIT_FAILURE;
	}
	return EXIT_TIMEOUT;
}

/* The stream has ended, with r. */
static void complain(const struct wait *w, const struct cli_endpoint *endpoint, int r)
{
	int status = w->stream.response.status;
	if (w->has_before) {
		log_error("the daemon has stopped; giving up");
	} else {
		cli_http_complain(endpoint, status != 0 && status != 200 ? status : r);
	}
}

static int follow(struct wait *w, const struct cli_endpoint *endpoint)
{
	int64_t begin_ms = instant_now().mono_ms;
	int64_t limit_ms = w->config->wait_timeout_ms;
	int64_t end_ms = limit_ms > 0 ? begin_ms + limit_ms : INT64_MAX;
	w->deadline_ms = min_int64(end_ms, begin_ms + FIRST_MS);
	for (;;) {
		struct pollfd p = {.fd = w->stream.fd, .events = POLLIN};
		int left_ms = w->deadline_ms == INT64_MAX ? -1 : time_left_ms(w);
		int ready = left_ms != 0 ? poll(&p, 1, left_ms) : 0;
		if (ready == 0) {
			return time_out(w);
		}
		int r = ready > 0 ? cli_stream_read(&w->stream) : 0;
		int verdict = cli_stream_take(&w->stream) ? judge(w) : -1;
		if (verdict >= 0) {
			return verdict;
		}
		if (r < 0) {
			complain(w, endpoint, r);
			return EXIT_FAILURE;
		}
		w->deadline_ms = w->has_before ? end_ms : w->deadline_ms;
	}
}

static int run(const struct config *config)
{
	struct cli_endpoint endpoint = cli_endpoint_of(config);
	struct wait w = {.config = config};
	if (config->wait_any && config->session_word != NULL) {
		log_error("--any and a session contradict each other; use one of them");
		return CLI_EXIT_USAGE;
	}
	buf_init(&w.before_line, SINK_MAX_LINE_BYTES);
	int exit_status = EXIT_FAILURE;
	int r = cli_stream_open(&w.stream, &endpoint);
	if (r < 0) {
		cli_http_complain(&endpoint, r);
	} else {
		exit_status = follow(&w, &endpoint);
	}
	cli_stream_close(&w.stream);
	cli_list_finish(&w.before);
	buf_finish(&w.before_line);
	free(w.id);
	return exit_status;
}

/* ---- the command */

/* Words for attention, then for states. */
static const char *thing_at(size_t index)
{
	size_t attentions = SESSION_ATTENTION_COUNT - SESSION_ATTENTION_NONE - 1;
	if (index < attentions) {
		return session_attention_name(
			(enum session_attention)(SESSION_ATTENTION_NONE + 1 + index));
	}
	index -= attentions;
	return index < SESSION_WAITING ? session_state_name((enum session_state)index) : NULL;
}

static const struct config_option options[] = {
	CONFIG_SWITCH("any", 'a', wait_any, "whichever session is first, from now on; the default"),
	{.name = "for",
		.letter = 'f',
		.kind = &config_kind_list,
		.offset = CONFIG_FIELD(wait_for),
		.limits = {.max = 16, .word = thing_at},
		.value_name = "WHAT",
		.help = "what to wait for, separated by commas; default everything that needs "
			"you: done, permission, question, error, limit, stalled"},
	{.name = "timeout",
		.letter = 't',
		.kind = &config_kind_seconds,
		.offset = CONFIG_FIELD(wait_timeout_ms),
		.limits = {.min = 0, .max = 7 * CONFIG_DAY},
		.value_name = "SECONDS",
		.help = "give up after this long; 0, the default, never"},
};

static const struct cli_setting settings[] = {CLI_REACH};

const struct cli_command cli_wait_command = {
	.name = "wait",
	.run = run,
	.summary = "wait until a session is done or needs you",
	.about = "Waits until the session is done or needs you, and reports which, as text and as "
		 "the exit status. Returns at once if it already is. Without an argument, or with "
		 "--any, waits for whichever session is next.\n" CLI_SESSION_WORDS,
	.examples = "  otel-ai-monitor wait webshop && make test\n"
		    "  otel-ai-monitor wait --any --for permission,question --timeout 600\n",
	.exit_status = "  0    done, or in the requested state\n"
		       "  1    failed: no daemon, or no such session\n"
		       "  2    wrong usage or a wrong setting\n"
		       "  10   it waits for a permission\n"
		       "  11   it has a question\n"
		       "  12   it failed\n"
		       "  13   it hit its limit\n"
		       "  14   it is stalled, or needs you otherwise\n"
		       "  15   it has ended\n"
		       "  124  nothing came before the timeout\n",
	.operands = {CLI_OPERAND_SESSION("[SESSION|--any]", CLI_OFFER_SESSIONS)},
	.options = options,
	.option_count = ARRAY_SIZE(options),
	.settings = settings,
};
