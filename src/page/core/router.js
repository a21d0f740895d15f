// Addresses: "#/sessions?project=webshop". Back and forward are the browser's.

/**
 * @param {string} hash
 * @returns {Route}
 */
export function parseAddress(hash) {
	const [path, query] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
	const [name, ...parts] = path.split('/').filter(Boolean).map(decode);
	return {name: name || 'now', parts, query: new URLSearchParams(query || ''), address: '#/' + hash.replace(/^#?\/?/, '')};
}

/** @param {string} part */
function decode(part) {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

/**
 * The address of a view with these filters; empty ones are left out.
 * @param {string} path "sessions"
 * @param {Record<string, string | number | null | undefined>} [filters]
 */
export function addressOf(path, filters = {}) {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(filters)) {
		if (value !== null && value !== undefined && value !== '') {
			query.set(name, String(value));
		}
	}
	const text = query.toString();
	return '#/' + path + (text ? '?' + text : '');
}

/**
 * @param {string} id
 * @param {number} [turn]
 */
export function sessionAddress(id, turn) {
	return '#/session/' + encodeURIComponent(id) + (turn === undefined ? '' : '/turn/' + turn);
}

/** @param {(route: Route) => void} onChange called for each new address, and once by start() */
export function createRouter(onChange) {
	let current = parseAddress(location.hash);
	function update() {
		if (location.hash === '#main') { // the skip link, which is no address
			return;
		}
		current = parseAddress(location.hash);
		onChange(current);
	}
	window.addEventListener('hashchange', update);
	return {
		start: update,
		route: () => current,
		/**
		 * @param {string} address
		 * @param {{replace?: boolean}} [options]
		 */
		navigate(address, options = {}) {
			if (options.replace) {
				history.replaceState(null, '', address);
				update();
			} else if (address !== location.hash) {
				location.hash = address;
			}
		},
	};
}
