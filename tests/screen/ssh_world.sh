#!/bin/sh
# ssh_world.sh: a machine set up as docs/ssh.md says, for test_ssh.c: accounts, server and
# sshd are real, but live in a mount namespace over copies of /etc, /run and /usr/local, so
# that nothing of it is left when this ends.
#
#   unshare --mount sh ssh_world.sh BIN TOP DIR PORT
#
# Prints "ready" when sshd listens; ends with its standard input. DIR gets the keys of
# ivan, maria and walter, and the logs; what they may do the station of the test says.
set -eu
bin=$1 top=$2 dir=$3 port=$4
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH # as root has it who follows docs/ssh.md

mkdir -p "$dir/etc"
cp -a /etc/. "$dir/etc"
chmod 644 "$dir/etc/passwd" "$dir/etc/group" # whatever they are here: names can be looked up
mount --bind "$dir/etc" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /usr/local
chmod 755 /usr/local /run

# What make install puts there.
install -d /usr/local/bin /usr/local/sbin
install "$bin/sightglass" /usr/local/bin
install "$bin/sightglassd" "$top/packaging/ssh/sightglass-account" /usr/local/sbin
install "$bin"/sightglass-[m]* /usr/local/sbin # the drivers, beside the server

# The server, as sightglassd(8) SYSTEMD has it.
useradd --system --user-group --home-dir /var/lib/sightglass sightglass
install -d -m 755 /etc/sightglass
cp -R "$dir"/station/. /etc/sightglass
chown -R root:root /etc/sightglass
chmod -R go=rX /etc/sightglass
install -d -o sightglass -g sightglass -m 700 /var/lib/sightglass
install -d -o sightglass -g sightglass -m 750 /run/sightglass
setpriv --reuid sightglass --regid sightglass --init-groups env -i PATH=/usr/bin:/bin \
	STATE_DIRECTORY=/var/lib/sightglass RUNTIME_DIRECTORY=/run/sightglass \
	/usr/local/sbin/sightglassd --config /etc/sightglass/sightglass.cfg \
	>"$dir/server.log" 2>&1 </dev/null &
server=$!

# docs/ssh.md, "Setting it up".
rm -f /etc/ssh/ssh_host_*
ssh-keygen -A >/dev/null
for name in ivan maria walter; do
	ssh-keygen -q -t ed25519 -N '' -f "$dir/$name"
done
install -m 644 "$top/packaging/ssh/sightglass.conf" /etc/ssh/sshd_config.d/
/usr/local/sbin/sightglass-account add ivan "$dir/ivan.pub" >"$dir/account.log"
/usr/local/sbin/sightglass-account add maria "$dir/maria.pub" >>"$dir/account.log"
/usr/local/sbin/sightglass-account add walter "$dir/walter.pub" >>"$dir/account.log"
mkdir -p /run/sshd
/usr/local/sbin/sightglass-account check >>"$dir/account.log" 2>&1 || true # a test asks again
/usr/local/sbin/sightglass-account list >>"$dir/account.log"
/usr/sbin/sshd -D -e -o ListenAddress=127.0.0.1 -o "Port=$port" -o PrintMotd=no \
	>"$dir/sshd.log" 2>&1 </dev/null &
sshd=$!
end() # sessions outlive the sshd that began them
{
	set +e
	for name in ivan maria walter; do
		pkill -KILL -u $name 2>/dev/null
	done
	kill $sshd $server 2>/dev/null
	wait
}
trap end EXIT

until [ -S /run/sightglass/station.sock ] && grep -q 'Server listening' "$dir/sshd.log"; do
	kill -0 $server && kill -0 $sshd || exit 1
	sleep 0.05
done
echo ready

# Commands to this world, one a line, until the end: each is followed by "done CODE".
while read -r line; do
	code=0
	sh -c "$line" >"$dir/said" 2>&1 || code=$?
	echo "done $code"
done
