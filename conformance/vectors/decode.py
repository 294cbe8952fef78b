#!/usr/bin/env python3
"""A second decoder of the guest protocol, independent of the SDK: standard library only, written from the specification.

  decode.py                  check every vector file beside this script; exit 1 if one disagrees
  decode.py FILE.json...     check these
  decode.py HEX...           print what a stream of frames says, e.g. decode.py 00 00 00 05 05 00 00 00 89
  decode.py -                the same for bytes on standard input
  decode.py --as NAME HEX... read the payload of every frame as this message (see --help for the names)
"""
import argparse
import json
import pathlib
import re
import struct
import sys

MAX_LENGTH = 1_048_576
MAX_DEPTH = 64
MAX_ENTROPY = 512
I64 = (-2**63, 2**63 - 1)
U16 = (0, 65_535)


class Refused(Exception):
    """Carries the name of the error, as in the vectors."""


# --- frames -----------------------------------------------------------------------------------------------------------

def try_parse(buffer):
    """The front of a buffer: ('incomplete',), ('malformed',) or ('frame', type, payload, total)."""
    if len(buffer) < 4:
        return ('incomplete',)
    length = int.from_bytes(buffer[:4], 'big')
    if not 1 <= length <= MAX_LENGTH:
        return ('malformed',)
    total = 4 + length
    return ('incomplete',) if len(buffer) < total else ('frame', buffer[4], bytes(buffer[5:total]), total)


class FrameReader:
    """Cuts a stream into frames; failed once, failed for ever."""

    def __init__(self):
        self.buffer, self.failed = bytearray(), False

    def feed(self, data):
        """Returns the frames that became complete."""
        self.buffer += data
        frames = []
        while not self.failed:
            found = try_parse(self.buffer)
            self.failed = found[0] == 'malformed'
            if found[0] != 'frame':
                break
            frames.append(found[1:3])
            del self.buffer[:found[3]]
        return frames

    def end(self):
        return 'bad_frame_length' if self.failed else 'truncated_frame' if self.buffer else 'clean'


# --- JSON -------------------------------------------------------------------------------------------------------------

class Number(str):
    """The text of a number: which range it must fit is decided by the member."""


class Object(list):
    """The members of an object, in order, duplicates included."""


