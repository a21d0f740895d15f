"""The task board and the file system: how editors save, git, permissions, links, limits; and that nothing is written."""

import glob
import os
import shutil
import signal
import subprocess
import time
import unittest

from board_fixture import BoardTest, task, trace, write, writes_below

PATH = 'inbox/a.yaml'


def changed(priority):
    return task('a', more='priority: %s\n' % priority)


class EditorsTest(BoardTest):
    """Each way of saving is one change."""

    TREE = {PATH: changed('low')}

    def assert_one_update(self, stream, value):
        events = stream.read(1, 0.7)
        self.assertEqual([(n, e['field'], e['new_value']) for n, e in events], [('task.updated', 'priority', value)])

    def test_truncate_and_write(self):
        stream = self.stream()
        with open(self.file(PATH), 'w', encoding='utf-8') as f:
            f.flush()
            time.sleep(0.02)
            f.write(changed('high'))
        self.assert_one_update(stream, 'high')

    def test_write_beside_and_rename(self):
        stream = self.stream()
        for name in ('inbox/.a.yaml.swp', 'inbox/4913', 'inbox/a.yaml.tmp', 'inbox/tmp-a.yaml'):
            write(self.file(name), changed('high'))
        self.move('inbox/tmp-a.yaml', PATH)
        for name in ('inbox/.a.yaml.swp', 'inbox/4913', 'inbox/a.yaml.tmp'):
            os.remove(self.file(name))
        self.assert_one_update(stream, 'high')

    def test_backup_and_new_file(self):
        stream = self.stream()
        self.move(PATH, PATH + '~')
        self.put(PATH, changed('high'))
        os.remove(self.file(PATH + '~'))
        self.assert_one_update(stream, 'high')

    def test_delete_and_new_file(self):
        stream = self.stream()
        os.remove(self.file(PATH))
        time.sleep(0.05)
        self.put(PATH, changed('high'))
        self.assert_one_update(stream, 'high')

    def test_hard_link(self):
        stream = self.stream()
        write(self.path('elsewhere.yaml'), task('linked'))
        os.link(self.path('elsewhere.yaml'), self.file('inbox/linked.yaml'))
        self.assertEqual([(n, e['task_id']) for n, e in stream.read(1, 0.7)], [('task.created', 'linked')])

    def test_open_for_long(self):
        stream = self.stream()
        with open(self.file(PATH), 'w', encoding='utf-8') as f:
            f.write(changed('high'))
            f.flush()
            self.assert_one_update(stream, 'high')
        self.assertEqual(stream.read(0, 0.3), [])


