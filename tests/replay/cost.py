#!/usr/bin/env python3
"""What recordings cost: the model's own answers against what the core counted.

usage: cost.py REPLAY DATA PRICES [--table]
The model of a recording wrote down every answer that it gave, and the tokens in it (recording.json). Here they are added
up by class and priced, by rules written a second time; the core is played what the client sent about them. An answer is
known by its model and its tokens. One that the client told of and the core did not count fails, unless it found Codex a
title; so does a call that no answer stands behind, and every token and nano-dollar of difference. --table prints the table
of docs/cost.md.
"""

import argparse
import collections
import datetime
import decimal
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
# pylint: disable=wrong-import-position
from recording import call_tokens, load, prepare
from replay import script

CLASSES = ('input', 'cache_read', 'cache_write_5m', 'cache_write_1h', 'cache_write', 'output', 'reasoning')


def price_of(prices, model, day, tokens):
    """In nano-USD, for the few models that recordings know; None if the model is not listed."""
    row = None
    for entry in prices['models']:
        if model in (entry['model'], *entry['aliases']):
            for dated in entry['prices']:
                if dated.get('from', '') <= day:
                    row = dated
    if row is None:
        return None
    prompt = sum(tokens[c] for c in CLASSES[:5])
    for tier in row.get('tiers', ()):
        if prompt > tier['above_input_tokens']:
            row = {**tier}

    def usd(name):
        for other in {'cache_write': ('cache_write', 'cache_write_5m', 'input'),
                      'cache_read': ('cache_read', 'input')}.get(name, (name,)):
            if other in row:
                return decimal.Decimal(str(row[other]))
        return None
    pico = sum(usd(c) * 1_000_000 * tokens[c] for c in ('input', 'cache_read', 'cache_write', 'output'))
    return int((pico + 500) // 1000)


def answers(s):
    """(model, tokens, side call) of every answer that came to its end."""
    for call in s.truth['model_calls']:
        told = call.get('tokens_returned')
        if told and call.get('end_ms') is not None:
            tokens = dict.fromkeys(CLASSES, 0)
            tokens.update({'input': told['input'], 'cache_read': told['cache_read'], 'output': told['output'],
                           'reasoning': told['reasoning'],
                           'cache_write': told['cache_create'] if s.client == 'claude' else 0})
            if s.client == 'gemini':
                tokens['output'] += told['reasoning']  # the model gives them apart
            yield call['model'], tokens, call['aux']


def counted(program, s):
    """The calls that the core handed out."""
    with tempfile.TemporaryDirectory() as directory:
        text = 'calls\n' + script(s, directory)
        done = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
    for line in done.stdout.splitlines():
        call = json.loads(line.split(' ', 1)[1])
        if call['type'] == 'call':
            yield call


def key_of(model, tokens):
    return (model.removesuffix('[1m]'), *(tokens[c] for c in ('input', 'cache_read', 'output')))


def told(s):
    """How many calls of each size the client told of, by whatever signal; twice told counts once."""
    most = collections.Counter()
    for span in (False, True):
        of_signal = collections.Counter()
        for r in s.requests:
            for e in r['events']:
                tokens = call_tokens(e) if bool(e.span) == span else None
                if tokens is not None:
                    output = tokens[1] + (tokens[4] if s.client == 'gemini' else 0)
                    of_signal[(int(tokens[0]), int(tokens[2]), int(output))] += 1
        most |= of_signal
    return most


class Sum:
    def __init__(self):
        self.answers = self.counted = self.in_sums = self.titles = self.untold = self.failed = 0
        self.true, self.ours = collections.Counter(), collections.Counter()
        self.faults = []


def add_calls(total, program, s):
    """The calls and the sums over several of them that the core counted."""
    calls, sums = collections.Counter(), 0
    for call in counted(program, s):
        tokens = dict(zip(CLASSES, call['tokens']))
        total.ours.update(tokens)
        total.ours['nano'] += call['nano_usd'] - (call['replaced_nano_usd'] if call['corrects'] else 0)
        total.failed += call['calls'] if call['fault'] else 0
        if call['calls'] and not call['fault']:
            calls[key_of(call['model'], tokens)] += 1
        sums += not call['calls'] and not call['corrects']
    return calls, sums


def add_recording(total, program, prices, s):
    day = datetime.datetime.fromtimestamp(s.first_ms / 1000, datetime.timezone.utc).strftime('%Y-%m-%d')
    calls, sums = add_calls(total, program, s)
    known = told(s)
    for model, tokens, side in answers(s):
        key = key_of(model, tokens)
        total.answers += 1
        if calls[key] > 0:
            calls[key] -= 1
            total.counted += 1
        elif sums:
            total.in_sums += 1
        elif known[key[1:]] == 0 or (s.client != 'codex' and not side):
            total.untold += 1
            if known[key[1:]] > 0:
                total.faults.append('%s: an answer of %s was told and not counted' % (s.name, key))
            continue
        else:
            total.titles += 1
            continue
        total.true.update({**tokens, 'nano': price_of(prices, key[0], day, tokens) or 0})
        known[key[1:]] -= 1
    total.faults += ['%s: counted, and no answer: %s' % (s.name, key) for key in +calls]


def compare(client, t):
    for name in (*CLASSES, 'nano'):
        # Claude keeps to itself which tokens are reasoning, and so does the sum over a turn
        if t.true[name] != t.ours[name] and not (name == 'reasoning' and t.ours[name] == 0):
            t.faults.append('%s: %s is %d, counted were %d' % (client, name, t.true[name], t.ours[name]))


def row(client, t):
    figures = [t.answers, t.counted + t.in_sums, t.titles, t.untold, t.failed]
    figures += [t.ours['input'], t.ours['cache_read'], t.ours['cache_write'], t.ours['output'], t.ours['reasoning']]
    figures += ['%.7f' % (t.true['nano'] / 1e9), '%.7f' % (t.ours['nano'] / 1e9)]
    return '| %s | %s |' % (client, ' | '.join(str(x) for x in figures))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('replay')
    parser.add_argument('data')
    parser.add_argument('prices')
    parser.add_argument('--table', action='store_true')
    options = parser.parse_args()
    with open(options.prices, encoding='utf-8') as f:
        prices = json.load(f)
    faults = []
    for client in sorted(x for x in os.listdir(options.data) if os.path.isdir(os.path.join(options.data, x))):
        total = Sum()
        for name in sorted(os.listdir(os.path.join(options.data, client))):
            add_recording(total, options.replay, prices, prepare(load(options.data, client + '/' + name)))
        compare(client, total)
        faults += total.faults
        if options.table:
            print(row(client, total))
    print('\n'.join(faults) or 'every call is counted once, to the token and the nano-dollar')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
