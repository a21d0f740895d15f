// What the keys do, and whether they do it.

import {el} from './dom.js';
import {keyHelp, keysAreOn, setKeys} from './keys.js';

export function showHelp() {
	const opener = /** @type {HTMLElement | null} */ (document.activeElement);
	const box = el('input', {type: 'checkbox', checked: keysAreOn(), onchange: () => setKeys(box.checked)});
	const dialog = el('dialog', {class: 'help', 'aria-labelledby': 'help-title', onclose: () => {
		dialog.remove();
		if (opener) {
			opener.focus();
		}
	}},
	el('h2', {id: 'help-title'}, 'Keys'),
	el('dl', {}, keyHelp.map(([keys, what]) => el('div', {}, el('dt', {}, keys.split(' ').map((k) => el('kbd', {}, k))), el('dd', {}, what)))),
	el('p', {}, el('label', {}, box, ' Keys are on')),
	el('p', {class: 'muted'}, '▲ needs you · ● working · ✓ done · ○ idle · ≈ estimated from list prices · ≥ some calls have no price'),
	el('button', {type: 'button', class: 'strong', onclick: () => dialog.close()}, 'Close'));
	document.body.append(dialog);
	dialog.showModal();
}
