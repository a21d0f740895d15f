// What the page knows, by key, and who wants to hear of changes: once a frame, however many there were.

/**
 * Whether two values of JSON are equal; the order of members does not matter.
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
export function isSame(a, b) {
	if (a === b || typeof a !== 'object' || typeof b !== 'object' || !a || !b) {
		return a === b;
	}
	const names = Object.keys(a);
	return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}

/** @returns {Store} */
export function createStore() {
	/** @type {Map<string, any>} */
	const values = new Map();
	/** @type {Set<{keys: string[], run: () => void, hidden: boolean, due: boolean}>} */
	const readers = new Set();
	let scheduled = false;

	function flush() {
		scheduled = false;
		for (const reader of [...readers]) {
			if (reader.due && readers.has(reader) && (reader.hidden || !document.hidden)) {
				reader.due = false;
				reader.run();
			}
		}
	}

	function schedule() {
		if (!scheduled) {
			scheduled = true;
			if (document.hidden) {
				setTimeout(flush); // no frames there
			} else {
				requestAnimationFrame(flush);
			}
		}
	}

	document.addEventListener('visibilitychange', () => {
		scheduled = false; // a frame that was asked for before may never come
		schedule();
	});

	/** @param {string} key */
	function touch(key) {
		for (const reader of readers) {
			if (reader.keys.includes(key)) {
				reader.due = true;
			}
		}
		schedule();
	}

	return {
		get: (key) => values.get(key),
		set(key, value) {
			if (values.get(key) !== value) {
				values.set(key, value);
				touch(key);
			}
		},
		touch,
		subscribe(keys, run, options) {
			const reader = {keys, run, hidden: Boolean(options && options.hidden), due: false};
			readers.add(reader);
			run();
			return () => readers.delete(reader);
		},
	};
}
