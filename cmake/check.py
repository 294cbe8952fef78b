"""The stages of cmake/check. Standard library only; run from the root of the project."""
import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

LOGS = Path("build/check")
CLANG_FORMAT = "clang-format-19"  # another version formats differently
CASES = re.compile(r"test cases: +\d+ \| +(\d+) passed \| +(\d+) failed")
TELLING = re.compile(r"FINDING|violated|\berror: |\bwarning: |ERROR|FAILED|TEST CASE:|SUMMARY|CMake Error")
SKIPPED_CASE = re.compile(r"MESSAGE: skipped: (.*)")

NOT_BUILT = "was not built"


class Ledger:
    """What passed, failed and was skipped; whatever ran several times (once per preset) counts once, at its worst."""

    def __init__(self):
        self.tests = {}     # name -> (passed, failed)
        self.skips = {}     # name -> reason
        self.failures = {}  # name -> where, each place once

    def test(self, name, passed, failed, where):
        before_passed, before_failed = self.tests.get(name, (0, 0))
        failed_now = max(before_failed, failed)
        self.tests[name] = (max(before_passed + before_failed, passed + failed) - failed_now, failed_now)
        if failed:
            self.failures.setdefault(name, []).append(where)

    def step(self, name, passed, where=""):
        self.test(name, int(passed), int(not passed), where)

    def skip(self, name, reason):
        self.skips[name] = reason

    def totals(self):
        return (sum(p for p, _ in self.tests.values()), sum(f for _, f in self.tests.values()), len(self.skips))


