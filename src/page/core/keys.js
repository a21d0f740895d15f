// Keys for those who like them; they can be turned off.

const KEY = 'otel-ai-monitor keys';

export const keyHelp = [
	['1 – 7', 'the views'],
	['j k ↓ ↑', 'next, previous'],
	['← →', 'along the dependencies of a task, in the graph'],
	['Enter', 'open'],
	['Esc', 'close'],
	['/', 'search'],
	['f', 'filter'],
	['a', 'acknowledge'],
	['o', 'go to its terminal'],
	['p', 'pause the feed'],
	['t', 'theme'],
	['?', 'this help'],
];

export function keysAreOn() {
	return localStorage.getItem(KEY) !== 'off';
}

/** @param {boolean} on */
export function setKeys(on) {
	localStorage.setItem(KEY, on ? 'on' : 'off');
}

/** @param {Element | null} e */
function isTyping(e) {
	return e instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(e.type)
		|| e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement;
}

/**
 * The focus goes to the next of what can be walked through, in the order of reading.
 * @param {number} step 1 or -1
 * @returns {boolean} whether there is one
 */
function walk(step) {
	const dialog = document.querySelector('dialog[open]');
	const rows = /** @type {HTMLElement[]} */ ([...(dialog || document).querySelectorAll('[data-walk]')])
		.filter((e) => e.checkVisibility());
	const at = rows.findIndex((e) => e === document.activeElement || e.contains(document.activeElement));
	const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
	if (next) {
		next.focus();
		next.scrollIntoView({block: 'nearest'});
	}
	return Boolean(next);
}

/** @param {Record<string, () => void | boolean>} commands by key; false: there was nothing to do */
export function startKeys(commands) {
	/** @type {Record<string, () => void | boolean>} */
	const all = {j: () => walk(1), ArrowDown: () => walk(1), k: () => walk(-1), ArrowUp: () => walk(-1), ...commands};
	document.addEventListener('keydown', (event) => {
		if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || isTyping(document.activeElement)
			|| !keysAreOn() || !Object.hasOwn(all, event.key)) {
			return;
		}
		if (all[event.key]() !== false) {
			event.preventDefault();
		}
	});
}
