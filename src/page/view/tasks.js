// The task board: what lies where, who has it, and what is wrong.

import {el, outside, reconcile, replace} from '../core/dom.js';
import {createFilters} from '../core/filters.js';
import {count} from '../core/format.js';
import {emptyState} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {laneTitles, orderOf} from '../core/tasks.js';
import {exportMenu} from './cost_parts.js';
import {createTaskCard, updateTaskCard} from './task_card.js';
import {createTaskHistory} from './task_history.js';

const FEW = 80, FIRST = 40, LEAST = 5, MORE = 100; // cards that are all shown; else of a lane, of a group, and with each click
const NEWS_MS = 3000;
const SMALL = '(max-width: 760px)';
/** @type {import('../core/filters.js').Filter[]} */
const FILTERS = ['q', 'agent', 'priority'];

/** @typedef {[string, Task]} Entry where it lies, and the task */
/** @typedef {{element: HTMLElement, show(entries: Entry[], first: number, board: Board): void}} List */

/** The ways to look at tasks. @param {string} now */
export function taskTabs(now) {
	return el('nav', {class: 'choice', 'aria-label': 'Tasks'}, [['tasks', 'Board'], ['graph', 'Graph'], ['tasks/history', 'History']]
		.map(([path, title]) => el('a', {href: '#/' + path, 'aria-current': path === now && 'true'}, title)));
}

/** Without a board. */
export function noBoard() {
	return emptyState({text: 'No task board is set up', hint: 'Name the directory that holds inbox, assigned and done:',
		commands: ['otel-ai-monitor serve --tasks-dir DIR']});
}

/**
 * Cards, of which there may be more than anybody wants to see at once.
 * @param {string} heading of each
 * @param {boolean} showAgent
 * @returns {List}
 */
function createList(heading, showAgent) {
	const cards = el('div', {class: 'cards'}), more = el('button', {type: 'button', class: 'quiet', onclick() {
		extra += MORE;
		again();
		/** @type {HTMLElement | undefined} */ ([...cards.querySelectorAll('a')][before])?.focus();
	}});
	let extra = 0, before = 0, again = () => {};
	/** @type {List} */
	const list = {element: el('div', {}, cards, more), show(entries, first, board) {
		again = () => list.show(entries, first, board);
		before = cards.children.length;
		const shown = entries.slice(0, first + extra), news = new Date(Date.now() - NEWS_MS).toISOString();
		reconcile(cards, shown, ([place]) => place, () => createTaskCard(heading), (card, [place, task]) => updateTaskCard(card, task,
			{showAgent, isNews: (board.moved.get(place) || '') > news}), ([, task]) => task);
		more.hidden = shown.length === entries.length;
		replace(more, count(Math.min(MORE, entries.length - shown.length)) + ' more of ' + count(entries.length));
	}};
	return list;
}

