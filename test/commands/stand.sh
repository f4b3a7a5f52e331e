#!/bin/bash
# The machine on which the commands of one page are typed. Its network, /etc, /var/lib and /mnt are its own, and go with it.
# Begun by `unshare`; PROJECT, PROGRAM (where the built benchd is), STAND (an empty
# folder), TOLD (where what came of it goes), SCALE and GATEWAY are set.
set -eu
mount -t tmpfs stand "$STAND"
for folder in /etc /var/lib /mnt; do
  mkdir -p "$STAND/disks$folder/"{upper,work}
  mount -t overlay -o "lowerdir=$folder,upperdir=$STAND/disks$folder/upper,workdir=$STAND/disks$folder/work" overlay "$folder"
done
ip link set lo up
# Somebody keeps the clock.
mount -t tmpfs run /run
mkdir -p /run/systemd/timesync
touch /run/systemd/timesync/synchronized
printf '127.0.0.1 localhost bench bench.local\n' >/etc/hosts
printf 'benchd:x:990:990::/nonexistent:/usr/sbin/nologin\n' >>/etc/passwd
printf 'benchd:x:990:\ngpio:x:991:\n' >>/etc/group

mkdir -p "$STAND"/{bin,home,work} /etc/benchd /mnt/usb
export PATH=$STAND/bin:$PATH HOME=$STAND/home USER=benchd NO_COLOR=1
# A refusal is a failure, and so is an answer that does not come.
printf 'fail-with-body\nsilent\nshow-error\nmax-time = 90\n' >~/.curlrc
stand_in() { printf '#!/bin/bash\n%s\n' "$2" >"$STAND/bin/$1"; chmod +x "$STAND/bin/$1"; }
stand_in benchd "exec node '$PROGRAM/dist/benchd/src/cli/main.js' \"\$@\""
# Whoever types here may do all that sudo would let him.
stand_in sudo 'exec "$@"'
# Of a service manager no more than the gateway being there, or not.
stand_in systemctl '
case "$1 ${*: -1}" in
  "stop benchd") kill "$(cat "$STAND/gateway")"; tail --pid="$(cat "$STAND/gateway")" -f /dev/null ;;
  "start benchd") gateway ;;
  "restart benchd") systemctl stop benchd && systemctl start benchd ;;
  *) echo "no stand-in for: systemctl $*" >&2; exit 1 ;;
esac'
stand_in gateway "
benchd serve --mock --time-scale '$SCALE' --config /etc/benchd/benchd.yaml >>'$TOLD/gateway' 2>&1 & echo \$! >'$STAND/gateway'
for ((i = 0; i < 300; i++)); do curl -s -o /dev/null http://127.0.0.1:5000/health 2>/dev/null && exit; kill -0 \$! || break; sleep 0.1; done
exit 1"

cd "$STAND/work"
ln -s "$PROJECT/examples" examples
{ printf 'stateDirectory: /var/lib/benchd\nallowedHosts: [bench, bench.local]\n'; cat examples/bench.yaml; } >/etc/benchd/benchd.yaml
bash "$TOLD/bench" >"$TOLD/bench.said" 2>&1 || { echo "the bench cannot be set up" >&2; exit 1; }
if [[ $GATEWAY == yes ]]; then gateway; fi
# What stands in a page for something that only the reader knows, by what it is.
filled() { local so=$1; shift; while (($#)); do so=${so//"$1"/$2}; shift 2; done; printf %s "$so"; }
export -f filled
bash "$TOLD/typed"
