#!/usr/bin/env python3
"""Runs an example and compares what it prints with the `// Prints:` comment at the end of its source.

usage: expect.py SOURCE PROGRAM           the example speaks for itself
       expect.py SOURCE AGENT CLIENT...   the example is an agent: each client talks to it, then it is asked to stop
"""
import pathlib
import signal
import subprocess
import sys
import tempfile

DEADLINE = 60


def promised(source):
    """The lines of the comment, or None if there is no such comment."""
    if not pathlib.Path(source).exists():
        return None
    _, found, comment = pathlib.Path(source).read_text(encoding='utf-8').partition('\n// Prints:\n')
    return [line.removeprefix('//     ') for line in comment.splitlines()] if found else None


def source_of(program, beside):
    return pathlib.Path(beside).with_name(pathlib.Path(program).name.removeprefix('example-') + '.cpp')


def run(source, *command):
    ran = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
    wanted = promised(source)
    if ran.returncode != 0 or (wanted is not None and ran.stdout.splitlines() != wanted):
        sys.exit(f'{source}: exit {ran.returncode}, printed:\n{ran.stdout}{ran.stderr}')


def serve(source, agent, clients):
    with tempfile.TemporaryDirectory() as folder:
        sockets = [f'{folder}/control.sock', f'{folder}/forward.sock']
        with subprocess.Popen([agent, *sockets], stdout=subprocess.PIPE, text=True) as serving:
            try:
                if serving.stdout.readline() != 'ready\n':
                    sys.exit(f'{source}: the agent did not get ready')
                for client in clients:
                    run(source_of(client, source), client, *sockets)
                serving.send_signal(signal.SIGTERM)
                if serving.wait(DEADLINE) != 0:
                    sys.exit(f'{source}: the agent ended with {serving.returncode}')
            finally:
                serving.kill()


def main():
    source, program, *clients = sys.argv[1:]
    if clients:
        serve(source, program, clients)
    else:
        run(source, program)


main()
