"""Ansible module: makes a VDO volume, keeps it as it is described, and removes it."""

DOCUMENTATION = r"""
module: volume
short_description: Make, change, start, stop and remove a VDO volume
description:
  - Brings one volume to the state that is described, with C(vdoctl create), C(start), C(set), C(grow), C(stop) and
    C(remove), as far as it is not so already.
  - What only C(create) can do (I(device), I(stack), I(slab_size), I(index_memory), I(sparse_index), I(emulate512), I(lv), I(wipe)) is
    not compared with a volume that is there.
options:
  name:
    description: The volume. A plain name, or VG/POOL of LVM; of one that is there any name that vdoctl takes.
    type: str
    required: true
  state:
    description:
      - C(present) makes it where it is missing, and applies the settings and sizes.
      - C(started) and C(stopped) do so too, and then it runs, or does not. A volume in use is not stopped (I(rc) 8).
      - C(absent) removes it for good, with its data.
    type: str
    choices: [present, started, stopped, absent]
    default: present
  device:
    description: The storage device to make it on; all of it is used. Needed where the volume is missing.
    type: path
  stack:
    description: Who makes it. By default LVM for VG/POOL, else the classic manager where it is installed, else dm.
    type: str
    choices: [dm, lvm, manager]
  logical_size:
    description:
      - What the volume offers, in powers of 1024, such as 10T, 1.5T or 512GiB. A smaller volume is grown, which needs
        it running and normal. No VDO gets smaller (I(rc) 8). The filesystem on it is not grown.
    type: str
  grow_physical:
    description: Take all that the storage device, or the volume group, has.
    type: bool
    default: false
  slab_size:
    description: The unit of growth, a power of two from 32M (128M for lvm and manager) to 32G.
    type: str
  index_memory:
    description: Memory of the deduplication index, 256M, 512M, 768M or whole gibibytes.
    type: str
  sparse_index:
    description: A sparse index, with ten times the window for the same memory.
    type: bool
    default: false
  lv:
    description: (lvm) The name of the logical volume in the pool.
    type: str
  wipe:
    description: Erase what the device holds. I(accept_data_loss) has to name the new volume.
    type: bool
    default: false
  compression:
    description: Whether to compress. Of a new volume, yes by default; else left as it is by default.
    type: bool
  deduplication:
    description: Whether to deduplicate. Of a new volume, yes by default; else left as it is by default.
    type: bool
  write_policy:
    description: (manager) When a write is acknowledged; C(vdoctl set --help) tells what each means for the data.
    type: str
    choices: [sync, async, async-unsafe, auto]
  block_map_cache:
    description: Memory for pages of the block map, such as 512M. Of a volume that is there, as for I(bio_threads).
    type: str
  block_map_period:
    description: How long changed pages of the block map stay in memory. Of a volume that is there, as for I(bio_threads).
    type: int
  max_discard:
    description: The largest discard in one piece, such as 4M. Of a volume that is there, as for I(bio_threads).
    type: str
  ack_threads:
    description: Threads that acknowledge requests. Of a volume that is there, as for I(bio_threads).
    type: int
  bio_threads:
    description:
      - Threads that submit requests to the storage.
      - Of a volume that is there it applies from the next start on, which I(notices) say; LVM changes it only of a pool
        that is stopped (I(rc) 8).
    type: int
  bio_rotation:
    description: Requests that one bio thread gets in turn. Of a volume that is there, as for I(bio_threads).
    type: int
  cpu_threads:
    description: Threads that hash and compress. Of a volume that is there, as for I(bio_threads).
    type: int
  hash_zone_threads:
    description: Threads that divide the work by the hash of the data. Of a volume that is there, as for I(bio_threads).
    type: int
  logical_threads:
    description: Threads that divide the logical addresses. Of a volume that is there, as for I(bio_threads).
    type: int
  physical_threads:
    description: Threads that divide the slabs. Of a volume that is there, as for I(bio_threads).
    type: int
  emulate512:
    description: Offer logical blocks of 512 bytes instead of 4096.
    type: bool
    default: false
  accept_data_loss:
    description:
      - Has to name the volume where data is lost (I(state=absent), I(wipe)); else the task fails with I(rc) 10.
      - It is the answer to what vdoctl asks on a terminal, where the volume's name must be typed.
    type: list
    elements: str
    default: []
  timeout:
    description: How long I(state=started) waits until it is normal, such as 90s, 15m or 1h30m.
    type: str
    default: 15m
attributes:
  check_mode:
    support: full
    description:
      - Shows what C(--dry-run) plans, and fails where the real call would be refused. What follows a creation or a start
        cannot be planned before that is done; it is told in I(notices).
  diff_mode:
    support: full
    description: Shows the volume before and after; in check mode as it is promised to be.
extends_documentation_fragment: vdoctl.vdo.common
author: The vdoctl project
"""

