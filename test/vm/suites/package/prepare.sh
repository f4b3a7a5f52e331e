#!/bin/bash
# prepare.sh: the packages that the suite installs, in dist/packages/vm: this one, and one that follows it, whose files have
# other names, as those of another version do.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(realpath "$here/../../../..")
out=$project/dist/packages/vm
rm -rf "$out"
version=$(node -p 'require(process.argv[1]).version' "$project/package.json")
"$project/packaging/build.sh" --out "$out" --version "$version+next" amd64 >&2
"$project/packaging/build.sh" --out "$out" amd64 >&2

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
for package in "$out/benchd_$version+next_amd64.deb" "$out/benchd_${version}_amd64.deb"; do
  rm -rf "$tree"
  dpkg-deb --raw-extract "$package" "$tree"
  program=$tree/usr/lib/benchd/dist/benchd
  if [[ $package == *+next_* ]]; then
    find "$program" -name '*.js' -not -path '*/dashboard/*' \
      -exec sed -i -E 's#([A-Za-z0-9._-]+-[A-Z0-9]{8})\.js"#\1N.js"#g' {} +
    for file in "$program"/src/parts/*-????????.js; do mv "$file" "${file%.js}N.js"; done
    (cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    # It has to start by itself.
    node "$program/src/cli/main.js" --version >&2
  fi
  # Nothing to be unpacked by a machine that is emulated.
  dpkg-deb --build --root-owner-group -Znone "$tree" "$package" >&2
done
