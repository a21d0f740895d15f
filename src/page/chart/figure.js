// What all charts share: an SVG drawn at the width it has, one sentence about it, and the same as a table.

import {el, replace, setText, svg} from '../core/dom.js';

/**
 * @typedef {{
 *   height: number,
 *   children: (SVGElement | false)[],
 *   at?: (x: number, y: number) => {text: string, x?: number, href?: string} | null,
 * }} Drawing
 *   at: what is at that place, to be read out when it is pointed at; x: where the thread is drawn; href: where a click
 *   leads
 */

/**
 * @typedef {{
 *   sentence: string,
 *   draw: (width: number) => Drawing,
 *   columns: string[],
 *   rows: () => (string | number | Node)[][],
 *   className?: string,
 * }} FigureOptions
 *   columns: the headings of its table; the first is that of the names, the others are of figures
 */

const LEAST_WIDTH = 160;

/** @type {WeakMap<Element, () => void>} */
const drawers = new WeakMap();
const observer = new ResizeObserver((entries) => {
	for (const entry of entries) {
		const draw = drawers.get(entry.target);
		if (draw) {
			draw();
		}
	}
});

/**
 * A table of figures, which scrolls where it is too wide.
 * @param {string[]} columns
 * @param {(string | number | Node)[][]} rows
 * @param {string} name
 */
export function tableOf(columns, rows, name) {
	return el('div', {class: 'table-frame', tabindex: '0', role: 'group', 'aria-label': name}, el('table', {class: 'figures-table'},
		el('thead', {}, el('tr', {}, columns.map((c) => el('th', {scope: 'col'}, c)))),
		el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell, i) => i === 0 ? el('th', {scope: 'row'}, cell) : el('td', {}, cell)))))));
}

/**
 * update() draws it anew, and leaves the table open that was open.
 * @param {FigureOptions} [first]
 * @returns {{element: HTMLElement, update(o: FigureOptions): void, redraw(): void, svg: SVGElement}}
 */
export function createFigure(first) {
	/** @type {FigureOptions | undefined} */
	let options = first;
	/** @type {Drawing | null} */
	let drawn = null;
	const picture = svg('svg', {role: 'img', class: 'chart-picture'});
	const thread = svg('line', {class: 'chart-thread', visibility: 'hidden'});
	const words = el('p', {class: 'chart-words', 'aria-hidden': 'true'}); // the picture says the same
	const table = el('div');
	const details = el('details', {class: 'as-table', ontoggle: fill}, el('summary', {}, 'As a table'), table);
	const element = el('figure', {class: 'chart'}, words, picture, details);

	function fill() {
		if (details.open && options) {
			replace(table, tableOf(options.columns, options.rows(), options.sentence));
		}
	}

	function redraw() {
		const width = Math.floor(picture.getBoundingClientRect().width);
		if (!options || width === 0) {
			return; // drawn when it is seen
		}
		const room = Math.max(LEAST_WIDTH, width);
		drawn = options.draw(room);
		picture.setAttribute('viewBox', '0 0 ' + room + ' ' + drawn.height);
		picture.setAttribute('height', String(drawn.height));
		replace(picture, ...drawn.children, thread);
		thread.setAttribute('y2', String(drawn.height));
		leave();
	}

	function leave() {
		thread.setAttribute('visibility', 'hidden');
		words.classList.remove('is-pointed');
		setText(words, options ? options.sentence : '');
	}

	/** @param {MouseEvent} e */
	function found(e) {
		const box = picture.getBoundingClientRect();
		return drawn && drawn.at ? drawn.at(e.clientX - box.left, e.clientY - box.top) : null;
	}

	/** @param {Event} e */
	function point(e) {
		const place = found(/** @type {MouseEvent} */ (e));
		if (!place) {
			leave();
			return;
		}
		if (place.x !== undefined) {
			thread.setAttribute('x1', String(place.x));
			thread.setAttribute('x2', String(place.x));
			thread.setAttribute('visibility', 'visible');
		} else {
			thread.setAttribute('visibility', 'hidden');
		}
		words.classList.add('is-pointed');
		setText(words, place.text);
	}

	picture.addEventListener('pointermove', point);
	picture.addEventListener('pointerdown', point);
	picture.addEventListener('pointerleave', leave);
	picture.addEventListener('click', (e) => {
		const place = found(/** @type {MouseEvent} */ (e));
		if (place && place.href) {
			location.hash = place.href;
		}
	});
	drawers.set(picture, redraw);
	observer.observe(picture);

	/** @param {FigureOptions} o */
	function update(o) {
		options = o;
		element.className = ('chart ' + (o.className || '')).trim();
		picture.setAttribute('aria-label', o.sentence);
		redraw();
		leave();
		fill();
	}

	if (first) {
		update(first);
	}
	return {element, update, redraw, svg: picture};
}

/**
 * Horizontal lines with their values, as far as they reach.
 * @param {number[]} ticks
 * @param {(value: number) => number} y
 * @param {number} left
 * @param {number} right
 * @param {(value: number) => string} label
 * @returns {SVGElement[]}
 */
export function gridOf(ticks, y, left, right, label) {
	return ticks.flatMap((t, i) => [
		svg('line', {class: i === 0 ? 'chart-base' : 'chart-grid', x1: left, x2: right, y1: y(t), y2: y(t)}),
		svg('text', {class: 'chart-label', x: left - 6, y: y(t) + 4, 'text-anchor': 'end'}, label(t)),
	]);
}
