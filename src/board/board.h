/* All task files below the watched directories: their current content, and their changes as events.
 * Knows neither file system nor loop: the caller reads the files and passes in what it found, and
 * when.
 *
 * A change of a quiet file is an event at once. What changes within BOARD_WINDOW_MS after that is
 * folded into one more, at the end. A file that goes is held back for BOARD_HOLD_MS, and so is a
 * new one whose id is there already: if one takes the other's place within that time, it is one
 * move.
 *
 *	board_put(b, &place, facts, now);      // as often as files change
 *	board_take_event(b, &event);           // until it returns false
 *	board_next_deadline(b);                // call board_tick() by then
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/instant.h"
#include "base/list.h"
#include "base/str.h"
#include "board/board_facts.h"

struct board_index;

enum {
	BOARD_WINDOW_MS = 100,
	BOARD_HOLD_MS = 500,
	BOARD_FILES = 20000,
	BOARD_IGNORED = 1000,
	BOARD_ROOTS = 16,
};

#define BOARD_BYTES ((size_t)256 << 20) // of all facts together

/* The metadata of a file. */
struct board_stat {
	int64_t mtime_ns, size; // wall clock; bytes
	uint64_t inode;
};

struct board_card {
	struct hash_node by_path;
	struct hash_node by_id;       // in board::by_id, or in board::gone_by_id
	struct list due;              // board::due: something happens at a set time
	struct board_card *next_same; // with the same id, by path; owned by the index

	struct board_facts *facts; // NULL: the file is gone
	struct board_facts *told;  // as of the last event; NULL: not reported yet
	struct board_stat stat;
	int64_t hold_ends_ms, window_ends_ms; // monotonic; 0: not held, quiet
	int64_t seen_ms[BOARD_TIMES];         // wall clock, of events; BOARD_NO_TIME
	size_t id_number;                     // in the index
	uint32_t cookie;                      // of the rename that removed it; 0: none
	unsigned generation;                  // of the last walk that found it
	unsigned root;
	enum board_lane lane; // as shown; valid while the file exists
	bool is_pending;      // differs from the last event, and waits for the end of the window
	size_t path_bytes;
	char path[]; // below its root
};

enum board_event_kind {
	BOARD_EVENT_CREATED,
	BOARD_EVENT_ASSIGNED,
	BOARD_EVENT_COMPLETED,
	BOARD_EVENT_MOVED,
	BOARD_EVENT_UPDATED,
	BOARD_EVENT_DELETED,
	BOARD_EVENT_ERROR,
	BOARD_EVENT_KINDS,
};

struct board_event {
	enum board_event_kind kind;
	unsigned root;
	char *path, *old_path;           // owned; old_path: of a move, else NULL
	struct board_facts *facts, *old; // a reference each; of a deletion, the last facts
	struct board_stat stat;
	int64_t wall_ms;
};

struct board_ignored {
	unsigned root;
	char *path;         // owned
	const char *reason; // a literal
};

struct board_counts {
	size_t lanes[BOARD_LANES];
	size_t errors, contradictions, duplicates;
};

struct board_place { // of a file
	unsigned root;
	struct str path;
};

struct board {
	struct hash by_path, by_id, gone_by_id;
	struct board_card **cards; // existing files, by root and path; owned
	size_t count, capacity;
	struct list due;
	struct board_event *events; // owned; from first to last
	size_t event_first, event_count, event_capacity;
	struct board_ignored *ignored; // owned, like the next
	size_t ignored_count, ignored_total;
	struct board_place *agents; // directories below assigned and done; texts owned
	size_t agent_count, agent_capacity;
	size_t bytes;              // of all facts
	bool is_truncated;         // there are too many files
	bool is_silent;            // files put now already existed: no events
	struct board_index *index; // NULL: stale, rebuilt on demand
	int64_t last_change_ms;    // wall clock; 0: no change yet
};

void board_init(struct board *b);
void board_finish(struct board *b);

/* ---- input */

/* The card at that place, or NULL. */
struct board_card *board_find(struct board *b, const struct board_place *place);

/* The file was read; takes facts over. cookie: of the rename that brought it here; 0: none. NULL:
 * the limit of files is reached. */
struct board_card *board_put(struct board *b, const struct board_place *place,
	struct board_facts *facts, const struct board_stat *stat, uint32_t cookie,
	struct instant now);

/* The file is gone. cookie: of the rename that removed it; 0: none. */
void board_drop(
	struct board *b, const struct board_place *place, uint32_t cookie, struct instant now);

/* The facts of the file that this rename removed, or NULL. */
struct board_facts *board_find_moved(struct board *b, uint32_t cookie);

/* A directory was renamed, with all files below it. Both paths end in '/'. */
void board_move_directory(
	struct board *b, const struct board_place *from, struct str to, struct instant now);

/* Drops every file below prefix ("": all) that the walk of this generation did not find. */
void board_sweep(
	struct board *b, unsigned root, struct str prefix, unsigned generation, struct instant now);

/* An ignored entry; reason is a literal. */
void board_ignore(struct board *b, const struct board_place *place, const char *reason);

/* Records a directory assigned/AGENT or done/AGENT. */
void board_add_agent(struct board *b, const struct board_place *place);

/* Forgets the ignored entries and agents at and below prefix, before a new walk. */
void board_forget(struct board *b, unsigned root, struct str prefix);

/* ---- output */

/* Handles everything due by now. */
void board_tick(struct board *b, struct instant now);

/* Monotonic; INT64_MAX: none. */
int64_t board_next_deadline(const struct board *b);

/* Takes the next event, which the caller finishes with board_event_finish(). False: none. */
bool board_take_event(struct board *b, struct board_event *ret);
void board_event_finish(struct board_event *e);

/* "task.created" */
const char *board_event_name(enum board_event_kind kind);

/* ---- of a card */

/* As shown: id and title are never empty. The texts live as long as path and facts. */
struct str board_shown_id(struct str path, const struct board_facts *f);
struct str board_shown_title(struct str path, const struct board_facts *f);
struct str board_shown_agent(struct str path, const struct board_facts *f);
struct str board_shown_status(struct str path, const struct board_facts *f);
struct str board_shown_priority(const struct board_facts *f); // data NULL: none

/* The lane it counts in: BOARD_OTHER for a broken file. */
enum board_lane board_shown_lane(struct str path, const struct board_facts *f);

/* The agent whose directory it is in; data NULL: none. */
struct str board_shown_group(struct str path, const struct board_facts *f);

static inline struct str board_card_path(const struct board_card *c)
{
	return (struct str){c->path, c->path_bytes};
}