class TreeTest(BoardTest):
    TREE = {'assigned/me/%03d.yaml' % i: task('t-%03d' % i, 'me', 'assigned') for i in range(20)}

    def test_thousand_moves(self):
        os.makedirs(self.file('done/me'))
        for i in range(1000):
            self.put('inbox/m-%04d.yaml' % i, task('m-%04d' % i))
        self.wait_for('a thousand tasks', lambda: self.board('?brief=1')['counts']['inbox'] == 1000)
        stream = self.stream()
        for i in range(1000):
            self.move('inbox/m-%04d.yaml' % i, 'done/me/m-%04d.yaml' % i)
        events = [(n, e['task_id']) for n, e in stream.read(1000, 0.7) if n != 'task.created']
        self.assertEqual(events, [('task.completed', 'm-%04d' % i) for i in range(1000)])

    def test_directory_removed_and_made_again(self):
        stream = self.stream()
        shutil.rmtree(self.tasks)
        self.assertEqual({n for n, _ in stream.read(20, 0.3)}, {'task.deleted'})
        board = self.board()
        self.assertEqual((board['state'], board['counts']['total']), ('missing', 0))
        self.assertIn('No such file', self.health()['reason'])
        self.put('inbox/new.yaml', task('new'))
        self.assertEqual([(n, e['task_id']) for n, e in stream.read(1, 0.3)], [('task.created', 'new')])
        self.assertEqual(self.health()['state'], 'watching')
        self.put('inbox/newer.yaml', task('newer'))
        self.assertEqual([e['task_id'] for _, e in stream.read(1)], ['newer'])

    def test_links_and_permissions(self):
        stream = self.stream()
        os.symlink(self.file('assigned'), self.file('inbox/link'))
        os.symlink(self.file('assigned/me/000.yaml'), self.file('inbox/link.yaml'))
        os.mkfifo(self.file('inbox/pipe.yaml'))
        self.wait_for('three that are ignored', lambda: len(self.board()['ignored']) == 3)
        os.remove(self.file('inbox/pipe.yaml'))
        self.wait_for('two', lambda: len(self.board()['ignored']) == 2)
        self.assertEqual(stream.read(0, 0.2), [])
        if os.geteuid() == 0:
            self.skipTest('root may read everything')
        os.chmod(self.file('assigned/me/001.yaml'), 0)
        ((name, event),) = stream.read(1, 0.2)
        self.assertEqual((name, event['line']), ('task.error', None))
        os.chmod(self.file('assigned/me/001.yaml'), 0o600)
        ((name, event),) = stream.read(1, 0.2)
        self.assertEqual((name, event['field']), ('task.updated', 'error'))

    def git(self, *arguments):
        subprocess.run(['git', '-c', 'user.name=x', '-c', 'user.email=x@localhost', '-c', 'commit.gpgsign=false',
                        *arguments], cwd=self.tasks, check=True, env=self.environment, capture_output=True)

    @unittest.skipUnless(shutil.which('git'), 'needs git')
    def test_git_checkout(self):
        self.ready()
        self.git('init', '-q', '-b', 'one')
        self.git('add', '.')
        self.git('commit', '-qm', 'one')
        self.git('checkout', '-qb', 'two')
        for i in range(250):
            self.put('inbox/g-%03d.yaml' % i, task('g-%03d' % i))
        os.makedirs(self.file('done/me'))
        for i in range(20):
            self.git('mv', 'assigned/me/%03d.yaml' % i, 'done/me/%03d.yaml' % i)
        self.git('add', '.')
        self.git('commit', '-qm', 'two')
        self.wait_for('all of two', lambda: self.board('?brief=1')['counts']['total'] == 270)
        time.sleep(0.7)
        stream = self.stream()
        self.git('checkout', '-q', 'one')
        events = stream.read(270, 0.7)
        names = [n for n, _ in events]
        self.assertEqual((names.count('task.moved'), names.count('task.deleted'), len(names)), (20, 250, 270))
        self.git('checkout', '-q', 'two')
        names = [n for n, _ in stream.read(270, 0.7)]
        self.assertEqual((names.count('task.completed'), names.count('task.created'), len(names)), (20, 250, 270))


class MissingTest(BoardTest):
    def prepare(self):
        pass

    def test_directory_appears(self):
        self.ready('missing')
        self.put('inbox/a.yaml', task('a'))
        self.ready()
        self.assertEqual(self.board()['counts']['inbox'], 1)


class LimitTest(BoardTest):
    """No watch is left: the tree is compared every 5 s."""

    TREE = {PATH: changed('low')}
    COMMAND = ('unshare', '-Ur', 'sh', '-c', 'echo 2 > /proc/sys/user/max_inotify_watches && exec "$@"', '-')

    def setUp(self):
        probe = subprocess.run([*self.COMMAND, 'true'], capture_output=True, check=False) if shutil.which('unshare') else None
        if probe is None or probe.returncode != 0:
            self.skipTest('needs user namespaces')
        super().setUp()

    def start(self, *arguments, **options):
        return super().start(*arguments, before=self.COMMAND, **options)

    def test_polling(self):
        stream = self.stream('polling')
        self.assertIn('max_user_watches', self.health()['reason'])
        self.put(PATH, changed('high'))
        self.assertEqual([(n, e['new_value']) for n, e in stream.read(1, 0.3)], [('task.updated', 'high')])


