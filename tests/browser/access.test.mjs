// Pages from elsewhere: what they try, in a real browser. They read nothing, change nothing, and learn nothing.

import assert from 'node:assert/strict';
import {createServer} from 'node:http';
import {readFileSync, readdirSync, statSync} from 'node:fs';
import {after, test} from 'node:test';
import {join} from 'node:path';
import {at, card, useDaemon, withPage} from './browser.mjs';
import {until} from './daemon.mjs';
import {MARK, markBody, marked} from './marked.mjs';

const SECRET = 'a-secret-session', ANYTHING = /./;
let elsewhere = '';
/** @type {import('node:http').Server} */
let server;

useDaemon(['--budget-day', '5', '-v'], async (daemon) => {
	await daemon.hook(SECRET, 'UserPromptSubmit', {cwd: '/srv/secret-project'});
	await daemon.hook(SECRET, 'Stop');
	server = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end('<!doctype html><title>elsewhere</title><body>'));
	await new Promise((done) => server.listen(0, '127.0.0.1', () => done(null)));
	elsewhere = 'http://evil.test:' + server.address().port;
});
after(() => server?.closeAllConnections() || server?.close());

/** Whoever asked from elsewhere. @param {any} page */
async function knowsNothing(page) {
	assert.equal((await at.daemon.get('/api/sessions/' + SECRET)).attention, 'done', 'nothing was acknowledged');
	assert.deepEqual((await at.daemon.get('/api/sessions')).sessions.map((s) => s.session_id), [SECRET], 'no session was made up');
	assert.equal((await at.daemon.get('/api/stats')).total.calls, 0);
	assert.equal((await page.content()).includes('secret-project'), false);
}

/** What a page can do by scripts; what it learned, in words. @param {{url: string, id: string}} o */
async function attack({url, id}) {
	/** @type {Record<string, string>} */
	const learned = {};
	/** @param {string} what @param {Promise<any>} trial */
	const note = async (what, trial) => {
		learned[what] = await Promise.race([trial.then(String, () => 'nothing'), new Promise((done) => setTimeout(done, 3000, 'nothing in time'))]);
	};
	const paths = ['/', '/api/sessions', '/api/sessions/' + id, '/health', '/metrics', '/api/stream', '/api/export/calls.csv', '/api/setup', '/page/app.js'];
	/** @param {string} tag @param {string} name @param {string} path */
	const element = (tag, name, path) => new Promise((done, failed) => {
		const e = document.createElement(tag);
		e.rel = 'stylesheet';
		e.onload = () => done('loaded');
		e.onerror = failed;
		e[name] = url + path;
		document.body.append(e);
	});
	const hook = JSON.stringify({session_id: 'made-up', hook_event_name: 'UserPromptSubmit'});
	const logs = JSON.stringify({resourceLogs: [{scopeLogs: [{logRecords: [{attributes: [{key: 'event.name', value: {stringValue: 'user_prompt'}}, {key: 'session.id', value: {stringValue: 'made-up'}}]}]}]}]});
	await Promise.all([
		...paths.flatMap((path) => [
			note('fetch ' + path, fetch(url + path).then((a) => a.text())),
			note('fetch with cookies ' + path, fetch(url + path, {credentials: 'include'}).then((a) => a.text())),
			note('no-cors ' + path, fetch(url + path, {mode: 'no-cors'}).then(async (a) => (await a.text()) || Promise.reject())),
			...[['img', 'src'], ['script', 'src'], ['link', 'href'], ['video', 'src']].map(([tag, name]) => note(tag + ' ' + path, element(tag, name, path))),
		]),
		...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json', 'application/x-protobuf'].flatMap((type) => [
			['/hooks/claude-code', hook], ['/v1/logs', logs], ['/', logs], ['/api/sessions/' + id + '/ack', ''], ['/api/pause', ''], ['/api/purge?before=2099-01-01', '']].flatMap(([path, body]) => [
			note('post ' + type + ' ' + path, fetch(url + path, {method: 'POST', headers: {'Content-Type': type}, body}).then((a) => a.status)),
			note('no-cors post ' + type + ' ' + path, fetch(url + path, {method: 'POST', mode: 'no-cors', headers: {'Content-Type': type}, body, referrerPolicy: 'no-referrer'}).then((a) => a.status || Promise.reject())),
			note('beacon ' + type + ' ' + path, navigator.sendBeacon(url + path, new Blob([body], {type})) ? Promise.reject() : Promise.reject()),
		])),
		note('EventSource', new Promise((done, failed) => {
			const source = new EventSource(url + '/api/stream');
			source.onmessage = (e) => done(e.data);
			source.onopen = () => done('open');
			source.onerror = failed;
		})),
		...['/socket.io/?EIO=4&transport=websocket', '/api/stream'].map((path) => note('WebSocket ' + path, new Promise((done, failed) => {
			const socket = new WebSocket(url.replace('http', 'ws') + path);
			socket.onmessage = (e) => done(e.data);
			socket.onopen = () => done('open');
			socket.onerror = failed;
		}))),
	]);
	return Object.fromEntries(Object.entries(learned).filter(([, what]) => !what.startsWith('nothing')));
}

