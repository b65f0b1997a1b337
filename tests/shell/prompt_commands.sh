#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The commands of the prompt, each by a scripted session: what it shows and what it does to the target.
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/session.sh"

calls=$FIXTURES/calls

# --- running ---
session run -- "$calls"
equal "$STATUS" 3 "the target's exit status"
shows run '^sum is 10$' '^\[process [0-9]+ exited with code 3\]$'
session run 'print $_exitcode' -- "$calls"
shows '$_exitcode' '= 3$'
session run -- "$FIXTURES/crasher" SEGV
shows 'a signal' 'received SIGSEGV, segmentation fault: nothing is mapped at 0x0$' '^#0 +main \(.* at .*crasher\.c:[0-9]+$' '^[0-9]+.*volatile int'
equal "$STATUS" 0 "killed at the end: no status of its own"
session run continue -- "$FIXTURES/crasher" SEGV
equal "$STATUS" 139 "dies by the target's signal"
session starti 'stepi 2' 'stepi' -- "$calls"
shows starti '^0x[0-9a-f]+ <_start>  mov +%rsp,%rdi$' '_dl_start' '_dl_start'
session 'run one "t wo"' 'run' 'show args' -- echo none
shows 'run with arguments' '^one t wo$' '^one t wo$' '^args +one t wo'
echo input >"$T/in"
session "run <$T/in >$T/out" -- cat
equal "$(<"$T/out")" input "redirected"
session 'file /bin/echo' 'run a  "b c"'
shows 'file' '^a b c$'
session 'run echo first' 'run second'
shows 'the first run names the program' '^first$' '^second$'
session 'tbreak outer' run kill run -- "$calls"
shows kill 'temporary breakpoint 1' 'was killed by SIGKILL' 'sum is 10'
session 'break inner' run 'jump *inner+29' -- "$calls"
shows jump 'breakpoint 1, ' 'received SIGSEGV|breakpoint 1, '

# --- breakpoints ---
session 'break inner' run 'info breakpoints' continue 'delete 1' continue -- "$calls"
shows break '^breakpoint 1 at 0x[0-9a-f]+: inner at .*/calls\.c:12$' '^breakpoint 1, thread 1' '^#0 +inner \(x=0\) at .*calls\.c:12$' \
	'^12.*sum \+= x' '^1 +breakpoint +keep +y +1 +0x[0-9a-f]+: inner at .*/calls\.c:12$' '^breakpoint 1' 'sum is 10'
session 'break inner if $rdi == 3' run 'print $rdi' -- "$calls"
shows 'a condition' '^\$1 = 3$'
session 'break inner if =ev.thread.regs.rdi > 3' run 'print $rdi' -- "$calls"
shows 'a condition in Lua' '^\$1 = 4$'
session 'break inner' 'condition 1 $rdi == 2' run 'p $rdi' 'condition 1' c 'p $rdi' -- "$calls"
shows condition '\$1 = 2' 'stops always' '\$2 = 3'
session 'break inner' 'ignore 1 3' run 'p $rdi' -- "$calls"
shows ignore 'next 3 times' '\$1 = 3'
session 'break inner' run 'continue 3' 'p $rdi' -- "$calls"
shows 'continue N' '\$1 = 3'
session 'break inner' 'disable 1' 'break outer' run 'enable 1' c 'info b' -- "$calls"
shows 'disable and enable' 'breakpoint 2, ' 'breakpoint 1, ' '1 +breakpoint +keep +y +1'
session 'break inner' 'enable once 1' run c -- "$calls"
shows 'enable once' 'breakpoint 1, ' 'exited with code 3'
session 'break inner' 'enable delete 1' run 'info b' -- "$calls"
shows 'enable delete' 'breakpoint 1, ' 'no breakpoints'
session 'break inner' run 'clear' 'info b' -- "$calls"
shows clear 'deleted breakpoint 1' 'no breakpoints'
session 'break *inner' 'break *inner+1' run stepi -- "$calls"
shows 'stepping onto a breakpoint' 'breakpoint 1, ' 'breakpoint 2, '
session 'break inner' run 'break' 'info b' -- "$calls"
shows 'two at a place' '^2 .* inner at '
session 'tbreak outer' run 'x/4xb outer' -- "$calls"
shows 'no int3 of ours is shown' '0x55'
session 'break inner' 'save breakpoints '"$T/points" -- "$calls"
session "source $T/points" run -- "$calls"
shows 'save breakpoints' 'breakpoint 1, '
printf 'break inner\ncommands\nsilent\nprint $rdi\ncontinue\nend\nrun\n' >"$T/script"
run "$LUPE" -batch -x "$T/script" -- "$calls"
shows commands '^\$1 = 0$' '^\$2 = 1$' '^\$5 = 4$' 'sum is 10'
equal "$(grep -c '^breakpoint 1, ' <<<"$OUT")" 0 "a silent breakpoint"
session 'break inner' run 'watch (int)sum' 'delete 1' c c -- "$calls"
shows watch 'watchpoint 2: ' 'old value 0' 'new value 1' 'old value 1' 'new value 3'
session 'break inner if nonsense ==' -- "$calls"
equal "$STATUS" 125 "a condition that is none"
session 'break nosuchfunction' -- "$calls"
equal "$STATUS" 125 "a function that is none"
matches "$ERR" "no symbol 'nosuchfunction'" "a function that is none"

