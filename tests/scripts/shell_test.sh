#!/usr/bin/env bash
# Checks scripts/setup and scripts/check-commits. Usage: shell_test.sh SOURCE
set -euo pipefail

source_dir=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

# expect NAME STATUS PATTERN COMMAND...: it ends so and says something like it.
expect() {
  local name=$1 wanted=$2 pattern=$3 output status=0
  shift 3
  output=$("$@" 2>&1) || status=$?
  if [[ $status == "$wanted" && $output =~ $pattern ]]; then return; fi
  printf 'FAILED %s: status %s\n%s\n' "$name" "$status" "$output"
  failures=$((failures + 1))
}

setup=$source_dir/scripts/setup
expect 'setup lists the packages of a demo' 0 librdkafka-dev \
  "$setup" --for demo --list
expect 'setup refuses an unknown purpose' 1 'demo, serve, package, test or tidy' \
  "$setup" --for fun
expect 'setup refuses an unknown argument' 1 "'--fast'" "$setup" --fast
for_demo=$("$setup" --for demo --list)
for package in default-jdk-headless maven clang-format-14; do
  if grep -qx "$package" <<<"$for_demo"; then
    echo "FAILED the demo needs no $package"
    failures=$((failures + 1))
  fi
done

# A PATH where nothing is installed and there is no sudo.
mkdir "$folder/bin"
for program in bash dirname sed grep printf; do
  ln -s "$(command -v "$program")" "$folder/bin/$program"
done
printf '#!/bin/sh\nexit 1\n' >"$folder/bin/dpkg-query"
chmod +x "$folder/bin/dpkg-query"
if ((EUID != 0)); then
  expect 'setup says what to do without root and sudo' 1 'install sudo' \
    env PATH="$folder/bin" "$setup" --for demo
fi
rm "$folder/bin/dpkg-query"
expect 'setup says when this is no Debian' 1 'no Debian.*librdkafka-dev' \
  env PATH="$folder/bin" "$setup" --for demo

commits=$source_dir/scripts/check-commits
export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.org
export GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.org
git init -q "$folder/repository"
cd "$folder/repository"
commit() { git commit -q --allow-empty -m "$@"; }
commit 'mta: read lines of another daemon' -m 'Because they are there.'
expect 'a good subject passes' 0 '1 commits checked, 0 bad' "$commits"
base=$(git rev-parse HEAD)
commit 'Add things'
expect 'a subject needs its area' 1 'does not begin with' "$commits"
commit "mta: $(printf '%070d' 0)"
expect 'a subject has 72 columns' 1 '75 columns, at most 72' "$commits"
commit 'mta: stop.'
expect 'a subject has no full stop' 1 'full stop' "$commits" "$base"
expect 'only commits since the base count' 1 '^3 commits checked' \
  bash -c "'$commits' $base 2>/dev/null"

((failures == 0)) && echo "all passed"
