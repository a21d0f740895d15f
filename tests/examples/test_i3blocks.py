"""examples/i3blocks in a real i3bar."""

import unittest

from bars import EXAMPLES, BarTest, need

need('Xvfb', 'i3', 'i3bar', 'i3blocks', 'import')


class I3blocks(BarTest):
    def test_states_are_seen(self):
        with open(EXAMPLES + '/i3blocks/i3.config', encoding='utf-8') as f:
            bar = f.read()
        with open(self.path('i3.config'), 'w', encoding='utf-8') as f:
            f.write(bar.replace('~/.config/i3blocks/config', EXAMPLES + '/i3blocks/config'))
        self.start_on_x('i3', '-c', self.path('i3.config'))
        self.look_at_a_session()


if __name__ == '__main__':
    unittest.main()
