#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The fuzzers of tests/fuzz, for a few seconds each (LUPE_FUZZ_SECONDS), from seeds that are made here: programs in
# several forms, their core files. What they find is kept under its name in LUPE_FUZZ_KEEP, if that is set.
source "$(dirname "$0")/lib/common.sh"
command -v clang >/dev/null || skip "clang is not installed"
seconds=${LUPE_FUZZ_SECONDS:-5}
cd "$T" || exit 1
printf 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n ? 0 : 0; }' >try.c
clang -fsanitize=fuzzer,address,undefined -o try try.c 2>/dev/null || skip "clang has no libFuzzer here"

# --- the code under test, once ---

flags=(-g -O1 -std=gnu17 -D_GNU_SOURCE "-I$SOURCE/include" "-I$SOURCE/core" -I/usr/include/libdwarf
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
{
	find "$SOURCE"/core/{base,arch,type,image,unwind,trace} -name '*.c'
	[[ -z ${LUPE_FUZZ_ALL-} ]] || find "$SOURCE"/core/syscall -name '*.c'
	ls "$SOURCE"/core/session/stack*.c "$SOURCE"/tests/fuzz/*.c
} >sources
mkdir objects
xargs -P "$(nproc)" -I{} bash -c 'source=$1; shift; name=${source//\//_}; exec clang "$@" -c -o "objects/$name.o" "$source"' - {} \
	"${flags[@]}" <sources 2>compiler || fail "not compiled: $(head -5 compiler)"
fuzzers=()
for object in objects/*_tests_fuzz_*.o; do
	name=${object##*_tests_fuzz_}
	name=${name%.c.o}
	mv "$object" "$name.o"
	fuzzers+=("$name")
done
# The syscall tables take minutes to compile so: unit.value_random throws the same at them.
if [[ -z ${LUPE_FUZZ_ALL-} ]]; then
	fuzzers=("${fuzzers[@]/value/}")
	echo "value: not fuzzed here without LUPE_FUZZ_ALL"
fi
ar cr code.a objects/*.o
for name in ${fuzzers[*]}; do
	clang -fsanitize=fuzzer,address,undefined -o "fuzz_$name" "$name.o" code.a -lz -ldwarf -ldl -lpthread 2>linker ||
		fail "not linked: $(head -5 linker)"
done

# --- seeds ---

mkdir seeds_debug seeds_image seeds_core seeds_value
program() { # NAME FLAGS...
	local name=$1
	shift
	"${CC:-clang}" "$@" -w -o "$name" "$SOURCE/tests/fixtures/frames.c" 2>/dev/null || return
	cp "$name" seeds_debug/
	strip --strip-debug -o "seeds_image/$name" "$name"
}
program dwarf4 -g -O0 -gdwarf-4
program dwarf5 -g -O2 -gdwarf-5
program debug_frame -O1 -g -fno-asynchronous-unwind-tables -fno-unwind-tables -gz
CC=gcc program gcc -g -O2 -gdwarf-5
head -c 64 /dev/urandom >seeds_value/random
ulimit -c unlimited
if [[ $(</proc/sys/kernel/core_pattern) != \|* ]]; then
	mkdir cores && cd cores || exit 1
	start bash -c 'echo 0x10 >/proc/self/coredump_filter; exec "$@"' - "$FIXTURES/faulter" 1
	hear
	end_started
	for core in core*; do head -c 40000 "$core" >"../seeds_core/$core"; done
	cd ..
else
	echo "core_pattern hands core files to another program: the fuzzer of core files has no seeds"
fi

# --- running ---

export ASAN_OPTIONS=detect_leaks=0:allow_user_segv_handler=1:handle_abort=0 UBSAN_OPTIONS=print_stacktrace=1
for name in ${fuzzers[*]}; do
	mkdir -p "corpus_$name" "seeds_$name"
	timeout $((seconds + 60)) "./fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=100000 -handle_segv=0 \
		-handle_bus=0 -handle_abrt=0 -handle_ill=0 -handle_fpe=0 -artifact_prefix="$T/found_" -print_final_stats=1 \
		"corpus_$name" "seeds_$name" >"log_$name" 2>&1 || fail "$name: $(grep -E 'ERROR|SUMMARY|runtime error|ALARM' "log_$name" | head -5)
$(tail -30 "log_$name")"
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "log_$name")
	echo "$name: ${runs:-0} inputs in $seconds s"
	((${runs:-0} >= 20)) || fail "$name: only ${runs:-0} inputs were tried"
done
for found in found_*; do
	[[ -e $found && -n ${LUPE_FUZZ_KEEP-} ]] && cp "$found" "$LUPE_FUZZ_KEEP/"
done
finish
