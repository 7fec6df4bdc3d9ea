#!/bin/bash
# Process 1 of the guest, once the root image is mounted. It must never end: that panics the kernel.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs -o mode=755 run /run
mount -t tmpfs -o mode=1777 tmp /tmp
mkdir -p /dev/pts /dev/shm /run/lock /run/lvm /mnt
mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/mounts /etc/mtab
hostname lab
echo '127.0.0.1 localhost lab' > /etc/hosts
ip link set lo up 2> /dev/null
# Neither systemd nor lvmpolld nor dmeventd runs here.
cat > /etc/lvm/lvmlocal.conf << 'LVM'
global { use_lvmpolld = 0 }
activation { monitoring = 0 }
devices { use_devicesfile = 0 }
LVM
# There is no hardware to load drivers for, and looking for it took seconds.
rm -f /usr/lib/udev/rules.d/{69-lvm,80-drivers}.rules

# The agent starts Node (a second or so) meanwhile, and reports only when this file is there.
(
  /usr/lib/systemd/systemd-udevd --daemon
  udevadm trigger --action=add --subsystem-match=block
  modprobe -a dm-vdo dm-delay dm-flakey dm-snapshot dm-zero loop
  udevadm settle --timeout=60
  touch /run/lab-ready
) > /run/lab-init.log 2>&1 &

while :; do
  node /lab/agent.mjs
  echo "lab: the agent ended with $?; starting it again"
  sleep 1
done
