#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ratios of lupe to its peers, side by side in one run.

usage: tests/bench/bench.py [-n ROUNDS] [--quick] [--markdown] [NAME...]

Each row has a command of lupe and one or more peers. A round runs them in turn (A B A B ...), so that
a machine whose speed drifts does so for all; the ratio is taken within a round, and the row shows the
median of the rounds' ratios with the smallest and the largest. What is measured is what the program
under test says of its own loop ("ns NUMBER" on stdout), or else the time from start to end.
Nothing is asserted here: a figure is for reading. LUPE and FIXTURES name the binary and the folder of
fixtures (build/lupe, build/tests/fixtures).
"""
import argparse
import atexit
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LUPE = os.environ.get("LUPE", os.path.join(ROOT, "build/lupe"))
FIXTURES = os.environ.get("FIXTURES", os.path.join(ROOT, "build/tests/fixtures"))


def fixture(name, *words):
    return [os.path.join(FIXTURES, name), *words]


class Row:
    """One comparison: what it is about, ours, the peers by name, and how many calls it makes."""

    def __init__(self, name, about, ours, peers, per_call=False):
        self.name, self.about, self.ours, self.peers, self.per_call = name, about, ours, peers, per_call


class Target:
    """A process that is looked at: started when it is needed, ended when the next one is: a busy one would be in the way."""

    running = None

    def __init__(self, *command):
        self.command, self.process = command, None

    def pid(self):
        if Target.running is not self:
            if Target.running:
                Target.running.end()
            Target.running = self
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL)
            atexit.register(self.end)
            self.process.stdout.readline()
        return str(self.process.pid)

    def end(self):
        self.process.kill()
        self.process.wait()


class OnTarget:
    """A command whose last word is the process."""

    def __init__(self, target, *words):
        self.target, self.words = target, words

    def command(self):
        return [*self.words, self.target.pid()]


class Pause:
    """How long a busy thread of the target does not run while the command looks at its process, in nanoseconds: other
    programs run, too: see what it is when nobody looks."""

    def __init__(self, target, *words):
        self.target, self.words = target, words

    def gap(self):
        self.target.process.stdin.write(b"\n")
        self.target.process.stdin.flush()
        return float(self.target.process.stdout.readline().split()[1])

    def measure(self):
        pid = self.target.pid()
        self.gap()
        subprocess.run([*self.words, pid], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                       check=False)
        return self.gap()


class Difference:
    """Two commands that make the same stops, of which the first also does what is measured: the processor time in
    user mode that it takes more, in nanoseconds a call of `program`. (The kernel's part of the stops varies by more
    than all of what is measured.)"""

    def __init__(self, full, without, program):
        self.full, self.without, self.program = full, without, program

    def calls(self):
        """How many there are, as strace counts them."""
        told = subprocess.run(["strace", "-f", "-c", "-o", "/dev/stdout", *self.program], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, check=True).stdout
        return int(re.search(r"([0-9]+)\s+[0-9]*\s*total$", told, re.M).group(1))


def rows(scale):
    calls = str(20000 // scale)
    few = str(400000 // scale)
    loop = fixture("getppid", calls)
    mixed = fixture("mixload", "4", str(100000 // scale), "1000")
    strace = ["strace", "-f", "-o", "/dev/null"]
    trace = [LUPE, "trace", "-f", "-o", "/dev/null"]
    listing = ["ls", "-lR", "/usr/include" if scale == 1 else "/usr/include/linux"]
    handler = "lupe.on_syscall('getppid', { %s = function() end })"
    return [
        Row("full", "a getppid loop, every call traced and printed", trace + loop,
            {"strace -f": strace + loop, "strace -f on one CPU": ["taskset", "-c", "0", *strace, *loop]}),
        Row("filter", "4 threads, few of whose calls match",
            trace + ["-e", "trace=uname"] + mixed,
            {"strace -f --seccomp-bpf": strace + ["--seccomp-bpf", "-e", "trace=uname"] + mixed}),
        Row("unmatched", "a call that nobody asked for, under a filter",
            trace + ["-e", "trace=openat"] + fixture("getppid", few),
            {"alone": fixture("getppid", few)}, per_call=True),
        Row("entry", "a Lua handler at the entry of every call",
            [LUPE, "run", "-e", handler % "on_enter", "--", *loop], {"strace -f": strace + loop}),
        Row("exit", "a Lua handler at the exit of every call",
            [LUPE, "run", "-e", handler % "on_exit", "--", *loop], {"strace -f": strace + loop}),
        Row("decode", "the text of a call of ls -lR, beside just counting it",
            Difference(trace + listing, trace + ["-c"] + listing, listing),
            {"strace": Difference(strace + listing, strace + ["-c"] + listing, listing)}, per_call=True),
        Row("start", "from the command line to the end of true",
            [LUPE, "trace", "-o", "/dev/null", "true"], {"strace": ["strace", "-o", "/dev/null", "true"]}),
        *handler_rows(scale),
        *prompt_rows(scale),
        *stack_rows(),
    ]


GDB = ["gdb", "-nx", "-batch", "-iex", "set auto-load no", "-ex", "set pagination off"]
# What gdb's own documentation offers for a reaction to events: a function that is called at each stop. It may not go on.
GDB_EVENTS = """
def stopped(event):
    frame = gdb.selected_frame()
    for name in ("rdi", "rsi", "rdx"):
        frame.read_register(name)
