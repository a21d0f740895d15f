"""What can be said of examples whose programs Debian does not have: eww, quickshell, i3status-rs and ironbar."""

import glob
import json
import os
import re
import shutil
import subprocess
import tomllib
import unittest

from bars import EXAMPLES, PROGRAM, BarTest, need
from fixture import prompt

need('sassc')


def read(name):
    with open(EXAMPLES + '/' + name, encoding='utf-8') as f:
        return f.read()


def without_comments(yuck):
    return re.sub(r'^\s*;.*$', '', yuck, flags=re.M)


def without_strings(yuck):
    return re.sub(r'"[^"]*"|\'[^\']*\'', '""', yuck)


class Files(BarTest):
    def full_list(self):
        """A line of the command that the example runs, with a session that has all there can be."""
        self.hook('UserPromptSubmit')
        self.post('/v1/logs', prompt('s', name='api_request', more=[
            ('input_tokens', '1000'), ('output_tokens', '20'), ('cache_read_tokens', '3000'), ('cost_usd', '0.01')]))
        self.hook('PermissionRequest', tool_name='Bash')
        done = subprocess.run([PROGRAM, 'status', '--format', 'list'], capture_output=True, check=True,
                              env={**self.environment, 'OTLP_PORT': str(self.port)})
        return json.loads(done.stdout)

    def test_yuck_is_balanced(self):
        for path in glob.glob(EXAMPLES + '/eww/*.yuck'):
            depth = []
            with open(path, encoding='utf-8') as f:
                text = without_strings(without_comments(f.read()))
            for c in text:
                if c in '({':
                    depth.append(c)
                elif c in ')}':
                    self.assertTrue(depth, path)
                    self.assertEqual(depth.pop() + c, '()' if c == ')' else '{}', path)
            self.assertEqual(depth, [], path)

    def test_yuck_reads_what_there_is(self):
        yuck = without_comments(read('eww/ai.yuck'))
        line = self.full_list()
        session = line['sessions'][0]
        session['metrics'].setdefault('unpriced_calls', 0)  # only there where it is not 0
        for name, value in (('ai', {**line, 'error': 'unreachable'}), ('session', session)):
            paths = re.findall(r'\b%s((?:\??\.\w+)+)' % name, yuck)
            self.assertGreater(len(paths), 3)
            for path in paths:
                at = value
                for key in re.split(r'\??\.', path)[1:]:
                    self.assertIn(key, at, path)
                    at = at[key]
        initial = json.loads(re.search(r":initial '(.*)'", yuck).group(1))
        self.assertLessEqual(initial.keys(), line.keys())
        self.assertEqual(initial['counts'].keys(), line['counts'].keys())

    def test_yuck_tells_who_needs_the_user(self):
        """By every word for attention but "done": counted as eww does, in the text of the list."""
        yuck = read('eww/ai.yuck')
        patterns = re.findall(r"search\(ai\.sessions, '(.*?)'\)", yuck)
        self.assertEqual(patterns, ['"attention":"', '"attention":"done"'])

        def needing():
            text = json.dumps(self.full_list()['sessions'], separators=(',', ':'))
            return len(re.findall(patterns[0], text)) - len(re.findall(patterns[1], text))
        self.assertEqual(needing(), 1)
        self.hook('Stop', session='t', project='x","attention":"error')
        self.assertEqual(needing(), 1)

    def test_yuck_hands_no_text_to_a_shell(self):
        """Clicks run in a shell: each command is constant, but for an id that has been looked at."""
        yuck = without_comments(read('eww/ai.yuck'))
        commands = re.findall(r':on\w+ ("[^"]*"|\{.*?\})(?=\s+[:("])', yuck, re.S)
        self.assertEqual(len(commands), len(re.findall(r':on\w+', yuck)))
        allowed = r'"(otel-ai-monitor (focus|ack)|\$\{EWW_CMD\} (open --toggle ai-panel|update ai-tab=\w+)) &"'
        others = [c for c in commands if not re.fullmatch(allowed, c)]
        self.assertEqual(len(others), 1, others)
        (pattern,) = re.findall(r"session_id =~ '(.*?)'", others[0])
        for text in ('0f5a-9c', 'ses_1.2', 'A'):
            self.assertRegex(text, pattern)
        for text in ('', '-x', '.x', 'a b', 'a;b', '$(b)', '`b`', "a'", 'a"', 'a&', 'a|b', 'a/b', 'ä', 'a\nb'):
            self.assertNotRegex(text, pattern)

    def test_texts_of_eww_can_be_read(self):
        """WCAG 2, 1.4.3: a contrast of 4.5."""
        colors = dict(re.findall(r'^\$ai-(\w+): #(\w{6});', read('eww/ai.scss'), re.M))

        def luminance(color):
            parts = [int(color[i:i + 2], 16) / 255 for i in (0, 2, 4)]
            linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        for text in ('text', 'quiet', 'working', 'attention', 'completed'):
            for back in ('back', 'row', 'active'):
                light, dark = sorted((luminance(colors[text]), luminance(colors[back])), reverse=True)
                self.assertGreaterEqual((light + 0.05) / (dark + 0.05), 4.5, (text, back))

    def test_styles_compile_and_know_every_class(self):
        css = subprocess.run(['sassc', EXAMPLES + '/eww/eww.scss'], capture_output=True, check=True, text=True).stdout
        for name in ('attention', 'working', 'completed', 'idle', 'unreachable'):
            self.assertIn('.ai-badge.' + name, css)
        for name in re.findall(r':class "(ai-[\w-]+)', read('eww/ai.yuck')):
            self.assertIn('.' + name, css)

    def first_line(self, command):
        """Of a command that goes on for ever."""
        with subprocess.Popen(['sh', '-c', command], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
                              start_new_session=True, env=self.environment) as child:
            line = child.stdout.readline()
            self.end_group(child)
        return line

    @unittest.skipUnless(shutil.which('jq'), 'jq is not installed')
    def test_i3status_rs_is_given_what_it_reads(self):
        block = tomllib.loads(read('i3status-rs/config.toml'))['block'][0]
        self.hook('UserPromptSubmit')
        self.assertEqual(json.loads(self.first_line(block['command']))['state'], 'Idle')
        self.hook('PermissionRequest', project='<b>', tool_name='Bash')
        self.assertEqual(json.loads(self.first_line(block['command'])),
                         {'text': '● 1 &lt;b&gt;', 'state': 'Critical'})
        self.assertEqual([click['cmd'] for click in block['click']], ['otel-ai-monitor focus', 'otel-ai-monitor ack'])

    @unittest.skipUnless(shutil.which('jq'), 'jq is not installed')
    def test_ironbar_is_given_what_it_reads(self):
        (module,) = json.loads(read('ironbar/config.json'))['end']
        self.assertEqual((module['type'], module['mode']), ('script', 'watch'))
        self.hook('UserPromptSubmit', project='<b>')
        self.assertRegex(self.first_line(module['cmd']), r"^<span color='#\w{6}'>. &lt;b&gt;</span>\n$")

    def test_nothing_runs_what_the_program_does_not_have(self):
        for path in filter(os.path.isfile, set(glob.glob(EXAMPLES + '/*/*')) - set(glob.glob(EXAMPLES + '/*/README.md'))):
            with open(path, encoding='utf-8') as f:
                words = re.findall(r'\botel-ai-monitor(?:"?, ?"| )([a-z]+)\b', f.read())
            self.assertLessEqual(set(words), {'watch', 'status', 'focus', 'ack', 'is'}, path)

    @unittest.skipUnless(shutil.which('qmllint'), 'qmllint is not installed')
    def test_qml_is_qml(self):
        subprocess.run(['qmllint', *glob.glob(EXAMPLES + '/quickshell/*.qml')], check=True)


if __name__ == '__main__':
    unittest.main()
