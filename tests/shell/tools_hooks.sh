#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The tools that hook functions: funccount, funclatency, ltrace, memleak, bashreadline, graph.
source "$(dirname "$0")/lib/common.sh"
cd "$T" || exit 1
journal=("$FIXTURES/journal" "$T/data")

tool() { # NAME ARGS...: its lines are in $T/log and LOG
	run "$LUPE" "$1" -o "$T/log" "${@:2}"
	LOG=$(<"$T/log")
}
logged() { # REGEX WHAT
	grep -qE "$1" "$T/log" || fail "$2: no line matches '$1' in: $LOG$ERR"
}

for name in funccount funclatency ltrace memleak bashreadline graph; do
	run "$LUPE" "$name" -d 1
	equal "$STATUS" 2 "$name without a target"
done

# --- funccount ---

tool funccount put 'wal_*' pwrite -- "${journal[@]}" 3
equal "$STATUS" 0 "funccount ($ERR)"
logged '^ *12 .* put$' "a function"
logged '^ *3 .* wal_flush$' "a pattern"
logged '^ *12 .* pwrite$' "of a library"
tool funccount -t 'journal!*_*' -- "${journal[@]}" 2
logged '^ *2 .* [0-9]+ journal journal!append_record$' "by thread, of one module"
tool funccount put -- sh -c 'exec "$@"' sh "${journal[@]}" 2
logged '^ *8 .* put$' "in a program that is executed later"
tool funccount put -- bash -c '"$@"; "$@"' sh "${journal[@]}" 2
logged '^ *16 .* put$' "in children, each counted once"
tool funccount 'app*_record' -- bash -c '"$@"; "$@"' sh "${journal[@]}" 2
logged '^ *4 .* append_record$' "patterns in children"
tool funccount wal_flsuh -- "${journal[@]}"
matches "$ERR" "there is no function 'wal_flsuh', did you mean 'wal_flush'\?" "a name that there is not"
tool funccount --max 3 '*' -- "${journal[@]}"
matches "$ERR" '[0-9]+ functions are meant' "too many"
equal "$STATUS" 1 "too many"
start "$FIXTURES/deepstack" 2
ready
run "$LUPE" funccount no_such_function -p "$READY"
one_line_error 1 "there is no function 'no_such_function'"
untouched "$READY" || fail "it is still traced"
"$LUPE" funccount -o counts -i 0.1 read exit -p "$READY" &
tracer=$!
eventually grep -qs COUNT counts # the hooks are there
tell go
end_started
wait "$tracer"
equal "$?" 0 "funccount of a running process"
grep -qE '^ *1 .* exit$' counts || fail "what a running process calls: $(<counts)"

# --- funclatency ---

tool funclatency wal_flush put -- "${journal[@]}" 5
logged '^put: 20 values, mean ' "a function"
logged '^wal_flush: 5 values, mean ' "another"
tool funclatency -a -u ms wal_flush put -- "${journal[@]}" 5
logged '^wal_flush, put: 25 values, .* ms, ' "all in one"
tool funclatency --slow 100ms usleep sleep nanosleep -- bash -c ':'
logged 'no such function has returned' "nothing is called"
tool funclatency --slow 50ms nanosleep -- sleep 0.1
logged '^nanosleep took 1[0-9.]+ ms in thread [0-9]+$' "a slow call"

# --- ltrace ---

tool ltrace -- "${journal[@]}" 1
equal "$STATUS" 0 "ltrace ($ERR)"
logged ' strlen\("record"\) = 6$' "one that is chosen when the program starts"
logged ' alarm\(300\) = 0$' "a call"
logged " open\(\"$T/data\", 0x80042, 0600\) = [0-9]+$" "strings, flags, modes"
logged ' vsnprintf\("1 append 6", 1023, "%d %s %d", 0x[0-9a-f]+\) = 10$' "a string that was filled"
logged ' pthread_create\(0x[0-9a-f]+, NULL, .*flush, NULL\) = 0$' "a function"
logged ' \+\+\+ exited with 0 \+\+\+$' "the end"
[[ $LOG != *malloc* ]] || fail "a call of a library: $LOG"
tool ltrace -c 'pw*' -- "${journal[@]}" 2
logged '^ *8 .* pwrite$' "a table"
equal "$(wc -l <log)" 2 "of what was chosen"
tool ltrace -T -s 3 vsnprintf -- "${journal[@]}"
logged ' vsnprintf\("1 a"\.\.\., 1023, "%d "\.\.\., .* = 10 <[0-9.]{8}>$' "times, short strings"

