"""examples/polybar in a real polybar."""

import unittest

from bars import EXAMPLES, BarTest, need

need('Xvfb', 'polybar', 'import')


class Polybar(BarTest):
    def test_states_are_seen(self):
        self.start_on_x('polybar', '-c', EXAMPLES + '/polybar/config.ini', 'main')
        self.look_at_a_session()


if __name__ == '__main__':
    unittest.main()
