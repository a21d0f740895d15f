#!/usr/bin/env python3
"""Takes a recording into the test data.

usage: add-recording.py [--without traces] [--blank-prose] SOURCE DATA/CLIENT-VERSION/NAME
SOURCE holds NNN.body and NNN.json for each request, and truth.json, as the recording tools write them.
Spans of some clients carry their makers' prose. --without leaves the requests of one signal out; --blank-prose puts a note of
its length in the place of every text of OTLP/JSON that is prose or long. See judge_states.py for true_states.
"""

import argparse
import gzip
import json
import os
import re

KEEP = ('path', 'content_type', 'content_encoding', 'conn')
PROSE = re.compile(r"(?:[A-Za-z']{2,}[ ,.]+){5}[A-Za-z]{2,}")
LONG = 400  # characters
HEAD = 300


def without_prose(value):
    if isinstance(value, list):
        return [without_prose(x) for x in value]
    if isinstance(value, dict):
        return {k: without_prose(x) for k, x in value.items()}
    if isinstance(value, str) and (len(value) > LONG or PROSE.search(value)):
        return head_of(value) or '(%d characters)' % len(value)
    return value


def head_of(text):
    """The first members of a text that holds an object: ids and paths; '' if there are none, or they are prose."""
    head = text[:HEAD] if text.startswith('{"id":') else ''
    head = head[:head.rfind(',"')]
    return head + '}' if head and not PROSE.search(head) else ''


def blanked(request, body):
    """The body without prose; hooks stay as they are, what people and the model said in them is the recorder's."""
    if 'json' not in request['content_type'] or request['path'].startswith('/hooks/'):
        return body
    if request['content_encoding'] == 'gzip':
        body = gzip.decompress(body)
    body = json.dumps(without_prose(json.loads(body)), ensure_ascii=False, separators=(',', ':')).encode()
    return gzip.compress(body, mtime=0) if request['content_encoding'] == 'gzip' else body


def with_sessions(true_states, said):
    """Of a recording that has one session, the first that a monitor told of."""
    first = min(said, key=lambda x: x['ms'])['session'] if said else None
    return [{'session': first, **x} for x in true_states]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument('--without', choices=('logs', 'traces', 'metrics'))
    parser.add_argument('--blank-prose', action='store_true')
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
        if options.blank_prose:
            body = blanked(request, body)
        with open(os.path.join(target, name[:-5] + '.body.gz'), 'wb') as f:
            f.write(gzip.compress(body, 9, mtime=0))
    said = next((recording.pop(k) for k in list(recording) if k.startswith('said_')), None)
    if recording.get('true_states'):
        recording['true_states'] = with_sessions(recording['true_states'], said)
    else:
        recording.pop('true_states', None)
    recording.pop('note', None)
    with open(os.path.join(target, 'recording.json'), 'w', encoding='utf-8') as f:
        json.dump(recording, f, indent=1)
        f.write('\n')


if __name__ == '__main__':
    main()
