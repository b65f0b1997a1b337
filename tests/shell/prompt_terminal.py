# SPDX-License-Identifier: GPL-3.0-or-later
"""The prompt in a pseudo-terminal: run by prompt_terminal.sh."""
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib'))
from terminal import Terminal, check, finish  # noqa: E402

LUPE, FIXTURES, T = os.environ['LUPE'], os.environ['FIXTURES'], sys.argv[1]
PROMPT = r'\(lupe\) $'
ENV = {'XDG_STATE_HOME': T + '/state', 'XDG_CONFIG_HOME': T + '/config', 'TERM': 'xterm', 'INPUTRC': T + '/inputrc'}


def lupe(*words, env=None):
    terminal = Terminal(LUPE, *words, env=dict(ENV, **(env or {})))
    return terminal


def gone(pid):
    try:
        with open('/proc/%d/stat' % pid) as file:
            return file.read().rpartition(')')[2].split()[0] == 'Z'
    except OSError:
        return True


def test_editing():
    t = lupe()
    t.expect(PROMPT)
    t.ask('1 + 1', r'\n2\n')
    t.ask('=("x"):rep(3)', r'\nxxx\n')
    t.ask('y = 5', r'\n')
    t.ask('y * 2', r'\n10\n')
    # incomplete input asks for more
    t.line('for i = 1, 2 do')
    t.expect(r'\n> $')
    t.line('print("line " .. i)')
    t.expect(r'\n> $')
    t.ask('end', r'line 1\nline 2\n')
    # Ctrl-C gives a line up, also one of several, and a search
    t.send('this is not run')
    t.expect('not run')
    t.send('\x03')
    t.expect(r'\^C\n\(lupe\) $')
    t.line('for i = 1, 2 do')
    t.expect(r'\n> $')
    t.send('\x03')
    t.expect(PROMPT)
    t.send('\x12rep')
    t.expect('rep')
    t.send('\x03')
    t.expect(PROMPT)
    # completion
    t.send('info thr\t')
    t.expect('info threads $')
    t.send('\x15')
    t.send('set confi\t')
    t.expect('set confirm $')
    t.send('\x15')
    t.send('=lupe.inj\t')
    t.expect('lupe.inject $')
    t.send('\x15')
    t.send('help lupe.on_sy\t')
    t.expect(r'help lupe.on_syscall $')
    t.send('\x15')
    t.send('file ' + T + '/some_f\t')
    t.expect('some_file $')
    t.send('\x15')
    # the shell, and its terminal
    t.ask('!stty -a | grep -o " -*icanon" ', r' icanon')
    t.line("quit")
    check(t.end() == 0, 'exit status of quit')
    # the history: each line once, for the owner alone, kept
    path = T + '/state/lupe/history'
    check(os.stat(path).st_mode & 0o777 == 0o600, 'mode of the history')
    t = lupe()
    t.expect(PROMPT)
    t.send('\x10\x10\x10')
    t.expect(r'y \* 2|icanon|for i')
    t.send('\x15')
    t.ask('y = 5', r'\n')
    t.line('quit')
    check(t.end() == 0, 'exit status')
    with open(path) as file:
        lines = file.read().split('\n')
    check(lines.count('y = 5') == 1, 'a line is kept once: %r' % lines)
    check('for i = 1, 2 do print("line " .. i) end' in lines, 'several lines are one entry: %r' % lines)
    check('this is not run' not in lines, 'what was given up is not kept')


def test_repeat():
    t = lupe('--', FIXTURES + '/calls')
    t.expect(PROMPT)
    first = t.ask('stepi', r'(0x[0-9a-f]+ <|#0 )')
    second = t.ask('', r'(0x[0-9a-f]+ <|#0 )')
    check(first != second, 'Enter steps again')
    t.ask('x/2g $sp', r'0x[0-9a-f]+:')
    t.ask('=1', r'\n1\n')
    t.line('')
    t.expect(r'^\n?\(lupe\) $', 'nothing is repeated after Lua')
    t.send('\x04')
    t.expect(r'alive and will be killed. Quit\? \(y or n\) $')
    t.line('n')
    t.expect(PROMPT)
    t.send('\x04')
    t.expect(r'Quit\? \(y or n\) $')
    t.line('y')
    check(t.end() == 0, 'exit status')