class Json:
    """A strict reader. Strings stay bytes, because names of files need not be UTF-8; objects become lists of pairs."""

    ESCAPES = {ord(a): b for a, b in zip('"\\/bfnrt', (b'"', b'\\', b'/', b'\b', b'\f', b'\n', b'\r', b'\t'))}
    LITERALS = {b'true': True, b'false': False, b'null': None}

    def __init__(self, data):
        self.data, self.at = data, 0

    def document(self):
        value = self.value(1)
        if self.peek() is not None:
            raise Refused('malformed_message')
        return value

    def peek(self):
        """The next byte that is no whitespace, not consumed; None at the end."""
        while self.at < len(self.data) and self.data[self.at] in b' \t\r\n':
            self.at += 1
        return self.data[self.at] if self.at < len(self.data) else None

    def expect(self, byte):
        if self.peek() != ord(byte):
            raise Refused('malformed_message')
        self.at += 1

    def value(self, depth):
        first = self.peek()
        if first is None:
            raise Refused('malformed_message')
        if first in b'[{' and depth > MAX_DEPTH:
            raise Refused('nesting_too_deep')
        if first == ord('{'):
            return Object(self.sequence('}', lambda: self.pair(depth)))
        if first == ord('['):
            return list(self.sequence(']', lambda: self.value(depth + 1)))
        if first == ord('"'):
            return self.string()
        for text, value in self.LITERALS.items():
            if self.data.startswith(text, self.at):
                self.at += len(text)
                return value
        return self.number()

    def sequence(self, closing, element):
        self.at += 1
        if self.peek() == ord(closing):
            self.at += 1
            return
        while True:
            yield element()
            if self.peek() == ord(closing):
                self.at += 1
                return
            self.expect(',')

    def pair(self, depth):
        if self.peek() != ord('"'):
            raise Refused('malformed_message')
        name = self.string()
        self.expect(':')
        return name, self.value(depth + 1)

    def digits(self):
        start = self.at
        while self.at < len(self.data) and self.data[self.at] in b'0123456789':
            self.at += 1
        if start == self.at:
            raise Refused('malformed_message')
        return self.data[start:self.at]

    def number(self):
        start = self.at
        if self.data[self.at] == ord('-'):
            self.at += 1
        whole = self.digits()
        if len(whole) > 1 and whole[0] == ord('0'):
            raise Refused('malformed_message')
        if self.data[self.at:self.at + 1] == b'.':
            self.at += 1
            self.digits()
        if self.data[self.at:self.at + 1] in (b'e', b'E'):
            self.at += 1
            if self.data[self.at:self.at + 1] in (b'+', b'-'):
                self.at += 1
            self.digits()
        return Number(self.data[start:self.at].decode())

    def string(self):
        self.at += 1
        out = bytearray()
        while self.at < len(self.data):
            byte = self.data[self.at]
            self.at += 1
            if byte == ord('"'):
                return bytes(out)
            if byte < 0x20:
                break
            if byte != ord('\\'):
                out.append(byte)
            elif self.data[self.at:self.at + 1] == b'u':
                self.at += 1
                out += chr(self.character()).encode()
            elif self.at < len(self.data) and self.data[self.at] in self.ESCAPES:
                out += self.ESCAPES[self.data[self.at]]
                self.at += 1
            else:
                break
        raise Refused('malformed_message')

    def character(self):
        """Behind `\\u`: a code point; a surrogate without its partner is U+FFFD."""
        first = self.hex4(self.at)
        self.at += 4
        if 0xD800 <= first <= 0xDBFF and self.data[self.at:self.at + 2] == b'\\u':
            second = self.hex4(self.at + 2)
            if 0xDC00 <= second <= 0xDFFF:
                self.at += 6
                return 0x10000 + (first - 0xD800) * 0x400 + second - 0xDC00
        return 0xFFFD if 0xD800 <= first <= 0xDFFF else first

    def hex4(self, at):
        text = self.data[at:at + 4]
        if len(text) != 4 or any(c not in b'0123456789abcdefABCDEF' for c in text):
            raise Refused('malformed_message')
        return int(text, 16)


# --- members ----------------------------------------------------------------------------------------------------------

def text_of(raw):
    """Bytes as str; bad bytes survive as surrogate escapes."""
    return raw.decode('utf-8', 'surrogateescape')


def require(condition):
    if not condition:
        raise Refused('malformed_message')


def string(value):
    require(isinstance(value, bytes))
    return text_of(value)


def boolean(value):
    require(isinstance(value, bool))
    return value


def integer(low, high):
    def read(value):
        require(isinstance(value, Number) and not set(value) & set('.eE'))
        require(len(value) <= 20 and low <= int(value) <= high)
        return int(value)
    return read


i64, u16 = integer(*I64), integer(*U16)


def list_of(element):
    def read(value):
        require(isinstance(value, list) and not isinstance(value, Object))
        return [element(v) for v in value]
    return read


def map_of(element):
    def read(value):
        require(isinstance(value, Object))
        return {text_of(name): element(v) for name, v in value}
    return read


def base64(value):
    """Standard alphabet, padding required."""
    require(isinstance(value, bytes) and len(value) % 4 == 0)
    alphabet = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
    body = value.rstrip(b'=')
    require(len(value) - len(body) <= 2 and all(c in alphabet for c in body))
    number = 0
    for c in body:
        number = number << 6 | alphabet.index(c)
    size = len(body) * 6 // 8
    return text_of((number >> len(body) * 6 - size * 8).to_bytes(size, 'big'))


def entropy(value):
    decoded = base64(value)
    require(len(decoded.encode('utf-8', 'surrogateescape')) <= MAX_ENTROPY)
    return decoded


