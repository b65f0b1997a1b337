# SPDX-License-Identifier: GPL-3.0-or-later
"""A program in a pseudo-terminal, for tests of the prompt: what it shows is waited for, never slept for."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

TIMEOUT = 20
# Colours, cursor movements and bracketed paste: not what is tested.
ESCAPES = re.compile(rb'\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]')

failures = 0


def check(condition, what):
    global failures
    if not condition:
        failures += 1
        print('FAILED line %d: %s' % (sys._getframe(1).f_lineno, what))


def finish():
    sys.exit(1 if failures else 0)


class Terminal:
    def __init__(self, *words, env=None, size=(24, 100)):
        self.shown = b''
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            for name in (signal.SIGINT, signal.SIGQUIT):
                signal.signal(name, signal.SIG_DFL)
            os.environ.update(env or {})
            os.execvp(words[0], words)
        self.resize(*size)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def read_more(self, deadline):
        ready, _, _ = select.select([self.fd], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            piece = os.read(self.fd, 65536)
        except OSError:
            return False
        self.shown += piece
        return bool(piece)

    def expect(self, pattern, what=None):
        """Waits until the text shown since the last match has a match; answers it, or None."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            clean = ESCAPES.sub(b'', self.shown).replace(b'\r', b'')
            match = re.search(pattern.encode(), clean, re.S)
            if match:
                self.shown = clean[match.end():]
                return match.group(0).decode()
            if not self.read_more(deadline):
                global failures
                failures += 1
                print('FAILED line %d: %r was not shown, but %r' %
                      (sys._getframe(1).f_lineno, what or pattern, clean[-600:].decode(errors='replace')))
                return None

    def send(self, text):
        os.write(self.fd, text.encode())

    def line(self, text):
        self.send(text + '\r')

    def ask(self, text, pattern):
        """Sends a line at the prompt, waits for what it shows and for the next prompt."""
        self.line(text)
        found = self.expect(pattern)
        self.expect(r'\(lupe\) $')
        return found

    def modes(self):
        """Whether the terminal echoes and edits lines."""
        flags = termios.tcgetattr(self.fd)[3]
        return bool(flags & termios.ECHO), bool(flags & termios.ICANON)

    def foreground(self):
        return struct.unpack('i', fcntl.ioctl(self.fd, termios.TIOCGPGRP, b'\0' * 4))[0]

    def hand_over(self):
        """Waits until another process group than the program's has the terminal."""
        deadline = time.monotonic() + TIMEOUT
        while self.foreground() == self.pid and time.monotonic() < deadline:
            select.select([], [], [], 0.005)
        return self.foreground() != self.pid

    def end(self):
        """The exit status as a shell has it; what is still shown is kept in `shown`."""
        deadline = time.monotonic() + TIMEOUT
        while self.read_more(deadline):
            pass
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                if os.WIFSIGNALED(status):
                    return 128 + os.WTERMSIG(status)
                return os.WEXITSTATUS(status)
            select.select([], [], [], 0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return None