def test_ctrl_c():
    # prompt: see test_editing. A launched target in the foreground gets it.
    t = lupe('--', 'sh', '-c', 'echo started; while read x; do echo got $x; done')
    t.expect(PROMPT)
    t.line('run')
    t.expect('started')
    t.line('one')
    t.expect('got one')
    check(t.foreground() != t.pid, 'the target has the terminal')
    t.send('\x03')
    t.expect(r'received SIGINT, interrupt')
    t.expect(PROMPT)
    check(t.foreground() == t.pid, 'the prompt has the terminal')
    t.line('continue')
    check(t.hand_over(), 'the target has the terminal again')
    t.line('two')
    t.expect('got two')
    t.send('\x03')
    t.expect(PROMPT)
    # Lua
    t.line('print("go" .. "es") while true do end')
    t.expect('goes\n')
    t.send('\x03')
    t.expect(r'interrupted\n')
    t.expect(PROMPT)
    t.line('print("wai" .. "ts") lupe.sleep(1000)')
    t.expect('waits\n')
    t.send('\x03')
    t.expect(PROMPT)
    # delivered when `signal` says so: the shell handles it, and then dies by its own
    t.ask('signal INT', 'received SIGINT, interrupt: sent by')
    t.line('signal INT')
    t.expect(r'was killed by SIGINT\]')
    t.expect(PROMPT)
    t.line('quit')
    check(t.end() == 0, 'exit status')


