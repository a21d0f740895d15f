// Questions to the daemon that this page came from.

const TOKEN = 'otel-ai-monitor token';
const TIMEOUT_MS = 10000;

/** What the daemon, or nobody, answered. status 0: nobody. */
export class ApiError extends Error {
	/**
	 * @param {number} status
	 * @param {string} message
	 */
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

/** Takes "#token=…" out of the address, for this tab alone. */
function takeToken() {
	const match = /^#token=([^&]+)(?:&(.*))?$/.exec(location.hash);
	if (match) {
		sessionStorage.setItem(TOKEN, decodeURIComponent(match[1]));
		history.replaceState(null, '', location.pathname + '#' + (match[2] || '/'));
	}
	return sessionStorage.getItem(TOKEN) || '';
}

/** @param {Response} answer */
async function errorOf(answer) {
	if (answer.status === 401) {
		return new ApiError(401, 'it needs its token: open this page as ' + location.origin + '/#token=TOKEN');
	}
	let message = answer.statusText || 'error ' + answer.status;
	try {
		message = (await answer.json()).error.message;
	} catch {
		// no JSON: the status has to do
	}
	return new ApiError(answer.status, message);
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(blob);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** @returns {Api} */
export function createApi() {
	const token = takeToken();

	/** @returns {Record<string, string>} */
	function fields() {
		return token ? {Authorization: 'Bearer ' + token} : {};
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {{signal?: AbortSignal, timeoutMs?: number}} [options]
	 */
	async function ask(method, path, options = {}) {
		const signals = [AbortSignal.timeout(options.timeoutMs || TIMEOUT_MS)];
		if (options.signal) {
			signals.push(options.signal);
		}
		let answer;
		try {
			answer = await fetch(path, {method, headers: fields(), signal: AbortSignal.any(signals)});
		} catch (e) {
			if (options.signal && options.signal.aborted) {
				throw e;
			}
			const late = e instanceof DOMException && e.name === 'TimeoutError';
			throw new ApiError(0, late ? 'the daemon does not answer' : 'the daemon cannot be reached');
		}
		if (!answer.ok) {
			throw await errorOf(answer);
		}
		return answer;
	}

	/**
	 * @param {string} method
	 * @param {string} path
	 * @param {{signal?: AbortSignal, timeoutMs?: number}} [options]
	 */
	async function read(method, path, options) {
		const answer = await ask(method, path, options);
		try {
			return await answer.json();
		} catch (e) {
			if (options && options.signal && options.signal.aborted) {
				throw e;
			}
			throw new ApiError(0, 'the answer of the daemon broke off'); // it has gone, or is too slow
		}
	}

	return {
		get: (path, options) => read('GET', path, options),
		post: (path, options) => read('POST', path, options),
		fields,
		token: () => token,
		async download(path) {
			const answer = await ask('GET', path, {timeoutMs: 600000});
			const named = /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition') || '');
			save(await answer.blob(), named ? named[1] : path.replace(/^.*\//, '').replace(/\?.*/, ''));
		},
		save,
	};
}
