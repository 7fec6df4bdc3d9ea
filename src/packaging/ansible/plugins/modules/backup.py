"""Ansible module: backs up one VDO volume."""

DOCUMENTATION = r"""
module: backup
short_description: Back up a VDO volume that is in use
description:
  - Copies the filesystems of a running volume to a new generation, a directory in which what did not change is a hard
    link to the generation before; or hands them to a program, mounted. What is mounted is copied from an LVM snapshot,
    which is removed again.
  - Each run makes a generation, unless I(max_age_hours) says when the last one is young enough.
  - A backup that fails leaves nothing behind, and the generations before as they were.
options:
  name:
    description: The volume, or one logical volume of a pool, by any name that vdoctl takes.
    type: str
    required: true
  to:
    description: The directory of the backups, an absolute path on the host. Either this or I(program).
    type: path
  keep:
    description: How many generations stay, the newest.
    type: int
    default: 7
  program:
    description:
      - A program and its words, run once for each filesystem, with its directory in place of C({}).
    type: list
    elements: str
  snapshot_size:
    description: The size of each snapshot, such as 10G, 20%USED or 50%FREE; without it vdoctl chooses.
    type: str
  max_age_hours:
    description: Nothing is done while the last backup that vdoctl knows of is younger; 0 for always.
    type: int
    default: 0
attributes:
  check_mode:
    support: full
    description: Shows what C(--dry-run) plans, and fails where the real call would be refused.
  diff_mode:
    support: none
    description: The volume itself is not changed.
extends_documentation_fragment: vdoctl.vdo.common
author: The vdoctl project
"""

EXAMPLES = r"""
- name: Back up a pool, once a day however often the play runs
  vdoctl.vdo.backup:
    name: vg/pool
    to: /srv/backup
    keep: 14
    max_age_hours: 20

- name: Give a still filesystem to restic
  vdoctl.vdo.backup:
    name: vg/home
    program: [restic, --repo, /srv/restic, backup, "{}"]
"""

RETURN = r"""
generation:
  description: Path of the new generation.
  returned: when one was made
  type: str
rc:
  description: The exit code of vdoctl.
  returned: always
  type: int
outcome:
  description: C(backed-up), C(handed-over), C(only-shown) in check mode, or C(young-enough).
  returned: always
  type: str
plans:
  description: What is planned or was asked about.
  returned: always
  type: list
  elements: dict
steps:
  description: The steps that were taken.
  returned: always
  type: list
  elements: dict
notices:
  description: What else it said, such as what a check of a filesystem found.
  returned: always
  type: list
  elements: str
problem:
  description: The kind of the problem.
  returned: failure
  type: str
because:
  description: The code within that kind, such as C(no-snapshot); C(vdoctl explain) knows each.
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

from datetime import datetime, timedelta

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vdoctl.vdo.plugins.module_utils.copying import copy, leave_alone
from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import COMMON_OPTIONS, Problem, Vdoctl

OPTIONS = dict(
    COMMON_OPTIONS,
    name={"type": "str", "required": True},
    to={"type": "path"},
    keep={"type": "int", "default": 7},
    program={"type": "list", "elements": "str"},
    snapshot_size={"type": "str"},
    max_age_hours={"type": "int", "default": 0},
)


def main():
    module = AnsibleModule(
        argument_spec=OPTIONS,
        supports_check_mode=True,
        mutually_exclusive=[["to", "program"]],
        required_one_of=[["to", "program"]],
    )
    vdoctl = Vdoctl(module)
    try:
        picture = vdoctl.look([module.params["name"]])
    except Problem as problem:
        module.fail_json(msg=problem.sentence(), **problem.as_result())
    if is_young(module, picture):
        leave_alone(module, "young-enough")
    # A backup that fails is undone.
    copy(module, vdoctl, "backup", words_of(module.params), stays_when_it_fails=False)


def words_of(wanted):
    size = [] if wanted["snapshot_size"] is None else ["--snapshot-size=%s" % wanted["snapshot_size"]]
    if wanted["program"] is not None:
        return size, ["--"] + wanted["program"]
    return size + ["--to=%s" % wanted["to"], "--keep=%d" % wanted["keep"]], []


def is_young(module, picture):
    last = picture["volumes"][0]["lastBackup"]
    if last is None or module.params["max_age_hours"] <= 0:
        return False
    at = datetime.strptime(last["at"][:19], "%Y-%m-%dT%H:%M:%S")
    now = datetime.strptime(picture["takenAt"][:19], "%Y-%m-%dT%H:%M:%S")
    return now - at < timedelta(hours=module.params["max_age_hours"])


if __name__ == "__main__":
    main()
