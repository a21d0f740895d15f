#!/usr/bin/env python3
"""Takes a recording into the test data.

usage: add-recording.py [--without traces] SOURCE DATA/CLIENT-VERSION/NAME
SOURCE holds NNN.body and NNN.json for each request, and truth.json, as the recording tools write them.
--without leaves the requests of one signal out: spans of some clients carry their makers' prose.
"""

import argparse
import gzip
import json
import os
import re

KEEP = ('path', 'content_type', 'content_encoding', 'conn')


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--without', choices=('logs', 'traces', 'metrics'))
    parser.add_argument('source')
    parser.add_argument('target')
    options = parser.parse_args()
    source, target = options.source, options.target
    with open(os.path.join(source, 'truth.json'), encoding='utf-8') as f:
        recording = json.load(f)
    os.makedirs(target, exist_ok=True)
    recording['requests'] = []
    for name in sorted(os.listdir(source)):
        if not re.fullmatch(r'[0-9]+\.json', name):
            continue
        with open(os.path.join(source, name), encoding='utf-8') as f:
            request = json.load(f)
        if options.without and request['path'].endswith(options.without):
            continue
        kept = {'no': name[:-5], 'at': request['arrival_ms_since_first'], **{k: request[k] for k in KEEP}}
        recording['requests'].append(kept)
        with open(os.path.join(source, name[:-5] + '.body'), 'rb') as f:
            body = f.read()
        with open(os.path.join(target, name[:-5] + '.body.gz'), 'wb') as f:
            f.write(gzip.compress(body, 9, mtime=0))
    recording.pop('note', None)
    with open(os.path.join(target, 'recording.json'), 'w', encoding='utf-8') as f:
        json.dump(recording, f, indent=1)
        f.write('\n')


if __name__ == '__main__':
    main()
