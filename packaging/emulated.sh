#!/bin/bash
# emulated.sh PACKAGE: run what is in an arm64 package on Debian trixie's own arm64 Node, each system call translated by
# qemu-user: what is compiled loads, the program starts, a simulated bench answers and keeps what it did. It says nothing of
# devices, of systemd, nor of how fast a Raspberry Pi is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=../test/vm/image/common.sh
. "$here/../test/vm/image/common.sh"
package=$(realpath "$1")

need mmdebstrap=mmdebstrap qemu-aarch64-static=qemu-user-static curl=curl readelf=binutils
debian=$cache/arm64-$(key "$here/emulated.sh")
if [[ ! -d $debian ]]; then
  mkdir -p "$cache"
  made=$(mktemp -d "$debian.XXXXXX")
  # Nothing of it is configured: only files are wanted.
  mmdebstrap --quiet --variant=extract --architectures=arm64 --include=nodejs,libstdc++6 \
    --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' \
    trixie "$made" "deb $(mirror) trixie main" >&2
  # As base-files does when it is configured.
  [[ -e $made/lib ]] || ln -s usr/lib "$made/lib"
  chmod 755 "$made"
  mv "$made" "$debian"
fi
touch "$debian"

work=$(mktemp -d)
gateway=
cleanup() {
  if [[ -n $gateway ]]; then kill -KILL "$gateway" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
dpkg-deb --extract "$package" "$work/root"
home=$work/root/usr/lib/benchd
node() { qemu-aarch64-static -L "$debian" "$debian/usr/bin/node" "$@"; }
benchd() { node "$home/dist/benchd/src/cli/main.js" "$@"; }
expect() { # WHAT FOUND WANTED
  [[ $2 == "$3" ]] || { tail -n 20 "$work"/*.log >&2; fail "arm64: $1: $2, not $3"; }
  echo "arm64: $1: $2"
}

while read -r file; do
  expect "${file##*/}" "$(readelf --file-header "$file" | sed -n 's/^ *Machine: *//p')" AArch64
done < <(find "$home" -name '*.node')
cd "$home"
expect "what is compiled loads" "$(node -p '
  for (const name of ["better-sqlite3", "koffi", "serialport", "epoll"]) require(name);
  `${process.arch}, ABI ${process.versions.modules}`')" "arm64, ABI 115"
expect "benchd --version" "$(benchd --version)" "$(dpkg-deb --field "$package" Version)"
benchd check "$work/root/etc/benchd/benchd.yaml"

printf 'stateDirectory: %s\nthings: { counter: { driver: counter }, pump: { driver: syringe-pump, serial: /dev/ttyUSB0, config: { diameter: 26.59, syringeVolume: 60 } } }\n' \
  "$work/state" >"$work/bench.yaml"
port=$(command node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
qemu-aarch64-static -L "$debian" "$debian/usr/bin/node" "$home/dist/benchd/src/cli/main.js" \
  serve --mock --config "$work/bench.yaml" --port "$port" >"$work/serve.log" 2>&1 &
gateway=$!
url=http://127.0.0.1:$port
for ((i = 0; i < 600; i++)); do
  kill -0 "$gateway" 2>/dev/null || break
  [[ $(curl --silent --output /dev/null --write-out '%{http_code}' "$url/ready") != 200 ]] || break
  sleep 0.2
done
status() { sed -E 's/.*"status":"([a-z]+)".*/\1/'; }
expect "counter/noop" "$(curl --silent --request POST "$url/counter/noop" | status)" completed
dose=$(curl --silent --request POST --header 'content-type: application/json' --header 'prefer: respond-async' \
  --data '{"volume": 1}' "$url/pump/dispense" | sed -E 's/.*"id":"([^"]+)".*/\1/')
expect "pump/dispense" "$(curl --silent --max-time 60 "$url/action_invocations/$dose?wait=50" | status)" completed
kill -TERM "$gateway"
ended=0
wait "$gateway" || ended=$?
gateway=
expect "ended by SIGTERM" "$ended" 0
expect "invocations in the history" "$(node -p '
  const Database = require("better-sqlite3");
  new Database(process.argv[1]).prepare("SELECT count(*) FROM invocations").pluck().get()' "$work/state/history.db")" 2