class Message:
    """An object: every member with its reader and the value it has when absent or null. Unknown members are ignored,
    of duplicates the last wins, but each must have the right type."""

    def __init__(self, **members):
        self.members = members

    def __call__(self, value):
        require(isinstance(value, Object))
        out = {name: default() if callable(default) else default for name, (_, default) in self.members.items()}
        for raw, v in value:
            name = text_of(raw)
            if name in self.members:
                read, default = self.members[name]
                out[name] = (default() if callable(default) else default) if v is None else read(v)
        return out


TEXT, BOOL, INT = (string, ''), (boolean, False), (i64, 0)
UNKNOWN = (i64, None)
STRINGS, MAP = (list_of(string), list), (map_of(string), dict)

EXEC = Message(argv=STRINGS, env=MAP, tty=BOOL, rows=(u16, None), cols=(u16, None), cwd=TEXT, session_id=(string, None),
               max_idle_sec=INT, if_detached=BOOL, detach=BOOL, output_file=TEXT, session=BOOL)
SESSION = Message(session_id=TEXT, argv=TEXT, tty=BOOL, running=BOOL, exit_code=UNKNOWN, attached=BOOL, created_at=INT)
FILE = Message(name=TEXT, size=INT, mode=TEXT, is_dir=BOOL, mtime=INT)
CONFIG_FILE = Message(content=(base64, ''), mode=TEXT)
VOLUME = Message(device=TEXT, mount=TEXT, fs=TEXT, read_only=BOOL)
SHARE = Message(tag=TEXT, mount=TEXT, read_only=BOOL)


def exec_request(value):
    request = EXEC(value)
    kind = ('attach' if request['session_id'] is not None else 'empty_argv' if not request['argv'] else
            'detached' if request['detach'] else 'terminal' if request['tty'] else
            'piped' if request['session'] else 'plain')
    return {'kind': kind, **request}


def file_list(value):
    entries, truncated = list_of(FILE)(value), None
    if entries and not entries[-1]['mode'] and entries[-1]['name'].startswith('... truncated at '):
        shown, total, *_ = [int(n) for n in re.findall('[0-9]+', entries.pop()['name'])] + [0, 0]
        truncated = {'shown': shown, 'total': total}
    return {'entries': entries, 'truncated': truncated}


JSON_MESSAGES = {
    'ExecRequest': exec_request,
    'DetachReply': Message(pid=INT, output_file=TEXT),
    'SessionInfo': SESSION,
    'SessionList': list_of(SESSION),
    'SessionKill': Message(session_id=TEXT),
    'ActivityInfo': Message(last_activity_unix=INT, active_sessions=INT, attached_sessions=INT, execs=UNKNOWN,
                            detached=UNKNOWN, tunnels=UNKNOWN, uploads=UNKNOWN),
    'FileReadRequest': Message(path=TEXT, offset=INT, limit=INT, max_bytes=INT),
    'FileReadResponse': Message(size=INT, mode=TEXT),
    'FileWriteRequest': Message(path=TEXT, mode=TEXT, size=INT),
    'FileWriteResponse': Message(status=TEXT),
    'FilePathRequest': Message(path=TEXT),
    'FileInfo': FILE,
    'FileList': file_list,
    'ForwardRequest': Message(port=(u16, 0)),
    'ForwardResponse': Message(status=TEXT, message=TEXT),
    'SandboxConfig': Message(sandbox_id=TEXT, hostname=TEXT, token=TEXT, env=MAP, files=(map_of(CONFIG_FILE), dict),
                             volumes=(list_of(VOLUME), list), mounts=(list_of(SHARE), list), init=TEXT, dns=STRINGS,
                             dns_internal=TEXT, user=TEXT, net=(Message(ip=TEXT, gateway=TEXT), None)),
    'HelloRequest': Message(client=TEXT),
    'HelloResponse': Message(agent=TEXT, version=TEXT, revision=INT, features=STRINGS, limits=(map_of(i64), dict)),
    'ClockSet': Message(unix_ns=INT, entropy=(entropy, '')),
    'SystemctlRequest': Message(op=TEXT, units=STRINGS, flags=MAP),
    'SystemctlResponse': Message(exit_code=INT, stdout=TEXT, stderr=TEXT),
}


