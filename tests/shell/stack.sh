#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# lupe stack on programs that know their stack: hard shapes, built by each compiler there is, with and
# without optimisation, frame pointers, position independence and symbols of any kind but their own.
source "$(dirname "$0")/lib/common.sh"

compilers=()
declare -A stops=([gcc]=short)
for compiler in gcc clang; do command -v "$compiler" >/dev/null && compilers+=("$compiler"); done
((${#compilers[@]})) || skip "no compiler is installed"

# The frames that the fixture tells, in WANTED, until it says "blocked".
hear_frames() {
	ready || return
	WANTED=()
	while hear && [[ $LINE == frame\ * ]]; do WANTED+=("${LINE#frame }"); done
	equal "$LINE" blocked "the fixture's last line"
}

# The names of OUT, in NAMES: without numbers, suffixes of clones and marks.
read_names() {
	mapfile -t NAMES < <(sed -nE 's/^#[0-9]+ +//p' <<<"$OUT" |
		sed -E 's/  \[guessed: .*//; s/\.(constprop|isra|part|cold|lto_priv)[.0-9]*$//; s/^<signal handler called>$/<signal>/')
}

# The wanted frames are there in a row; "*" is anything.
has_frames() { # WHAT
	local start i found
	read_names
	for ((start = 0; start < ${#NAMES[@]}; start++)); do
		found=1
		for ((i = 0; i < ${#WANTED[@]} && found; i++)); do
			[[ ${WANTED[i]} == '*' || ${NAMES[start + i]-} == "${WANTED[i]}" ]] || {
				# libc's functions may be several
				if [[ $i -gt 0 && ${WANTED[i - 1]} == '*' && -n ${NAMES[start + i + 1]-} ]]; then
					NAMES=("${NAMES[@]:0:start+i}" "${NAMES[@]:start+i+1}")
					i=$((i - 1))
				else
					found=
				fi
			}
		done
		[[ -z $found ]] || return 0
	done
	fail "$1: wanted ${WANTED[*]}; got:
$OUT"
}

asleep() { [[ $(state_of "$1") == D ]]; }

kinds=(signal altstack fault null noreturn frame nocfi made jump vfork vdso)
# The last one leaves only a compressed .debug_frame.
variants=("-O0" "-O2" "-O2 -fomit-frame-pointer -no-pie -g -gdwarf-4"
	"-O2 -fno-asynchronous-unwind-tables -fno-unwind-tables -g -gz")
for compiler in "${compilers[@]}"; do
	for variant in "${variants[@]}"; do
		rm -f "$T/hazards"
		# shellcheck disable=SC2086
		"$compiler" $variant -w -o "$T/hazards" "$SOURCE/tests/fixtures/hazards.c" 2>"$T/cc" || {
			echo "not built: $compiler $variant: $(head -1 "$T/cc")"
			continue
		}
		for kind in "${kinds[@]}"; do
			start "$T/hazards" "$kind"
			hear_frames || continue
			if [[ $kind == vfork ]]; then eventually asleep "$READY"; else eventually blocked "$READY"; fi
			for stop in needed ${stops[$compiler]-}; do
				run "$LUPE" stack -q --stop=$stop "$READY"
				equal "$STATUS" 0 "exit status ($ERR)"
				has_frames "$compiler $variant $kind --stop=$stop"
			done
			end_started
		done
	done
done

# Names of a stripped program come from its debug file, by name and CRC or by build-id.
gcc -O1 -g -Wl,--build-id=none -o "$T/whole" "$SOURCE/tests/fixtures/hazards.c" 2>/dev/null || cp "$T/hazards" "$T/whole"
if command -v objcopy >/dev/null; then
	objcopy --only-keep-debug "$T/whole" "$T/split.debug"
	(cd "$T" && objcopy --strip-all --add-gnu-debuglink=split.debug whole split)
	start "$T/split" frame
	hear_frames
	eventually blocked "$READY"
	run "$LUPE" stack -q "$READY"
	has_frames "debug link"
	end_started
	# one whose CRC is another: its names must not be used
	printf 'x' >>"$T/split.debug"
	start "$T/split" frame
	hear_frames
	eventually blocked "$READY"
	run "$LUPE" stack -q "$READY"
	[[ $OUT != *variable_frame* ]] || fail "a debug file with a wrong CRC was used"
	end_started
fi

finish
