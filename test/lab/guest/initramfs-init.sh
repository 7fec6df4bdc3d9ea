#!/bin/busybox sh
# First process of the guest: mounts the root image, lays the lab's files over it, goes on there.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
insmod /virtio_blk.ko

find_root() {
  for serial in /sys/block/vd*/serial; do
    if [ "$(cat "$serial" 2>/dev/null)" = root ]; then
      basename "$(dirname "$serial")"
      return
    fi
  done
}
tries=0
until root=$(find_root) && [ -n "$root" ] || [ "$tries" -ge 100 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
mount -t ext4 "/dev/$root" /root
# The files are copied at every boot, so they survive a power cut without a sync.
cp -a /overlay/. /root/
init=/lab/init.sh
for word in $(cat /proc/cmdline); do
  case $word in lab.init=*) init=${word#lab.init=} ;; esac
done
umount /sys /proc
mount --move /dev /root/dev
exec switch_root /root "$init"