# --- going on ---
session 'tbreak inner' run finish 'p $' -- "$calls"
shows finish 'going on until outer\+' 'returned \$1 = 100' '\$2 = 100'
session 'tbreak *outer+37' run nexti 'p $rax' -- "$calls"
shows nexti '<outer\+42>' '= 100'
session 'tbreak outer' run 'until *inner' -- "$calls"
shows until '#0 .*inner \(x='
session start -- "$calls"
shows start '^#0 +main \(argc=1, '

# --- catching, signals ---
session 'catch syscall write' run c 'delete' c -- /bin/echo hello
shows 'catch syscall' 'call of syscall write' '^write\(1, "hello\\n", 6' 'return of syscall write' '= 6$' 'exited'
session 'catch syscall write if =ev.args.fd == 1' run -- "$calls"
shows 'a condition of a catchpoint' 'catchpoint 1'
session 'catch fork' run 'info b' -- sh -c '(echo sub); echo after'
shows 'catch fork' 'catchpoint 1 \(forked process [0-9]+\)' 'catchpoint +keep +y +1 +fork'
session 'catch exec' run 'info proc' -- sh -c 'exec /bin/echo done'
shows 'catch exec' 'executes /.*echo' 'exe .*/echo'
session 'catch exit' run -- "$calls"
shows 'catch exit' 'about to end'
session 'catch signal USR1' 'handle USR1 nostop noprint' run 'signal 0' -- sh -c 'kill -USR1 $$; echo alive'
shows 'catch signal' 'SIGUSR1 +No +No +Yes' 'received SIGUSR1, user signal 1: sent by' 'alive'
session 'handle USR1 nostop print nopass' run -- sh -c 'kill -USR1 $$; echo alive'
shows handle 'SIGUSR1 +No +Yes +No' 'received SIGUSR1' 'alive'
session run c -- sh -c 'kill -USR1 $$; echo alive'
equal "$STATUS" $((128 + 10)) "a signal is passed on"
session run 'info siginfo' -- sh -c 'kill -USR2 $$; echo alive'
shows 'info siginfo' 'signo = 12'
session starti 'signal USR1' -- sh -c 'echo never'
equal "$STATUS" $((128 + 10)) "signal sends one"
session 'inject write:error=ENOSPC' run -- /bin/echo hello
shows inject 'exited with code 1'
session 'trace write' run -- /bin/echo hello
matches "$ERR" '^write\(1, "hello.*= 6' "trace"