/** @param {string} lane */
function createLane(lane) {
	const counted = el('span', {class: 'lane-count'}), none = el('p', {class: 'muted'}), content = el('div', {});
	const flat = lane === 'assigned' ? null : createList('h3', true);
	replace(content, none, flat && flat.element);
	/** @type {Map<string, {counted: Element, list: List}>} */
	const groups = new Map(), box = el('div', {class: 'groups'});
	if (!flat) {
		content.append(box);
	}
	const details = el('details', {open: !matchMedia(SMALL).matches || lane !== 'done'},
		el('summary', {}, el('h2', {id: 'lane-' + lane}, laneTitles[lane], ' ', counted)), content);
	const section = el('section', {class: 'lane lane-' + lane, 'aria-labelledby': 'lane-' + lane}, details);

	/** @param {string} name */
	function createGroup(name) {
		const group = {counted: el('span', {class: 'lane-count'}), list: createList('h4', false)};
		groups.set(name, group);
		return el('section', {class: 'group', 'data-agent': name}, el('h3', {}, outside(name), ' ', group.counted), group.list.element);
	}

	/** @param {Entry[]} entries @param {string[]} agents to be shown even if they have nothing @param {Board} board */
	function drawGroups(entries, agents, board) {
		/** @type {Map<string, Entry[]>} */
		const by = new Map(agents.map((a) => [a, []]));
		for (const entry of entries) {
			const name = entry[1]._meta.group || entry[1].agent, all = by.get(name) || [];
			all.push(entry);
			by.set(name, all);
		}
		const names = [...by.keys()].sort((a, b) => a.localeCompare(b)), first = entries.length <= FEW ? FEW : Math.max(LEAST, Math.floor(FIRST / names.length));
		reconcile(box, names, (n) => n, createGroup, () => {});
		for (const name of [...groups.keys()]) {
			const mine = by.get(name), group = groups.get(name);
			if (!mine) {
				groups.delete(name);
			} else if (group) {
				group.counted.textContent = count(mine.length);
				group.list.show(mine, first, board);
			}
		}
	}

	return {section,
		/** @param {Entry[]} entries @param {number} all without a filter @param {Board} board @param {boolean} searching */
		show(entries, all, board, searching) {
			entries.sort(orderOf(lane, board));
			counted.textContent = entries.length === all ? count(all) : count(entries.length) + ' of ' + count(all);
			section.hidden = lane === 'other' && all === 0;
			none.hidden = entries.length > 0;
			none.textContent = searching ? 'Searching the files…' : all > 0 ? 'None fits the filter' : 'Nothing here';
			if (flat) {
				flat.show(entries, entries.length <= FEW ? FEW : FIRST, board);
			} else {
				drawGroups(entries, entries.length === all ? board.agents : [], board);
			}
		}};
}

/** A command that makes one. @param {string} dir */
function firstTask(dir) {
	const inbox = "'" + dir.replaceAll("'", "'\\''") + "/inbox'";
	return 'mkdir -p ' + inbox + " && echo 'title: My first task' > " + inbox + '/first.yaml';
}

/** What is to be known about the whole board. @param {Board} b */
function boardWords(b) {
	const {total, errors, contradictions, duplicates, archive} = b.counts, missing = b.state === 'missing', many = b.ignored.length;
	/** @param {number} n @param {string} one @param {string} more */
	const words = (n, one, more) => n > 0 && el('span', {}, count(n) + (n === 1 ? one : more));
	return [el('span', {}, count(total) + (total === 1 ? ' task' : ' tasks')),
		errors > 0 && el('a', {href: '#lane-other', onclick(/** @type {Event} */ e) {
			e.preventDefault(); // it is no address of ours
			document.getElementById('lane-other')?.scrollIntoView({block: 'center'});
		}}, count(errors) + ' cannot be read'),
		words(contradictions, ' contradicts its place', ' contradict their place'), words(duplicates, ' id twice', ' ids twice'), words(archive, ' in the archive', ' in the archive'),
		(missing || b.state === 'polling') && el('span', {class: 'is-warning'}, missing ? 'The directory is not there; looked for every 5 s' : 'Compared every 5 s, not watched', b.reason && [': ', outside(b.reason)]),
		b.truncated && el('span', {class: 'is-warning'}, 'There are more files than the 20,000 that are read'),
		many > 0 && el('details', {}, el('summary', {}, count(many) + (many === 1 ? ' file is' : ' files are') + ' not opened'),
			el('ul', {}, b.ignored.map((i) => el('li', {}, outside(i.path), ' · ' + i.reason))))].flat();
}