test('a page from elsewhere learns and changes nothing', () => withPage('', async (page) => {
	assert.deepEqual(await page.evaluate(attack, {url: 'http://localhost:' + at.daemon.port, id: SECRET}), {}, 'by name');
	assert.deepEqual(await page.evaluate(attack, {url: at.daemon.url.replace('localhost', '127.0.0.1'), id: SECRET}), {}, 'by address');
	await knowsNothing(page);
}, {url: elsewhere, wait: false, expect: ANYTHING}));

test('whether a session exists cannot be told from outside', () => withPage('', async (page) => {
	const told = await page.evaluate(async ({url, ids}) => {
		const all = [];
		for (const id of ids) {
			for (const tag of ['object', 'embed', 'iframe', 'script', 'img']) {
				const before = performance.now();
				const what = await new Promise((done) => {
					const e = document.createElement(tag);
					e.onload = () => done('load');
					e.onerror = () => done('error');
					e[tag === 'object' ? 'data' : 'src'] = url + '/api/sessions/' + id + '?' + before;
					document.body.append(e);
					setTimeout(done, 2000, 'neither');
				});
				const entry = performance.getEntriesByType('resource').at(-1);
				all.push([id, tag + ' ' + what + ' ' + (entry ? entry.transferSize + entry.decodedBodySize : '')]);
			}
		}
		return all;
	}, {url: at.daemon.url, ids: [SECRET, 'nobody']});
	const of = (id) => told.filter((t) => t[0] === id).map((t) => t[1]);
	assert.deepEqual(of(SECRET), of('nobody'));
}, {url: elsewhere, wait: false, expect: ANYTHING}));

test('forms and frames of another page come to nothing', () => withPage('', async (page) => {
	await page.evaluate(async ({url, id}) => {
		const frames = [];
		for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
			for (const path of ['/hooks/claude-code', '/v1/logs', '/api/sessions/' + id + '/ack', '/api/pause', '/api/purge?before=2099-01-01']) {
				const frame = document.createElement('iframe'), form = document.createElement('form'), field = document.createElement('input');
				frame.name = form.target = 'frame' + frames.length;
				form.method = 'post';
				form.enctype = type;
				form.action = url + path;
				field.name = '{"session_id":"made-up","hook_event_name":"UserPromptSubmit","x":"';
				field.value = '"}';
				form.append(field);
				document.body.append(frame, form);
				frames.push(new Promise((done) => {
					frame.onload = done;
					setTimeout(done, 3000);
				}));
				form.submit();
			}
		}
		for (const path of ['/', '/api/sessions', '/api/stream', '/socket.io/?EIO=4&transport=websocket']) {
			const frame = document.createElement('iframe');
			frame.src = url + path;
			document.body.append(frame);
			frames.push(new Promise((done) => {
				frame.onload = done;
				setTimeout(done, 3000);
			}));
		}
		await Promise.all(frames);
	}, {url: at.daemon.url, id: SECRET});
	for (const frame of page.frames().slice(1)) {
		const text = await frame.evaluate(() => document.documentElement.outerHTML).catch(() => '');
		assert.equal(/head-line|secret/.test(text), false, frame.url() + ' shows ' + text.slice(0, 200));
	}
	await knowsNothing(page);
}, {url: elsewhere, wait: false, expect: ANYTHING}));

