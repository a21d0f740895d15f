// One clock for all that counts up: writes, once a second, what can be seen.

/** @type {Map<Element, {since: number, format: (ms: number) => string}>} */
const clocks = new Map();
/** @type {WeakSet<Element>} */
const seen = new WeakSet();

const observer = new IntersectionObserver((entries) => {
	for (const entry of entries) {
		if (entry.isIntersecting) {
			seen.add(entry.target);
			write(entry.target);
		} else {
			seen.delete(entry.target);
		}
	}
});

/** @param {Element} e */
function write(e) {
	const clock = clocks.get(e);
	if (clock) {
		const text = clock.format(Math.max(0, Date.now() - clock.since));
		if (e.textContent !== text) {
			e.textContent = text;
		}
	}
}

function tick() {
	for (const e of clocks.keys()) {
		if (!e.isConnected) {
			clocks.delete(e);
			observer.unobserve(e);
		} else if (seen.has(e)) {
			write(e);
		}
	}
}

/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;
function run() {
	clearInterval(timer);
	if (!document.hidden) {
		tick();
		timer = setInterval(tick, 1000);
	}
}
document.addEventListener('visibilitychange', run);
run();

/**
 * From now on e shows how long ago since was, until it leaves the document.
 * @param {Element} e
 * @param {number} since ms since the epoch
 * @param {(ms: number) => string} format
 */
export function showSince(e, since, format) {
	if (!clocks.has(e)) {
		requestAnimationFrame(() => observer.observe(e));
	}
	clocks.set(e, {since, format});
	write(e);
}
