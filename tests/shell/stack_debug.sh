#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe stack with debug information: functions, inlined ones, arguments, locals, files and lines, frame by
# frame as gdb has them, on one program built by each compiler in each form that debug information takes.
source "$(dirname "$0")/lib/common.sh"

command -v gdb >/dev/null || skip "gdb is not installed"
compilers=()
for compiler in gcc clang; do
	if command -v "$compiler" >/dev/null; then compilers+=("$compiler"); else echo "$compiler is not installed: not tried"; fi
done
((${#compilers[@]})) || skip "no compiler is installed"

# The program's own frames, without numbers: those between the system call and main's end.
own() {
	sed -nE '/ in (innermost|__libc_read|read|__GI___libc_read)\b|^#0 /d; s/^#[0-9]+ +//p' |
		sed -nE '/(innermost|middle|numbers|things|recursive|main) \(/p' | sed -E '/libc_start/d'
}

# Where the two differ on purpose: we have no entry values of floating-point registers; gdb names a static
# variable of a function as in the source, we as the linker does; of a caller's registers that the callee
# may change, gdb shows what they are now (clang -O1 and -O2, in "recursive"), we that they are lost.
alike() {
	sed -E 's/([a-z]+)=([a-z]+)@entry=/\1=/g; s/, [a-z]+@entry=[^,)]*//g; s/<(array\.0|recursive[.[]array]?)>/<array>/' |
		if [[ $1 == clang\ -O[12]* ]]; then sed -E '/ recursive /s/(depth|point)=[^,)]*/\1=?/g'; else cat; fi
}

compare() { # WHAT PID
	local ours theirs
	ours=$("$LUPE" stack --stop=short "$2" 2>&1 | own | alike "$1")
	theirs=$(gdb -nx -p "$2" -batch -ex 'set print frame-arguments all' -ex 'set print null-stop on' -ex bt 2>/dev/null |
		own | alike "$1")
	[[ -n $theirs ]] || { echo "$1: gdb says nothing: not compared"; return; }
	compared=$((compared + 1))
	[[ $ours == "$theirs" ]] || fail "$1:
$(diff <(echo "$ours") <(echo "$theirs"))"
}

built() { # a program "$T/frames" is started and ready
	start "$T/frames"
	ready && eventually blocked "$READY"
}

compared=0
forms=("-O0 -gdwarf-4" "-O0 -gdwarf-5" "-O2 -gdwarf-4" "-O2 -gdwarf-5" "-O2 -g -fomit-frame-pointer -no-pie"
	"-O1 -g -gz" "-O0 -gdwarf-5 -gsplit-dwarf" "-O2 -gdwarf-4 -gsplit-dwarf")
for compiler in "${compilers[@]}"; do
	for form in "${forms[@]}"; do
		# In the folder of the program: that is where .dwo files lie.
		# shellcheck disable=SC2086
		(cd "$T" && "$compiler" $form -o frames "$SOURCE/tests/fixtures/frames.c") 2>"$T/cc" || {
			echo "not built: $compiler $form: $(head -1 "$T/cc")"
			continue
		}
		built || continue
		compare "$compiler $form" "$READY"
		end_started
	done
done
((compared >= 8)) || fail "only $compared forms were compared"

# Debug information split off: found by build-id, by link, and compressed.
gcc -O0 -g -o "$T/whole" "$SOURCE/tests/fixtures/frames.c"
objcopy --only-keep-debug --compress-debug-sections "$T/whole" "$T/frames.debug"
(cd "$T" && objcopy --strip-all --add-gnu-debuglink=frames.debug whole frames)
if built; then
	compare "a debug file" "$READY"
	end_started
fi

# Common entries moved to an alternate file by dwz.
if command -v dwz >/dev/null; then
	cp "$T/whole" "$T/other"
	cp "$T/whole" "$T/frames"
	(cd "$T" && dwz -m common.dwz frames other)
	if built; then
		compare "dwz" "$READY"
		end_started
	fi
else
	echo "dwz is not installed: not tried"
fi

# Locals, of inner blocks first, as "bt full" has them.
cp "$T/whole" "$T/frames"
if built; then
	run "$LUPE" stack -v "$READY"
	matches "$OUT" $'in things .*\n        inner = 2\n        total = 1\n' "locals of things"
	matches "$OUT" $'in main .*\n        point = \{x = 1, y = 2, bits = \{low = 3, high = 4\}' "locals of main"
	run "$LUPE" stack --json "$READY"
	matches "$OUT" '"function":"things".*"args":\[\{"name":"point","value":\{"x":1,"y":2' "JSON of arguments"
	matches "$OUT" '"function":"innermost","inlined":true,"file":' "JSON of lines"
	end_started
fi
finish