gdb.events.stop.connect(stopped)
gdb.execute("run")
while gdb.selected_inferior().pid:
    gdb.execute("continue", to_string=True)
"""
GDB_STOP = """
class Never(gdb.Breakpoint):
    def stop(self):
        return int(gdb.selected_frame().read_register("rdi")) == -1
Never("hot")
"""


def handler_rows(scale):
    """What is done at each call, by a script: time a call, as the program tells it."""
    writes, calls = str(20000 // scale), str(20000 // scale)
    few = str(2000 // scale)
    handler = "lupe.on_syscall('write', function(ev) local a, b, c = ev.args.fd, ev.args[2], ev.args.count end)"
    hook = "lupe.target:hook('hot', { on_enter = function(c) local a, b, d = c.args[1], c.args[2], c.args[3] end })"
    gdb = GDB + ["-ex", "catch syscall write", "-ex", "python exec(%r)" % GDB_EVENTS, "--args"]
    return [
        Row("handler", "a Lua handler that reads three arguments",
            [LUPE, "run", "-e", handler, "--", *fixture("hotloop", "write", writes)],
            {"strace printing it": ["strace", "-e", "trace=write", "-o", "/dev/null", *fixture("hotloop", "write", writes)],
             "gdb's Python": gdb + fixture("hotloop", "write", few)}, per_call=True),
        Row("hook", "a Lua function at each call of one of the program",
            [LUPE, "run", "-e", hook, "--", *fixture("hotloop", "call", calls)],
            {"ltrace -x": ["ltrace", "-e", "", "-x", "hot", "-o", "/dev/null", *fixture("hotloop", "call", few)]},
            per_call=True),
    ]


def prompt_rows(scale):
    """The prompt beside gdb: the same commands."""
    calls, few = str(100000 // scale), str(2000 // scale)

    def session(*commands, program):
        words = [word for command in commands for word in ("-ex", command)]
        return [LUPE, "-n", "-batch", *words, "--", *program], GDB + words + ["--args", *program]

    lupe_hits, _ = session("break hot if n == -1", "run", program=fixture("hotloop", "call", calls))
    _, gdb_hits = session("break hot if n == -1", "run", program=fixture("hotloop", "call", few))
    gdb_python = GDB + ["-ex", "python exec(%r)" % GDB_STOP, "-ex", "run", "--args", *fixture("hotloop", "call", few)]
    rows_of = [Row("condition", "a breakpoint's condition that does not hold", lupe_hits,
                   {"gdb": gdb_hits, "gdb's Python": gdb_python}, per_call=True)]
    for name, about, commands in (
            ("prompt", "start to prompt on a program with 5 MB", ["print 1"]),
            ("complete", "completing a function's name in it", ["complete break lupe_value_"]),
            ("break", "a breakpoint by file and line in it", ["break value.c:30"])):
        ours, theirs = session(*commands, program=[LUPE])
        rows_of.append(Row(name, about, ours, {"gdb": theirs}))
    steps = "stepi %d" % (10000 // scale)
    ours, theirs = session("break hot", "run", steps, program=fixture("hotloop", "call", "100000"))
    rows_of.append(Row("steps", "10,000 single steps", ours, {"gdb": theirs}))
    finishes = ["break hot", "run"] + ["finish", "continue"] * (200 // scale or 1)
    ours, theirs = session(*finishes, program=fixture("hotloop", "call", "100000"))
    rows_of.append(Row("finish", "200 times finish and continue", ours, {"gdb": theirs}))
    return rows_of


def processor_time(command):
    """Seconds in user mode of the command and all that it waited for."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        sys.exit("%s: status %d" % (" ".join(command), status))
    return usage.ru_utime


