#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Commands of the prompt that need debug information: places by line, stepping by lines, variables and types, libraries
# that come later, exceptions. What gdb does in the same sessions: tests/parity/gdb_sessions.
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/session.sh"
command -v gcc >/dev/null || skip "gcc is not installed"
programs=$SOURCE/tests/parity/programs
gcc -g -O0 -w -o "$T/shapes" "$programs/shapes.c" || skip "gcc makes no program"
gcc -g -O0 -w -shared -fPIC -o "$T/libplug.so" "$programs/plug.c"
gcc -g -O0 -w -o "$T/loads" "$programs/loads.c" -ldl
gcc -g -O0 -w -o "$T/jumps" "$programs/jumps.c"
shapes=$T/shapes

# --- places ---
session 'break shapes.c:23' 'tbreak 35' 'rbreak ^squ' 'break shapes.c:work' 'info breakpoints' -- "$shapes"
shows 'places' 'breakpoint 1 at 0x.*: work at .*shapes\.c:23$' 'temporary breakpoint 2 at .*: main at .*shapes\.c:35$' \
	'breakpoint 3 at .*: square at ' 'breakpoint 4 at .*: work at .*:17$' '^1 +breakpoint .*: work at .*:23$'
session 'break shapes.c:999' -- "$shapes"
equal "$STATUS" 125 "a line that is none"
matches "$ERR" "no line 999" "a line that is none"
session 'break twice' run 'bt 2' -- "$shapes"
shows 'an inlined function' 'breakpoint 1 at .*: twice at' '^#0 +twice \(x=6\) at' '^#1 .*work \('
session start 'list' 'list -' 'list work' 'list 1,3' 'list shapes.c:20' 'info source' 'info line' -- "$shapes"
shows list '^=> 28' '^   18' '^   15' '^   1	/\*' '^   20' '^file .*shapes\.c$' '^line 28 of .*: code from 0x'
session start 'list 999' -- "$shapes"
matches "$ERR" 'out of range' "a line that the file does not have"

# --- stepping ---
session 'break work if depth == 0' run next next next next -- "$shapes"
shows next '^17	' '^18	' '^22	' '^23	' '^24	'
session 'break work' run 'step 2' step step 'bt 1' -- "$shapes"
shows step '^#0 +work \(.*depth=3\)' '^19	' '^#0 +twice \(x=6\) at' '^#0 .*work \(.*\) at .*:19$'
session start 'advance 34' 'until 35' step 'bt 1' -- "$shapes"
shows 'advance, until, step in' ':34$' '^35	' '^#0 +work \(.*depth=3\)'
session 'break square' run -- "$shapes"
session 'break work if depth == 0' run finish 'p $' -- "$shapes"
shows finish 'going on until work\+' 'returned \$1 = 0' '\$2 = 0'
session 'break work if depth == 2' run 'return 5' 'bt 1' next 'delete' c -- "$shapes"
shows return '^#0 .*work \(.*depth=3\) at .*:20$' '^#0 .*depth=3' 'exited'
session start 'next 3' 'advance 24' -- "$T/jumps"
shows 'over longjmp' '^#0 +main' ':24$'

# --- variables and types ---
session 'break work if depth == 0' run 'p depth' 'p *b' 'p b->pt.y' 'p/x b->d' 'p b->list->next->name' 'p *b->list@1' 'p &b->pt' \
	'p sizeof(struct big)' 'p b->fn' 'p GREEN' 'p (enum color)2' 'p work' -- "$shapes"
shows print '^\$1 = 0$' '^\$2 = \{a = 3, b = -2, u = \{i = 7' '^\$3 = 2$' '^\$4 = ' '^\$5 = "node1"$' '^\$6 = \{\{val = 2' \
	'^\$7 = \(struct \{\.\.\.\} \*\) 0x' '^\$8 = 96$' '<square>$' 'GREEN$' 'BLUE$' '^\$12 = \{int \(struct big \*, int\)\} 0x.* <work>$'
session 'break work if depth == 0' run 'set var b->pt.x = 99' 'p b->pt' 'p b->b = 7' 'p b->b' 'p b->u.f = 1.5' 'set print-pretty on' 'p b->pt' \
	-- "$shapes"
