// What sessions did and wanted, the newest first.

import {eventKey} from '../core/data.js';
import {el, outside, reconcile, replace} from '../core/dom.js';
import {eventKinds, eventWords, kindIcon, kindTitle} from '../core/events.js';
import {assistantName, count, day, fullTime, time} from '../core/format.js';
import {icon} from '../core/icons.js';
import {lookedAt} from '../core/looked.js';
import {createPanel} from '../core/panel.js';
import {addressOf, sessionAddress} from '../core/router.js';
import {dayName} from './days.js';

const PAGE = 50;

/**
 * What is listed: events, a heading before each day, and one line before what was seen the last time.
 * @param {FeedEvent[]} events newest first
 * @param {number} looked ms; 0: never
 * @returns {{key: string, event?: FeedEvent, heading?: string, mark?: string}[]}
 */
export function linesOf(events, looked) {
	const lines = [];
	const news = events.filter((e) => e.at > looked).length;
	let last = '';
	for (const [i, event] of events.entries()) {
		const date = day(new Date(event.at));
		if (looked && i === news && news > 0) {
			lines.push({key: 'mark', mark: count(news) + ' since you last looked, ' + time(looked)});
		}
		if (date !== last) {
			lines.push({key: date, heading: date === day() ? 'Today' : dayName(date, true)});
			last = date;
		}
		lines.push({key: eventKey(event), event});
	}
	return lines;
}

/** @type {View} */
export const view = {
	name: 'feed',
	title: 'Feed',
	mount(root, app) {
		let route = app.route(), paused = false;
		/** @type {FeedEvent[]} */
		let events = [];
		/** @type {FeedEvent[]} */
		let waiting = []; // came while it was paused
		/** @type {number | null} */
		let next = null;
		const tools = el('div', {class: 'toolbar'}), list = el('ul', {class: 'feed'});
		const more = el('button', {type: 'button', onclick: loadMore}, 'Older');
		const panel = createPanel({title: 'Feed', className: 'feed-panel', load: (signal) => app.api.get('/api/events?' + question(), {signal}), render: take,
			isEmpty: (d) => d.events.length === 0, empty: {text: 'No events yet', hint: 'Turns that end, questions to you and errors will be listed here.'}});
		replace(root, tools, panel.element);

		/** @param {number} [before] */
		function question(before) {
			const query = new URLSearchParams({limit: String(PAGE)});
			['kind', 'project'].forEach((n) => route.query.get(n) && query.set(n, String(route.query.get(n))));
			before && query.set('before', String(before));
			return query.toString();
		}

		function kinds() {
			return (route.query.get('kind') || '').split(',').filter(Boolean);
		}

		/** @param {FeedEvent} e */
		function isChosen(e) {
			const project = route.query.get('project');
			return (kinds().length === 0 || kinds().includes(e.kind)) && (!project || e.project === project);
		}

		/** @param {FeedEvent[]} list @param {FeedEvent[]} news */
		function merged(list, news) {
			const all = new Map([...list, ...news].map((e) => [eventKey(e), e]));
			return [...all.values()].sort((a, b) => b.at - a.at);
		}

		/** @param {HTMLElement} body @param {{events: FeedEvent[], next: number | null}} data */
		function take(body, data) {
			events = merged([], data.events);
			next = data.next;
			replace(body, list, el('p', {}, more));
			draw();
		}

		async function loadMore() {
			more.disabled = true;
			try {
				const page = await app.api.get('/api/events?' + question(next || undefined));
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
			reconcile(list, linesOf(events, lookedAt()), (l) => l.key, () => el('li'), (li, l) => {
				const e = l.event;
				li.className = e ? 'is-event' : l.mark ? 'feed-mark' : 'feed-day';
				if (!e) {
					replace(li, l.mark || el('h3', {}, el('a', {href: '#/day/' + l.key}, l.heading || '')));
					return;
				}
				const name = e.project || assistantName(e.tool);
				replace(li, el('time', {title: fullTime(e.at)}, time(e.at).replace(/^.*, /, '')), icon(kindIcon(e.kind), 'is-' + e.kind), el('span', {},
					e.session_id ? el('a', {href: sessionAddress(e.session_id), 'data-walk': true}, outside(name)) : e.kind === 'budget' ? null : outside(name), ' ', outside(eventWords(e))),
				el('span', {class: 'muted'}, e.project ? assistantName(e.tool) : ''));
			});
			drawTools();
		}

		function drawTools() {
			const chosen = kinds(), project = route.query.get('project');
			/** @param {string} kind */
			const toggled = (kind) => (chosen.includes(kind) ? chosen.filter((k) => k !== kind) : [...chosen, kind]).join(',');
			const focused = document.activeElement instanceof HTMLElement && tools.contains(document.activeElement) ? document.activeElement.dataset.key : null;
			replace(tools,
				el('div', {class: 'choice', role: 'group', 'aria-label': 'Kinds'}, eventKinds.map((kind) => el('button', {type: 'button', 'aria-pressed': String(chosen.includes(kind)), 'data-key': kind,
					onclick: () => app.navigate(addressOf('feed', {kind: toggled(kind), project}))}, icon(kindIcon(kind), 'is-' + kind), kindTitle(kind)))),
				project ? el('a', {class: 'chip', href: addressOf('feed', {kind: chosen.join(',')}), title: 'Show all again'}, outside(project), ' ✕') : null,
				el('button', {type: 'button', class: 'feed-pause', 'aria-pressed': String(paused), 'data-key': 'pause', onclick: pause},
					paused ? waiting.length ? count(waiting.length) + ' new · go on' : 'Paused · go on' : 'Pause'));
			const again = focused ? /** @type {HTMLElement | null} */ (tools.querySelector('[data-key="' + focused + '"]')) : null;
			again && again.focus();
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
			const known = new Set(events.map(eventKey));
			const oldest = events.length ? events[events.length - 1].at : 0;
			const news = (app.store.get('events') || []).filter((/** @type {FeedEvent} */ e) => isChosen(e) && e.at >= oldest && !known.has(eventKey(e)));
			if (news.length === 0 || !list.isConnected) {
				if (news.length && !list.isConnected && !panel.element.hasAttribute('aria-busy')) {
					panel.show({events: news, next: null}); // the first of all
				}
				return;
			}
			if (paused) {
				waiting = news;
				drawTools();
			} else {
				events = merged(events, news);
				draw();
			}
		});

		return {
			show(to) {
				route = to;
				drawTools();
				panel.reload();
			},
			pause,
			filter: () => /** @type {HTMLElement | null} */ (tools.querySelector('button'))?.focus(),
			stop() {
				unsubscribe();
				panel.stop();
			},
		};
	},
};
