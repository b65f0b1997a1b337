#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Random sequences of commands on a live process of several threads: no crash, no hang, no fault of ours,
# and afterwards the target is as if nothing had been. ROUNDS=N and SEED=N for more, or one again.
source "$(dirname "$0")/lib/common.sh"
export XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state
rounds=${ROUNDS:-25} seed=${SEED:-1}

# Whatever goes on is stopped again after 10 ms.
cat >"$T/bound.lua" <<'END'
lupe.every(0.01, function() for p in lupe.processes() do p:interrupt() end end)
END

one_of() { printf '%s\n' "${@:1 + RANDOM % $#:1}"; }
command() {
	one_of 'stepi' 'stepi 7' 'nexti' 'nexti 5' 'continue' 'continue' 'finish' "thread $((1 + RANDOM % 6))" 'info threads' \
		'info registers' 'bt' 'thread apply all bt 3' 'x/4i $pc' 'x/8gx $sp' 'telescope' 'p $rip' 'p *(int *)$sp@4' \
		'break *$pc' 'tbreak *$pc' 'break read' 'break write' 'break clock_nanosleep if $rdi == 0' 'break sched_yield thread 2' \
		"delete $((1 + RANDOM % 9))" 'delete' "disable $((1 + RANDOM % 9))" 'enable' 'condition 1 $rax != 0' 'ignore 2 3' \
		'info breakpoints' 'catch syscall futex,read' 'catch signal all' 'display $rax' 'undisplay' 'handle USR1 nostop noprint' \
		'set scheduler-locking off' 'set scheduler-locking step' 'until *$pc+2' 'info inferiors' 'vmmap $sp' 'context' \
		'up' 'down' 'frame 1' 'disassemble' 'find $sp,+256,1' 'info sharedlibrary' 'signal 0' 'interrupt' 'trace write' \
		'trace off' 'p nonsense +' 'nonsense' '=lupe.target.state' 'lupe.thread():stepi()' 'enable once 1' 'clear' 'save breakpoints /dev/null' \
		'step' 'step 3' 'next' 'next' 'until' 'advance progress' 'list' 'list -' 'info locals' 'info args' 'bt full 2' 'info scope' \
		'p $rip' 'ptype int' 'whatis main' 'info line' 'info source' 'break threads.c:50' 'tbreak threads.c:60' 'p main' \
		'p (int)getpid()' 'print *argv' 'info functions main' 'info types ^u' 'catch load' 'finish' 'up 2' 'p $_' \
		'=lupe.thread() and lupe.thread():frame(0)' '=lupe.target and lupe.target:eval "sizeof(long)"' 'rbreak ^work' 'info sources fix' \
		'hbreak read' 'define x1' 'end' 'info symbol $pc' 'thread apply all stepi'
}

for ((round = 0; round < rounds; round++)); do
	RANDOM=$((seed + round))
	start "$FIXTURES/threads" 4
	ready
	{
		echo "attach $READY"
		for ((i = 0; i < 40; i++)); do
			command
			((RANDOM % 25)) || printf 'detach\nattach %d\n' "$READY"
		done
		echo detach
	} >"$T/commands"
	timeout 60 "$LUPE" -n -x "$T/bound.lua" <"$T/commands" >"$T/out" 2>"$T/err"
	status=$?
	[[ $status == 0 || $status == 125 ]] || fail "seed $((seed + round)): exit status $status"
	# our own functions are named in no message
	! grep -nE '\.lua:[0-9]+: |attempt to|stack traceback|AddressSanitizer|runtime error' "$T/err" ||
		fail "seed $((seed + round)): a fault of ours"
	eventually untouched "$READY"
	tell progress
	hear
	equal "$LINE" progress "seed $((seed + round)): the threads go on"
	tell stop
	hear
	matches "$LINE" '^threads 4 .* signals 0 ' "seed $((seed + round)): what the threads noticed"
	end_started
	equal "$STATUS" 0 "seed $((seed + round)): exit status of the target ($(tail -n 3 "$T/err"))"
	((failures < 5)) || break
done
eventually nothing_left
finish
