// The one live region, which screen readers read aloud, and the same for eyes.

import {el} from './dom.js';

const SHOWN_MS = 4000;

/** @param {Element} region */
export function createAnnouncer(region) {
	const box = el('div', {class: 'toasts', 'aria-hidden': 'true'});
	document.body.append(box);
	/** @param {string} text */
	function announce(text) {
		region.textContent = '';
		requestAnimationFrame(() => {
			region.textContent = text;
		});
	}
	return {
		announce,
		/** @param {string} text */
		toast(text) {
			const e = el('p', {class: 'toast'}, text);
			box.append(e);
			setTimeout(() => e.remove(), SHOWN_MS);
			announce(text);
		},
	};
}
