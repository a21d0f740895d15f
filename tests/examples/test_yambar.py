"""examples/yambar in a real yambar."""

import unittest

from bars import EXAMPLES, PROGRAM, BarTest, need

need('sway', 'yambar', 'grim')


class Yambar(BarTest):
    def test_states_are_seen(self):
        with open(EXAMPLES + '/yambar/config.yml', encoding='utf-8') as f:
            config = f.read()
        self.assertIn('path: /usr/bin/otel-ai-monitor\n', config)
        with open(self.path('config.yml'), 'w', encoding='utf-8') as f:
            f.write(config.replace('/usr/bin/otel-ai-monitor', PROGRAM))
        self.start_sway()
        self.run_program('yambar', '-s', '-b', 'wayland', '-c', self.path('config.yml'))
        self.look_at_a_session()


if __name__ == '__main__':
    unittest.main()
