// What can be done to a session from here.

import {ApiError} from './api.js';

/**
 * @param {App} app
 * @param {string} id
 * @param {'ack' | 'focus' | 'mute' | 'unmute'} action
 */
export async function act(app, id, action) {
	const said = {ack: 'Acknowledged', focus: 'Its terminal is asked to the front', mute: 'Muted', unmute: 'Notifies again'};
	try {
		await app.api.post('/api/sessions/' + encodeURIComponent(id) + '/' + action);
		app.toast(said[action]);
	} catch (e) {
		if (!(e instanceof ApiError)) {
			throw e;
		}
		app.toast(e.status === 404 ? 'That session is gone' : 'Not done: ' + e.message);
	}
}

/** The id of the session that has the focus, or "". */
export function focusedSession() {
	const dialog = document.querySelector('dialog[open] [data-session]');
	const card = document.activeElement ? document.activeElement.closest('[data-session]') : null;
	const e = /** @type {HTMLElement | null} */ (card || dialog);
	return e && e.dataset.session || '';
}
