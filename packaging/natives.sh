#!/bin/bash
# natives.sh ARCHITECTURE TRIPLET FOLDER: compile for another machine what `npm ci` has compiled for this one, and fetch
# what npm has compiled for it; in FOLDER, as it lies in the project. What is there already is left as it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(realpath "$here/..")
architecture=$1 triplet=$2 folder=$3
cpu=$([[ $architecture == amd64 ]] && echo x64 || echo "$architecture")
fail() { printf 'packaging: %s\n' "$*" >&2; exit 1; }

# Of which versions, for which Node, and how it is made.
locked() {
  node -p 'const { packages } = require(process.argv[1]);
    process.argv.slice(2).map((name) => `${packages[`node_modules/${name}`].version} ${packages[`node_modules/${name}`].integrity}`).join("\n")' \
    "$root/package-lock.json" "$@"
}
of=$({ locked better-sqlite3 epoll nan "@koromix/koffi-linux-$cpu" && node --version && cat "${BASH_SOURCE[0]}"; } |
  sha256sum | cut -c 1-16)
[[ $(cat "$folder/made-of" 2>/dev/null) != "$of" ]] || exit 0

if ! command -v "$triplet-g++" >/dev/null; then
  echo "packaging: installing a compiler for $architecture" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -qq --yes --no-install-recommends "g++-${triplet//_/-}" >/dev/null
fi
# Node's headers, which are the same for every machine.
headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
[[ -f $headers/include/node/node.h ]] || fail "Node's headers are not in $headers/include/node"
gyp=$(npm root --global)/npm/node_modules/node-gyp/bin/node-gyp.js
[[ -f $gyp ]] || fail "npm has no node-gyp beside it"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/node_modules"
for name in better-sqlite3 epoll nan; do cp -rL "$root/node_modules/$name" "$work/node_modules/"; done
export CC=$triplet-gcc CXX=$triplet-g++ AR=$triplet-ar LINK=$triplet-g++
for name in better-sqlite3 epoll; do
  echo "packaging: compiling $name for $architecture" >&2
  rm -rf "$work/node_modules/$name/build"
  (cd "$work/node_modules/$name" && node "$gyp" rebuild --release --arch="$cpu" --nodedir="$headers") >"$work/log" 2>&1 ||
    { tail -n 30 "$work/log" >&2; fail "$name could not be compiled"; }
done

rm -rf "$folder"
for file in better-sqlite3/build/Release/better_sqlite3.node epoll/build/Release/epoll.node; do
  mkdir -p "$folder/node_modules/$(dirname "$file")"
  cp "$work/node_modules/$file" "$folder/node_modules/$file"
done

# koffi's, which npm has installed for this machine alone, by the lockfile's own sum.
name=@koromix/koffi-linux-$cpu
read -r version integrity < <(locked "$name")
(cd "$work" && npm pack --silent "$name@$version" >"$work/packed")
packed=$work/$(tail -n 1 "$work/packed")
[[ sha512-$(openssl dgst -sha512 -binary "$packed" | base64 -w 0) == "$integrity" ]] ||
  fail "$name $version is not what the lockfile names"
mkdir -p "$folder/node_modules/$name"
tar -xzf "$packed" -C "$folder/node_modules/$name" --strip-components=1
echo "$of" >"$folder/made-of"