test('a foreign name that leads here opens nothing', async () => {
	const name = 'http://rebind.test:' + at.daemon.port;
	await withPage('', async (page) => {
		assert.equal((await page.goto(name + '/')).status(), 403);
		assert.equal((await page.goto(name + '/api/sessions')).status(), 403);
		await page.route(name + '/page-of-evil', (route) => route.fulfill({contentType: 'text/html', body: '<!doctype html><body>'})); // from before the name changed
		await page.goto(name + '/page-of-evil');
		const answers = await page.evaluate(async (id) => {
			const all = [];
			for (const [method, path] of [['GET', '/api/sessions'], ['GET', '/health'], ['GET', '/'], ['GET', '/api/stream'], ['GET', '/api/setup'], ['POST', '/hooks/claude-code'],
				['POST', '/v1/logs'], ['POST', '/api/sessions/' + id + '/ack'], ['POST', '/api/purge?before=2099-01-01']]) {
				const answer = await fetch(path, {method, headers: {'Content-Type': 'application/json'}, body: method === 'GET' ? undefined : '{}'});
				all.push(answer.status + ' ' + await answer.text());
			}
			all.push(await new Promise((done) => {
				const socket = new WebSocket('ws://' + location.host + '/socket.io/?EIO=4&transport=websocket');
				socket.onopen = () => done('open');
				socket.onerror = () => done('403 ');
			}));
			return all;
		}, SECRET);
		assert.deepEqual(answers.filter((a) => !a.startsWith('403 ') || a.includes('secret')), []);
		await knowsNothing(page);
	}, {url: elsewhere, wait: false, expect: ANYTHING});
});

test('the page keeps its own windows to itself, and says what it is', () => withPage('#/', async (page) => {
	for (const path of ['/', '/page/app.js', '/api/sessions', '/api/export/calls.csv', '/health', '/metrics', '/api/setup', '/api/stream', '/api/sessions/nobody']) {
		const {headers} = await fetch(at.daemon.url + path);
		assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
		assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin', path);
		assert.equal(headers.get('access-control-allow-origin'), null, path);
	}
	const [popup] = await Promise.all([page.context().waitForEvent('page'), page.evaluate((url) => {
		window.open(url);
	}, elsewhere)]);
	await popup.waitForLoadState();
	assert.equal(await popup.evaluate(() => window.opener), null, 'another page has no hold of this one');
}));

/** All bytes below a directory. @param {string} directory @returns {Buffer[]} */
function bytesBelow(directory) {
	return readdirSync(directory, {withFileTypes: true}).flatMap((e) => {
		const path = join(directory, e.name);
		return e.isDirectory() ? bytesBelow(path) : e.isFile() && statSync(path).size > 0 ? [readFileSync(path)] : [];
	});
}

