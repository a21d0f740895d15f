"""Real bars with the examples' own files: a daemon, a screen of its own, and pictures of it.

With EXAMPLE_PICTURES in the environment, every picture that a test looks at is kept there."""

import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'daemon'))
from fixture import PATIENCE_S, PROGRAM, DaemonTest  # noqa: E402  (the path comes first)

EXAMPLES = os.path.join(os.path.dirname(__file__), '..', '..', 'examples')
MISSING = 77  # meson's exit status for a test that cannot run here
NOBODY = 65534
CLOSE = 24  # of 255, in each colour: letters have soft edges

# as the examples have them
BACKGROUND = (0x1e, 0x1e, 0x2e)
WORKING, ATTENTION, COMPLETED = (0x89, 0xb4, 0xfa), (0xf3, 0x8b, 0xa8), (0xa6, 0xe3, 0xa1)


def need(*programs):
    """Ends the test as skipped if one of them is not installed."""
    missing = [p for p in programs if shutil.which(p) is None]
    if missing:
        print('skipped: not installed: ' + ' '.join(missing))
        sys.exit(MISSING)


class Picture:
    """What is on a screen, as PPM; only the right part counts, where the module is: a clock stands elsewhere."""

    def __init__(self, ppm, part):
        width, height = map(int, ppm.split(maxsplit=3)[1:3])
        pixels = ppm[-width * height * 3:]
        row = width * 3
        self.ppm = ppm
        self.pixels = b''.join(pixels[end - part * 3:end] for end in range(row, len(pixels) + 1, row))

    def shows(self, color):
        """Whether there is a pixel of about this colour."""
        pixels = set(zip(self.pixels[0::3], self.pixels[1::3], self.pixels[2::3]))
        return any(all(abs(a - b) <= CLOSE for a, b in zip(pixel, color)) for pixel in pixels)