class OverflowTest(BoardTest):
    """More happens than the kernel keeps: what was missed is found, and told once."""

    TREE = {PATH: changed('low'), 'inbox/b.yaml': task('b'), 'inbox/gone.yaml': task('gone'),
            'assigned/me/c.yaml': task('c', 'me', 'assigned'), 'inbox/noise.yaml': task('noise')}

    def overflow(self):
        with open('/proc/sys/fs/inotify/max_queued_events', encoding='ascii') as f:
            limit = int(f.read())
        if limit > 100000:
            self.skipTest('the kernel keeps too many events')
        for number in range(limit // 2 + 100):
            os.utime(self.file('inbox/noise.yaml'), (number, number))  # equal events in a row would be one
            os.utime(self.file('inbox/b.yaml'), (number, number))

    def is_stopped(self):
        for path in glob.glob('/proc/%d/task/*/stat' % self.daemon.pid):
            with open(path, encoding='ascii') as f:
                if f.read().rpartition(') ')[2][0] != 'T':
                    return False
        return True

    def test_overflow(self):
        stream = self.stream()
        self.daemon.send_signal(signal.SIGSTOP)
        try:
            self.wait_for('it stands still', self.is_stopped)
            self.overflow()
            self.put(PATH, changed('high'))
            self.move('inbox/b.yaml', 'assigned/me/b.yaml')
            os.remove(self.file('inbox/gone.yaml'))
            self.put('done/you/new.yaml', task('new', 'you', 'done'))
            os.rename(self.file('assigned/me'), self.file('assigned/you'))
        finally:
            self.daemon.send_signal(signal.SIGCONT)
        events = stream.read(5, 1)
        self.assertEqual(sorted((n, e['task_id']) for n, e in events), [
            ('task.assigned', 'b'), ('task.created', 'new'), ('task.deleted', 'gone'), ('task.moved', 'c'),
            ('task.updated', 'a')])
        self.put('assigned/you/d.yaml', task('d', 'you', 'assigned'))  # in a directory that was missed
        self.assertEqual([(n, e['task_id']) for n, e in stream.read(1, 0.3)], [('task.created', 'd')])


class ManyTest(BoardTest):
    """Of more files than a board takes."""

    def prepare(self):
        super().prepare()
        for number in range(20050):
            write(self.file('inbox/%05d.yaml' % number), 'title: t\n')

    def test_more_than_there_may_be(self):
        self.ready()
        self.wait_for('all that are taken', lambda: self.health()['files'] == 20000)
        self.assertTrue(self.health()['truncated'])
        board = self.board('?brief=1&q=nothing')
        self.assertEqual((board['truncated'], board['counts']['inbox']), (True, 20000))
        for number in range(100):
            os.remove(self.file('inbox/%05d.yaml' % number))
        self.wait_for('those that have room now', lambda: self.health()['files'] == 19950)
        self.wait_for('none to be missing', lambda: not self.health()['truncated'])


@unittest.skipUnless(shutil.which('strace'), 'needs strace')
class ReadOnlyTest(BoardTest):
    """No file below the tree is ever opened for writing."""

    TREE = {PATH: changed('low'), 'done/me/b.yaml': task('b', 'me', 'done')}

    def start(self, *arguments, **options):
        return super().start(*arguments, before=trace(self), **options)

    def test_nothing_is_written(self):
        stream = self.stream()
        self.put(PATH, changed('high'))
        self.move(PATH, 'done/me/a.yaml')
        os.makedirs(self.file('assigned/you'))
        self.put('assigned/you/c.yaml', task('c', 'you', 'assigned'))
        stream.read(2, 0.5)
        self.ask('GET', '/api/tasks/a')
        self.assertEqual(writes_below(self, self.tasks), [])


if __name__ == '__main__':
    unittest.main()
