// Keeps the store true: by WebSocket, else by event stream, else by asking every 30 s. The state of the link says
// which, and since when; "live" means that the data are true, not that something is open.

import {createData} from './data.js';
import {openSocket} from './socket.js';
import {openStream} from './stream.js';
import {ApiError} from './api.js';

const STALE_MS = 15000;
const POLL_MS = 30000;
const PROBE_MS = 10000; // of silence
const DELAYS_MS = [1000, 2000, 4000, 5000];

/** @typedef {(api: Api, on: import('./stream.js').LinkHandlers) => {stop(): void}} OpenLink */

/** @type {{name: 'socket' | 'stream' | 'poll', open: OpenLink | null}[]} those that this build of the daemon has */
const ways = [
	{name: /** @type {const} */ ('socket'), open: openSocket},
	{name: /** @type {const} */ ('stream'), open: openStream},
	{name: /** @type {const} */ ('poll'), open: null},
].filter(({name}) => document.querySelector('meta[name=ways][content~=' + name + ']'));

/**
 * @param {Api} api
 * @param {Store} store
 */
export function createLive(api, store) {
	const data = createData(api, store);
	let way = 0; // the first that has not been refused
	let run = 0; // of the current link: what an earlier one still says is not heard
	let heard = 0, failures = 0, probing = false;
	let today = new Date().toDateString();
	/** @type {{stop(): void} | null} */
	let link = null;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	/**
	 * @param {Link['state']} state
	 * @param {Partial<Link>} [more]
	 */
	function setLink(state, more = {}) {
		const old = store.get('link');
		const begins = state === 'stale' ? heard : Date.now();
		const since = old && old.state === state ? old.since : begins;
		store.set('link', {state, way: ways[way].name, since, heard, retryAt: 0, reason: '', ...more});
	}

	function hear() {
		heard = Date.now();
		if (store.get('link').state === 'stale') {
			refresh();
			setLink('live');
		}
	}

	/** A stream takes one of the few connections that a browser makes to a host: only the tab that is seen has one. */
	function polls() {
		return !ways[way].open || ways[way].name === 'stream' && document.hidden;
	}

	/** Everything anew. */
	function refresh() {
		data.refresh();
		data.askList().catch(ignore);
		data.askHealth().catch(ignore);
	}

	/** The first list is there: from now on the data are true. */
	function begin() {
		failures = 0;
		heard = Date.now();
		setLink('live');
		data.refresh();
		data.askHealth().catch(ignore);
	}

	function connect() {
		clearTimeout(timer);
		const mine = ++run, open = ways[way].open;
		if (link) {
			link.stop();
			link = null;
		}
		data.begin();
		if (!open || polls()) {
			poll(mine);
			return;
		}
		let began = false;
		link = open(api, {
			heard: () => mine === run && began && hear(),
			message(kind, message, number) {
				if (mine === run) {
					data.take(kind, message, number);
					if (!began && kind === 'session_list') {
						began = true;
						begin();
					}
				}
			},
			closed: (reason, refused) => mine === run && onClosed(reason, refused),
		});
	}

	/**
	 * @param {string} reason
	 * @param {boolean} refused
	 */
	async function onClosed(reason, refused) {
		const mine = ++run;
		link = null;
		if (!refused) {
			retryLater(reason);
		} else if (await isThere()) {
			way = Math.min(way + 1, ways.length - 1);
			if (mine === run) {
				connect();
			}
		} else if (mine === run) {
			retryLater(reason);
		}
	}

	/** @param {string} reason @param {boolean} [needsToken] */
	function retryLater(reason, needsToken = false) {
		const delay = DELAYS_MS[Math.min(failures, DELAYS_MS.length - 1)] * (0.8 + 0.4 * Math.random());
		failures++;
		way = 0;
		clearTimeout(timer);
		timer = setTimeout(connect, delay);
		setLink('offline', {retryAt: Date.now() + delay, reason, needsToken});
	}

	async function isThere() {
		try {
			await data.askHealth();
			return true;
		} catch (e) {
			return e instanceof ApiError && e.status > 0;
		}
	}

	/** @param {number} mine */
	async function poll(mine) {
		try {
			await data.askList();
			if (mine === run) {
				begin();
				timer = setTimeout(() => poll(mine), POLL_MS);
			}
		} catch (e) {
			if (mine === run) {
				retryLater(e instanceof Error ? e.message : String(e), e instanceof ApiError && e.status === 401);
			}
		}
	}

	/** Between messages there may be nothing to say: then the daemon is asked whether it is there. */
	async function watch() {
		const state = store.get('link').state;
		if (state !== 'live' && state !== 'stale') {
			return;
		}
		const silence = Date.now() - heard, slack = polls() ? POLL_MS : 0;
		if (state === 'live' && silence > STALE_MS + slack) {
			setLink('stale');
		}
		if (silence > PROBE_MS + slack && !probing && !document.hidden) {
			probing = true;
			await data.askHealth().then(hear, ignore);
			probing = false;
		}
		if (today !== new Date().toDateString()) {
			today = new Date().toDateString();
			data.refresh();
		}
	}

	function retry() {
		failures = 0;
		connect();
	}

	return {
		start() {
			setLink('connecting');
			connect();
			setInterval(watch, 1000);
			window.addEventListener('online', retry);
			document.addEventListener('visibilitychange', () => {
				if (!document.hidden && store.get('link').state !== 'live') {
					retry();
				} else if (ways[way].name === 'stream') {
					connect();
				}
			});
		},
		retry,
		refresh,
		on: data.on,
	};
}

/** The link itself will tell. */
function ignore() {}