class BarTest(DaemonTest):
    ARGUMENTS = ['--broadcast-interval', '0', '--completed-timeout', '3600', '--session-timeout', '3600']
    PART = 240  # width of the picture's part that counts

    def setUp(self):
        super().setUp()
        self.environment['PATH'] = os.path.dirname(PROGRAM) + ':' + self.environment['PATH']
        self.environment['LANG'] = 'C.UTF-8'
        self.screen = {}  # the environment of what is shown on it

    def hook(self, name, session='s', project='webshop', **more):
        self.post('/hooks/claude-code', json.dumps(
            {'hook_event_name': name, 'session_id': session, 'cwd': '/src/' + project, **more}).encode())

    def record_clicks(self):
        """From here on, programs run all of otel-ai-monitor but focus and ack, which are written down."""
        os.mkdir(self.path('bin'))
        with open(self.path('bin', 'otel-ai-monitor'), 'w', encoding='utf-8') as f:
            f.write('#!/bin/sh\ncase $1 in\nfocus | ack) printf "%%s|" "$@" >>"%s" ;;\n*) exec "%s" "$@" ;;\nesac\n' %
                    (self.path('clicks'), PROGRAM))
        os.chmod(self.path('bin', 'otel-ai-monitor'), 0o755)
        self.environment['PATH'] = self.path('bin') + ':' + self.environment['PATH']

    def clicks(self):
        try:
            with open(self.path('clicks'), encoding='utf-8') as f:
                return f.read()
        except FileNotFoundError:
            return ''

    def press(self, *words):
        """Has xdotool do something on the X screen."""
        subprocess.run(['xdotool', *words], check=True, env={**self.environment, **self.screen})

    def run_program(self, *argv, environment=None, **more):
        """Runs until the end of the test, in a process group of its own."""
        log_path = self.path('program%d.log' % len(os.listdir(self.directory.name)))
        with open(log_path, 'wb') as log:
            program = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                       env=environment or {**self.environment, **self.screen}, **more)
        self.addCleanup(self.end_group, program)
        return log_path

    @staticmethod
    def end_group(program):
        try:
            os.killpg(program.pid, signal.SIGTERM)
            program.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()
        except ProcessLookupError:
            program.wait()

    def start_sway(self, width=640, height=120, with_pointer=False):
        """A Wayland screen in memory, or in an X screen, whose pointer xdotool moves. sway refuses to run as root."""
        backend = {'WLR_BACKENDS': 'headless', 'WLR_HEADLESS_OUTPUTS': '1'}
        if with_pointer:
            self.start_x(width, height)
            backend = {'WLR_BACKENDS': 'x11', 'WLR_X11_OUTPUTS': '1', **self.screen}
        home = self.path('sway')
        os.mkdir(home, mode=0o700)
        with open(home + '/config', 'w', encoding='utf-8') as f:
            f.write('xwayland disable\noutput * mode %dx%d\noutput * bg #45475a solid_color\n' %
                    (width, height))
        identity = {}
        if os.geteuid() == 0:
            os.chmod(self.directory.name, 0o711)
            for path in (home, home + '/config'):
                os.chown(path, NOBODY, NOBODY)
            identity = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []}
        self.run_program('sway', '-c', home + '/config', environment={
            'PATH': os.environ['PATH'], 'HOME': home, 'XDG_RUNTIME_DIR': home,
            'WLR_RENDERER': 'pixman', 'WLR_LIBINPUT_NO_DEVICES': '1', **backend}, **identity)
        self.wait_for('a Wayland socket', lambda: glob.glob(home + '/wayland-?') and
                      glob.glob(home + '/sway-ipc.*.sock'))
        self.screen = {**self.screen, 'WAYLAND_DISPLAY': glob.glob(home + '/wayland-?')[0], 'GDK_BACKEND': 'wayland',
                       'SWAYSOCK': glob.glob(home + '/sway-ipc.*.sock')[0], 'NO_AT_BRIDGE': '1'}
        self.grab = ['grim', '-t', 'ppm', '-']

    def start_x(self, width=640, height=120):
        """An X screen in memory. Without -noreset it begins anew when its last client has gone, the program that
        takes the pictures too, and throws out who was just coming."""
        reader, writer = os.pipe()
        self.run_program('Xvfb', '-displayfd', str(writer), '-noreset', '-nolisten', 'tcp', '-screen', '0',
                         '%dx%dx24' % (width, height), pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as numbers:
            self.screen = {'DISPLAY': ':' + numbers.readline().strip()}
        self.grab = ['import', '-silent', '-window', 'root', '-depth', '8', 'ppm:-']

    def picture(self):
        done = subprocess.run(self.grab, capture_output=True, check=False, env={**self.environment, **self.screen})
        return Picture(done.stdout, self.PART) if done.returncode == 0 else None

    def keep(self, name, picture):
        directory = os.environ.get('EXAMPLE_PICTURES')
        if directory:
            with open(os.path.join(directory, name + '.ppm'), 'wb') as f:
                f.write(picture.ppm)

    def start_on_x(self, *argv):
        """The bar on a screen; on another one if it is not seen there. Its log."""
        for _ in range(3):
            self.start_x()
            log_path = self.run_program(*argv)
            end = time.monotonic() + PATIENCE_S / 2
            while time.monotonic() < end:
                picture = self.picture()
                if picture is not None and picture.shows(BACKGROUND):
                    return log_path
                time.sleep(0.05)
        with open(log_path, encoding='utf-8', errors='replace') as log:
            self.fail('no bar is seen: ' + log.read())

    def wait_picture(self, what, condition):
        def look():
            picture = self.picture()
            return picture if picture is not None and condition(picture) else None
        picture = self.wait_for('a picture of ' + what, look)
        self.keep(type(self).__name__.lower() + '-' + what, picture)
        return picture

    def look_at_a_session(self):
        """Every state is seen, those with a colour in it, and what works moves."""
        empty = self.wait_picture('nothing', lambda p: p.shows(BACKGROUND) and
                                  not any(map(p.shows, (WORKING, ATTENTION, COMPLETED))))
        self.hook('UserPromptSubmit')
        working = self.wait_picture('working', lambda p: p.pixels != empty.pixels)
        self.wait_picture('working2', lambda p: p.pixels not in (empty.pixels, working.pixels))
        self.hook('PermissionRequest', tool_name='Bash')
        self.wait_picture('attention', lambda p: p.shows(ATTENTION))
        self.hook('Stop')
        done = self.wait_picture('completed', lambda p: p.shows(COMPLETED) and not p.shows(ATTENTION))
        self.hook('UserPromptSubmit', session='t', project='api')
        self.wait_picture('both', lambda p: p.pixels != done.pixels)
        self.end(self.daemon)
        self.wait_picture('unreachable', lambda p: not any(map(p.shows, (WORKING, ATTENTION, COMPLETED))) and
                          p.pixels != empty.pixels)