def stack_rows():
    """Stacks of a process: names only, and with lines and (where the tool has them) arguments."""
    sleeper = ("import sys, threading, json, ssl\n"
               "[threading.Thread(target=threading.Event().wait, daemon=True).start() for _ in range(4)]\n"
               "print('ready', flush=True)\nsys.stdin.read()")
    targets = {"a small C program": Target(*fixture("deepstack", "20")),
               "200 waiting threads": Target(*fixture("pool", "200")),
               "200 busy threads": Target(*fixture("threads", "200")),
               "python3": Target("python3", "-c", sleeper)}
    gdb = ["gdb", "-nx", "-batch", "-ex", "set pagination off", "-ex", "thread apply all bt", "-p"]
    gaps = Target(*fixture("gaps", "8"))
    yield Row("pause", "how long a busy thread stands still, of 10", Pause(gaps, LUPE, "stack"),
              {"gdb": Pause(gaps, *gdb), "eu-stack": Pause(gaps, "eu-stack", "-p"),
               "sleep 0.1 (nobody looks)": Pause(gaps, "sh", "-c", "sleep 0.1")}, per_call=True)
    for what, target in targets.items():
        yield Row("stack", "names of " + what, OnTarget(target, LUPE, "stack", "-q"),
                  {"eu-stack": OnTarget(target, "eu-stack", "-p")})
        yield Row("stack", "lines and arguments of " + what, OnTarget(target, LUPE, "stack"),
                  {"eu-stack -i -s": OnTarget(target, "eu-stack", "-i", "-s", "-p"), "gdb": OnTarget(target, *gdb)})


def measure(command):
    """Seconds, or nanoseconds a call where the program tells them."""
    if isinstance(command, Pause):
        return command.measure()
    if isinstance(command, Difference):
        return (processor_time(command.full) - processor_time(command.without)) * 1e9 / command.calls()
    if isinstance(command, OnTarget):
        command = command.command()
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    if done.returncode != 0:
        sys.exit("%s: exit status %d: %s" % (" ".join(command), done.returncode, done.stderr.decode()))
    told = re.search(rb"^ns ([0-9.]+)", done.stdout, re.M)
    return float(told.group(1)) if told else wall


def show(value, is_ns):
    return "%.2f µs" % (value / 1000) if is_ns else "%.1f ms" % (value * 1000)


def is_there(name, command):
    """Whether a peer is installed; one that is not is told of."""
    program = (command.words if isinstance(command, (OnTarget, Pause)) else getattr(command, "full", command))[0]
    if not shutil.which(program):
        print("%s is not installed: not compared" % name)
    return shutil.which(program)


def run_row(row, rounds):
    """A round: ours, then each peer. Answers lines of a table."""
    commands = {"lupe": row.ours, **row.peers}
    figures = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            figures[name].append(measure(command))
    is_ns = figures["lupe"][0] > 100 or row.per_call
    lines = []
    for peer in row.peers:
        ratios = [ours / theirs for ours, theirs in zip(figures["lupe"], figures[peer])]
        lines.append((row.name, row.about, show(statistics.median(figures["lupe"]), is_ns), peer,
                      show(statistics.median(figures[peer]), is_ns), "%.2f" % statistics.median(ratios),
                      "%.2f to %.2f" % (min(ratios), max(ratios))))
    return lines


def print_table(lines, markdown):
    head = ("row", "what", "lupe", "peer", "peer's", "ratio", "range")
    table = [head, *lines]
    widths = [max(len(line[i]) for line in table) for i in range(len(head))]
    for i, line in enumerate(table):
        cells = [cell.ljust(width) for cell, width in zip(line, widths)]
        print("| " + " | ".join(cells) + " |" if markdown else "  ".join(cells).rstrip())
        if i == 0 and markdown:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("-n", type=int, default=7, metavar="ROUNDS", help="rounds of each row [7]")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the work: does it run at all?")
    parser.add_argument("--markdown", action="store_true", help="a table for docs/PERFORMANCE.md")
    parser.add_argument("names", nargs="*", metavar="NAME", help="rows [all]")
    options = parser.parse_args()
    table = rows(100 if options.quick else 1)
    unknown = set(options.names) - {row.name for row in table}
    if unknown:
        parser.error("unknown row %s; there are %s" % (", ".join(sorted(unknown)), ", ".join(dict.fromkeys(r.name for r in table))))
    if not shutil.which("strace"):
        sys.exit("strace is not installed: there is nothing to compare with")
    lines = []
    for row in table:
        if not options.names or row.name in options.names:
            row.peers = {name: command for name, command in row.peers.items() if is_there(name, command)}
            lines += run_row(row, 1 if options.quick else options.n)
    print("Linux %s, %d CPUs, medians of %d rounds" % (platform.release(), os.cpu_count(), options.n))
    print_table(lines, options.markdown)


main()