/** @type {View} */
export const view = {
	name: 'tasks',
	title: 'Tasks',
	isThere: (health) => Boolean(health.board) && health.board.state !== 'off',
	mount(root, app) {
		const filters = createFilters(app, 'tasks', FILTERS), bar = el('div', {class: 'toolbar'}), about = el('div', {class: 'brief board-words'});
		const nothing = el('div', {class: 'panel nothing'}), lanes = Object.keys(laneTitles).map((name) => ({name, ...createLane(name)}));
		const board = el('div', {}, nothing, about, el('div', {class: 'board'}, lanes.map((l) => l.section))), history = createTaskHistory(app);
		const exports = exportMenu(app.api, () => String(app.route().query), [['tasks', 'Tasks']]);
		replace(root, bar, board, history.element);
		let deepFor = '', searching = false, deep = /** @type {Set<string>} */ (new Set()); // what a search finds in the files themselves
		let shown = '', said = '';

		/** @param {string} q */
		async function search(q) {
			deepFor = q;
			deep = new Set();
			searching = q !== '';
			const {inbox, assigned, done, other} = q ? await app.api.get(addressOf('', {brief: 1, q}).replace('#/', '/api/tasks')).catch(() => ({})) : {};
			if (q === deepFor && q) {
				searching = false;
				deep = new Set(inbox && [inbox, ...Object.values(assigned), ...Object.values(done), other].flat().map((t) => t._meta.path));
				draw();
			}
		}

		function chosen() {
			const {query} = app.route(), agent = query.get('agent'), priority = query.get('priority'), q = query.get('q') || '', text = q.toLowerCase();
			if (q !== deepFor) {
				search(q);
			}
			return (/** @type {Task} */ t) => (!agent || t.agent === agent || t._meta.group === agent) && (!priority || t.priority === priority)
				&& (!text || deep.has(t._meta.path) || [t.id, t.title, t.agent, t._meta.path].some((s) => s.toLowerCase().includes(text)));
		}

		function draw() {
			/** @type {Board | undefined} */
			const b = app.store.get('board'), error = app.store.get('board error'), isHistory = app.route().parts[0] === 'history';
			board.hidden = isHistory;
			history.element.hidden = !isHistory;
			const key = !b ? String(error && error.message) : b.state === 'off' ? 'off' : b.cards.size === 0 ? 'empty' : '';
			nothing.hidden = key === '' || key === 'undefined' || key === 'null';
			if (key !== shown) {
				shown = key;
				replace(nothing, key === 'off' ? noBoard() : key === 'empty' ? emptyState({text: 'No data yet',
					hint: 'Put a task into the inbox, and it is here at once:', commands: [firstTask(b && b.dir || 'DIR')]})
					: el('p', {class: 'failed'}, key));
			}
			if (b && !isHistory) {
				drawLanes(b);
			}
		}

		/** @param {Board} b */
		function drawLanes(b) {
			const fits = chosen(), focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest('[data-task]'))?.dataset.task;
			/** @type {Record<string, {all: number, entries: Entry[]}>} */
			const by = Object.fromEntries(lanes.map((l) => [l.name, {all: 0, entries: []}]));
			for (const entry of b.cards) {
				const lane = by[entry[1]._meta.lane];
				if (lane) {
					lane.all++;
					fits(entry[1]) && lane.entries.push(entry);
				}
			}
			lanes.forEach((l) => l.show(by[l.name].entries, by[l.name].all, b, searching));
			const words = JSON.stringify([b.counts, b.state, b.reason, b.truncated, b.ignored]);
			if (words !== said) {
				said = words;
				replace(about, b.state !== 'off' && boardWords(b));
			}
			if (focused && document.activeElement === document.body) { // its card is elsewhere now
				/** @type {HTMLElement | null} */ (board.querySelector('[data-task="' + CSS.escape(focused) + '"] a'))?.focus({preventScroll: true});
			}
		}

		const unsubscribe = app.store.subscribe(['board', 'board error'], draw), unwatch = app.watchBoard();
		return {
			show(route) {
				const isHistory = route.parts[0] === 'history';
				replace(bar, taskTabs(isHistory ? 'tasks/history' : 'tasks'), isHistory ? history.tools : [filters.element, exports]);
				filters.draw();
				draw();
				if (isHistory) {
					history.show(route);
				}
			},
			search: filters.search,
			filter: filters.filter,
			stop() {
				unsubscribe();
				unwatch();
				filters.stop();
				history.stop();
			},
		};
	},
};
