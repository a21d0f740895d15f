#!/usr/bin/env python3
"""Plays the cases and says which fall short: `meson test -C build cases -v`.

usage: run_cases.py DATA [--only GLOB] [--jobs N]
DATA is the directory of cases. Those in DATA/known-faults.json fall short today: each other one that does fails, and so does a
known one that no longer does. The program is taken from OTEL_AI_MONITOR, the replay program from REPLAY.
"""

import argparse
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / 'daemon')]
# pylint: disable=wrong-import-position
from case import Skipped
from in_virtual_time import InVirtualTime, can_play
from on_daemon import OnDaemon

KNOWN_FAULTS = 'known-faults.json'


def play(path):
    """What falls short, one text each; None if the case cannot be played here."""
    case = json.loads(path.read_text(encoding='utf-8'))
    player = InVirtualTime(case) if can_play(case) else OnDaemon(case)
    try:
        return player.play()
    except Skipped as e:
        print('%s: skipped: %s' % (path.stem, e))
        return None


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('--only', default='*', metavar='GLOB')
    parser.add_argument('--jobs', type=int, default=min(4, 2 * (os.cpu_count() or 1)))
    options = parser.parse_args()
    known = set(json.loads((options.data / KNOWN_FAULTS).read_text(encoding='utf-8')))
    paths = [p for p in sorted(options.data.glob('*.json')) if p.name != KNOWN_FAULTS]
    wrong = ['%s: is no case, but a known fault' % name for name in sorted(known - {p.stem for p in paths})]
    paths = [p for p in paths if fnmatch.fnmatch(p.stem, options.only)]
    if not paths:
        sys.exit('no case matches')
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, problems in zip(paths, pool.map(play, paths)):
            for problem in problems or ():
                print('%s: %s%s' % (path.stem, problem, ' (known)' if path.stem in known else ''))
            if problems is not None and bool(problems) != (path.stem in known):
                wrong.append('%s: %s' % (path.stem, 'falls short' if problems else 'no longer falls short: take it out of ' +
                                         KNOWN_FAULTS))
    print('\n'.join(wrong) if wrong else '%d cases, nothing but the known faults' % len(paths))
    sys.exit(1 if wrong else 0)


if __name__ == '__main__':
    main()
