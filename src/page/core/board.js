// The task board: asked for when a view shows it, and kept true by events.

import {ApiError} from './api.js';
import {isSame} from './store.js';

const LEAST_MS = 1000, MS_A_CARD = 1; // from an event to asking for the whole: what it means for other tasks is said there

/** @param {string | undefined} dir @param {string} path */
function placeOf(dir, path) {
	return (dir || '') + '\n' + path;
}

/** @param {Task} task */
export function placeOfTask(task) {
	return placeOf(task._meta.dir, task._meta.path);
}

/**
 * A file that cannot be read any more.
 * @param {Task | undefined} task as it was
 * @param {any} e task.error
 * @returns {Task}
 */
function broken(task, {task_id: id, dir, file_path: path, line, column, message}) {
	const meta = {path, dir, group: null, mtime: '', placeholders: [], raw: {}, contradictions: [], duplicates: [], waiting_for: [], unknown_dependencies: [],
		cycle: false, warnings: [], ...task && task._meta};
	return {id, title: id, agent: '', priority: null, ...task, status: 'unknown', _meta: {...meta, lane: 'other', error: {line, column, message}}};
}

/**
 * @param {Api} api
 * @param {Store} store
 * @param {App['live']} live
 * @returns {App['watchBoard']}
 */
export function createBoard(api, store, live) {
	let watchers = 0, asked = 0;
	/** @type {[string, any][] | null} events that came while it was asked for: the answer may not know of them */
	let missed = null;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	/** @param {string} kind @param {any} e */
	function apply(kind, e) {
		/** @type {Board} */
		const {cards, moved} = store.get('board'), place = placeOf(e.dir, e.file_path);
		if (kind === 'task.error') {
			cards.set(place, broken(cards.get(place), e));
		} else {
			cards.delete(placeOf(e.dir, e.old_file_path || e.file_path));
			if (kind !== 'task.deleted') {
				cards.set(place, e.task);
			}
			if (kind !== 'task.updated') {
				moved.set(place, new Date().toISOString());
			}
		}
		store.touch('board');
	}

	async function ask() {
		const mine = ++asked;
		clearTimeout(timer);
		timer = undefined;
		missed = [];
		try {
			const {inbox, assigned, done, other, ...rest} = await api.get('/api/tasks?brief=1', {timeoutMs: 30000});
			if (mine !== asked) {
				return;
			}
			/** @type {Board | undefined} */
			const old = store.get('board');
			const cards = new Map();
			for (const task of [inbox, ...Object.values(assigned), ...Object.values(done), other].flat()) {
				const place = placeOfTask(task), known = old && old.cards.get(place);
				cards.set(place, known && isSame(known, task) ? known : task);
			}
			store.set('board', {...rest, cards, agents: Object.keys(assigned), moved: old ? old.moved : new Map()});
			store.set('board error', null);
			missed.forEach(([kind, e]) => apply(kind, e));
			missed = null;
		} catch (e) {
			if (mine === asked) {
				missed = null;
				store.set('board error', e);
			}
			if (!(e instanceof ApiError)) {
				throw e;
			}
		}
	}

	function refresh() {
		if (watchers > 0) {
			ask();
		}
	}

	live.on('task.', (e, kind) => {
		store.set('task news', e);
		const board = store.get('board');
		if (board && watchers > 0) {
			missed?.push([kind, e]);
			apply(kind, e);
			timer ||= setTimeout(refresh, Math.max(LEAST_MS, board.cards.size * MS_A_CARD));
		}
	});
	store.subscribe(['refreshed'], refresh);

	return () => {
		watchers++;
		ask();
		return () => {
			watchers--;
		};
	};
}
