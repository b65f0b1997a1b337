#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe trace on real programs: output and exit status as without lupe, and a whole log.
source "$(dirname "$0")/lib/common.sh"

# git, with strace's columns: pid, time with microseconds, call, result, time spent
same_as_bare "$LUPE" trace -f -tt -T -o "$T/git.log" :: git --version
line='^([0-9]+ +)?[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} '
equal "$(grep -cvE "$line" "$T/git.log")" 0 "lines without a time"
matches "$(head -n 1 "$T/git.log")" 'execve\("[^"]*/git", \["git", "--version"\], .*\) = 0 <[0-9.]+>$' "the first line"
matches "$(tail -n 1 "$T/git.log")" '\+\+\+ exited with 0 \+\+\+$' "the last line"
equal "$(grep -cE '= .* <[0-9]+\.[0-9]{6}>$' "$T/git.log")" \
	"$(grep -cvE '\+\+\+|---|exit_group|unfinished' "$T/git.log")" "calls with their time"

# a shell pipeline: three programs
same_as_bare "$LUPE" trace -f -o "$T/pipe.log" :: sh -c 'printf "b\na\n" | sort | tr a-z A-Z; exit 3'
grep -q 'execve("[^"]*/sort"' "$T/pipe.log" || fail "sort was not followed"
grep -q 'execve("[^"]*/tr"' "$T/pipe.log" || fail "tr was not followed"
equal "$(grep -c '+++ exited with' "$T/pipe.log")" \
	"$(awk '{ print $1 }' "$T/pipe.log" | sort -u | wc -l)" "processes that ended"

# make -j4: children of children, SIGCHLD everywhere
mkdir "$T/tree"
for i in 1 2 3 4 5 6 7 8; do echo "int f$i(void) { return $i; }" >"$T/tree/f$i.c"; done
cat >"$T/tree/Makefile" <<-'END'
	all: $(patsubst %.c,%.o,$(wildcard *.c))
	%.o: %.c ; @gcc -c -o $@ $< && echo done $@
	broken: all ; @exit 7
END
for target in all broken; do
	rm -f "$T"/tree/*.o
	run make -j4 -s -C "$T/tree" $target
	wanted=$(sort <<<"$OUT") status=$STATUS
	rm -f "$T"/tree/*.o
	run "$LUPE" trace -f -o "$T/make.log" make -j4 -s -C "$T/tree" $target
	equal "$(sort <<<"$OUT")" "$wanted" "stdout of make $target"
	equal "$STATUS" "$status" "exit status of make $target"
	equal "$(find "$T/tree" -name '*.o' | wc -l)" 8 "objects built"
done

# without -o the trace goes to stderr only
run "$LUPE" trace -e trace=write sh -c 'echo to stdout; exit 4'
equal "$OUT" "to stdout" "stdout"
equal "$STATUS" 4 "exit status"
matches "$ERR" 'write\(1, "to stdout\\n", 10\) += 10' "stderr"

eventually nothing_left
finish
