#!/bin/sh
# run.sh BUILD SECONDS NAME... - each fuzzer for so long, from its seeds on. What it finds
# stays in BUILD/found; put it into tests/fuzz/found/NAME with the mend.
set -u
build=$1
seconds=$2
shift 2
failed=
mkdir -p "$build/corpus" "$build/found"
SIGHTGLASS_FUZZ_SEEDS=$build/corpus "$build/test/fuzz/test_fuzz_targets" || exit 1
for name; do
	echo "--- $name, $seconds s"
	ASAN_OPTIONS=detect_leaks=$([ "$name" = station ] && echo 0 || echo 1) \
		"$build/fuzz/$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
		-max_len=4096 -print_final_stats=1 -verbosity=0 \
		-artifact_prefix="$build/found/$name-" "$build/corpus/$name" 2>&1 |
		tee "$build/found/$name.log" | grep -E "stat::(number|average)|SUMMARY|ERROR|Test unit" ||
		true
	grep -q "SUMMARY\|ERROR:" "$build/found/$name.log" && failed="$failed $name"
done
[ -z "$failed" ] || { echo "found something:$failed"; exit 1; }