# --- payloads that are no JSON ----------------------------------------------------------------------------------------

EXACT_TEXTS = {
    'connection limit exceeded': 'connection_limit', 'auth required': 'auth_required', 'empty argv': 'empty_argv',
    'session limit exceeded': 'session_limit', 'session not found': 'session_not_found',
    'session is attached': 'session_attached', 'bad kill request': 'bad_request', 'request timeout': 'request_timeout',
    'upload timed out': 'upload_timeout', 'tunnel limit exceeded': 'tunnel_limit',
}
PREFIXES = {
    'unexpected frame type 0x': 'unknown_operation', 'expected FWD_REQ, got 0x': 'unknown_operation',
    'bad exec request: ': 'bad_request', 'bad request: ': 'bad_request', 'bad forward request: ': 'bad_request',
    'start: ': 'start_failed', 'pty: ': 'start_failed', 'stdin pipe: ': 'start_failed', 'stdout pipe: ': 'start_failed',
    'stderr pipe: ': 'start_failed', 'file too large: ': 'file_too_large', 'connection lost after ': 'upload_incomplete',
    'too many bytes: ': 'too_many_bytes',
}
SUFFIXES = {' is a directory': 'is_a_directory', ' is not a regular file': 'not_a_regular_file',
            ' is not a directory': 'not_a_directory'}
CONTAINED = {'no such file or directory': 'no_such_file', 'not a directory': 'not_a_directory',
             'permission denied': 'permission_denied', 'connection refused': 'forward_refused'}


def meaning(text):
    """What the text contract of section 7 makes of an ERROR."""
    if text in EXACT_TEXTS:
        return EXACT_TEXTS[text]
    tests = ((PREFIXES, text.startswith), (SUFFIXES, text.endswith), (CONTAINED, text.__contains__))
    return next((known[t] for known, test in tests for t in known if test(t)), 'peer_error')


def error_text(payload):
    return {'text': text_of(payload), 'meaning': meaning(text_of(payload))}


def terminal_size(payload):
    if len(payload) < 4:
        raise Refused('ignored')
    return dict(zip(('rows', 'cols'), struct.unpack('>HH', payload[:4])))


def exit_status(payload):
    if len(payload) < 4:
        raise Refused('short_payload')
    return struct.unpack('>i', payload[:4])[0]


FIXED_MESSAGES = {'Bytes': text_of, 'TerminalSize': terminal_size, 'ExitStatus': exit_status, 'ErrorText': error_text,
                  'Ignored': lambda payload: None}

TYPES = {
    0x01: ('STDIN', 'Bytes'), 0x02: ('STDOUT', 'Bytes'), 0x03: ('STDERR', 'Bytes'), 0x04: ('RESIZE', 'TerminalSize'),
    0x05: ('EXIT', 'ExitStatus'), 0x06: ('ERROR', 'ErrorText'), 0x07: ('KILL', 'Ignored'),
    0x10: ('EXEC_REQ', 'ExecRequest'), 0x11: ('AUTH', 'Bytes'), 0x12: ('CONFIG_REQ', 'Ignored'),
    0x13: ('CONFIG_RESP', 'SandboxConfig'), 0x20: ('FWD_REQ', 'ForwardRequest'), 0x21: ('FWD_RESP', 'ForwardResponse'),
    0x30: ('EXEC_LIST_REQ', 'Ignored'), 0x31: ('EXEC_LIST_RESP', 'SessionList'), 0x32: ('EXEC_KILL', 'SessionKill'),
    0x33: ('SESSION_INFO', 'SessionInfo'), 0x40: ('ACTIVITY_REQ', 'Ignored'), 0x41: ('ACTIVITY_RESP', 'ActivityInfo'),
    0x50: ('FILE_READ_REQ', 'FileReadRequest'), 0x51: ('FILE_READ_RESP', 'FileReadResponse'),
    0x52: ('FILE_WRITE_REQ', 'FileWriteRequest'), 0x53: ('FILE_WRITE_RESP', 'FileWriteResponse'),
    0x54: ('FILE_STAT_REQ', 'FilePathRequest'), 0x55: ('FILE_STAT_RESP', 'FileInfo'),
    0x56: ('FILE_LS_REQ', 'FilePathRequest'), 0x57: ('FILE_LS_RESP', 'FileList'),
    0x60: ('SYSTEMCTL_REQ', 'SystemctlRequest'), 0x61: ('SYSTEMCTL_RESP', 'SystemctlResponse'),
    0x70: ('HELLO_REQ', 'HelloRequest'), 0x71: ('HELLO_RESP', 'HelloResponse'), 0x72: ('STDIN_EOF', 'Ignored'),
    0x74: ('CLOCK_SET', 'ClockSet'),
}


