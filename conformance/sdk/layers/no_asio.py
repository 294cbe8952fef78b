#!/usr/bin/env python3
"""Do the upper layers compile without Asio?

usage: no_asio.py COMPILER INCLUDE_DIR [FLAG...]

Compiles every umbrella above `net` and looks at the list of files the compiler opened: none may belong to Asio, Boost or
the socket headers. hearth/hearth.hpp is the counter-check: there, the list has to show Asio.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PURE = ("core", "wire", "api", "session")
FORBIDDEN = re.compile(r"/(asio|boost)(/|\.hpp)|/sys/(socket|un|epoll)\.h$|/netinet/")


def opened_by(header, compiler, include, flags, folder):
    source, listing = folder / "header.cpp", folder / "header.d"
    source.write_text(f"#include <hearth/{header}>\n")
    subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-MD", "-MF", listing, f"-I{include}", *flags, source],
                   check=True)
    return listing.read_text().replace("\\\n", " ").split()[1:]


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    compiler, include, *flags = arguments
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        def opened(header):
            return opened_by(header, compiler, include, flags, Path(name))

        for header in (f"{m}.hpp" for m in PURE if (Path(include) / "hearth" / f"{m}.hpp").exists()):
            foreign = [file for file in opened(header) if FORBIDDEN.search(file)]
            failures += bool(foreign)
            print(f"hearth/{header}:", f"opens {foreign[:3]}" if foreign else "stands without Asio")
        if not any(FORBIDDEN.search(file) for file in opened("hearth.hpp")):
            failures += 1
            print("hearth/hearth.hpp: shows no Asio, so this check cannot see it")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError:
        sys.exit("does not compile")