def test_attached():
    target = subprocess.Popen([FIXTURES + '/threads', '4'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    check(target.stdout.readline() == 'ready %d\n' % target.pid, 'ready')
    t = lupe('-p', str(target.pid))
    t.expect(PROMPT)
    t.ask('info threads', r'\* +1 ')
    t.ask('lupe.after(0.01, function() print("run" .. "ning") end)', r'\n')
    t.line('continue')
    t.expect('running\n')
    t.send('\x03')
    t.expect(r'interrupted\n')
    t.expect(PROMPT)
    t.ask('=lupe.target.state', 'stopped')
    t.line('quit')
    check(t.end() == 0, 'exit status')
    target.stdin.write('progress\nstop\n')
    target.stdin.flush()
    check(target.stdout.readline() == 'progress\n', 'the threads go on')
    words = target.stdout.readline()
    check(re.match(r'threads 4 calls \d+ interrupted 0 signals 0 ', words), 'what the threads noticed: ' + words)
    check(target.wait() == 0, 'exit status of the target')


def test_modes():
    # a target that leaves the terminal raw, and dies of it
    t = lupe('--', 'sh', '-c', 'stty raw -echo; echo raw; kill -SEGV $$')
    t.expect(PROMPT)
    t.line('run')
    t.expect('SIGSEGV')
    t.expect(PROMPT)
    t.ask('1 + 2', r'\n3\n')
    t.line('continue')
    t.expect(r'was killed by SIGSEGV')
    t.expect(PROMPT)
    t.line('shell stty -a | grep -o " -*echo "')
    t.expect(r' echo \n')
    t.expect(PROMPT)
    t.line('quit')
    check(t.end() == 0, 'exit status')


def test_signals():
    for number in (signal.SIGTERM, signal.SIGHUP):
        t = lupe('--', 'sh', '-c', 'echo pid $$; read x')
        t.expect(PROMPT)
        t.line('run')
        pid = int(t.expect(r'pid \d+').split()[1])
        t.send('\x03')
        t.expect(PROMPT)
        os.kill(t.pid, number)
        check(t.end() == 128 + number, 'dies by signal %d at the prompt' % number)
        check(gone(pid), 'and its target with it')
    t = lupe('--', 'sh', '-c', 'echo started; read x')
    t.expect(PROMPT)
    t.line('run')
    t.expect('started')
    os.kill(t.pid, signal.SIGTERM)
    check(t.end() == 128 + signal.SIGTERM, 'dies by SIGTERM while the target runs')


def test_config():
    os.makedirs(T + '/config/lupe', exist_ok=True)
    with open(T + '/config/lupe/init.lua', 'w') as file:
        file.write('lupe.set("prompt", "(mine) ")\nfrom_init = 42\n')
    t = lupe()
    t.expect(r'\(mine\) $')
    t.line('from_init')
    t.expect(r'\n42\n')
    t.line('quit')
    check(t.end() == 0, 'exit status')
    t = lupe('-n', '-q')
    t.expect(r'^\(lupe\) $')
    t.line('=from_init')
    t.expect(r'nil\n')
    t.line('quit')
    t.end()
    # inputrc
    with open(T + '/inputrc', 'w') as file:
        file.write('$if lupe\n"\\C-o": "1 + 40\\C-m"\n$endif\n')
    t = lupe('-n')
    t.expect(PROMPT)
    t.send('\x0f')
    t.expect(r'\n41\n')
    t.expect(PROMPT)
    t.resize(40, 40)
    t.ask('("a"):rep(50)', 'a{50}')
    t.line('quit')
    t.end()


def test_vanished_terminal():
    """The window is closed, while a launched target lives: at the prompt, at a question, at a page."""
    for line in ('', 'quit', 'info signals'):
        t = lupe('-n', '--', os.environ['FIXTURES'] + '/calls')
        t.resize(6, 80)
        t.expect(PROMPT)
        if line:
            t.line(line)
            t.expect('y or n|more: Enter')
        os.close(t.fd)
        deadline = time.monotonic() + 20
        ended = False
        while not ended and time.monotonic() < deadline:
            ended = os.waitpid(t.pid, os.WNOHANG)[0] == t.pid
            time.sleep(0.02)
        check(ended, 'ends with its terminal, at %r' % line)
        if not ended:
            os.kill(t.pid, signal.SIGKILL)
            os.waitpid(t.pid, 0)


def test_pages():
    t = lupe('-n')
    t.resize(8, 80)
    t.expect(PROMPT)
    t.line('info signals')
    t.expect('SIGHUP.*more: Enter, q to quit, c for all -- $')
    t.line('')
    t.expect('more: Enter')
    t.line('q')
    t.expect(PROMPT)
    t.line('info signals')
    t.expect('more: Enter')
    t.line('c')
    t.expect('SIGSYS')
    t.expect(PROMPT)
    t.ask('set pagination off', r'\n')
    t.ask('info signals', 'SIGSYS')
    t.line('quit')
    t.end()


def test_completion_of_names():
    t = lupe('-n', '--', os.environ['FIXTURES'] + '/frames')
    t.expect(PROMPT)
    t.send('break thin\t')
    t.expect('break things')
    t.line('')
    t.expect('breakpoint 1 at')
    t.expect(PROMPT)
    t.ask('run', '#0 +things')
    t.send('print list->lab\t')
    t.expect('list->label')
    t.line('')
    t.expect('"label"')
    t.expect(PROMPT)
    t.send('print point.wei\t')
    t.expect('point.weight')
    t.line('')
    t.expect('= 1.5')
    t.expect(PROMPT)
    t.ask('complete print arr', 'print array')
    t.ask('complete break frames.c', 'break frames.c:')
    t.line('kill')
    t.expect('y or n')
    t.line('y')
    t.expect('killed')
    t.expect(PROMPT)
    t.line('quit')
    t.end()


open(T + '/some_file', 'w').close()
test_editing()
test_repeat()
test_ctrl_c()
test_attached()
test_modes()
test_vanished_terminal()
test_pages()
test_completion_of_names()
test_signals()
test_config()
finish()
