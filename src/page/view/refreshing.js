// What is asked for again when something has changed, but not all the time.

/**
 * Nothing happens before the first now().
 * @param {Store} store
 * @param {string[]} keys whose change is the reason
 * @param {() => void} run
 * @param {number} [leastMs] from one time to the next
 */
export function refreshing(store, keys, run, leastMs = 5000) {
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
			timer = setTimeout(now, Math.max(0, last + leastMs - Date.now()));
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
