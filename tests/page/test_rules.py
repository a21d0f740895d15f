"""The rules of src/page that no type checker knows: what may not be in it, how large it may be, that all of it is built in."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

PAGE = os.environ['PAGE']
EMBED = os.environ['PAGE_EMBED']
LINES_MAX = 300
BYTES_MAX = {'.js': 165_000, '.css': 32_000}  # as served, all together; less than half of it as sent

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


def embed(root, names):
    """What page_embed makes of them: (plain or gzip, bytes), in their order."""
    table = subprocess.run([EMBED, '0', root, *names], check=True, capture_output=True, text=True).stdout
    return [(kind, bytes.fromhex(re.sub(r"'\\x|',|\s", '', array)))
            for kind, array in re.findall(r'static const char (plain|gzip)_\d+\[\] = \{(.*?)\};', table, re.S)]


def served(names):
    """How many bytes that are, plain and gzipped."""
    sizes = {'plain': 0, 'gzip': 0}
    for kind, content in embed(PAGE, names):
        sizes[kind] += len(content)
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

    def test_what_is_served_means_the_same(self):
        script = [
            ("// a\n/* b\n c */ let a = 1; /** @type {x} */ let b = a + +a - -a + 'x  // y' + \"/* z */\";\n\n", "let a=1;let b=a+ +a- -a+'x  // y'+\"/* z */\";\n"),
            ("const r = /[/ ]  \\/ '/g, q = a / b / 2; // c\n", "const r=/[/ ]  \\/ '/g,q=a/b/2;\n"),
            ('return /a b/.test(x) ? typeof x : (y) => / /;\n', 'return/a b/.test(x)?typeof x:(y)=>/ /;\n'),
            ("x = 'it\\'s  ' in y\n", "x='it\\'s  'in y\n"),
            ('} else if (a) {\n\tfor (const é of [1, 2]) {\n', '}else if(a){\nfor(const é of[1,2]){\n'),
        ]
        style = [
            ('/* a */\n.a :hover, .b > .c { color: red; margin: 0 -1px calc(1px + 2px) }\n', '.a :hover,.b > .c{color:red;margin:0 -1px calc(1px + 2px)}\n'),
            ('@media (max-width: 9px) and (x) { a::after { content: "  , " attr(x); } }\n', '@media (max-width:9px) and (x){a::after{content:"  , " attr(x);}}\n'),
        ]
        with tempfile.TemporaryDirectory() as root:
            for name, cases in (('x.js', script), ('x.css', style)):
                for before, after in cases:
                    with open(os.path.join(root, name), 'w', encoding='utf-8') as f:
                        f.write(before)
                    self.assertEqual(embed(root, [name])[0][1].decode(), after)

    def test_no_text_has_several_lines(self):
        """page_embed keeps lines, but not what is at their ends."""
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
