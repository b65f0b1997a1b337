# SPDX-License-Identifier: GPL-3.0-or-later
"""Top lists in a pseudo-terminal: run by top_terminal.sh."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from terminal import TIMEOUT, Terminal, check, finish  # noqa: E402

LUPE, T = os.environ['LUPE'], sys.argv[1]
SCRIPT = '''
local c = lupe.counter "LINE"
local list = lupe.top { c, every = 3600, title = "what was typed" }
for line in io.lines() do
	c:add(line)
	list:refresh()
end
'''
END = b'\x1b[J'


def frame(terminal, text):
    """Types a line; answers the bytes of what is drawn for it."""
    terminal.shown = b''
    terminal.line(text)
    deadline = time.monotonic() + TIMEOUT
    while END not in terminal.shown and terminal.read_more(deadline):
        pass
    return terminal.shown[terminal.shown.find(b'\x1b['):]


def test_in_place():
    t = Terminal(LUPE, 'run', T + '/top.lua', env={'TERM': 'xterm', 'LC_ALL': 'C.UTF-8'}, size=(6, 30))
    # The size is there before the program asks for it: it waits for a line.
    drawn = frame(t, 'a')
    check(drawn.startswith(b'\x1b[2J\x1b[H'), 'the first one clears the terminal: %r' % drawn)
    check(b'what was typed\x1b[K\r\nCOUNT      %  LINE\x1b[K\r\n    1  100.0  a\x1b[K\r\n\x1b[J' in drawn, repr(drawn))
    for text in 'bcdefg':
        drawn = frame(t, text * 40)
        check(drawn.startswith(b'\x1b[H'), 'the others begin at its top')
        check(drawn.count(b'\n') <= 5, 'the last line stays free: %r' % drawn)
        check(all(len(line) <= 29 + len(b'\x1b[H\x1b[K\r') for line in drawn.split(b'\n')), 'long lines are cut')
    t.resize(20, 60)
    drawn = frame(t, 'h')
    check(drawn.count(b'\n') == 10, 'a larger terminal shows all: %r' % drawn)
    t.send('\x04')
    check(t.end() == 0, 'its end')
    check(t.modes() == (True, True), 'the terminal is as it was')


def test_dumb():
    t = Terminal(LUPE, 'run', T + '/top.lua', env={'TERM': 'dumb', 'LC_ALL': 'C.UTF-8'}, size=(6, 30))
    t.line('a')
    t.expect(r'what was typed\nCOUNT +%  LINE\n +1  100.0  a\n')
    t.send('\x04')
    check(t.end() == 0, 'its end')
    check(b'\x1b' not in t.shown, 'no escape sequences: %r' % t.shown)


with open(T + '/top.lua', 'w') as file:
    file.write(SCRIPT)
test_in_place()
test_dumb()
finish()
