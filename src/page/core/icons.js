// Small drawings: one shape for each state, so that no colour has to be told apart.

import {svg} from './dom.js';

/** @type {Record<string, string[]>} paths within 16 × 16; the first may begin with "*" to be filled */
const paths = {
	needs: ['*M8 1.6 15.2 14.2H.8Z'],
	working: ['*M8 2a6 6 0 1 0 .01 0Z'],
	done: ['M2.5 8.8 6.2 12.5 13.5 4'],
	idle: ['M8 3a5 5 0 1 0 .01 0Z'],
	error: ['M3.2 3.2 12.8 12.8M12.8 3.2 3.2 12.8'],
	limit: ['M3 13.5V8M8 13.5V2.5M13 13.5V5.5'],
	stalled: ['M5 3V13M11 3V13'],
	closed: ['M3 8H13'],
	budget: ['M8 1.8V14.2M11.3 4.6C9.8 3 4.9 3.2 4.9 5.9 4.9 9 11.4 7 11.4 10.2 11.4 13 6.2 13 4.6 11.2'],
	muted: ['M2.5 6V10H5L9 13V3L5 6Z', 'M11.5 6 14.5 10M14.5 6 11.5 10'],
	agent: ['M4 2V10.5Q4 12 5.5 12H12'],
	light: ['M8 5a3 3 0 1 0 .01 0Z', 'M8 1V2.6M8 13.4V15M1 8H2.6M13.4 8H15M3 3 4.2 4.2M11.8 11.8 13 13M13 3 11.8 4.2M4.2 11.8 3 13'],
	dark: ['*M13.6 10.2A6.2 6.2 0 0 1 5.8 2.4 6.2 6.2 0 1 0 13.6 10.2Z'],
	system: ['M2 3H14V11.5H2ZM5.5 14H10.5'],
	terminal: ['M2 3.5 6 8 2 12.5M8 12.5H14'],
	help: ['M5.6 5.8C5.6 2.8 10.6 2.8 10.6 5.8 10.6 7.6 8.1 7.8 8.1 9.8M8.1 12.4V12.5'],
	close: ['M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5'],
	search: ['M7 2.5a4.5 4.5 0 1 0 .01 0ZM10.4 10.4 14 14'],
	copy: ['M5.5 5.5H13.5V13.5H5.5ZM3 10.5H2.5V2.5H10.5V3'],
	next: ['M6 3 11 8 6 13'],
	critical: ['M3.5 8 8 3.5 12.5 8M3.5 13 8 8.5 12.5 13'],
	high: ['M3.5 10.5 8 6 12.5 10.5'],
	medium: ['M3 6H13M3 10.5H13'],
	normal: ['M3 8H13'],
	low: ['M3.5 6 8 10.5 12.5 6'],
};

/**
 * An icon that says nothing by itself: words stand beside it.
 * @param {string} name
 * @param {string} [className]
 */
export function icon(name, className = '') {
	return svg('svg', {class: ('icon ' + className).trim(), viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false'},
		(paths[name] || paths.idle).map((d) => d.startsWith('*')
			? svg('path', {d: d.slice(1), class: 'full'})
			: svg('path', {d})));
}

const colors = {needs: '#d97706', working: '#2563eb', done: '#15803d', idle: '#7a8394', offline: '#b3261e'};

/**
 * The favicon of a state, as an address.
 * @param {keyof typeof colors} state
 */
export function favicon(state) {
	const shape = {
		needs: '<path d="M8 1 15.5 14.5H.5Z"/>',
		working: '<circle cx="8" cy="8" r="7"/>',
		done: '<path d="M1.5 8.8 6.2 13.5 14.5 3" fill="none" stroke="COLOR" stroke-width="3.4"/>',
		idle: '<circle cx="8" cy="8" r="5.6" fill="none" stroke="COLOR" stroke-width="2.6"/>',
		offline: '<path d="M2.5 2.5 13.5 13.5M13.5 2.5 2.5 13.5" fill="none" stroke="COLOR" stroke-width="3.4"/>',
	}[state];
	const text = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" fill="COLOR">' + shape + '</svg>';
	return 'data:image/svg+xml,' + encodeURIComponent(text.replaceAll('COLOR', colors[state]));
}
