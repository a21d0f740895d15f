/* The inner side of a session: what the tracker knows beyond what it shows. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "session/clock.h"
#include "session/dedup.h"
#include "session/exporter.h"
#include "session/ledger.h"
#include "session/session.h"
#include "session/session_cwd.h"
#include "session/session_spans.h"
#include "session/session_spend.h"

enum { SESSION_PIDS = 4 };

/* What was shown before something that is no turn of the user's: a compaction that was asked for,
 * or a request of what runs beside. */
struct session_aside {
	bool active;
	enum session_reason reason;
	enum session_attention attention;
};

/* When something of a kind was reported last, and by what. */
struct session_heard {
	int64_t time_ns; // on the tracker's clock; 0: never
	enum event_source source;
};

struct tracked_session {
	struct session session;
	struct hash_node node; // by id
	struct list by_news;   // least recently heard of first
	struct ledger ledger;
	struct exporter exporter;
	struct dedup dedup;
	uint64_t turn; // its own id, hashed by turn_cwds_hash(); 0: not told
	struct session_spend spend;
	struct session_spans *spans; // owned; NULL: nobody listens
	int64_t pids[SESSION_PIDS];  // of the processes that it is open in; the newest last
	unsigned pid_count;
	int64_t hook_ns;     // when its last hook came, on the tracker's clock
	int64_t news_ms;     // monotonic: the last sign of life
	int64_t deadline_ms; // monotonic; INT64_MAX: none
	int64_t leaves_ms;   // monotonic: when it is gone, its end having been told; INT64_MAX
	struct session_cwd cwd;
	bool is_forwarded;    // another program sends for it, and lives on without it
	bool by_hook;         // so far only hooks have told of it
	unsigned turns_shown; // those told of as working
	bool told;            // the observer knows of it
	enum session_attention told_attention; // when it was last
	struct session_aside aside;
	struct session_heard heard[EVENT_KIND_COUNT];
	const char *rule;     // that ended its last turn (session_verdict.h); NULL: none has
	bool client_stays;    // its end was told, but its process goes on with another session
	bool said_last_words; // ... and has sent what it still had of this one
	int64_t over_ns;      // it has expired: what ended until then; 0
	bool over_told;       // ... by its client
	bool step_told;       // its clock is off, which the observer knows
	bool dirty;           // something shown has changed since the observer was told
	bool touched;         // by the batch at hand
};

/* A session that nobody was told of yet. */
struct tracked_session *tracked_session_create(const struct event *e, struct moment now);
void tracked_session_destroy(struct tracked_session *w);

/* Takes over what e tells beside the work itself: model, project, directory. */
void tracked_session_note(struct tracked_session *w, const struct event *e);

/* It is open in that process, too. */
void tracked_session_add_pid(struct tracked_session *w, int64_t pid);

/* That process is gone. False if it was not the session's. */
bool tracked_session_drop_pid(struct tracked_session *w, int64_t pid);

/* Brings what is shown of the open work up to date. */
void tracked_session_show(struct tracked_session *w);
