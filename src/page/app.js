// Starts the page: makes the parts and introduces them to each other.

import {act, focusedSession} from './core/actions.js';
import {createAnnouncer} from './core/announce.js';
import {createApi} from './core/api.js';
import {createBoard} from './core/board.js';
import {createLive} from './core/live.js';
import {createRouter, parseAddress} from './core/router.js';
import {createStore} from './core/store.js';
import {el, reconcile, replace} from './core/dom.js';
import {icon} from './core/icons.js';
import {lookedAt, startLooking} from './core/looked.js';
import {nextTheme, startTheme, theme} from './core/theme.js';
import {showHelp} from './core/help.js';
import {startHead} from './core/head.js';
import {startKeys} from './core/keys.js';
import {tabsOf, viewOf} from './view/index.js';

/**
 * @param {string} selector
 * @returns {HTMLElement}
 */
function part(selector) {
	return /** @type {HTMLElement} */ (document.querySelector(selector));
}

const api = createApi();
const store = createStore();
const live = createLive(api, store);
const announcer = createAnnouncer(part('[role=status]'));
const main = part('main'), nav = part('nav');
main.replaceChildren();

/** @type {{view: View, mounted: Mounted, root: HTMLElement, address: string} | null} */
let below = null;
/** @type {{view: View, mounted: Mounted, root: HTMLElement} | null} */
let above = null;

/** @type {App} */
const app = {
	api,
	store,
	live,
	route: () => router.route(),
	navigate: (address, options) => router.navigate(address, options),
	announce: announcer.announce,
	toast: announcer.toast,
	watchBoard: createBoard(api, store, live),
};

/**
 * @param {View} view
 * @param {string} address
 */
function mountBelow(view, address) {
	if (below) {
		below.mounted.stop();
	}
	const root = el('div', {class: 'view view-' + view.name});
	replace(main, root);
	const own = {address}; // which stays while something is shown above
	return below = Object.assign(own, {view, root, mounted: view.mount(root, {...app, route: () => parseAddress(own.address)})});
}

function closeAbove() {
	if (above) {
		above.mounted.stop();
		above.root.remove();
		above = null;
	}
}

/**
 * The focus, to the element that had it; or, as lists are drawn anew, to what leads where that led.
 * @param {HTMLElement | null} opener
 */
function giveBack(opener) {
	const href = opener && opener.getAttribute('href');
	const now = opener && !opener.isConnected && href ? /** @type {HTMLElement | null} */ (document.querySelector('a[href="' + CSS.escape(href) + '"]')) : opener;
	if (now) {
		now.focus();
	}
}

/** @param {View} view */
function mountAbove(view) {
	const opener = /** @type {HTMLElement | null} */ (document.activeElement);
	const dialog = el('dialog', {class: 'sheet sheet-' + view.name, tabindex: '-1', 'aria-label': view.title, onclose: () => {
		if (above && above.root === dialog) {
			app.navigate(below ? below.address : '#/');
		}
		giveBack(opener);
	}, onclick: (/** @type {MouseEvent} */ event) => event.target === dialog && dialog.close()});
	document.body.append(dialog);
	above = {view, root: dialog, mounted: view.mount(dialog, app)};
	dialog.showModal();
	dialog.focus();
}

/** @param {View} view */
function addressOf(view) {
	return '#/' + (view.name === 'now' ? '' : view.name);
}

/** @type {View[]} */
let tabs = [];
function drawTabs() {
	tabs = tabsOf(store.get('health'));
	reconcile(nav, tabs, (v) => v.name, (v) => el('a', {href: addressOf(v), 'data-view': v.name}, v.title), () => {});
	markTab();
}

function markTab() {
	const view = below && below.view;
	for (const a of nav.querySelectorAll('a')) {
		if (view && a.dataset.view === (view.tab || view.name)) {
			if (!a.hasAttribute('aria-current')) {
				a.setAttribute('aria-current', 'page');
				a.scrollIntoView({block: 'nearest', inline: 'nearest'});
			}
		} else {
			a.removeAttribute('aria-current');
		}
	}
}

/** @param {Route} route */
function show(route) {
	const view = viewOf(route.name);
	if (view.over) {
		if (!below) {
			const under = viewOf(view.over), address = addressOf(under);
			mountBelow(under, address).mounted.show(parseAddress(address));
			markTab();
		}
		if (!above || above.view !== view) {
			closeAbove();
			mountAbove(view);
		}
		above && above.mounted.show(route);
		return;
	}
	closeAbove();
	if (!below || below.view !== view) {
		mountBelow(view, route.address);
		scrollTo(0, 0);
	}
	if (below) {
		below.address = route.address;
		below.mounted.show(route);
	}
	markTab();
}

const router = createRouter(show);

const themeButton = el('button', {type: 'button', class: 'icon-button', onclick: changeTheme});
function drawTheme() {
	replace(themeButton, icon(theme()), el('span', {class: 'unseen'}, 'Theme: ' + theme()));
	themeButton.title = 'Theme: ' + theme();
}
function changeTheme() {
	nextTheme();
	announcer.announce('Theme: ' + theme());
}
startTheme(drawTheme);
drawTheme();

startHead(app, {
	line: part('.head-line'),
	cost: part('.head-cost'),
	side: part('.head-side'),
	notices: part('.notices'),
	icon: /** @type {HTMLLinkElement} */ (part('link[rel=icon]')),
	build: part('meta[name=build]').getAttribute('content') || '',
	buttons: [themeButton, el('button', {type: 'button', class: 'icon-button', title: 'Keys and help', onclick: showHelp},
		icon('help'), el('span', {class: 'unseen'}, 'Help'))],
});

/** @param {'filter' | 'search' | 'pause'} name */
function tellView(name) {
	const at = above || below;
	const command = at && at.mounted[name];
	return command ? command() : false;
}

/** @param {'ack' | 'focus'} action */
function onFocused(action) {
	const id = focusedSession();
	return id ? void act(app, id, action) : false;
}

/** @type {Record<string, () => void | boolean>} */
const commands = {
	'/': () => tellView('search'),
	f: () => tellView('filter'),
	p: () => tellView('pause'),
	a: () => onFocused('ack'),
	o: () => onFocused('focus'),
	t: changeTheme,
	'?': showHelp,
};
for (let i = 0; i < 7; i++) {
	commands[i + 1] = () => tabs[i] ? app.navigate(addressOf(tabs[i])) : false;
}
startKeys(commands);
startLooking(() => store.set('looked', lookedAt()));
store.subscribe(['health'], drawTabs);
live.start();
router.start();
