// What all charts share: an SVG drawn at the width it has, one sentence about it, and the same as a table.

import {el, replace, setText, svg} from '../core/dom.js';

/**
 * at: what is at that place, to be read out when it is pointed at; x: where the thread goes; href: where a click leads
 * @typedef {{
 *   height: number,
 *   children: (SVGElement | false | null | undefined)[],
 *   at: (x: number, y: number) => {text: string, x?: number, href?: string} | null,
 * }} Drawing
 */

/**
 * @typedef {{
 *   sentence: string,
 *   draw: (width: number) => Drawing,
 *   columns: string[],
 *   rows: () => (string | number | Node)[][],
 * }} FigureOptions
 */

const LEAST_WIDTH = 160;

/** @type {WeakMap<Element, () => void>} */
const drawers = new WeakMap();
const observer = new ResizeObserver((entries) => entries.forEach((e) => drawers.get(e.target)?.()));

/**
 * A table of figures, which scrolls where it is too wide. The first column has names.
 * @param {string[]} columns
 * @param {(string | number | Node)[][]} rows
 * @param {string} name
 */
export function tableOf(columns, rows, name) {
	return el('div', {class: 'table-frame', tabindex: '0', role: 'group', 'aria-label': name}, el('table', {class: 'figures-table'},
		el('thead', {}, el('tr', {}, columns.map((c) => el('th', {scope: 'col'}, c)))),
		el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell, i) => i === 0 ? el('th', {scope: 'row'}, cell) : el('td', {}, cell)))))));
}

/** update() draws it anew; a table that is open stays open. */
export function createFigure() {
	/** @type {FigureOptions | undefined} */
	let options;
	/** @type {Drawing | undefined} */
	let drawn;
	const picture = svg('svg', {role: 'img', class: 'chart-picture', onpointermove: point, onpointerdown: point, onpointerleave: leave, onclick(/** @type {MouseEvent} */ e) {
		const place = found(e);
		if (place && place.href) {
			location.hash = place.href;
		}
	}});
	const thread = svg('line', {class: 'chart-thread', y1: 0});
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
		if (options && width > 0) { // else it is drawn when it is seen
			drawn = options.draw(Math.max(LEAST_WIDTH, width));
			picture.setAttribute('viewBox', '0 0 ' + Math.max(LEAST_WIDTH, width) + ' ' + drawn.height);
			picture.setAttribute('height', String(drawn.height));
			thread.setAttribute('y2', String(drawn.height));
			replace(picture, drawn.children, thread);
			leave();
		}
	}

	/** @param {string} text @param {number} [x] */
	function say(text, x) {
		setText(words, text);
		words.classList.toggle('is-pointed', x !== undefined);
		thread.setAttribute('transform', 'translate(' + (x || 0) + ')');
	}

	function leave() {
		say(options ? options.sentence : '');
	}

	/** @param {MouseEvent} e */
	function found(e) {
		const box = picture.getBoundingClientRect();
		return drawn && drawn.at(e.clientX - box.left, e.clientY - box.top);
	}

	/** @param {PointerEvent} e */
	function point(e) {
		const place = found(e);
		if (place) {
			say(place.text, place.x);
		} else {
			leave();
		}
	}

	drawers.set(picture, redraw);
	observer.observe(picture);
	return {
		element,
		svg: picture,
		redraw,
		/** @param {FigureOptions} o */
		update(o) {
			options = o;
			picture.setAttribute('aria-label', o.sentence);
			redraw();
			fill();
		},
	};
}
