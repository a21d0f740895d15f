/* Questions to the board, and their answers as JSON and CSV. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"

struct buf;
struct json_writer;

enum board_question {
	BOARD_ASK_LIST,    // GET /api/tasks
	BOARD_ASK_CARD,    // GET /api/tasks/ID
	BOARD_ASK_GRAPH,   // GET /api/tasks/graph
	BOARD_ASK_HISTORY, // GET /api/tasks/history
	BOARD_ASK_CSV,     // GET /api/export/tasks.csv
	BOARD_ASK_JSON,    // GET /api/export/tasks.json
	BOARD_ASK_OTHER,   // board_request::other answers
};

/* Answers on the board's thread for other rooms. */
typedef void board_other(struct board *b, struct buf *out, void *data);

/* The parameters of a request; texts are owned by its creator; NULL: not given. */
struct board_request {
	enum board_question question;
	char *id, *path;                        // of a card
	char *agent, *priority, *status, *text; // filters
	bool is_brief, with_archive;
	int64_t from_day, to_day; // yyyymmdd, inclusive
	int64_t now_ms;           // wall clock
	board_other *other;
	void *other_data; // untouched until the answer
};

enum board_state { BOARD_OFF, BOARD_WATCHING, BOARD_POLLING, BOARD_MISSING };

/* "watching" */
const char *board_state_name(enum board_state state);

/* How each directory is watched; texts are borrowed. */
struct board_watching {
	const char *const *roots; // as configured
	const enum board_state *states;
	const char *const *reasons; // why one is not watched; NULL: watched
	size_t root_count;
};

/* The root with the worst state, which represents all. */
size_t board_worst_root(const struct board_watching *w);

/* Rereads a file with its texts uncut. NULL: unreadable. The caller unrefs the facts. */
typedef struct board_facts *board_read_whole(const struct board_place *place, void *data);

struct board_asked {
	struct board *board;
	const struct board_watching *watching;
	const struct board_request *request;
	board_read_whole *read_whole;
	void *data; // of read_whole
};

/* Appends the answer. 0; -ENOENT: there is no such task; -EFBIG: it does not fit. */
int board_answer(const struct board_asked *a, struct buf *out);

/* Answers with files of their own. */
void board_answer_graph(const struct board_asked *a, struct json_writer *j);
void board_answer_history(const struct board_asked *a, struct json_writer *j);
void board_answer_csv(const struct board_asked *a, struct buf *out);

/* Whether a card passes the filters. */
bool board_is_asked_for(const struct board_request *r, const struct board_card *c);