shows 'set var' '^\$1 = \{x = 99, y = 2\}$' '^\$2 = 7$' '^\$3 = 7$' '^\$4 = 1.5$' '^\$5 = \{$' '^  x = 99,$'
session 'break work if depth == 0' run 'ptype struct node' 'ptype/o struct big' 'whatis b' 'whatis node_t' 'ptype enum color' 'info scope' \
	'info locals' 'info args' up 'info locals' -- "$shapes"
shows types '^type = struct node \{$' '^    struct node \*next;$' 'XXX 3-byte hole' 'total size: 96 bytes' '^type = struct big \*$' \
	'^type = struct node$' '^type = enum color \{RED, GREEN, BLUE\}$' '^argument b: struct big \*, at 0x' '^local = ' '^depth = 0$' \
	'^#1 .*depth=1' '^inner = 4$'
session start 'info functions ^work$' 'info variables ^global_array$' 'info types ^node$' 'info sources shapes' -- "$shapes"
shows names '15  static work: int \(struct big \*, int\)$' '11  global_array: int \[5\]$' 'struct node$' '/shapes\.c$'
session 'break work if depth == 0' run 'p square(5)' 'call square(depth + 2)' 'p strlen("hello")' 'p b->fn(3)' 'p twice(1)' -- "$shapes"
shows call '\$1 = 25' '\$2 = 4' '\$3 = 5' '\$4 = 9'
matches "$ERR" 'no code of its own' "a function that is only inlined"
session 'break work if depth == 0' run 'p nosuch' -- "$shapes"
matches "$ERR" "no symbol 'nosuch'" "a variable that is none"
session 'break work if depth == 0' run 'p b->nxt' -- "$shapes"
matches "$ERR" "has no member 'nxt'" "a member that is none"
session 'break work if nosuch == 1' run -- "$shapes"
shows 'a condition that cannot be decided' 'cannot be decided' '^#0 +work'

# --- libraries ---
session 'set breakpoint-pending on' 'break plugin_work' 'catch load plug' run c step 'bt 2' 'info sharedlibrary' -- "$T/loads" "$T/libplug.so"
shows 'what comes later' 'plugin_work \(pending\)' 'catchpoint 2 \(load plug\)' 'catchpoint 2 \(loaded .*libplug\.so\)' \
	'^breakpoint 1, ' '^#0 +plugin_work \(x=3\)' '^#0 +plugin_helper \(x=3\)' '^#1 .*plugin_work' 'libplug\.so$'
session 'break puts' run 'bt 2' -- "$T/jumps"
shows 'a name of a library before it is there' 'puts \(pending\)|breakpoint 1 at' '^breakpoint 1, '

# --- C++ ---
if command -v g++ >/dev/null; then
	cat >"$T/throws.cpp" <<'END'
#include <stdexcept>
static int check(int n) { if (n > 1) throw std::runtime_error("large"); return n; }
int main() { for (int i = 0; i < 3; i++) try { check(i); } catch (std::exception &) {} return 0; }
END
	g++ -g -O0 -o "$T/throws" "$T/throws.cpp" && session 'catch throw' 'catch catch' run 'up' c -- "$T/throws"
	shows exceptions 'exception thrown, std::runtime_error' '^#1 .*check \(n=2\)' 'exception caught'
else
	echo "g++ is not installed: exceptions were not tried"
fi

# --- views ---
session 'break work' run 'disassemble/s' context 'stack 2' "log $T/log" 'p 1' 'log off' -- "$shapes"
shows views '^17	' '<work.*>:.*' '-- registers' '-- source' '^=> 17' '-- code' '-- stack' '-- frames' '^thread 1 \(' '^#0'
matches "$(<"$T/log")" '\$1 = 1' "what is logged"
NO_COLOR=1 run "$LUPE" -batch --color=always -ex 'break work' -ex run -- "$shapes"
matches "$OUT" $'\e\\[34mint' "colours when they are asked for"
run "$LUPE" -batch -ex 'break work' -ex run -- "$shapes"
! [[ $OUT == *$'\e'* ]] || fail "colours where no terminal is"

eventually nothing_left
finish