def decode(message, payload):
    """What a payload says, or Refused."""
    if message in FIXED_MESSAGES:
        return FIXED_MESSAGES[message](payload)
    return JSON_MESSAGES[message](Json(payload).document())


def valid_utf8(raw):
    """Each byte that is no part of valid UTF-8 as U+FFFD: Python's own handler replaces whole sequences."""
    return ''.join('\ufffd' if 0xDC80 <= ord(c) <= 0xDCFF else c for c in text_of(raw))


def file_mode(text):
    bits = int(text, 8) & 0o777 if text and not text.strip('01234567') else 0
    return bits or 0o644


def path_name(path):
    return path.rstrip('/').rsplit('/', 1)[-1] or '/'


OS_ERRORS = {
    'ENOENT': 'no such file or directory', 'EACCES': 'permission denied', 'EPERM': 'operation not permitted',
    'ENOTDIR': 'not a directory', 'EISDIR': 'is a directory', 'EEXIST': 'file exists', 'ENOEXEC': 'exec format error',
    'EINVAL': 'invalid argument', 'ENOSPC': 'no space left on device', 'EROFS': 'read-only file system',
    'ELOOP': 'too many levels of symbolic links', 'ENAMETOOLONG': 'file name too long', 'EIO': 'input/output error',
    'EMFILE': 'too many open files', 'ENOMEM': 'cannot allocate memory', 'ECONNREFUSED': 'connection refused',
    'ETIMEDOUT': 'connection timed out',
}


# --- the vectors ------------------------------------------------------------------------------------------------------

def bytes_of(hex_notation):
    """Hex text, or a list of hex texts and {"repeat": [hex, count]}."""
    if isinstance(hex_notation, str):
        return bytes.fromhex(hex_notation)
    return b''.join(bytes.fromhex(h['repeat'][0]) * h['repeat'][1] if isinstance(h, dict) else bytes.fromhex(h)
                    for h in hex_notation)