class Check:
    def __init__(self, options):
        self.options = options
        self.ledger = Ledger()
        self.environment = dict(os.environ, CTEST_OUTPUT_ON_FAILURE="1", UBSAN_OPTIONS="print_stacktrace=1")

    # -- the pieces that stages are made of

    def command(self, log, *arguments, timeout=1800, environment=None):
        """Runs a command into build/check/<log>. Returns whether it succeeded; says so if it did not."""
        path = LOGS / log
        words = [str(a) for a in arguments]
        with path.open("w") as out:
            out.write("$ " + " ".join(words) + "\n")
            out.flush()
            try:
                child = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                         env=environment or self.environment, start_new_session=True)
            except FileNotFoundError:
                out.write(f"{words[0]} is not installed: run cmake/bootstrap\n")
                return False
            try:
                return child.wait(timeout) == 0
            except subprocess.TimeoutExpired:
                out.write(f"\nstopped after {timeout} s\n")
                return False
            finally:
                try:  # whatever the command left behind ends with it
                    os.killpg(child.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def step(self, name, log, *arguments, **more):
        passed = self.command(log, *arguments, **more)
        self.ledger.step(name, passed, f"see {LOGS / log}")
        if not passed:
            self.show("", (LOGS / log).read_text(errors="replace").splitlines()[1:])
        return passed

    @staticmethod
    def show(prefix, lines):
        """Prints what tells most of the output of a failure; the rest is in the log."""
        found = [line for line in lines if TELLING.search(line)] or [line for line in lines if line.strip()][-12:]
        print("\n".join(f"    | {prefix}{line[:200]}" for line in found[:12]), flush=True)

    def configure(self, preset):
        return self.step(f"configure {preset}", f"{preset}-configure.log", "cmake", "--preset", preset)

    def build(self, preset, *targets):
        """Returns whether there is something to run: what failed to build is in the ledger, the rest is still tested."""
        if not self.configure(preset):
            return False
        names = ["--target", *targets] if targets else []
        self.step(f"build {preset}", f"{preset}-build.log", "cmake", "--build", "--preset", preset, "-j",
                  self.options.jobs, *names, "--", "-k", "0")
        return True

    def tests(self, preset, *selection):
        """Runs CTest and counts test cases; a test program that is no doctest program counts as one."""
        report = Path(f"build/check/{preset}-tests.xml").resolve()
        report.unlink(missing_ok=True)
        log = f"{preset}-tests.log"
        self.command(log, "ctest", "--preset", preset, *selection, "-j", self.options.jobs, "--output-junit", report,
                     "--no-tests=error", "--test-output-size-passed", 1 << 20, "--test-output-size-failed", 1 << 20,
                     environment=self.with_symbolizer(preset))
        if not report.exists():
            self.ledger.step(f"tests {preset}", False, f"no report, see {LOGS / log}")
            return
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name, output = case.get("name"), case.findtext("system-out") or ""
            if case.find("skipped") is not None and case.get("status") != "fail":
                missing = "Unable to find executable" in ElementTree.tostring(case, "unicode")
                if missing or "Not Available" in ElementTree.tostring(case, "unicode"):
                    self.ledger.test(name, 0, 1, f"{preset}: {NOT_BUILT}")
                else:
                    self.ledger.skip(name, case.find("skipped").get("message", "no reason given"))
                continue
            counted = CASES.search(output)
            passed, failed = map(int, counted.groups()) if counted else (1, 0)
            if case.get("status") == "fail":
                passed, failed = (passed, failed) if failed else (max(passed - 1, 0), 1)
            for index, reason in enumerate(SKIPPED_CASE.findall(output)):
                passed -= 1
                self.ledger.skip(f"{name} [{index}]", reason)
            self.ledger.test(name, max(passed, 0), failed, f"{preset}: see {LOGS / log}")
            if failed:
                self.show(f"{name}: ", output.splitlines() or [case.find("failure").get("message", "died silently")])

    @staticmethod
    def compiler(preset):
        """The C++ compiler that a preset was configured with, or None."""
        for found in Path(f"build/{preset}/CMakeFiles").glob("*/CMakeCXXCompiler.cmake"):
            return Path(re.search(r'set\(CMAKE_CXX_COMPILER "(.*)"\)', found.read_text())[1])
        return None

    def with_symbolizer(self, preset):
        """The sanitizers look for llvm-symbolizer in PATH, where distributions have it under a versioned name only."""
        folder = self.compiler(preset).resolve().parent
        if (folder / "llvm-symbolizer").exists():
            return dict(self.environment, PATH=f"{folder}{os.pathsep}{self.environment['PATH']}")
        return self.environment

    # -- the stages

    def format(self):
        """layout of the code"""
        if not shutil.which(CLANG_FORMAT):
            return self.ledger.skip("format", f"{CLANG_FORMAT} is not installed")
        files = [p for top in ("include", "conformance", "bench", "docs", "cmake", "guest-agent", "reference-server")
                 for p in Path(top).rglob("*") if p.suffix in (".hpp", ".ipp", ".cpp")]
        self.step("format", "format.log", CLANG_FORMAT, "--dry-run", "--Werror", *sorted(files))

    def dev(self):
        """GCC: all tests, examples, consumers"""
        if self.build("dev"):
            self.tests("dev")
        self.step("cmake/quickstart", "quickstart.log", "cmake/quickstart")

    def headers(self):
        """each header compiles alone"""
        self.build("headers")

    def asan(self):
        """Clang: tests under address and undefined-behaviour sanitizers"""
        if self.build("asan"):
            self.tests("asan")

    def tsan(self):
        """Clang: what waits, under the thread sanitizer"""
        # The upper half knows no threads: built again it would cost minutes and could not fail.
        if self.build("tsan", "sdk-io-tests"):
            self.tests("tsan", "--tests-regex", "^sdk-io-tests")

    def tidy(self):
        """clang-tidy over all headers"""
        if not self.configure("asan"):
            return
        compiler = self.compiler("asan")
        # named like the compiler that wrote the flags: another version may not know them
        tool = compiler.name.replace("clang++", "clang-tidy")
        if tool == compiler.name or not shutil.which(tool):
            return self.ledger.skip("clang-tidy", f"{tool} is not installed")
        self.step("clang-tidy", "tidy.log", tool, "--quiet", "-p", "build/asan", "conformance/sdk/layers/everything.cpp")

    def fuzz(self):
        """each fuzz target for a while, from the golden vectors on"""
        if not self.build("fuzz"):
            return
        ran = self.command("fuzz.log", "conformance/fuzz/run", "--seconds", self.options.fuzz_seconds, "--jobs",
                           self.options.jobs, timeout=7200, environment=self.with_symbolizer("fuzz"))
        lines = (LOGS / "fuzz.log").read_text().splitlines()
        results = [found.groups() for line in lines if (found := re.match(r"(\S+) +\d+ execs .* (ok|FINDING.*)$", line))]
        for label, verdict in results:
            self.ledger.step(f"fuzz-{label}", verdict == "ok", f"see {LOGS / 'fuzz.log'}")
        if not ran:
            self.show("", [line for line in lines if not line.endswith(" ok")])
        if not results or (not ran and all(verdict == "ok" for _, verdict in results)):
            self.ledger.step("fuzz", False, f"see {LOGS / 'fuzz.log'}")

    def bench(self):
        """release build; every row of the benchmark works"""
        if self.build("release", "hearth-bench"):
            self.step("hearth-bench", "bench.log", "build/release/bin/hearth-bench", "--quick", timeout=300)

    STAGES = (format, dev, headers, asan, tsan, tidy, fuzz, bench)
    FAST = (format, dev)


def main():
    names = [stage.__name__ for stage in Check.STAGES]
    parser = argparse.ArgumentParser(
        prog="cmake/check", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Installs what is missing (cmake/bootstrap), then builds and runs every test this machine can run.\n"
                    "The last line of its output is `N passed, N failed, N skipped`; logs are in build/check/.",
        epilog="stages:\n" + "\n".join(f"  {stage.__name__:9}{stage.__doc__}" for stage in Check.STAGES))
    parser.add_argument("stages", nargs="*", metavar="STAGE", help="run only these stages (default: all)")
    parser.add_argument("--fast", action="store_true", help="only: " + ", ".join(s.__name__ for s in Check.FAST))
    parser.add_argument("--no-bootstrap", action="store_true", help="install nothing, use what is there")
    parser.add_argument("--fuzz-seconds", type=int, default=20, help="time per fuzz target (default: %(default)s)")
    parser.add_argument("-j", "--jobs", type=int, default=len(os.sched_getaffinity(0)), help="at once (default: %(default)s)")
    options = parser.parse_args()
    if unknown := [name for name in options.stages if name not in names]:
        parser.error(f"no such stage: {', '.join(unknown)}")

    LOGS.mkdir(parents=True, exist_ok=True)
    check = Check(options)
    wanted = options.stages or [s.__name__ for s in (Check.FAST if options.fast else Check.STAGES)]
    stages = [stage for stage in Check.STAGES if stage.__name__ in wanted]
    began = time.monotonic()
    for number, stage in enumerate(stages, 1):
        print(f"[{number}/{len(stages)}] {stage.__name__}: {stage.__doc__}", flush=True)
        started, failures = time.monotonic(), check.ledger.totals()[1]
        stage(check)
        verdict = "ok" if check.ledger.totals()[1] == failures else "FAILED"
        print(f"    {verdict}, {time.monotonic() - started:.0f} s", flush=True)

    print(f"\nlogs in {LOGS}/, {time.monotonic() - began:.0f} s in all")
    for name, reason in sorted(check.ledger.skips.items()):
        print(f"skipped: {name}: {reason}")
    unbuilt = {n: p for n, p in check.ledger.failures.items() if all(place.endswith(NOT_BUILT) for place in p)}
    for name, places in check.ledger.failures.items():
        if name not in unbuilt:
            print(f"failed: {name}: {'; '.join(places)}")
    if unbuilt:
        print(f"failed: {len(unbuilt)} tests that could not be built, {next(iter(unbuilt))} and others")
    print("{} passed, {} failed, {} skipped".format(*check.ledger.totals()))
    return 1 if check.ledger.totals()[1] else 0


if __name__ == "__main__":
    sys.exit(main())
