"""What can be said of examples whose programs Debian does not have: eww and quickshell."""

import glob
import json
import re
import shutil
import subprocess
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

    def test_yuck_knows_every_word_for_attention(self):
        words = re.search(r'"attention":"\((.*?)\)"', read('eww/ai.yuck')).group(1).split('|')
        with open(EXAMPLES + '/../docs/otel-ai-monitor-protocol.7.scd', encoding='utf-8') as f:
            told = re.search(r'^\*attention\*\n(.*)', f.read(), re.M).group(1)
        self.assertEqual(words, [w for w in re.findall(r'\*(\w+)\*', told) if w != 'done'])
        self.assertIn('"attention":"permission"', json.dumps(self.full_list()['sessions'], separators=(',', ':')))

    def test_styles_compile_and_know_every_class(self):
        css = subprocess.run(['sassc', EXAMPLES + '/eww/eww.scss'], capture_output=True, check=True, text=True).stdout
        for name in ('attention', 'working', 'completed', 'idle', 'unreachable'):
            self.assertIn('.ai-badge.' + name, css)
        for name in re.findall(r':class "(ai-[\w-]+)', read('eww/ai.yuck')):
            self.assertIn('.' + name, css)

    @unittest.skipUnless(shutil.which('qmllint'), 'qmllint is not installed')
    def test_qml_is_qml(self):
        subprocess.run(['qmllint', *glob.glob(EXAMPLES + '/quickshell/*.qml')], check=True)


if __name__ == '__main__':
    unittest.main()