EXAMPLES = r"""
- name: A volume for backups, running
  vdoctl.vdo.volume:
    name: backups
    device: /dev/disk/by-id/wwn-0x5000c500a1b2c3d4
    logical_size: 10T
    state: started

- name: A pool of LVM, without compression
  vdoctl.vdo.volume:
    name: vg/pool
    device: /dev/sdb
    lv: data
    compression: false

- name: Give it up, with its data
  vdoctl.vdo.volume:
    name: backups
    state: absent
    accept_data_loss: backups
"""

RETURN = r"""
volume:
  description:
    - The volume in the end, exactly as C(vdoctl status --json) prints it; null where there is none. In check mode as it
      is now.
  returned: always
  type: dict
plans:
  description: What was, or would be, asked about or done, where vdoctl shows its plan.
  returned: always
  type: list
  elements: dict
notices:
  description: What else it said.
  returned: always
  type: list
  elements: str
rc:
  description: The exit code of vdoctl.
  returned: always
  type: int
problem:
  description: The kind of the problem.
  returned: failure
  type: str
because:
  description: The code within that kind, such as C(storage-suspended); C(vdoctl explain) knows each.
  returned: failure
  type: str
facts:
  description: What was seen, as data.
  returned: failure
  type: dict
reason:
  description: What is wrong, in a sentence.
  returned: failure
  type: str
next:
  description: What to do about it, where there is something.
  returned: failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import COMMON_OPTIONS, Problem, Vdoctl
from ansible_collections.vdoctl.vdo.plugins.module_utils.volume import WantedVolume

OPTIONS = dict(
    COMMON_OPTIONS,
    name={"type": "str", "required": True},
    state={"type": "str", "choices": ["present", "started", "stopped", "absent"], "default": "present"},
    device={"type": "path"},
    stack={"type": "str", "choices": ["dm", "lvm", "manager"]},
    logical_size={"type": "str"},
    grow_physical={"type": "bool", "default": False},
    slab_size={"type": "str"},
    index_memory={"type": "str"},
    sparse_index={"type": "bool", "default": False},
    lv={"type": "str"},
    wipe={"type": "bool", "default": False},
    compression={"type": "bool"},
    deduplication={"type": "bool"},
    write_policy={"type": "str", "choices": ["sync", "async", "async-unsafe", "auto"]},
    block_map_cache={"type": "str"},
    block_map_period={"type": "int"},
    max_discard={"type": "str"},
    ack_threads={"type": "int"},
    bio_threads={"type": "int"},
    bio_rotation={"type": "int"},
    cpu_threads={"type": "int"},
    hash_zone_threads={"type": "int"},
    logical_threads={"type": "int"},
    physical_threads={"type": "int"},
    emulate512={"type": "bool", "default": False},
    accept_data_loss={"type": "list", "elements": "str", "default": []},
    timeout={"type": "str", "default": "15m"},
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    wanted = None
    try:
        wanted = WantedVolume(module, Vdoctl(module))
        wanted.bring_about()
    except Problem as problem:
        done = {} if wanted is None else wanted.describe()
        module.fail_json(msg=problem.sentence(), **dict(done, **problem.as_result()))
    module.exit_json(rc=0, **wanted.describe())


if __name__ == "__main__":
    main()
