"""Heavy and long: much of everything at once, with history, boards, metrics and page clients on.

No POST is refused, memory and descriptors stay level, states are true in the end. A few seconds in every test run;
./dev soak MINUTES takes the whole of it, and reports figures."""

import json
import os
import random
import resource
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(ROOT, 'daemon'), os.path.join(ROOT, 'bench')]

import bodies  # noqa: E402
from fixture import PATIENCE_S, PROGRAM, DaemonTest, read_answer, request  # noqa: E402
from raw_websocket import WebSocket, frame  # noqa: E402

MINUTES = float(os.environ.get('SOAK_MINUTES', '0'))
MAX_SESSIONS = 1000
JSON = {'Content-Type': 'application/json'}


def scaled(short, long):
    return long if MINUTES else short


def report(text):
    if MINUTES:
        print('%s  %s' % (time.strftime('%H:%M:%S'), text), flush=True)


def allow_descriptors():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def hook(name, session, **more):
    return json.dumps({'hook_event_name': name, 'session_id': session, 'cwd': '/home/dev/' + session, **more}).encode()


def records(sessions, wall_ns):
    """A prompt and a model call that has cost something, of each session."""
    def record(session, name, number, more=()):
        pairs = [('session.id', session), ('event.name', name), ('event.sequence', number), *more]
        return {'timeUnixNano': str(wall_ns + number), 'attributes': bodies.json_attributes(pairs)}
    call = [('model', 'claude-opus-4-5-20251101'), ('input_tokens', 1000), ('output_tokens', 100),
            ('cost_usd', 0.25), ('query_source', 'repl_main_thread')]
    return json.dumps({'resourceLogs': [{
        'resource': {'attributes': bodies.json_attributes([('service.name', 'claude-code')])},
        'scopeLogs': [{'logRecords': [r for s in sessions for r in (
            record(s, 'user_prompt', 1),
            record(s, 'api_request', 2, [*call, ('request_id', 'req-' + s)]))]}]}]}).encode()


