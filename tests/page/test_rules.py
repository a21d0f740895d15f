"""The rules of src/page that no type checker knows: what may not be in it, how large it may be, that all of it is built in."""

import os
import re
import subprocess
import sys
import unittest

PAGE = os.environ['PAGE']
EMBED = os.environ['PAGE_EMBED']
LINES_MAX = 300
BYTES_MAX = {'.js': 182_000, '.css': 36_000}  # as served, all together; less than half of it as sent

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


def served(names):
    """How many bytes page_embed makes of them, plain and gzipped."""
    table = subprocess.run([EMBED, '0', PAGE, *names], check=True, capture_output=True, text=True).stdout
    sizes = {'plain': 0, 'gzip': 0}
    for kind, array in re.findall(r'static const char (plain|gzip)_\d+\[\] = \{(.*?)\};', table, re.S):
        sizes[kind] += array.count('\\x')
    return sizes


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

    def test_no_text_has_several_lines(self):
        """page_embed takes comments and indentation away line by line."""
        for name in files('.js'):
            for number, line in enumerate(text_of(name).splitlines(), 1):
                self.assertEqual(line.count('`') % 2, 0, '%s:%d' % (name, number))

    def test_everything_is_built_in(self):
        with open(os.path.join(PAGE, 'meson.build'), encoding='utf-8') as f:
            built = f.read()
        for name in files('.html', '.js', '.css'):
            self.assertIn("'%s'" % os.path.basename(name), built, name)

    def test_size(self):
        for ending, limit in BYTES_MAX.items():
            sizes = served(files(ending))
            print('%s: %d bytes, %d as sent' % (ending, sizes['plain'], sizes['gzip']), file=sys.stderr)
            self.assertLessEqual(sizes['plain'], limit, ending)


if __name__ == '__main__':
    unittest.main()
