// A part of a view that fetches its own data, and is honest about it: loading, empty, failed, or there.

import {ApiError} from './api.js';
import {el, replace} from './dom.js';
import {time} from './format.js';
import {icon} from './icons.js';

const SKELETON_MS = 300;

/** @typedef {{text: string, hint?: string, commands?: string[]}} Empty */

/**
 * @typedef {{
 *   title: string,
 *   className?: string,
 *   load?: (signal: AbortSignal) => Promise<any>,
 *   render: (body: HTMLElement, data: any) => void,
 *   isEmpty?: (data: any) => boolean,
 *   empty?: Empty,
 *   actions?: Node[],
 * }} PanelOptions
 */

/**
 * @typedef {{
 *   element: HTMLElement,
 *   body: HTMLElement,
 *   setTitle(text: string): void,
 *   reload(): Promise<void>,
 *   show(data: any): void,
 *   stop(): void,
 * }} Panel
 */

let panels = 0;

/**
 * A section with a heading. With load it fetches when reload() is called, and old data stay until new ones are there;
 * without, show() is given them.
 * @param {PanelOptions} o
 * @returns {Panel}
 */
export function createPanel(o) {
	const id = 'panel-' + ++panels;
	const heading = el('h2', {id}, o.title);
	const body = el('div', {class: 'panel-body'});
	const element = el('section', {class: ('panel ' + (o.className || '')).trim(), 'aria-labelledby': id},
		o.actions ? el('div', {class: 'panel-head'}, heading, o.actions) : heading, body);
	/** @type {AbortController | null} */
	let running = null;
	let has = false;
	let failedSince = 0;

	/** @param {any} data */
	function show(data) {
		has = true;
		failedSince = 0;
		element.removeAttribute('aria-busy');
		if (o.isEmpty && o.isEmpty(data)) {
			replace(body, emptyState(o.empty || {text: 'No data yet'}));
		} else {
			const focused = body.contains(document.activeElement) ? document.activeElement : null;
			o.render(body, data);
			if (focused && !focused.isConnected) { // what was drawn anew in its place
				/** @type {HTMLElement[]} */ ([...body.querySelectorAll('a, button')]).find((e) => placeOf(e) === placeOf(focused))?.focus();
			}
		}
	}

	/** @param {unknown} e */
	function fail(e) {
		has = false;
		failedSince = failedSince || Date.now();
		element.removeAttribute('aria-busy');
		const words = e instanceof Error ? e.message : String(e);
		replace(body, el('div', {class: 'failed'},
			el('p', {}, words.charAt(0).toUpperCase() + words.slice(1) + ' · since ' + time(failedSince)),
			el('button', {type: 'button', onclick: () => reload()}, 'Try again')));
		if (!(e instanceof ApiError)) {
			throw e; // a mistake of ours
		}
	}

	async function reload() {
		if (!o.load) {
			return;
		}
		if (running) {
			running.abort();
		}
		const mine = new AbortController();
		running = mine;
		const timer = setTimeout(() => {
			if (!has) {
				element.setAttribute('aria-busy', 'true');
				replace(body, el('div', {class: 'skeleton'}, el('span'), el('span'), el('span')));
			}
		}, SKELETON_MS);
		try {
			const data = await o.load(mine.signal);
			if (running === mine) {
				show(data);
			}
		} catch (e) {
			if (running === mine && !mine.signal.aborted) {
				fail(e);
			}
		} finally {
			clearTimeout(timer);
		}
	}

	return {
		element,
		body,
		setTitle: (text) => replace(heading, text),
		reload,
		show,
		stop() {
			if (running) {
				running.abort();
			}
		},
	};
}

/**
 * The upper part of a dialog: what it is about, and a way out.
 * @param {HTMLElement} root the dialog
 * @param {HTMLElement} head
 */
export function sheetTop(root, head) {
	return el('div', {class: 'sheet-top'}, head, el('button', {type: 'button', class: 'icon-button close', title: 'Close', onclick: () => /** @type {HTMLDialogElement} */ (root).close()},
		icon('close'), el('span', {class: 'unseen'}, 'Close')));
}

/** @param {Element} e */
function placeOf(e) {
	return (e.getAttribute('href') || '') + e.textContent;
}

/**
 * Nothing there, and what to do about it.
 * @param {Empty} empty
 */
export function emptyState(empty) {
	return el('div', {class: 'empty'},
		el('p', {class: 'empty-text'}, empty.text),
		empty.hint ? el('p', {class: 'muted'}, empty.hint) : null,
		(empty.commands || []).map(commandLine));
}

/**
 * A command, and a button that copies it.
 * @param {string} command
 */
export function commandLine(command) {
	const button = el('button', {type: 'button', class: 'quiet', onclick: async () => {
		try {
			await navigator.clipboard.writeText(command);
			replace(button, 'Copied');
		} catch {
			replace(button, 'Select it'); // no clipboard on plain HTTP from elsewhere
			const range = document.createRange();
			range.selectNodeContents(code);
			const selection = getSelection();
			if (selection) {
				selection.removeAllRanges();
				selection.addRange(range);
			}
		}
		setTimeout(() => replace(button, 'Copy'), 2000);
	}}, 'Copy');
	const code = el('code', {}, command.includes('\n') ? command : command.split(/(?<= )/).map((word) => el('span', {class: 'word'}, word)));
	return el('div', {class: 'command'}, code, button);
}