def expected(value):
    """A meaning with its notations resolved: {"hex": …} for strings, {"times": [element, count]} inside lists."""
    if isinstance(value, dict):
        return text_of(bytes_of(value['hex'])) if set(value) == {'hex'} else {k: expected(v) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    out = []
    for v in value:
        repeated = isinstance(v, dict) and set(v) == {'times'}
        out += [expected(v['times'][0])] * v['times'][1] if repeated else [expected(v)]
    return out


def pairs(value):
    """Maps whose keys are no UTF-8 are written as lists of pairs; compare both forms alike."""
    return {tuple(p) if isinstance(p, list) else p for p in value} if isinstance(value, list) else set(value.items())


class Mismatch(Exception):
    pass


def same(found, wanted, what):
    if found != wanted and not (isinstance(found, dict) and isinstance(wanted, list) and pairs(found) == pairs(wanted)):
        if isinstance(found, dict) and isinstance(wanted, dict) and set(found) == set(wanted):
            for name in found:
                same(found[name], wanted[name], f'{what}.{name}')
            return
        raise Mismatch(f'{what}: found {str(found)[:200]!r}, expected {str(wanted)[:200]!r}')


def cuts(size):
    """Every point to cut at; of a long stream the interesting ones."""
    if size <= 4096:
        return range(size)
    return sorted({*range(16), *range(size - 16, size), *(2**n for n in range(4, 20) if 2**n < size)})


def check_stream(stream, frames, end):
    """Whole, cut in two at every point, byte by byte."""
    wanted = [(int(f['type'], 16), f.get('payload_hex'), f.get('payload_length')) for f in frames]

    def compare(got, reader):
        same(len(got), len(wanted), 'number of frames')
        for (kind, payload), (want_kind, want_hex, want_length) in zip(got, wanted):
            same(kind, want_kind, 'frame type')
            same(payload.hex() if want_length is None else len(payload),
                 want_hex if want_length is None else want_length, 'payload')
        same(reader.end(), end, 'end of stream')

    for cut in [*cuts(len(stream)), len(stream)]:
        reader = FrameReader()
        compare(reader.feed(stream[:cut]) + reader.feed(stream[cut:]), reader)
    if len(stream) <= 4096:
        reader = FrameReader()
        compare([f for i in range(len(stream)) for f in reader.feed(stream[i:i + 1])], reader)


def check_cut_frame(stream):
    """A frame that ends early is truncated, wherever it is cut; cut to nothing it is a clean end."""
    for cut in cuts(len(stream)):
        reader = FrameReader()
        same((reader.feed(stream[:cut]), reader.end()), ([], 'truncated_frame' if cut else 'clean'), f'cut at {cut}')
        same(try_parse(stream[:cut]), ('incomplete',), f'try_parse cut at {cut}')


def check_payload(message, payload, vector):
    """The verdict on one payload."""
    try:
        found = decode(message, payload)
    except Refused as refused:
        if vector['valid'] is not True:
            same(str(refused), vector.get('error', str(refused)), 'error')
            return
        raise Mismatch(f'refused as {refused}') from None
    if vector['valid'] is False:
        raise Mismatch(f'accepted as {found}, expected {vector["error"]}')
    wanted = expected(vector['decoded'])
    if message == 'ErrorText' and 'meaning' not in wanted:
        del found['meaning']
    same(found, wanted, 'decoded')


def check_frame(vector):
    stream = bytes_of(vector['hex'])
    status, kind, payload, total = try_parse(stream)
    same((status, TYPES[kind][0], total), ('frame', vector['type'], len(stream)), 'frame')
    if 'text' in vector:
        same(text_of(payload), vector['text'], 'text')
    check_stream(stream, [{'type': f'{kind:02x}', 'payload_hex': payload.hex()}], 'clean')
    check_cut_frame(stream)
    check_payload(vector['message'], payload, vector)


def check_stream_vector(vector):
    stream = bytes_of(vector['hex'])
    check_stream(stream, vector['frames'], vector['end'])
    if 'try_parse' in vector:
        found, wanted = try_parse(stream), vector['try_parse']
        same(found[0], wanted['status'], 'try_parse')
        if found[0] == 'frame':
            same((f'0x{found[1]:02x}', found[3], 5), (wanted['type'], wanted['total'], wanted['payload_offset']), 'try_parse')


def check_conversation(vector):
    for number, step in enumerate(vector['steps']):
        if 'type' not in step:
            continue
        stream = bytes_of(step['hex'])
        _, kind, payload, total = try_parse(stream)
        same((TYPES[kind][0], total), (step['type'], len(stream)), f'step {number}')
        check_payload(step['message'], payload, {'valid': True, **step})
    joined = vector.get('concatenated')
    if joined:
        parts = [bytes_of(s['hex'])[5:] for s in vector['steps'] if (s['from'], s.get('type')) == (joined['from'], joined['type'])]
        check_payload(joined['message'], b''.join(parts), {'valid': True, **joined})


def check_base64(vector):
    try:
        found = base64(vector['text'].encode()).encode('utf-8', 'surrogateescape').hex()
    except Refused as refused:
        found = str(refused)
    same(found, vector.get('error', vector.get('bytes_hex')), 'base64')


def check_encode(vector):
    """This decoder writes nothing; it checks that the JSON given says what was to be written."""
    def sendable(value):
        if isinstance(value, str):
            return valid_utf8(value.encode('utf-8', 'surrogateescape'))
        if isinstance(value, list):
            return [sendable(v) for v in value]
        return {k: sendable(v) for k, v in value.items()} if isinstance(value, dict) else value
    same(decode(vector['message'], json.dumps(vector['json']).encode()), sendable(expected(vector['value'])), 'encode')


CHECKS = {
    'frame': check_frame,
    'stream': check_stream_vector,
    'conversation': check_conversation,
    'encode': check_encode,
    'base64': check_base64,
    'file_mode': lambda v: same(f'{file_mode(v["text"]):04o}', v['bits'], 'bits'),
    'path_name': lambda v: same(path_name(v['path']), v['name'], 'name'),
    'os_error': lambda v: same(OS_ERRORS[v['errno']], v['text'], 'text'),
    'utf8': lambda v: same(valid_utf8(bytes.fromhex(v['bytes_hex'])), v['text'], 'text'),
}


def check_files(paths):
    """Checks vector files, prints what disagrees and a summary."""
    seen, wrong = {}, 0
    for path in paths:
        for vector in json.loads(path.read_text(encoding='utf-8'))['vectors']:
            try:
                if vector['id'] in seen:
                    raise Mismatch(f'id already used in {seen[vector["id"]]}')
                seen[vector['id']] = path.name
                CHECKS[vector['kind']](vector)
            except Exception as why:  # a vector that breaks the checker is a mismatch like any other
                wrong += 1
                print(f'{path.name}: {vector.get("id")}: {type(why).__name__}: {why}')
    print(f'{len(seen)} vectors in {len(paths)} files, {wrong} disagree')
    return 1 if wrong or not seen else 0


# --- the tool ---------------------------------------------------------------------------------------------------------

def printable(value):
    """Text that can be printed whatever it holds."""
    return json.dumps(value, ensure_ascii=True)


def dump(stream, message=None):
    """Prints a stream frame by frame."""
    reader = FrameReader()
    for kind, payload in reader.feed(stream):
        name, usual = TYPES.get(kind, ('unassigned', 'Bytes'))
        print(f'0x{kind:02x} {name}, {len(payload)} bytes of payload')
        try:
            print('    ' + printable(decode(message or usual, payload)))
        except Refused as refused:
            print(f'    {refused}: {printable(text_of(payload))}')
    if reader.end() != 'clean':
        print(f'{reader.end()}: {reader.buffer[:64].hex(" ")}{" …" if len(reader.buffer) > 64 else ""}')
    return 0 if reader.end() == 'clean' else 1


def main():
    names = sorted({**JSON_MESSAGES, **FIXED_MESSAGES})
    parser = argparse.ArgumentParser(description=__doc__, epilog='messages: ' + ', '.join(names),
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--as', dest='message', choices=names, metavar='NAME')
    parser.add_argument('input', nargs='*', help='vector files, hex digits, or - for standard input')
    args = parser.parse_args()
    if not args.input or args.input[0].endswith('.json'):
        paths = [pathlib.Path(p) for p in args.input] or sorted(pathlib.Path(__file__).resolve().parent.glob('*.json'))
        return check_files(paths)
    if args.input == ['-']:
        return dump(sys.stdin.buffer.read(), args.message)
    try:
        return dump(bytes.fromhex(''.join(args.input)), args.message)
    except ValueError:
        parser.error('neither hex digits, a .json file, nor -')


if __name__ == '__main__':
    sys.exit(main())