# --- data ---
session starti 'p 1 + 2' 'p $ * 2' 'p/x $1' 'p $$' 'p $x = 7' 'p $x' 'output $x' 'whatis (char)1' -- "$calls"
shows print '\$1 = 3' '\$2 = 6' '\$3 = 0x3' '\$4 = 6' '\$5 = 7' '\$6 = 7' '^7type = char'
session 'break *inner' run 'set $rdi = 40' 'p $rdi' 'set var *(int *)&sum = 1000' 'p (int)sum' 'delete' c -- "$calls"
shows 'set' '\$1 = 40' '\$2 = 1000' 'sum is 1050'
session 'break inner' run 'x/2i $pc' 'x/s *(char **)(*(long *)$sp, $sp)' -- "$calls"
equal "$STATUS" 125 "an expression that is none"
session 'break *inner' run 'x/2i $pc' 'x/2gx $sp' 'x' 'p $_' 'x/a $sp' 'x/4cb &sum' -- "$calls"
shows x '^=> 0x[0-9a-f]+ <inner>:.*push' '<inner\+1>' '^0x[0-9a-f]+:.0x[0-9a-f]{16}.0x[0-9a-f]{16}$' \
	'^0x[0-9a-f]+:.0x[0-9a-f]{16}$' '\$1' '<outer\+42>' "0 '.000'"
session 'break inner' 'display $rdi' 'display/i $pc' run 'info display' c 'undisplay 1' c -- "$calls"
shows display '^1: \$rdi = 0$' '^2: x/i \$pc$' '^1: y \$rdi$' '^1: \$rdi = 1$' '^2: x/i'
session 'break *inner' run 'disassemble' 'disas $pc,+4' 'set disassembly-flavor intel' 'x/i $pc' -- "$calls"
shows disassemble '=> .*<inner>:' 'ret' '<inner\+1>' 'push   rbp'
session 'break inner' run 'find &sum-4096, +8192, (char)1, (char)2' 'find/b $sp,+65536,"calls"' -- "$calls"
shows find 'nothing was found' '^0x' 'found$'
session 'break inner' run "dump memory $T/bytes \$sp \$sp+16" "restore $T/bytes \$sp+16" 'p *(long *)$sp == *(long *)($sp+16)' \
	-- "$calls"
shows 'dump and restore' 'wrote 16 bytes to ' 'wrote 16 bytes to memory' '= 1$'
equal "$(stat -c %s "$T/bytes")" 16 "size of what was dumped"

# --- status ---
session 'break inner' run bt 'bt 1' up 'down' 'info frame' 'frame 2' -- "$calls"
shows backtrace '^#0 +inner \(.*\) at .*calls\.c:[0-9]+$' '^#1 .* in outer \(.*\) at .*calls\.c:[0-9]+$' '^#2 .* in main \(argc=1, ' '^#0 ' 'more frames' '^#1 .*outer' '^#0 .*inner' \
	'^fn +inner' '^#2 '
session 'break things' 'break numbers' run continue 'bt full 2' 'frame 1' 'info args' 'info locals' 'info frame' -- "$FIXTURES/frames"
shows 'variables of frames' '^#0 +numbers \(.*\) at .*frames\.c:49' '^ +sum = ' '^#1 .* in things \(point=\{x = 1, y = 2, ' \
	'^ +inner = 2$' '^ +total = 1$' '^#1 ' '^point = \{x = 1, ' '^color = GREEN$' '^rights = \(READ \| EXECUTE\)$' '^inner = 2$' \
	'^total = 1$' '^fn +things$' '^line +[0-9]+$'
session 'break *inner' run 'info registers rip eflags xmm0' 'info r' 'info all-registers' -- "$calls"
shows 'info registers' '^rip +0x[0-9a-f]+ +<inner>$' '^eflags .*\[' '^xmm0 .*f32 \{' '^rax ' '^st0 '
session 'break inner' run 'info sharedlibrary' 'info address outer' 'info symbol outer+3' 'vmmap stack' 'checksec' -- "$calls"
shows 'what is mapped' 'fixtures/calls$' 'libc' 'outer is a function at 0x' '^outer\+3$' '\[stack\]$' '^PIE +yes'
session run -- "$calls"
session starti 'info files' 'info proc' 'telescope $sp 4' 'context' 'info inferiors' 'info signals INT' -- "$calls"
shows 'info' '^program ' '^fd 0' '^process ' '^00 ' '-- registers' '-- code' '-- stack' '^\* +1 ' '^SIGINT +Yes +Yes +No'

# --- threads and processes ---
start "$FIXTURES/threads" 3
ready
session "attach $READY" 'info threads' 'thread 2' 'thread apply all info registers rip' 'thread apply 1-2 p $tid = 1' \
	'thread apply all bt 1' 'detach'
