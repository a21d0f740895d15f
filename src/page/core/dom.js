// Elements, made without ever parsing a text as markup.

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @param {Element} e
 * @param {Record<string, any>} props
 */
export function setProps(e, props) {
	for (const [name, value] of Object.entries(props)) {
		if (name.startsWith('on')) {
			e.addEventListener(name.slice(2), value);
		} else if (name === 'vars') {
			for (const [v, x] of Object.entries(value)) {
				/** @type {HTMLElement} */ (e).style.setProperty('--' + v, String(x));
			}
		} else if (value === true) {
			e.setAttribute(name, '');
		} else if (value === false || value === null || value === undefined) {
			e.removeAttribute(name);
		} else {
			e.setAttribute(name, String(value));
		}
	}
}

/**
 * An HTML element. props are attributes, but for "on…" (a listener) and "vars" (custom properties of its style).
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, props, ...children) {
	const e = document.createElement(tag);
	setProps(e, props || {});
	append(e, children);
	return e;
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function svg(tag, props, ...children) {
	const e = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
	setProps(e, props || {});
	append(e, children);
	return e;
}

/**
 * @param {Element} e
 * @param {(Child | Child[])[]} children
 */
function append(e, children) {
	for (const child of children.flat()) {
		if (child !== null && child !== undefined && child !== false) {
			e.append(child instanceof Node ? child : String(child));
		}
	}
}

/**
 * Text that came from outside: isolated from what stands around it.
 * @param {string} text
 * @param {Record<string, any>} [props]
 */
export function outside(text, props) {
	return el('bdi', {dir: 'auto', ...props}, text);
}

/**
 * @param {Element} e
 * @param {string} text
 */
export function setText(e, text) {
	if (e.textContent !== text) {
		e.textContent = text;
	}
}

/**
 * @param {Element} e
 * @param {...(Child | Child[])} children
 */
export function replace(e, ...children) {
	e.replaceChildren();
	append(e, children);
}

/**
 * Makes the children of parent those of items, in order: keeps the elements whose key is there already, so that
 * focus and scroll stay, and updates only those whose item is another one.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Element} create
 * @param {(element: Element, item: T) => void} update also called after create
 * @param {(item: T) => any} [valueOf] what of an item makes it another one
 */
export function reconcile(parent, items, keyOf, create, update, valueOf = (item) => item) {
	const known = kept.get(parent) || new Map();
	const now = new Map();
	const focused = parent.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
	/** @type {Element | null} */
	let at = parent.firstElementChild;
	for (const item of items) {
		const key = keyOf(item);
		let row = known.get(key);
		if (!row) {
			row = {element: create(item), value: undefined};
		}
		if (row.value !== valueOf(item)) {
			row.value = valueOf(item);
			update(row.element, item);
		}
		if (at && row.element === at) {
			at = at.nextElementSibling;
		} else {
			parent.insertBefore(row.element, at);
		}
		known.delete(key);
		now.set(key, row);
	}
	for (const row of known.values()) {
		row.element.remove();
	}
	kept.set(parent, now);
	if (focused && focused.isConnected && document.activeElement !== focused) {
		focused.focus({preventScroll: true}); // it was moved
	}
}

/** @type {WeakMap<Element, Map<string, {element: Element, value: any}>>} */
const kept = new WeakMap();
