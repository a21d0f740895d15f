// Light, dark, what the system says, or a terminal's colours. Kept in this browser.

const KEY = 'otel-ai-monitor theme';
export const themes = ['system', 'light', 'dark', 'terminal'];

let changed = () => {};

export function theme() {
	const kept = localStorage.getItem(KEY) || '';
	return themes.includes(kept) ? kept : 'system';
}

/** @param {string} name */
export function setTheme(name) {
	localStorage.setItem(KEY, name);
	apply();
	changed();
}

export function nextTheme() {
	setTheme(themes[(themes.indexOf(theme()) + 1) % themes.length]);
	return theme();
}

function apply() {
	document.documentElement.dataset.theme = theme();
}

/** @param {() => void} onChange */
export function startTheme(onChange) {
	changed = onChange;
	apply();
	window.addEventListener('storage', () => { // another tab
		apply();
		changed();
	});
}
