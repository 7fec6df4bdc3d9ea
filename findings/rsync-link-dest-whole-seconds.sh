#!/usr/bin/env bash
# rsync 3.5.0: with --link-dest, as backups keep generations, a file that was written again within the second of its last
# change, at the same size, is linked with the generation before: the new generation holds the old data, exit code 0, and
# the time of the file in it differs from the source's by the fraction that -a otherwise keeps. Times are compared in
# whole seconds unless --modify-window is negative, which compares nanoseconds (rsync(1), since 3.1.3).
#
# Needs a Debian or derivative with an apt that knows the version below.
set -euo pipefail

version=3.5.0+ds1-0+deb12u1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
chmod 755 "$work"
apt-get -q download "rsync=$version" libpopt0 libxxhash0 liblz4-1 libzstd1 libacl1 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(dirname "$(find "$work/root" -name 'libpopt.so.0' | head -n 1)")
others=$(dirname "$(find "$work/root" -name 'libacl.so.1' | head -n 1)")
call() { LD_LIBRARY_PATH="$libraries:$others" "$work/root/usr/bin/rsync" "$@"; }

mkdir source
echo before >source/file
touch -d '2026-11-20 10:00:00.2' source/file
call -a source/ one/
echo behind >source/file
touch -d '2026-11-20 10:00:00.8' source/file
call -a --link-dest="$work/one" source/ two/
call -a --modify-window=-1 --link-dest="$work/one" source/ three/

about=$(call --version)
echo "${about%%$'\n'*}"
echo "whole seconds: $(cat two/file), $(stat -c %y two/file)"
echo "nanoseconds: $(cat three/file), $(stat -c %y three/file)"

[ "$(cat two/file)" = before ] && [ two/file -ef one/file ] && [ "$(cat three/file)" = behind ]
# Seen 2026-11-30:
#   rsync  version 3.5.0  protocol version 32
#   whole seconds: before, 2026-11-20 10:00:00.200000000 +0000
#   nanoseconds: behind, 2026-11-20 10:00:00.800000000 +0000
