// What the daemon says → the store.

import {ApiError} from './api.js';
import {isSame} from './store.js';

const STATS_MS = 2000; // at most as often where the daemon does not send them by itself
const EVENTS_KEPT = 200;
const NUMBERED = ['session_update', 'stats', 'event', 'task.*', 'metric', 'loop', 'gate'];

/** What a link asks for: everything that has numbers, as a number that is missing is news that were missed. */
export const TYPES = 'session_list,' + NUMBERED;

/** @param {FeedEvent} e */
export function eventKey(e) {
	return e.at + ' ' + e.kind + ' ' + (e.session_id || e.detail?.path);
}

/**
 * @param {Api} api
 * @param {Store} store
 */
export function createData(api, store) {
	/** @type {Map<string, Session>} */
	let sessions = new Map();
	/** @type {number | null} */
	let sequence = null;
	let statsAreSent = false, hasHistory = true;
	/** @type {Set<{prefix: string, run: (data: any, kind: string) => void}>} */
	const listeners = new Set();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	/** @param {any} list a session_list */
	function takeList(list) {
		const fresh = new Map();
		for (const s of list.sessions) {
			const old = sessions.get(s.session_id);
			fresh.set(s.session_id, old && isSame(old, s) ? old : s);
		}
		sessions = fresh;
		store.set('sessions', sessions);
		store.set('paused_until', list.paused_until || 0);
	}

	/** @param {any} update a session_update */
	function takeUpdate(update) {
		const {type, v, timestamp, previous_state, seq, ...session} = update;
		if (session.state === 'expired') {
			sessions.delete(session.session_id);
		} else {
			sessions.set(session.session_id, session);
		}
		store.touch('sessions');
		refreshLater();
	}

	/** @param {FeedEvent[]} list */
	function takeEvents(list) {
		const known = new Map();
		for (const event of [...(store.get('events') || []), ...list]) {
			known.set(eventKey(event), event);
		}
		store.set('events', [...known.values()].sort((a, b) => b.at - a.at).slice(0, EVENTS_KEPT));
	}

	/** @param {any} message */
	function takeStats({type, v, seq, ...changed}) {
		statsAreSent = true;
		store.set('stats', {...store.get('stats'), ...changed});
		store.set('stats error', null);
	}

	/**
	 * @param {string} key
	 * @param {() => Promise<void>} ask
	 */
	async function asking(key, ask) {
		try {
			await ask();
			store.set(key + ' error', null);
		} catch (e) {
			if (!(e instanceof ApiError)) {
				throw e;
			}
			hasHistory = hasHistory && e.status !== 404; // none is kept: that will not change before the daemon does
			store.set(key + ' error', e);
		}
	}

	function askStats() {
		return asking('stats', async () => store.set('stats', await api.get('/api/stats')));
	}

	function askEvents() {
		return asking('events', async () => takeEvents((await api.get('/api/events?limit=50')).events));
	}

	async function askHealth() {
		store.set('health', await api.get('/health', {timeoutMs: 4000}));
	}

	function refreshLater() {
		if (!timer && !statsAreSent) {
			timer = setTimeout(refresh, STATS_MS);
		}
	}

	/** All that no list has. */
	function refresh() {
		clearTimeout(timer);
		timer = undefined;
		if (hasHistory) {
			askStats();
			askEvents();
		}
		store.set('refreshed', {}); // for views that keep data of their own
	}

	async function askList() {
		takeList(await api.get('/api/sessions'));
	}

	/** @type {Record<string, (data: any) => void>} */
	const takes = {
		session_list: takeList,
		session_update: takeUpdate,
		stats: takeStats,
		event: (data) => takeEvents([data]),
	};

	return {
		askHealth,
		askList,
		refresh,
		/** A new link begins. */
		begin() {
			sequence = null;
			statsAreSent = false;
			hasHistory = true;
		},
		/**
		 * @param {string} kind
		 * @param {any} data
		 * @param {number | null} number
		 */
		take(kind, data, number) {
			if (number !== null) {
				const next = NUMBERED.includes(kind.replace(/^task\..*/, 'task.*')) ? 1 : 0;
				if (sequence !== null && number > sequence + next) {
					refresh();
					askList().catch(() => {}); // the link itself will tell
				}
				sequence = number;
			}
			if (Object.hasOwn(takes, kind)) {
				takes[kind](data);
			}
			for (const listener of listeners) {
				if (kind.startsWith(listener.prefix)) {
					listener.run(data, kind);
				}
			}
		},
		/** @type {App['live']['on']} */
		on(prefix, run) {
			const listener = {prefix, run};
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
