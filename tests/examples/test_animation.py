"""docs/pictures/bar.gif: you type in one terminal while Claude Code works in another, needs you, and is done.

The daemon, the hooks, sway, waybar, mako and the click are real; the conversation is made up. To record it again:

    EXAMPLE_PICTURES=$PWD/docs/pictures meson test -C build 'examples animation'; rm docs/pictures/*.ppm
"""

import glob
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import time
import unittest

from bars import ATTENTION, COMPLETED, EXAMPLES, WORKING, BarTest, need
from fixture import prompt

need('sway', 'swaymsg', 'waybar', 'mako', 'foot', 'grim', 'Xvfb', 'xdotool', 'dbus-daemon', 'convert')

WIDTH, HEIGHT = 640, 270
FRAME_S = 0.25
MOST_BYTES = 400 * 1000
SETTLED_S = 7  # then a notification shows the cost; this wait is not filmed

STYLE = """
* { font-family: "DejaVu Sans"; font-size: 15px; border: none; min-height: 0; }
window#waybar { background: #1e1e2e; color: #cdd6f4; }
#workspaces button { padding: 0 10px; color: #6c7086; }
#workspaces button.focused { color: #cdd6f4; background: #313244; }
tooltip { background: #11111b; border: 1px solid #45475a; }
tooltip label { font-size: 13px; }
"""
SWAY = """
default_border none
focus_follows_mouse no
output * bg #181825 solid_color
seat * xcursor_theme default 24
"""
TERMINAL = ['foot', '--override=font=DejaVu Sans Mono:size=11', '--override=pad=14x12',
            '--override=colors.background=181825', '--override=colors.foreground=cdd6f4',
            '--override=colors.regular1=f38ba8', '--override=colors.regular2=a6e3a1',
            '--override=colors.regular4=89b4fa', '--override=cursor.style=beam']

RED, GREEN, BLUE, BOLD, PLAIN = r'\e[31m', r'\e[32m', r'\e[34m', r'\e[1m', r'\e[0m'
TYPED = [BOLD + '# Release 2.4' + PLAIN + r'\n\n- Discounts are rounded to the cent\n', '- The sea', 'rch under',
         'stands ', 'typing ', 'mistakes', r'\n', '- Orders ', 'can be ', 'paid by ', 'transfer', '',
         r'\n', '- Faster ', 'on slow ', 'phones']  # a piece for each frame


