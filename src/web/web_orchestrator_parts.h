/* What web_orchestrator.c, _gather.c and _stream.c share: collecting what an answer needs. */
#pragma once

#include "orchestrator/orchestrator_board.h"
#include "web/web_orchestrator.h"

#define WEB_METRICS_BYTES ((size_t)32 << 20) // of an answer

/* What is asked of the history, on its thread. */
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
	bool is_own;      // although there is a directory
	bool may_be_old;  // what the history said a few seconds ago will do
	struct instant now;
	struct orchestrator_board_question board;
	struct buf tasks; // of the board
	struct web_asked_store store;
	unsigned waiting; // for so many threads
	web_gathered *done;
	void *data;
};

/* Asks whom it must; done is called exactly once, perhaps at once. The gathering is done's, for
 * web_gathering_free(). answers, is_own, may_be_old, now, choice and so on are the caller's to set
 * before. */
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
