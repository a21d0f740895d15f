"""The rules of src/page that no type checker knows: what may not be in it, how large it may be, that all of it is built in."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PAGE = os.environ['PAGE']
EMBED = os.environ['PAGE_EMBED']
LINES_MAX = 300
BYTES_MAX = {'.js': 185_000, '.css': 36_000}  # as served, all together; less than half of it as sent

# Text from outside must not become markup or code.
FORBIDDEN = [
    r'\b(inner|outer)HTML\b', r'\binsertAdjacentHTML\b', r'\bdocument\.write', r'\beval\s*\(', r'\bnew\s+Function\b', r'\bcreateContextualFragment\b',
    r'\bDOMParser\b', r'\bsrcdoc\b', r'\bsetHTML', r'\bset(Timeout|Interval)\s*\(\s*[\'"`]', r'[\'"]style[\'"]\s*[,:]', r'\bimport\s*\(', r'\bjavascript:',
]


def files(*endings):
    found = []
    for directory, _, names in os.walk(PAGE):
        found += [os.path.join(directory, n) for n in names if n.endswith(endings)]
    return sorted(os.path.relpath(f, PAGE) for f in found)


def text_of(name):
    with open(os.path.join(PAGE, name), encoding='utf-8') as f:
        return f.read()


def served(names, root=PAGE):
    """What page_embed makes of them, plain and gzipped."""
    table = subprocess.run([EMBED, '0', 'poll', root, *names], check=True, capture_output=True, text=True).stdout
    made = {'plain': [], 'gzip': []}
    for kind, array in re.findall(r'static const char (plain|gzip)_\d+\[\] = \{(.*?)\};', table, re.S):
        made[kind].append(bytes.fromhex(''.join(re.findall(r'\\x(..)', array))))
    return made


def strip(name, text):
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, name), 'wb') as f:
            f.write(text)
        return served([name], directory)['plain'][0]


class Rules(unittest.TestCase):
    def test_nothing_makes_markup_or_code_of_text(self):
        for name in files('.js'):
            code = re.sub(r'/\*.*?\*/', lambda m: '\n' * m.group().count('\n'), text_of(name), flags=re.S)
            for number, line in enumerate(code.splitlines(), 1):
                for pattern in FORBIDDEN:
                    self.assertIsNone(re.search(pattern, line), '%s:%d: %s' % (name, number, pattern))

    def test_nothing_comes_from_elsewhere(self):
        for name in files('.html', '.js', '.css'):
            for address in re.findall(r'(?:src|href|import|from|url\()\s*=?\s*[\'"(]*(https?:|//[a-z])', text_of(name)):
                self.fail('%s: %s' % (name, address))

    def test_modules_are_short_and_say_what_they_are_for(self):
        for name in files('.js', '.css'):
            lines = text_of(name).splitlines()
            self.assertLessEqual(len(lines), LINES_MAX, name)
            self.assertRegex(lines[0], r'^(// |/\* )\S', name)

    @unittest.skipUnless(shutil.which('node'), 'needs node')
    def test_what_is_served_are_scripts(self):
        names = files('.js')
        check = "for (const [name, text] of JSON.parse(require('fs').readFileSync(0))) new (require('vm').SourceTextModule)(text, {identifier: name});"
        said = subprocess.run(['node', '--experimental-vm-modules', '-e', check], capture_output=True, text=True, check=False,
                              input=json.dumps([(n, t.decode()) for n, t in zip(names, served(names)['plain'])]))
        self.assertEqual(said.returncode, 0, said.stderr)

    def test_texts_are_served_as_they_are(self):
        odd = (b"const a = 'it\\'s  // no comment' + \"/* nor  this */\";\n\n/** gone */ const b = /[/'\"]  \\/ +/.test(a) ? `two\n  lines` : 1 / 2 / a;\n"
               b'// gone\nreturn /x y/g;\nfor (const c of [b, a]) { f(c) ; g(+ +c); }\n')
        self.assertEqual(strip('x.js', odd), b"const a='it\\'s  // no comment'+\"/* nor  this */\";const b=/[/'\"]  \\/ +/.test(a)?`two\n  lines`:1/2/a;return/x y/g;"
                                             b'for(const c of[b,a]){f(c);g(+ +c)}\n')
        self.assertEqual(strip('x.css', b'/* gone */ a :is(b, c) > d { margin: 0 -1px; content: "a  b"; width: calc(1px + 2px); }\n\n@media (max-width: 9px) and (hover) { e { f: g } }'),
                         b'a :is(b,c)>d{margin:0 -1px;content:"a  b";width:calc(1px + 2px)}@media (max-width:9px) and (hover){e{f:g}}\n')

    def test_everything_is_built_in(self):
        with open(os.path.join(PAGE, 'meson.build'), encoding='utf-8') as f:
            built = f.read()
        for name in files('.html', '.js', '.css'):
            self.assertIn("'%s'" % os.path.basename(name), built, name)

    def test_size(self):
        for ending, limit in BYTES_MAX.items():
            sizes = {kind: sum(map(len, all_of)) for kind, all_of in served(files(ending)).items()}
            print('%s: %d bytes, %d as sent' % (ending, sizes['plain'], sizes['gzip']), file=sys.stderr)
            self.assertLessEqual(sizes['plain'], limit, ending)


if __name__ == '__main__':
    unittest.main()