test('texts of users are nowhere: not in files, answers, streams, the log or the page', () => withPage('#/', async (page) => {
	const {daemon} = at;
	const stream = await fetch(daemon.url + '/api/stream');
	let streamed = '';
	stream.body.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream({write(text) {
		streamed += text;
	}})).catch(() => {});
	for (const name of ['claude-2.1.332/c-perm-feedback-hooks-traces-fast', 'claude-2.1.332/toolfail', 'claude-2.1.329/quick-traces-json', 'codex-0.171.0/x-perm-deny-hooks',
		'gemini-0.61.0/g-perm-parallel-hooks', 'qwen-0.24.4/g-perm-parallel-hooks', 'copilot-1.0.102/g-perm-parallel-hooks', 'opencode-1.18.33/tui-interrupt-llm']) {
		await daemon.play(name, {change: markBody});
	}
	await daemon.hook('asks', 'PermissionRequest', {cwd: '/srv/asks', tool_name: 'Bash', tool_input: {command: MARK}, prompt: MARK});
	assert.equal(marked() > 1000, true, marked() + ' texts were marked');
	await until('all is stored', async () => (await daemon.get('/api/sessions?past=1')).total >= 8);
	for (const body of ['{"resourceLogs":[{"' + MARK, MARK, '{"resourceLogs":"' + MARK + '"}']) {
		for (const path of ['/v1/logs', '/hooks/claude-code']) {
			const answer = await fetch(daemon.url + path, {method: 'POST', headers: {'Content-Type': 'application/json', 'User-Agent': MARK}, body});
			assert.equal((await answer.text()).includes(MARK), false, 'what cannot be read is not told back');
		}
	}
	/** @type {Record<string, string>} */
	const seen = {};
	const open = new Set();
	page.on('request', (request) => !request.url().includes('stream') && open.add(request));
	page.on('requestfinished', (request) => open.delete(request));
	page.on('requestfailed', (request) => open.delete(request));
	const past = (await daemon.get('/api/sessions?past=1')).sessions;
	for (const path of ['/api/sessions', '/api/stats', '/api/stats?from=2000-01-01', '/api/events?limit=500', '/api/mcp', '/api/models', '/api/waits', '/api/timeline?from=2026-11-01', '/metrics', '/health',
		...['sessions', 'calls', 'events', 'daily', 'tools'].flatMap((kind) => ['/api/export/' + kind + '.csv', '/api/export/' + kind + '.json']),
		...past.flatMap((s) => ['/api/sessions/' + s.session_id, '/api/sessions/' + s.session_id + '/turns/1'])]) {
		seen[path] = await (await fetch(daemon.url + path)).text();
	}
	for (const hash of ['#/', '#/sessions', '#/cost?range=month', '#/feed', '#/quality', '#/setup', '#/health', '#/day/2026-11-28', ...past.map((s) => '#/session/' + s.session_id + '/turn/1')]) {
		await page.evaluate((hash) => {
			location.hash = hash;
		}, hash);
		await page.waitForTimeout(100); // it asks
		await until('all is answered', () => open.size === 0);
		seen['page ' + hash] = await page.evaluate(async () => {
			document.querySelectorAll('details').forEach((e) => {
				e.open = true;
			});
			await new Promise((done) => setTimeout(done, 50));
			return document.documentElement.outerHTML + document.title + JSON.stringify(localStorage);
		});
	}
	seen.log = daemon.log;
	seen.stream = streamed;
	await daemon.kill('SIGTERM'); // everything is on the disk now
	seen.files = Buffer.concat(bytesBelow(daemon.directory)).toString('latin1');
	await daemon.run(daemon.port);
	assert.deepEqual(Object.entries(seen).filter(([, text]) => text.includes(MARK)).map(([where, text]) => where + ': ' + text.slice(Math.max(0, text.indexOf(MARK) - 100), text.indexOf(MARK) + 60)), []);
	for (const [where, text] of [['stream', 'asks'], ['files', 'SQLite format 3'], ['page #/sessions', 'asks'], ['log', 'asks'], ['/api/export/tools.csv', 'Bash']]) {
		assert.equal(seen[where].includes(text), true, where + ' was looked for where something is');
	}
	console.log(marked() + ' texts marked, looked for in ' + Object.values(seen).reduce((sum, text) => sum + text.length, 0) + ' bytes');
}, {expect: /ERR_|WebSocket/}));
