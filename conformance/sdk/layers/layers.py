#!/usr/bin/env python3
"""Do the headers keep to their layers?

usage: layers.py [--fix] INCLUDE_DIR

Reads every header and body below INCLUDE_DIR/hearth and prints one line per offence; the exit status is 1 if there is
any. An Asio installed system-wide hides a forbidden include from the compiler, so the text itself is read.

--fix rewrites the lists that follow from the tree: the umbrella headers and hearth/src.hpp.
"""
import re
import sys
from pathlib import Path

# module -> the modules it may include
BELOW = {
    "core": {"core"},
    "wire": {"core", "wire"},
    "api": {"core", "wire", "api"},
    "session": {"core", "wire", "session"},
    "net": {"core", "net"},
    "io": {"core", "wire", "session", "net", "io"},
    "engine": {"core", "wire", "session", "net", "io", "engine"},
}
PURE = {"core", "wire", "api", "session"}
# Standard headers that wait, look at the clock's neighbours or touch the machine: none of them belongs above `net`.
IMPURE_STD = {"condition_variable", "cstdio", "ctime", "filesystem", "fstream", "future", "iostream", "mutex", "random",
              "semaphore", "shared_mutex", "stop_token", "syncstream", "thread"}
SHARED_MACROS = {"HEARTH_DECL", "HEARTH_NET_ABI"}
# `net` is a border, not a module of its own to a user: `io.hpp` brings it along.
UMBRELLAS = ("core", "wire", "session", "api", "io", "engine")

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
ASIO = re.compile(r"^(boost/)?asio(\.hpp$|/)")


def strip_comments(text):
    """Blanks comments and the contents of strings, keeping the lines."""
    def blank(match):
        found = match.group(0)
        return re.sub(r"[^\n]", " ", found) if found.startswith("/") else found[0] * 2
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def guard_of(path):
    return re.sub(r"[./]", "_", str(path)).upper()


def offences_of(path, text):
    """What is wrong with the header `path` (relative, `hearth/wire/frame.hpp`), taken alone."""
    parts = path.parts
    module = parts[1] if len(parts) > 2 else None
    code = strip_comments(text)

    for name in INCLUDE.findall(text):
        own = re.match(r"hearth/(\w+)/", name)
        if name.startswith("hearth/"):
            if module and (not own or own[1] not in BELOW.get(module, set())):
                yield f"{module} may not include <{name}>"
        elif ASIO.match(name):
            if module not in {"net", "io", "engine"}:
                yield f"<{name}> outside net, io and engine"
        elif module in PURE or module is None:
            if "/" in name or "." in name:
                yield f"<{name}> is not of the standard library"
            elif name in IMPURE_STD:
                yield f"<{name}> waits or touches the machine"

    if module in PURE:
        if re.search(r"\bnet::", code):
            yield "names net::"
        if re.search(r"_clock::now\b|\bclock::now\b", code):
            yield "reads the clock: time is an argument"
    if module != "net":
        if re.search(r"\basio::", code):
            yield "names asio::, say net::"
        if re.search(r"\bnet::", code) and "HEARTH_NET_ABI" not in code:
            yield "names net:: outside inline namespace HEARTH_NET_ABI"
    if re.search(r"\b(BOOST_)?ASIO_\w+", code):
        yield "spells a macro of Asio"

    guard = guard_of(path)
    if not re.match(rf"#ifndef {guard}\n#define {guard}\n", text):
        yield f"does not begin with the guard {guard}"
    if re.search(r"\busing\s+namespace\b", code):
        yield "using namespace"
    if re.search(r"\bnamespace\s*\{", code):
        yield "unnamed namespace"
    if re.search(r"^(inline\s+)?static\s", code, re.M):
        yield "static at namespace scope"
    defined = set(re.findall(r"^\s*#\s*define\s+(\w+)", code, re.M)) - {guard} - SHARED_MACROS
    for macro in sorted(defined - set(re.findall(r"^\s*#\s*undef\s+(\w+)", code, re.M))):
        yield f"the macro {macro} is still defined at the end"


def public_headers(root, module):
    found = (p.relative_to(root) for p in (root / "hearth" / module).rglob("*.hpp"))
    return sorted(str(p) for p in found if not {"detail", "impl"} & set(p.parts) and p.name != "fwd.hpp")


def wanted_lists(root):
    """List header -> what it has to include, in order."""
    modules = [m for m in UMBRELLAS if public_headers(root, m)]
    lists = {f"hearth/{m}.hpp": public_headers(root, m) + (public_headers(root, "net") if m == "io" else [])
             for m in modules}
    lists["hearth/hearth.hpp"] = [f"hearth/{m}.hpp" for m in modules]
    lists["hearth/src.hpp"] = [str(p.relative_to(root)) for p in (root / "hearth").rglob("*.ipp")]
    return {name: sorted(includes) for name, includes in lists.items()}


def fix(root):
    for name, includes in wanted_lists(root).items():
        path = root / name
        guard = guard_of(name)
        old = path.read_text() if path.exists() else f"#ifndef {guard}\n#define {guard}\n\n\n#endif\n"
        block = "".join(f"#include <{i}>\n" for i in includes)
        head, tail = re.split(r"(?:#include <[^\n]*>\n)+|(?<=\n\n)(?=\n#endif)", old, maxsplit=1)
        if (new := head + block + tail) != old:
            path.write_text(new)
            print(f"rewrote {name}")


def check(root):
    offences = []
    for path in sorted((root / "hearth").rglob("*")):
        if path.suffix in (".hpp", ".ipp"):
            name = path.relative_to(root)
            offences += [f"{name}: {what}" for what in offences_of(name, path.read_text())]
    for name, includes in wanted_lists(root).items():
        path = root / name
        listed = INCLUDE.findall(path.read_text()) if path.exists() else []
        offences += [f"{name}: lacks <{i}>" for i in includes if i not in listed]
        offences += [f"{name}: <{i}> does not belong there" for i in listed if i not in includes]
        if listed != sorted(listed):
            offences.append(f"{name}: not sorted")
    return offences


def main(arguments):
    wants_fix = "--fix" in arguments
    folders = [a for a in arguments if not a.startswith("-")]
    if len(folders) != 1:
        sys.exit(__doc__)
    root = Path(folders[0])
    if wants_fix:
        fix(root)
    offences = check(root)
    print("\n".join(offences) if offences else f"every header below {root} keeps to its layer")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
