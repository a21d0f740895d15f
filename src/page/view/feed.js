// What sessions did and wanted, the newest first.

import {eventKey} from '../core/data.js';
import {el, outside, reconcile, replace} from '../core/dom.js';
import {eventKinds, eventSubject, eventWords, kindIcon, kindTitle} from '../core/events.js';
import {assistantName, count, day, fullTime, time} from '../core/format.js';
import {icon} from '../core/icons.js';
import {lookedAt} from '../core/looked.js';
import {createPanel} from '../core/panel.js';
import {addressOf} from '../core/router.js';
import {dayName} from './days.js';

const PAGE = 50;

/** @typedef {{key: string, event?: FeedEvent, heading?: string, mark?: string}} Line */

/** @type {WeakMap<FeedEvent, Line>} the same line for the same event, which is not drawn again then */
const known = new WeakMap();

/** @param {FeedEvent} event */
function lineOf(event) {
	const line = known.get(event) || {key: eventKey(event), event};
	known.set(event, line);
	return line;
}

/**
 * Events, with a heading before each day and a line between what is new and what was seen.
 * @param {FeedEvent[]} events newest first
 * @param {number} looked ms; 0: never
 */
export function linesOf(events, looked) {
	/** @type {Line[]} */
	const lines = [];
	const news = events.filter((e) => e.at > looked).length;
	let last = '';
	events.forEach((event, i) => {
		const date = day(new Date(event.at));
		if (looked && i === news && news > 0) {
			lines.push({key: 'mark', mark: count(news) + ' since you last looked, ' + time(looked)});
		}
		if (date !== last) {
			lines.push({key: date, heading: date === day() ? 'Today' : dayName(date, true)});
			last = date;
		}
		lines.push(lineOf(event));
	});
	return lines;
}

/**
 * The newest first, each once.
 * @param {FeedEvent[]} list
 * @param {FeedEvent[]} more
 */
export function merged(list, more) {
	return [...new Map([...list, ...more].map((e) => [eventKey(e), e])).values()].sort((a, b) => b.at - a.at);
}

/** @param {Element} li @param {Line} line */
function drawLine(li, {key, event: e, heading, mark}) {
	li.className = e ? 'is-event' : mark ? 'feed-mark' : 'feed-day';
	if (!e) {
		replace(li, mark || el('h3', {}, el('a', {href: '#/day/' + key}, heading)));
		return;
	}
	replace(li, el('time', {title: fullTime(e.at)}, time(e.at).replace(/^.*, /, '')), icon(kindIcon(e.kind), 'is-' + e.kind),
		el('span', {}, eventSubject(e), ' ', outside(eventWords(e))),
		el('span', {class: 'muted'}, e.project && assistantName(e.tool)));
}

/** @type {View} */
export const view = {
	name: 'feed',
	title: 'Feed',
	mount(root, app) {
		/** @type {FeedEvent[]} */
		let events = [];
		/** @type {FeedEvent[]} */
		let waiting = []; // came while it was paused
		let paused = false;
		/** @type {number | null} */
		let next = null;
		const list = el('ul', {class: 'feed'}), more = el('button', {type: 'button', onclick: loadMore}, 'Older');
		const panel = createPanel({title: 'Feed', className: 'feed-panel', load: (signal) => app.api.get(question(''), {signal}), render: take,
			isEmpty: (d) => d.events.length === 0, empty: {text: 'No events yet', hint: 'Turns that end, questions to you and errors will be listed here.'}});
		const filters = eventKinds.map((kind) => el('button', {type: 'button', onclick: () => app.navigate(addressOf('feed', {kind: toggled(kind), project: project()}))},
			icon(kindIcon(kind), 'is-' + kind), kindTitle(kind)));
		const chip = el('a', {class: 'chip', title: 'Show all again'}), pauseButton = el('button', {type: 'button', class: 'feed-pause', onclick: pause});
		replace(root, el('div', {class: 'toolbar'}, el('div', {class: 'choice', role: 'group', 'aria-label': 'Kinds'}, filters), chip, pauseButton), panel.element);

		function project() {
			return app.route().query.get('project') || '';
		}
		function kinds() {
			return (app.route().query.get('kind') || '').split(',').filter(Boolean);
		}
		/** @param {string} kind */
		function toggled(kind) {
			return (kinds().includes(kind) ? kinds().filter((k) => k !== kind) : [...kinds(), kind]).join(',');
		}
		/** @param {string | number} before */
		function question(before) {
			return addressOf('', {limit: PAGE, kind: kinds().join(','), project: project(), before}).replace('#/', '/api/events');
		}

		/** @param {HTMLElement} body @param {{events: FeedEvent[], next: number | null}} data */
		function take(body, data) {
			events = data.events;
			next = data.next;
			replace(body, list, el('p', {}, more));
			draw();
		}

		async function loadMore() {
			more.disabled = true;
			try {
				const page = await app.api.get(question(next || ''));
				events = merged(events, page.events);
				next = page.next;
			} catch (e) {
				app.toast(e instanceof Error ? e.message : String(e));
			}
			more.disabled = false;
			draw();
		}

		function draw() {
			more.hidden = next === null;
			reconcile(list, linesOf(events, lookedAt()), (l) => l.key, () => el('li'), drawLine);
			eventKinds.forEach((kind, i) => filters[i].setAttribute('aria-pressed', String(kinds().includes(kind))));
			chip.hidden = !project();
			chip.href = addressOf('feed', {kind: kinds().join(',')});
			replace(chip, outside(project()), ' ✕');
			replace(pauseButton, !paused ? 'Pause' : waiting.length ? count(waiting.length) + ' new · go on' : 'Paused · go on');
		}

		function pause() {
			paused = !paused;
			if (!paused) {
				events = merged(events, waiting);
				waiting = [];
			}
			draw();
		}

		const unsubscribe = app.store.subscribe(['events', 'looked'], () => {
			const known = new Set(events.map(eventKey)), oldest = events.at(-1)?.at || 0;
			const news = /** @type {FeedEvent[]} */ (app.store.get('events') || []).filter((e) => e.at >= oldest && !known.has(eventKey(e))
				&& (kinds().length === 0 || kinds().includes(e.kind)) && (!project() || e.project === project()));
			if (paused) {
				waiting = news;
			} else {
				events = merged(events, news);
			}
			if (list.isConnected) {
				draw();
			} else if (news.length > 0 && panel.body.querySelector('.empty')) {
				panel.show({events, next: null}); // the first of all
			}
		});

		return {
			show() {
				draw();
				panel.reload();
			},
			pause,
			filter: () => filters[0].focus(),
			stop() {
				unsubscribe();
				panel.stop();
			},
		};
	},
};
