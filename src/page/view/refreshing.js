// What is asked for again when something has changed, but not all the time.

const LEAST_MS = 5000;

/**
 * Nothing happens before the first now().
 * @param {Store} store
 * @param {string[]} keys whose change is the reason
 * @param {() => void} run
 */
export function refreshing(store, keys, run) {
	let last = 0;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	function now() {
		clearTimeout(timer);
		timer = undefined;
		last = Date.now();
		run();
	}

	const unsubscribe = store.subscribe(keys, () => {
		if (last && !timer) {
			timer = setTimeout(now, Math.max(0, last + LEAST_MS - Date.now()));
		}
	});
	return {
		now,
		stop() {
			unsubscribe();
			clearTimeout(timer);
		},
	};
}
