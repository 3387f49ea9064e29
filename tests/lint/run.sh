#!/bin/sh
# Style, layers and limits, by script and not by opinion. Prints what is wrong with
# file and line; exit 1 if anything is.
set -u
cd "$(dirname "$0")/../.." || exit 2
bad=0
step() { # name, then a command that prints faults and exits non-zero when there are any
	name=$1
	shift
	if out=$("$@" 2>&1); then
		printf 'lint %-12s ok\n' "$name"
	else
		printf 'lint %-12s FAILED\n%s\n' "$name" "$out"
		bad=1
	fi
}

sources() { git ls-files 'src/*.c' 'src/*.h' 'tests/*.c' 'tests/*.h'; }

format() { sources | xargs clang-format --dry-run -Werror; }

headers() { # every header compiles alone
	rc=0
	for h in $(git ls-files 'src/*.h'); do
		printf '#include "%s"\n' "${h#src/}" |
			gcc -std=c11 -D_GNU_SOURCE -Isrc -Wall -Werror -fsyntax-only -x c - || {
			echo "$h does not compile alone"
			rc=1
		}
	done
	return $rc
}

banned() { # functions that have a safe twin in util/, and things we do not do
	! git grep -nE '(^|[^A-Za-z0-9_.>"])(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atof|localtime|gmtime|ctime|asctime|system|popen|alloca)[ ]?\(' \
		-- 'src/*.c' 'src/*.h' || return 1
	! git grep -nE '(^|[[:space:];{}])//' -- 'src/*.c' 'src/*.h' 'tests/*.c' 'tests/*.h' |
		grep -v '"[^"]*//' || return 1
	! git grep -nE '(^|[^A-Za-z0-9_])(usleep|sleep|nanosleep)[ ]?\(' -- 'tests/*.c' 'tests/*.h'
}

analysis() {
	cppcheck --quiet --std=c11 --enable=warning,portability,performance --inline-suppr \
		--suppress=missingIncludeSystem --error-exitcode=1 -D__GNUC__ -D__CPPCHECK__ -Isrc \
		-j 2 src
}

scripts() {
	rc=0
	for f in $(git ls-files '*.sh' .ci/run); do sh -n "$f" || rc=1; done
	for f in $(git ls-files '*.py'); do
		/usr/bin/python3 -c 'import ast,sys; ast.parse(open(sys.argv[1]).read())' "$f" || rc=1
	done
	return $rc
}

step format format
step layers /usr/bin/python3 tests/lint/layers.py
step headers headers
step banned banned
step links /usr/bin/python3 tests/lint/links.py
step sizes /usr/bin/python3 tests/lint/sizes.py
step scripts scripts
step cppcheck analysis
exit $bad
