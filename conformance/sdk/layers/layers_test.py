#!/usr/bin/env python3
"""Can layers.py fail? Each rule meets a header that breaks it and one that does not."""
import tempfile
import unittest
from pathlib import Path

import layers


def offences(path, body):
    guard = layers.guard_of(path)
    return list(layers.offences_of(Path(path), f"#ifndef {guard}\n#define {guard}\n{body}\n#endif\n"))


class one_header(unittest.TestCase):
    def good(self, path, body):
        self.assertEqual(offences(path, body), [])

    def bad(self, path, body, what):
        found = offences(path, body)
        self.assertTrue(any(what in f for f in found), f"{path}: {body!r} gave {found}")

    def test_modules_include_downwards_only(self):
        self.good("hearth/session/x.hpp", "#include <hearth/wire/frame.hpp>\n#include <span>")
        self.bad("hearth/core/x.hpp", "#include <hearth/wire/frame.hpp>", "core may not include")
        self.bad("hearth/wire/x.hpp", "#include <hearth/session/machine.hpp>", "wire may not include")
        self.bad("hearth/session/x.hpp", "#include <hearth/net/net.hpp>", "session may not include")
        self.bad("hearth/io/x.hpp", "#include <hearth/wire.hpp>", "io may not include")

    def test_asio_stays_below_net(self):
        self.good("hearth/net/net.hpp", "#include <asio/buffer.hpp>\n#include <boost/asio/buffer.hpp>")
        self.bad("hearth/session/x.hpp", "#include <asio/buffer.hpp>", "outside net, io and engine")
        self.bad("hearth/wire/x.hpp", "#  include <boost/asio.hpp>", "outside net, io and engine")
        self.bad("hearth/session/x.hpp", "void f(net::executor);", "names net::")
        self.bad("hearth/io/x.hpp", "void f(asio::executor);", "names asio::")
        self.bad("hearth/io/x.hpp", "void f(net::executor);", "HEARTH_NET_ABI")
        self.good("hearth/io/x.hpp", "namespace hearth::io { inline namespace HEARTH_NET_ABI { net::steady_timer t(); } }")
        self.bad("hearth/io/x.hpp", "#if defined(ASIO_HAS_CO_AWAIT)", "macro of Asio")
        self.bad("hearth/net/x.hpp", "#if BOOST_ASIO_VERSION > 1", "macro of Asio")
        self.good("hearth/net/x.hpp", "#if defined(HEARTH_USE_BOOST_ASIO)")

    def test_the_upper_half_touches_no_machine(self):
        self.bad("hearth/core/x.hpp", "#include <unistd.h>", "not of the standard library")
        self.bad("hearth/core/x.hpp", "#include <sys/socket.h>", "not of the standard library")
        self.bad("hearth/session/x.hpp", "#include <thread>", "waits or touches the machine")
        self.bad("hearth/session/x.hpp", "auto t = std::chrono::steady_clock::now();", "reads the clock")
        self.good("hearth/io/x.hpp", "#include <sys/socket.h>")

    def test_the_upper_half_needs_the_standard_library_alone(self):
        self.bad("hearth/wire/impl/x.ipp", "#include <rapidjson/reader.h>", "not of the standard library")

    def test_headers_leave_nothing_behind(self):
        self.bad("hearth/core/x.hpp", "using namespace std;", "using namespace")
        self.bad("hearth/core/x.hpp", "namespace {\nint x;\n}", "unnamed namespace")
        self.bad("hearth/core/x.hpp", "static int f() { return 1; }", "static at namespace scope")
        self.good("hearth/core/x.hpp", "static_assert(true);\nstruct s {\n    static int f();\n};")
        self.bad("hearth/core/x.hpp", "#define X 1", "macro X")
        self.good("hearth/core/x.hpp", "#define X 1\n#undef X")

    def test_comments_and_strings_are_no_code(self):
        self.good("hearth/core/x.hpp", "// using namespace std; net::x\n/* static */\nauto s = \"asio::x ASIO_X\";")

    def test_the_guard_is_the_path(self):
        found = list(layers.offences_of(Path("hearth/core/x.hpp"), "#ifndef X_HPP\n#define X_HPP\n#endif\n"))
        self.assertIn("does not begin with the guard HEARTH_CORE_X_HPP", found)


class the_lists(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        for name in ("core/b.hpp", "core/a.hpp", "core/detail/hidden.hpp", "core/impl/a.ipp", "net/net.hpp", "io/c.hpp"):
            path = Path("hearth", name)
            guard = layers.guard_of(path)
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(f"#ifndef {guard}\n#define {guard}\n#endif\n")

    def test_missing_entries_are_named_and_fixed(self):
        self.assertIn("hearth/core.hpp: lacks <hearth/core/a.hpp>", layers.check(self.root))
        layers.fix(self.root)
        self.assertEqual(layers.check(self.root), [])
        text = (self.root / "hearth/core.hpp").read_text()
        self.assertEqual(layers.INCLUDE.findall(text), ["hearth/core/a.hpp", "hearth/core/b.hpp"])
        self.assertIn("<hearth/net/net.hpp>", (self.root / "hearth/io.hpp").read_text())
        layers.fix(self.root)
        self.assertEqual((self.root / "hearth/core.hpp").read_text(), text)

    def test_stale_and_unsorted_entries_are_named(self):
        layers.fix(self.root)
        path = self.root / "hearth/core.hpp"
        path.write_text(path.read_text().replace("core/a.hpp>", "core/z.hpp>"))
        found = layers.check(self.root)
        self.assertIn("hearth/core.hpp: <hearth/core/z.hpp> does not belong there", found)
        self.assertIn("hearth/core.hpp: not sorted", found)


if __name__ == "__main__":
    unittest.main()
