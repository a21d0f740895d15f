// When one last looked at this page: what came afterwards is news.

const KEY = 'otel-ai-monitor looked';

let before = Number(localStorage.getItem(KEY)) || 0;

/** ms since the epoch; 0: never. It stays while one looks, and moves when one comes back. */
export function lookedAt() {
	return before;
}

/** @param {() => void} onChange one has come back */
export function startLooking(onChange) {
	function leave() {
		localStorage.setItem(KEY, String(Date.now()));
	}
	document.addEventListener('visibilitychange', () => {
		if (document.hidden) {
			leave();
		} else {
			before = Number(localStorage.getItem(KEY)) || 0;
			onChange();
		}
	});
	window.addEventListener('pagehide', leave);
}