class Animation(BarTest):
    PART = 200

    def setUp(self):
        super().setUp()
        self.frames = tempfile.mkdtemp(dir=self.directory.name)
        self.count = 0
        self.typed = iter(TYPED)

    # ---- the desktop

    def start_desktop(self):
        bus = subprocess.Popen(['dbus-daemon', '--session', '--nofork', '--print-address'], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True, env=self.environment)
        self.addCleanup(bus.stdout.close)
        self.addCleanup(bus.wait)
        self.addCleanup(bus.terminate)
        self.environment['DBUS_SESSION_BUS_ADDRESS'] = bus.stdout.readline().strip()
        self.start_sway(WIDTH, HEIGHT, with_pointer=True)
        self.grab = ['grim', '-c', '-t', 'ppm', '-']
        for line in SWAY.strip().splitlines():
            self.sway(line)
        with open(self.path('mako.config'), 'w', encoding='utf-8') as f:
            f.write('font=DejaVu Sans 10\nbackground-color=#1e1e2e\nwidth=330\nanchor=bottom-right\n')
            with open(EXAMPLES + '/mako/config', encoding='utf-8') as rules:
                f.write(rules.read())
        self.run_program('mako', '--config', self.path('mako.config'))
        with open(self.path('style.css'), 'w', encoding='utf-8') as f:
            f.write(STYLE)
            with open(EXAMPLES + '/waybar/style.css', encoding='utf-8') as example:
                f.write(example.read())
        self.environment.update(self.screen)
        self.end(self.daemon)
        self.daemon = self.start(*self.ARGUMENTS, '--notifications', '--notify-min-duration', '0')
        self.port = self.port_of(self.daemon)
        self.run_program('waybar', '-c', EXAMPLES + '/waybar/config.jsonc', '-s', self.path('style.css'))

    def sway(self, command):
        subprocess.run(['swaymsg', '-q', command], check=True, env={**self.environment, **self.screen})

    def terminal(self, name, program):
        """A terminal that shows what say() sends it. The program is bash under another name, as focus looks for it."""
        os.makedirs(self.path('src', name), exist_ok=True)
        os.mkfifo(self.path(name))
        if not os.path.exists(self.path(program)):
            shutil.copy(shutil.which('bash'), self.path(program))
        reader = 'while IFS= read -r line <&3; do printf %b "$line"; done'
        self.run_program(*TERMINAL, '--app-id', name, 'bash', '-c', 'cd %s && exec %s -c %s 3<>%s' % (
            shlex.quote(self.path('src', name)), shlex.quote(self.path(program)), shlex.quote(reader),
            shlex.quote(self.path(name))))
        self.wait_for('the window ' + name, lambda: self.is_focused(name))

    def is_focused(self, name):
        tree = subprocess.run(['swaymsg', '-t', 'get_tree'], check=True, capture_output=True, text=True,
                              env={**self.environment, **self.screen}).stdout
        nodes = [json.loads(tree)]
        while nodes:
            node = nodes.pop()
            if node.get('app_id') == name and node['focused']:
                return True
            nodes += node['nodes']
        return False

    def say(self, name, *lines):
        with open(self.path(name), 'w', encoding='utf-8') as f:
            f.writelines(line + '\n' for line in lines)

    # ---- the film

    def film(self, seconds, types=False):
        """Takes that many seconds of the film, with somebody typing if so."""
        for _ in range(round(seconds / FRAME_S)):
            begin = time.monotonic()
            if types:
                self.say('notes', next(self.typed, ''))
            picture = self.picture()
            with open(os.path.join(self.frames, '%04d.ppm' % self.count), 'wb') as f:
                f.write(picture.ppm)
            self.count += 1
            time.sleep(max(0, FRAME_S - (time.monotonic() - begin)))

    def move(self, x, y, from_x, from_y, steps):
        for i in range(1, steps + 1):
            self.press('mousemove', str(from_x + (x - from_x) * i // steps), str(from_y + (y - from_y) * i // steps))
            self.film(FRAME_S)

    def spend(self, session, tokens, cost):
        self.post('/v1/logs', prompt(session, name='api_request', more=[
            ('model', 'claude-sonnet-5'), ('input_tokens', str(tokens)), ('cost_usd', str(cost))]))

    def hook_in(self, name, event, **more):
        self.post('/hooks/claude-code', json.dumps({'hook_event_name': event, 'session_id': name,
                                                    'cwd': self.path('src', name), **more}).encode())

    def make(self, path):
        subprocess.run(['convert', '-delay', str(round(FRAME_S * 100)), '-loop', '0',
                        *sorted(glob.glob(self.frames + '/*.ppm')), '+dither', '-colors', '64',
                        '-layers', 'optimize', path], check=True)

    def test_work_needs_you_click_done(self):
        self.start_desktop()
        self.sway('workspace 2')
        self.terminal('shop', 'claude')
        self.sway('workspace 1')
        self.terminal('notes', 'editor')
        self.say('shop', BLUE + '> ' + PLAIN + r'Discounts are off by a cent. Find out why.\n\n')
        self.hook_in('api', 'UserPromptSubmit')
        self.spend('api', 18000, 0.11)
        self.hook_in('shop', 'UserPromptSubmit')
        self.hook_in('shop', 'PreToolUse', tool_name='Bash', tool_use_id='1')
        self.wait_picture('animation-working', lambda p: p.shows(WORKING))
        self.press('mousemove', '328', '198', 'mousemove', '330', '200')
        self.film(3, types=True)

        self.hook_in('shop', 'PostToolUse', tool_name='Bash', tool_use_id='1')
        self.spend('shop', 39000, 0.42)
        self.say('shop', GREEN + '* ' + PLAIN + r'npm test: 2 of 48 failed\n' + GREEN + '* ' + PLAIN +
                 r'Edit src/cart.js\n\n' + RED + r'    - return Math.floor(price * rate);\n' + GREEN +
                 r'    + return Math.round(price * rate);\n\n' + PLAIN + BOLD + 'Allow this edit?' + PLAIN + ' (y/n) ')
        self.hook_in('shop', 'PreToolUse', tool_name='Edit', tool_use_id='2')
        self.hook_in('shop', 'PermissionRequest', tool_name='Edit', tool_use_id='2')
        self.wait_picture('animation-attention', lambda p: p.shows(ATTENTION))
        self.film(3)

        self.move(WIDTH - 44, 18, 330, 200, 5)
        self.film(0.25)
        self.press('mousemove', str(WIDTH - 45), '17')  # GTK shows a tooltip only after a move inside the module
        self.film(2.25)
        self.press('click', '1')
        self.wait_for('the terminal', lambda: self.is_focused('shop'))
        self.film(1)
        self.say('shop', r'y\n\n')
        self.hook_in('shop', 'PostToolUse', tool_name='Edit', tool_use_id='2')
        self.move(300, 190, WIDTH - 45, 17, 3)
        self.hook_in('shop', 'PreToolUse', tool_name='Bash', tool_use_id='3')
        self.film(1)
        self.sway('workspace 1')
        self.film(2, types=True)
        self.say('shop', GREEN + '* ' + PLAIN + r'npm test: all 48 passed\n\nDiscounts are now rounded to the cent.\n\n')
        self.hook_in('shop', 'PostToolUse', tool_name='Bash', tool_use_id='3')
        self.spend('shop', 8000, 0.06)
        self.hook_in('shop', 'Stop')
        self.wait_picture('animation-completed', lambda p: p.shows(COMPLETED))
        self.film(1)
        time.sleep(SETTLED_S)
        self.film(2.5)

        made = os.path.join(os.environ.get('EXAMPLE_PICTURES') or self.directory.name, 'bar.gif')
        self.make(made)
        self.assertLess(os.path.getsize(made), MOST_BYTES)


if __name__ == '__main__':
    unittest.main()
