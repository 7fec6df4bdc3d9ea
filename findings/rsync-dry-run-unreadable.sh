#!/usr/bin/env bash
# rsync 3.5.0: a dry run that compares by checksum (-n -c -i) tells a source file that it cannot read as one whose
# checksum differs, and exits 0, even where both files are the same. The same call without -n exits with 23. So exit
# code 0 of such a comparison does not say that everything was compared, and "differs" may mean "was not read".
#
# Needs a Debian or derivative with an apt that knows the version below. As root it gives up root for the calls.
set -euo pipefail

version=3.5.0+ds1-0+deb12u1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get -q download "rsync=$version" libpopt0 libxxhash0 liblz4-1 libzstd1 libacl1 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done

libraries=$(dirname "$(find "$work/root" -name 'libpopt.so.0' | head -n 1)")
others=$(dirname "$(find "$work/root" -name 'libacl.so.1' | head -n 1)")
as=()
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
call() { "${as[@]}" env LD_LIBRARY_PATH="$libraries:$others" "$work/root/usr/bin/rsync" "$@"; }

mkdir from to
echo same >from/readable
echo same >from/unreadable
cp -p from/readable from/unreadable to/
chmod 000 from/unreadable
[ "$(id -u)" -ne 0 ] || chown -R 65534:65534 from to

about=$(call --version)
echo "${about%%$'\n'*}"
dry=0
told=$(call -a -n -c -i from/ to/ 2>&1) || dry=$?
real=0
call -a -c -i from/ to/ >real.txt 2>&1 || real=$?
echo "dry run: exit $dry, says: $told"
echo "real run: exit $real, says: $(head -n 1 real.txt)"

[ "$dry" -eq 0 ] && [ "$real" -eq 23 ] && [[ $told =~ ^'>fc'.*' unreadable'$ ]]
# Seen 2026-11-30:
#   rsync  version 3.5.0  protocol version 32
#   dry run: exit 0, says: >fc..p..... unreadable
#   real run: exit 23, says: rsync: [sender] send_files failed to open "…/from/unreadable": Permission denied (13)