equal "$STATUS" 0 "threads ($ERR)"
shows threads 'attached to process' '^\* +1 ' '^ +4 ' '^thread 2 \(' '^thread 4 \(.*:$' '^rip ' '^#0 ' 'detached from'
eventually untouched "$READY"
tell progress
hear
equal "$LINE" progress "threads go on"
session "attach $READY" 'thread 2' 'stepi 20' 'set scheduler-locking step' 'thread 4' 'stepi 20' 'nexti 3'
equal "$STATUS" 0 "stepping among threads ($ERR)"
eventually untouched "$READY"
tell stop
hear
matches "$LINE" 'signals 0 ' "what the threads noticed"
end_started
run "$LUPE" --follow both -batch -ex 'catch fork' -ex run -ex 'info inferiors' -ex delete -ex 'inferior 1' -ex c -- \
	sh -c '(echo sub); echo after'
shows 'two processes' 'catchpoint 1' '^\* +1 ' '^process ' 'after'

# --- the prompt ---
session 'alias regs = info registers' 'starti' 'regs rip' -- "$calls"
shows alias '^rip '
printf 'define twice\necho $argc $arg0 $arg0\\n\nend\ntwice x y\nlua print("lua " ..\n1)\n' >"$T/script"
run "$LUPE" -batch -x "$T/script"
shows 'define, and Lua of several lines' '^2 x x$' '^lua 1$'
printf 'p 1\nnonsense here\n' >"$T/script"
run "$LUPE" -batch -x "$T/script"
equal "$STATUS" 125 "a script that fails"
matches "$ERR" "script:2: " "where a script fails"
printf 'print("from Lua", lupe.eval "1 << 4")\nlupe.cmd "p 5"\n' >"$T/x.lua"
run "$LUPE" -batch -x "$T/x.lua" -e '6 * 7' -ex 'p 8'
equal "$OUT" $'from Lua\t16\n$1 = 5\n42\n$2 = 8' "-x, -e and -ex in their order"
session 'set confirm off' 'show confirm' 'set listsize 0'
shows settings '^confirm +off'
equal "$STATUS" 125 "a value that does not fit"
session 'echo a\tb\n' 'shell exit 3' 'p $_shell_exitcode' '!echo shell' 'echo $(1 + 1)\n'
shows 'echo and shell' $'^a\tb$' '= 3$' '^shell$' '^2$'
session 'stepi --lua' 'info threads --lua' 'break main --lua' 'set confirm off --lua' 'print 1 --lua'
shows '--lua' '^lupe.thread\(\):stepi\(1?\)$' '^for t in' '^lupe.cmd "break main"$' '^lupe.set\("confirm", "off"\)$' 'lupe.eval "1"'
session help 'help stepi' 'apropos breakpoint' 'help info'
shows help '  continue ' 'stepi: execute' 'Usage: stepi' '^clear ' 'info threads'
run "$LUPE" help stepi
matches "$OUT" 'Usage: stepi' "lupe help COMMAND"
session 'quit 5'
equal "$STATUS" 5 "quit's status"
session 'brek main'
equal "$STATUS" 125 "an unknown command"
matches "$ERR" "no command 'brek', did you mean 'break'" "an unknown command"
session 'de'
matches "$ERR" "ambiguous: define, delete, detach" "an ambiguous one"
run "$LUPE" -batch -ex run -- /nonexistent/program
equal "$STATUS" 127 "a program that is not there"
run "$LUPE" -batch -p 2147483647
equal "$STATUS" 125 "a process that is not there"
printf 'p 1\np 2 +\np 3\n' | "$LUPE" >"$T/out" 2>"$T/err"
equal $? 125 "commands on stdin, one of which fails"
equal "$(<"$T/out")" $'$1 = 1\n$2 = 3' "what the others show"
lupe_error='lupe.on_syscall("write", function() error "in the handler" end)'
run "$LUPE" -batch -e "$lupe_error" -ex run -- /bin/echo hello
equal "$STATUS" 125 "a handler that raises"
matches "$ERR" "in the handler" "a handler that raises"

eventually nothing_left
finish