class Load(DaemonTest):
    """A daemon with all that it can have, page clients that read, and a board that is at work."""

    def setUp(self):
        allow_descriptors()
        self.stopping = threading.Event()
        self.threads = []
        super().setUp()
        self.addCleanup(self.stop_threads)  # before the daemon is ended
        self.wait_for('the history answers', self.history_answers)
        self.at_rest = self.descriptors()

    def history_answers(self):
        try:
            return self.get('/api/sessions?past=1').status == 200
        except (ConnectionError, AttributeError):  # in fast motion
            return False

    def start(self, *arguments, **options):
        for name in ('tasks', 'state'):
            os.makedirs(self.path(name), exist_ok=True)
        for lane in ('inbox', 'assigned/dev', 'done/dev'):
            os.makedirs(self.path('tasks', lane), exist_ok=True)
        with open(self.path('metrics.jsonl'), 'ab'):
            pass
        return super().start('--store', self.path('store.db'), '--tasks-dir', self.path('tasks'), '--metrics-file',
                             self.path('metrics.jsonl'), '--state-dir', self.path('state'), *arguments, **options)

    def stop_threads(self):
        self.stopping.set()
        for t in self.threads:
            t.join(PATIENCE_S)

    def in_background(self, function, *arguments):
        t = threading.Thread(target=function, args=arguments, daemon=True)
        self.threads.append(t)
        t.start()

    # ---- what goes on beside

    def read_as_page(self, is_stream):
        """A page that reads, and comes back if it is cut off."""
        while not self.stopping.wait(0.05):
            try:
                with socket.create_connection(('127.0.0.1', self.port), timeout=1) as sock:
                    self.read_until_cut(sock, is_stream)
            except (AssertionError, EOFError, OSError):
                pass  # the daemon is not there, or ended it

    def read_until_cut(self, sock, is_stream):
        if is_stream:
            sock.sendall(request('GET', '/api/stream'))
        else:
            ws = WebSocket(sock)
            ws.join()
        while not self.stopping.is_set():
            try:
                if not is_stream:
                    ws.event()
                elif not sock.recv(1 << 16):
                    return
            except TimeoutError:
                pass

    def work_on_board(self):
        """Tasks wander through the lanes, a line goes into the metrics file with each."""
        number = 0
        while not self.stopping.wait(0.05):
            number += 1
            name = '%d.yaml' % (number % 20)
            inbox, done = self.path('tasks', 'inbox', name), self.path('tasks', 'done', 'dev', name)
            with open(inbox, 'w', encoding='utf-8') as f:
                f.write('id: t%d\ntitle: Task %d\nstatus: new\n' % (number, number))
            os.replace(inbox, done)
            with open(self.path('metrics.jsonl'), 'a', encoding='utf-8') as f:
                f.write(json.dumps({'timestamp': time.time(), 'agent': 'dev', 'event': 'task', 'n': number}) + '\n')

    def begin(self):
        for is_stream in (True, False, True, False):
            self.in_background(self.read_as_page, is_stream)
        self.in_background(self.work_on_board)

    # ---- what is measured

    def resident_kb(self):
        with open('/proc/%d/status' % self.daemon.pid, encoding='ascii') as f:
            return next(int(line.split()[1]) for line in f if line.startswith('VmRSS'))

    def descriptors(self):
        return len(os.listdir('/proc/%d/fd' % self.daemon.pid))

    def assert_level(self, marks):
        """After its first fifth, what is resident may grow by a quarter, and by what an allocator keeps."""
        early, late = marks[len(marks) // 5], max(marks[-max(1, len(marks) // 5):])
        self.assertLess(late, early * 1.25 + 4096, 'resident kB: %s' % marks)

    def assert_descriptors(self):
        """As many as at the start, but for those of page clients and of a request or two."""
        self.wait_for('descriptors are given back: %d at rest' % self.at_rest,
                      lambda: self.descriptors() <= self.at_rest + 8)

    def get(self, path):
        """On a connection of its own, which is gone afterwards."""
        with socket.create_connection(('127.0.0.1', self.port), timeout=PATIENCE_S) as sock:
            return self.ask('GET', path, sock=sock)

    def received(self):
        return sum(self.get('/health').json()['received'].values())


class Soak(Load):
    def test_records(self):
        """Ten million, by the load generator of ./dev bench."""
        wanted = scaled(20_000, 10_000_000)
        directory = self.path('bodies')
        bodies.write(directory, 1)
        files = [os.path.join(directory, f) for f in sorted(os.listdir(directory))
                 if f.startswith('logs-1000') or f.startswith('logs-100-')]
        url = 'http://127.0.0.1:%d/v1/logs' % self.port
        self.begin()
        marks = []
        while not marks or self.received() < wanted:
            argv = [os.environ['OTLPBENCH'], 'load', '--url', url, '--pid', str(self.daemon.pid),
                    '--seconds', str(scaled(1, 5))]
            for f in files:
                argv += ['--body', f]
            done = subprocess.run(argv, stdout=subprocess.PIPE, timeout=600, check=False)
            result = json.loads(done.stdout)
            self.assertEqual((done.returncode, result['refused'], result['broken']), (0, 0, 0))
            marks.append(self.resident_kb())
            report('%d records received, %d kB resident, p99 %d us' % (self.received(), marks[-1], result['p99_us']))
        self.assert_level(marks)
        self.assert_descriptors()

    def test_sessions(self):
        """A hundred thousand, each with a call; those of the history are all of them."""
        wanted, step = scaled(2000, 100_000), 100
        self.begin()
        sock, marks = self.connect(), []
        for first in range(0, wanted, step):
            body = records(['s%d' % i for i in range(first, first + step)], time.time_ns())
            self.assertEqual(self.post('/v1/logs', body, sock=sock).status, 200)
            marks.append(self.resident_kb())
            if first % 10_000 == 0:
                report('%d sessions, %d kB resident' % (first + step, marks[-1]))
        self.assertLessEqual(len(self.sessions()), MAX_SESSIONS)
        if wanted > 5 * MAX_SESSIONS:
            self.assert_level(marks)
        history = self.wait_for('all are in the history', lambda: self.history_total(wanted))
        report('%d sessions in the history, %d kB resident' % (history, self.resident_kb()))
        self.assertIn('s%d' % (wanted - 1), self.sessions())
        self.assert_alive()

    def history_total(self, wanted):
        answer = self.get('/api/sessions?past=1&limit=1')
        total = answer.json()['total'] if answer.status == 200 else 0
        return total if total >= wanted else None

    def test_readers(self):
        """A thousand, of which half never read."""
        counts = {True: scaled(20, 440), False: scaled(5, 60)}  # streams, and Socket.IO, which takes 256
        readers = [self.reader(is_stream, reads) for is_stream, count in counts.items()
                   for reads in (True, False) for _ in range(count)]
        marks, statuses, sock = [], set(), self.connect()
        end = time.monotonic() + scaled(2, min(60, MINUTES * 6))
        number = 0
        while time.monotonic() < end:
            number += 1
            body = records(['r%d' % (number * 20 + i) for i in range(20)], time.time_ns())
            statuses.add(self.post('/v1/logs', body, sock=sock).status)
            marks.append(self.resident_kb())
            self.drain(readers)
        self.assertEqual(statuses, {200})
        self.post('/v1/logs', records(['the-last-one'], time.time_ns()), sock=sock)
        self.wait_for('all who read have the last', lambda: self.all_have(readers, b'the-last-one'))
        report('%d readers, %d posts, %d kB resident at most' % (len(readers), number, max(marks)))
        self.assertLess(max(marks), 300 << 10)
        for r in readers:
            r['sock'].close()
        self.assert_descriptors()
        self.assert_alive()

    def reader(self, is_stream, reads):
        sock = socket.socket()
        if not reads:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.settimeout(PATIENCE_S)
        sock.connect(('127.0.0.1', self.port))
        self.addCleanup(sock.close)
        if is_stream:
            sock.sendall(request('GET', '/api/stream'))
        else:
            WebSocket(sock).join()
        sock.setblocking(False)
        return {'sock': sock, 'reads': reads, 'pongs': not is_stream, 'tail': b''}

    @staticmethod
    def drain(readers):
        for r in readers:
            try:
                while r['reads']:
                    data = r['sock'].recv(1 << 18)
                    if not data:
                        break
                    if r['pongs'] and b'\x81\x012' in data:
                        r['sock'].sendall(frame('3'))
                    r['tail'] = (r['tail'] + data)[-65536:]
            except BlockingIOError:
                pass

    def all_have(self, readers, text):
        self.drain(readers)
        return all(text in r['tail'] for r in readers if r['reads'])

    def test_kill(self):
        """Killed again and again under load, its listening socket held as systemd does: nobody is refused, and what
        was committed to the history stays."""
        self.end(self.daemon)
        listener = socket.create_server(('127.0.0.1', 0), backlog=512)
        self.addCleanup(listener.close)
        self.port = listener.getsockname()[1]
        self.daemon = self.start_held(listener)
        counts = {'answered': 0, 'cut': 0, 'refused': 0, 'other': 0}
        for i in range(4):
            self.in_background(self.post_for_ever, 'k%d' % i, counts)
        for _ in range(scaled(3, max(10, int(MINUTES * 4)))):
            time.sleep(scaled(0.3, 1.5))
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = self.start_held(listener)
        self.stop_threads()
        report('killed under load: %s' % counts)
        self.assertEqual((counts['refused'], counts['other']), (0, 0), counts)
        self.assertGreater(counts['answered'], 20)
        self.wait_for('it answers', lambda: self.get('/health').status == 200)
        self.wait_for('the history has a session', lambda: self.history_total(1))
        self.end(self.daemon)
        with sqlite3.connect(self.path('store.db')) as db:
            self.assertEqual(db.execute('PRAGMA integrity_check').fetchall(), [('ok',)])

    def start_held(self, listener):
        listener.set_inheritable(True)
        with open(self.path('held'), 'ab') as log:
            return subprocess.Popen(
                ['sh', '-c', 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3<&%d' % listener.fileno(), 'sh', PROGRAM,
                 'serve', '--no-notifications', '--no-pipe', '--no-stdout', '--store', self.path('store.db'),
                 '--tasks-dir', self.path('tasks')],
                pass_fds=[listener.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                env=self.environment)

    def post_for_ever(self, name, counts):
        """One connection for each; what a daemon had taken when it was killed is sent again, as clients do."""
        number = 0
        while not self.stopping.is_set():
            number += 1
            body = records(['%s-%d' % (name, number)], time.time_ns())
            counts[self.try_once(body)] += 1

    def try_once(self, body):
        try:
            with socket.create_connection(('127.0.0.1', self.port), timeout=PATIENCE_S) as sock:
                sock.sendall(request('POST', '/v1/logs', body, {**JSON, 'Connection': 'close'}))
                answer = read_answer(sock)
        except ConnectionRefusedError:
            return 'refused'
        except ConnectionError:
            return 'cut'
        if answer is None:
            return 'cut'
        return 'answered' if answer.status == 200 else 'other'


@unittest.skipUnless('FAST_CLOCK' in os.environ, 'the sanitizers come first in LD_PRELOAD')
class FastMotion(Load):
    """Eight hours: the daemon's clocks run fast, by fast_clock.c, and so do those of its clients here."""

    HOURS = 8

    def setUp(self):
        self.seconds = scaled(10, max(60, MINUTES * 60 * 0.4))
        self.speed = int(self.HOURS * 3600 / self.seconds)
        self.began_mono_ns, self.began_wall_ns = time.monotonic_ns(), time.time_ns()
        super().setUp()

    def start(self, *arguments, **options):
        self.environment.update({
            'LD_PRELOAD': os.environ['FAST_CLOCK'], 'FAST_CLOCK_SPEED': str(self.speed),
            'FAST_CLOCK_MONO_NS': str(self.began_mono_ns), 'FAST_CLOCK_WALL_NS': str(self.began_wall_ns)})
        return super().start(*arguments, **options)

    def now_ns(self):
        return self.began_wall_ns + (time.monotonic_ns() - self.began_mono_ns) * self.speed

    def pass_time(self, seconds):
        time.sleep(seconds / self.speed)

    def exchange(self, bytes_):
        """Time is so short that a client may not get its request out in time: it tries again."""
        for _ in range(100):
            try:
                with socket.create_connection(('127.0.0.1', self.port), timeout=PATIENCE_S) as sock:
                    sock.sendall(bytes_)
                    answer = read_answer(sock)
            except ConnectionError:
                continue
            if answer is not None and answer.status != 408:
                return answer
        return self.fail('nobody answers')

    def send(self, path, body, also=200):
        answer = self.exchange(request('POST', path, body, {**JSON, 'Connection': 'close'}))
        self.assertIn(answer.status, (200, also), answer.body)

    def tell(self, name, session, **more):
        self.send('/hooks/claude-code', hook(name, session, **more))

    def turn(self, session, end):
        """A prompt, a tool, a call that costs, and the end."""
        self.tell('UserPromptSubmit', session)
        self.tell('PreToolUse', session, tool_name='Bash', tool_use_id='u-' + session)
        self.tell('PostToolUse', session, tool_name='Bash', tool_use_id='u-' + session)
        self.send('/v1/logs', records([session], self.now_ns()))
        self.tell(end, session)

    def test_eight_hours(self):
        choice = random.Random(8)
        self.begin()
        marks, number = [], 0
        end_ns = self.began_wall_ns + (self.HOURS - 1) * 3600 * 10**9
        while self.now_ns() < end_ns:
            number += 1
            self.turn('f%d' % number, choice.choice(['Stop', 'SessionEnd', 'StopFailure']))
            self.pass_time(choice.uniform(0, 60))
            self.send('/api/sessions/f%d/ack' % number, b'{}', also=404)
            marks.append(self.resident_kb())
        report('%d sessions in %d hours at %d times the speed, %d kB resident'
               % (number, self.HOURS, self.speed, marks[-1]))
        self.check_states()
        self.assert_level(marks)
        self.stop_threads()
        self.assert_descriptors()
        self.assertIsNone(self.daemon.poll())

    def ask_patiently(self, path):
        """As send(): nobody in this world has time."""
        return self.exchange(request('GET', path, fields={'Connection': 'close'})).json()

    def check_states(self):
        """After an hour without a word, what nobody has seen still waits to be seen, and what was seen is gone."""
        self.turn('seen', 'Stop')
        self.send('/api/sessions/seen/ack', b'{}')
        self.turn('done', 'Stop')
        self.turn('failed', 'StopFailure')
        self.tell('UserPromptSubmit', 'asks')
        self.tell('PermissionRequest', 'asks', tool_name='Bash')
        self.pass_time(3600)
        told = self.ask_patiently('/api/sessions')
        self.assertEqual({s['session_id']: (s['state'], s['attention']) for s in told['sessions']}, {
            'done': ('idle', 'done'), 'failed': ('idle', 'error'), 'asks': ('completed', 'permission')})
        self.assertLess(abs(told['timestamp'] - self.now_ns() / 1e9), 5 * self.speed)


if __name__ == '__main__':
    unittest.main(verbosity=2 if MINUTES else 1)
