#!/bin/bash
# PID 1 of one measured machine (already inside its own net, mount, UTS, IPC and PID namespaces).
# Usage: node_init.sh NAME STATE_DIR SHARED_DIR AGENT_DIR
set -e
name=$1 dir=$2 shared=$3 agents=$4
hostname "$name"
mount -t proc proc /proc
mkdir -p /var/lib/holdfast
mount --bind "$dir/state" /var/lib/holdfast          # on the real disk, as in production
mount -t overlay overlay -o "lowerdir=$agents:/usr/sbin" /usr/sbin
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mkdir -p /run/lock /run/shared /run/holdfast
install -d -m 1777 /run/resource-agents
mount --bind "$shared" /run/shared
ip link set lo up
touch /run/.ready
exec /bin/bash -c 'while :; do sleep 1000000 & wait $!; done'
