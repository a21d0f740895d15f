"""Every allocation of a workload fails once: the daemon lives on, and answers 200 or 503."""

import gzip
import json
import os
import signal
import unittest

from fixture import DaemonTest, prompt, request, read_answer


class Memory(DaemonTest):
    def setUp(self):
        super().setUp()
        os.environ.pop('LD_PRELOAD', None)

    def start_failing(self, least):
        """A daemon whose allocations fail as told; the descriptor by which it reports that one did."""
        reads, writes = os.pipe()
        self.addCleanup(os.close, reads)
        os.set_blocking(reads, False)
        os.set_inheritable(writes, True)
        self.environment.update(LD_PRELOAD=os.environ['FAIL_ALLOCATION'], FAIL_ALLOCATION_FD=str(writes),
                                FAIL_ALLOCATION_LEAST=str(least))
        self.end(self.daemon)
        self.daemon = self.start('--socket', self.path('s'), '--pipe', self.path('p'), pass_fds=(writes,))
        os.close(writes)
        self.port = self.port_of(self.daemon)
        return reads

    def ask_once(self, *request_of):
        try:
            sock = self.connect()
            sock.sendall(request(*request_of))
            answer = read_answer(sock)
            return answer.status if answer else None
        except ConnectionError:
            return None

    def work(self, number, count):
        kind = {'Content-Type': 'application/json'}
        body = json.loads(prompt('s%d' % number))
        records = body['resourceLogs'][0]['scopeLogs'][0]['logRecords']
        records.extend(json.loads(json.dumps(records[0]).replace('"s%d"' % number, '"s%d-%d"' % (number, i)))
                       for i in range(count))
        body = json.dumps(body).encode()
        return [self.ask_once(*r) for r in [
            ('POST', '/v1/logs', body, kind),
            ('POST', '/v1/logs', gzip.compress(body), {**kind, 'Content-Encoding': 'gzip'}),
            ('POST', '/hooks/codex', b'{"hook_event_name":"Stop","session_id":"h%d"}' % number, kind),
            ('GET', '/api/sessions'),
            ('GET', '/metrics'),
        ]]

    def fail_one_after_another(self, least, count, rounds):
        """Ends when nothing was left to fail three times."""
        reads = self.start_failing(least)
        unhurt = number = failed = 0
        self.statuses = set()
        while unhurt < 3 and number < rounds:
            self.daemon.send_signal(signal.SIGUSR1)
            number += 1
            statuses = self.work(number, count)
            self.assertLessEqual(set(statuses), {200, 503, None}, 'allocation %d' % number)
            self.statuses.update(statuses)
            self.assertIsNone(self.daemon.poll(), 'allocation %d killed it: %s' % (number, self.log(self.daemon)))
            self.assertEqual(self.ask('GET', '/health').status, 200)
            try:
                failed += len(os.read(reads, 100))
                unhurt = 0
            except BlockingIOError:
                unhurt += 1
        return failed

    def test_every_allocation(self):
        self.assertGreater(self.fail_one_after_another(0, 3, 400), 30)

    def test_large_allocations(self):
        self.assertGreater(self.fail_one_after_another(1 << 16, 5000, 60), 3)
        self.assertIn(503, self.statuses)


if __name__ == '__main__':
    unittest.main()
