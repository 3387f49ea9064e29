#!/bin/sh
# run.sh BUILD [NAME...] - runs the benchmark programs one after the other and prints one
# table. It measures and does not judge, with one exception: ceilings on bytes, which are
# exact on any machine, fail the run when they do not hold.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=${1:-build}
[ $# -gt 0 ] && shift
names=${*:-engine expr modbus plant store write access fanout frame console fleet startup load_alarms backtest journal trend burst beside}
BENCH_TMP=$build/bench
mkdir -p "$BENCH_TMP" || exit 2
BENCH_TMP=$(cd "$BENCH_TMP" && pwd)
SIGHTGLASS_BIN=$(cd "$build/bin" && pwd)
export BENCH_TMP SIGHTGLASS_BIN
rm -rf "$BENCH_TMP"/bench-* "$BENCH_TMP/notes" # of a run that was killed
LC_ALL=C.UTF-8
export LC_ALL

cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
load() { cut -d ' ' -f 1-3 /proc/loadavg; }
printf '# %s, %s cores, %s, Linux %s; %s; load average %s\n' "${cpu:-$(uname -m)}" \
	"$(nproc)" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)" \
	"$(uname -r | cut -d . -f 1,2)" "$(date '+%F %H:%M %z')" "$(load)"
printf 'name\tfigure\tunit\tcompared with\tratio\tgoal\tholds\n'
broken=0
for name in $names; do
	"$build/test/bench/bench_$name" 2>>"$BENCH_TMP/notes"
	case $? in
	0) ;;
	3) broken=1 ;; # bench_end()
	*) printf '%s\t-\t-\tended early, see %s\t-\t-\t-\n' "$name" "$BENCH_TMP/notes" ;;
	esac
done
printf '# load average at the end: %s\n' "$(load)"
[ $broken = 0 ] || echo "# a ceiling does not hold" >&2
exit $broken