# what debug information tells of a library's functions; calls that begin inside of others
cat >library.c <<'END'
enum color { RED, GREEN = 5 };
struct point { int x, y; };
int mix(const char *name, enum color c, double weight, short n, _Bool on, struct point *p, float f)
{ return name[0] + c + weight + n + on + !p + f; }
double scale(double x, int n) { return x * n; }
const char *label(void) { return "label"; }
void nothing(void) {}
unsigned char small(unsigned char c) { return c; }
int apply(int (*fn)(int), int x) { return fn(x) + 1; }
END
cat >program.c <<'END'
#include <stdio.h>
#include <stdlib.h>
int mix(const char *, int, double, short, _Bool, void *, float);
double scale(double, int);
const char *label(void);
void nothing(void);
unsigned char small(unsigned char);
int apply(int (*)(int), int);
int twice(int x) { nothing(); return 2 * x; }
int main(void)
{
	mix("hello", 5, 1.5, -2, 1, 0, 0.25f);
	scale(2.5, 3);
	label();
	small('x');
	apply(twice, 4);
	printf("%d %s %.1f %c %lu%%\n", -1, "text", 2.5, 'y', 7UL);
	exit(3);
}
END
if command -v gcc >/dev/null; then
	gcc -g -shared -fPIC -o liblibrary.so library.c && gcc -rdynamic -o program program.c -L. -llibrary -Wl,-rpath,"$T" || fail "gcc"
	tool ltrace -- ./program
	equal "$STATUS" 3 "the program"
	logged ' mix\("hello", GREEN, 1\.5, -2, true, NULL, 0\.25\) = 110$' "values by their types"
	logged ' scale\(2\.5, 3\) = 7\.5$' "doubles"
	logged ' label\(\) = "label"$' "a string"
	logged " small\('x'\) = 'x'$" "a character"
	equal "$(grep -oE '(<\.\.\. )?(apply|nothing).*' log)" 'apply(twice, 4 <unfinished ...>
nothing() = <void>
<... apply resumed>) = 9' "a call in a call"
	logged ' printf\("%d %s %.1f %c %lu%%\\n", -1, "text", 2\.5, '"'y'"', 7\) = 17$' "what a format asks for"
	logged ' exit\(3 <no return \.\.\.>$' "one that does not return"
	logged ' exited with 3 ' "the end"
else
	echo "no gcc: ltrace by debug information is not tested"
fi

# --- memleak ---

cat >leaky.c <<'END'
#include <stdlib.h>
#include <string.h>
char *kept[8];
__attribute__((noinline)) void leak(int i) { kept[i] = malloc(1000); }
__attribute__((noinline)) void grow(void) { kept[6] = realloc(malloc(10), 5000); }
__attribute__((noinline)) void fine(void) { char *p = calloc(10, 100); free(p); free(strdup("x")); free(NULL); }
int main(void)
{
	for (int i = 0; i < 5; i++)
		leak(i);
	grow();
	fine();
	return posix_memalign((void **)&kept[7], 64, 300);
}
END
if command -v gcc >/dev/null; then
	gcc -g -o leaky leaky.c || fail "gcc"
	tool memleak -f -- ./leaky
	equal "$(grep -oE '(leak|grow|fine|main) [0-9]+$' log)" "grow 5000
leak 5000
main 300" "what is left ($LOG)"
	tool memleak -n 1 --min 400 -- ./leaky
	logged '^10000 bytes in 6 allocations are left, of 7 allocations' "the sum of the large ones"
	logged '^5000 bytes, 50\.0 %, [15] times$' "the heaviest"
fi
tool memleak -- /bin/true
logged ' bytes in [0-9]+ allocations are left, of [0-9]+ allocations' "a real program"

# --- graph ---

tool graph -- "${journal[@]}" 1
equal "$(sed -nE 's/ = .*//; s/^ *[0-9]+ (.*)/\1/p' log | tr '\n' ' ')" "main() { "\
"  run_round() {     append_record() {       put() {         say()       }     } "\
"    wal_flush() {       put() {         say()       }     }     put() {       say()     }   } "\
"flush() {   put() {     say()   } } } " "the tree"
logged '^ *[0-9]+         say\(\) = 11  [0-9.]+ .*s$' "a result and a time"
tool graph -a 1 -m 2 main run_round say -- "${journal[@]}" 1
logged '^ *[0-9]+   run_round\(-?[0-9a-fx]+\) \{$' "an argument"
[[ $LOG != *'  say('* ]] || fail "too deep: $LOG"
tool graph -s wal_flush put -- "${journal[@]}" 4
logged '^ *12 .* put$' "sums by caller"
logged '^ *4 .*   put$' "sums below another"

# --- bashreadline ---

printf 'echo one\necho "two three"\n' | "$LUPE" bashreadline -o log -- bash --norc --noprofile -i >/dev/null 2>&1
LOG=$(<log)
logged '^[0-9:]{8} +[0-9]+ echo one$' "a command"
logged 'echo "two three"$' "another"
eventually nothing_left
finish
