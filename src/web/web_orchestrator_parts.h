/* What web_orchestrator.c, _gather.c and _stream.c share: collecting the input of an answer. */
#pragma once

#include "orchestrator/orchestrator_board.h"
#include "web/web_orchestrator.h"

#define WEB_METRICS_BYTES ((size_t)32 << 20) // of an answer

/* A query of the history, on its thread. */
struct web_asked_store {
	int64_t now_ms;     // wall clock
	char *path;         // owned; of the store's file
	struct buf quality; // members of the answer
	struct buf providers, tokens;
	double disk;
	int result;
};

struct web_gathering;
typedef void web_gathered(struct web_gathering *g, void *data);

struct web_gathering {
	struct web_orchestrator *w;
	unsigned answers; // bits 1 << enum orchestrator_answer
	bool is_own;      // even though there is a directory
	bool may_be_old;  // an answer a few seconds old will do
	struct instant now;
	struct orchestrator_board_question board;
	struct buf tasks; // of the board
	struct web_asked_store store;
	unsigned waiting; // pending answers of other threads
	web_gathered *done;
	void *data;
};

/* Starts the queries it needs; done is called exactly once, perhaps before this returns, and frees
 * the gathering with web_gathering_free(). The caller sets answers, is_own, may_be_old, now, choice
 * and so on beforehand. */
struct web_gathering *web_gathering_create(struct web_orchestrator *w, struct instant now);
void web_gathering_begin(struct web_gathering *g, web_gathered *done, void *data);
void web_gathering_free(struct web_gathering *g);

/* Appends one answer. */
void web_gathering_append(
	const struct web_gathering *g, enum orchestrator_answer answer, struct buf *out);

/* On the history's thread: a store_work. */
struct store_db;
int web_ask_store(struct store_db *db, void *arg);

/* The stream. */
http_handler web_orchestrator_stream;
