/* The private part of a session: what the tracker knows beyond what it publishes. */
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

/* The state before something that is not a turn of the user's: a requested compaction, or a request
 * from something in the background. */
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
	struct list by_news;   // least recently seen first
	struct ledger ledger;
	struct exporter exporter;
	struct dedup dedup;
	uint64_t turn; // its own id, hashed by turn_cwds_hash(); 0: unknown
	struct session_spend spend;
	struct session_spans *spans; // owned; NULL: no observer
	int64_t pids[SESSION_PIDS];  // of the processes it is open in; the newest last
	unsigned pid_count;
	int64_t hook_ns;     // when its last hook came, on the tracker's clock
	int64_t news_ms;     // monotonic: the last sign of life
	int64_t deadline_ms; // monotonic; INT64_MAX: none
	int64_t leaves_ms;   // monotonic: when it will end, as reported; INT64_MAX: not reported
	struct session_cwd cwd;
	bool is_forwarded;                     // another program forwards for it, and outlives it
	bool by_hook;                          // so far only hooks have reported it
	unsigned turns_shown;                  // those shown as working
	bool told;                             // it has been reported to the observer
	enum session_attention told_attention; // in the last report
	struct session_aside aside;
	struct session_heard heard[EVENT_KIND_COUNT];
	const char *rule;  // that ended its last turn (session_verdict.h); NULL: none
	bool client_stays; // its end was reported, but its process continues with another session
	bool said_last_words; // ... and has sent the last telemetry of this one
	int64_t over_ns;      // if it has expired: telemetry up to then is late; else 0
	bool over_told;       // ... by its client
	bool step_told;       // an error of its clock has been reported
	bool dirty;           // something shown has changed since the last report
	bool touched;         // by the current batch
};

/* Creates a session that has not been reported yet. */
struct tracked_session *tracked_session_create(const struct event *e, struct moment now);
void tracked_session_destroy(struct tracked_session *w);

/* Takes over the context in e: model, project, directory. */
void tracked_session_note(struct tracked_session *w, const struct event *e);

/* It is open in that process, too. */
void tracked_session_add_pid(struct tracked_session *w, int64_t pid);

/* That process is gone. False if it was not the session's. */
bool tracked_session_drop_pid(struct tracked_session *w, int64_t pid);

/* Updates what is shown of the open work. */
void tracked_session_show(struct tracked_session *w);
