"""Ansible module: copies the data off a VDO volume."""

DOCUMENTATION = r"""
module: salvage
short_description: Copy the data off a VDO volume, first of all off a read-only one
description:
  - Copies the data off a running volume, which is never stopped for it. To a directory, its filesystems are mounted
    read-only without a replay of their journals, copied with rsync, and compared; to a file or a block device, the
    device is copied with GNU ddrescue.
  - A read-only volume shows everything as long as it runs. One that was stopped, or came up so, is refused with I(rc) 8;
    what its forced rebuild would give is copied off a rehearsal, with I(from_rehearsal).
  - What cannot be read is named, and ends with I(rc) 9; all the rest is copied. A run that was cut off is gone on with by
    the next one; one that is complete is refused with I(rc) 8, since the directory is not empty.
options:
  name:
    description: The volume, by any name that vdoctl takes.
    type: str
    required: true
  to:
    description:
      - An absolute path on the host; a directory that is empty or does not exist, or, for an image, a block device or a
        file. A path that does not exist is a file if it ends in C(.img) or C(.raw).
    type: path
    required: true
  image:
    description: The path is that of an image, whatever its name.
    type: bool
    default: false
  from_rehearsal:
    description: Copy off the rehearsal that C(vdoctl rehearse --keep) left up.
    type: bool
    default: false
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
- name: Copy everything off a volume that went read-only, before anybody stops it
  vdoctl.vdo.salvage:
    name: mail
    to: /srv/rescued/mail

- name: The same as an image
  vdoctl.vdo.salvage:
    name: mail
    to: /srv/rescued/mail.img
"""

RETURN = r"""
rc:
  description: The exit code of vdoctl.
  returned: always
  type: int
outcome:
  description: C(salvaged), or C(only-shown) in check mode.
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
  description: What else it said, such as what on the volume was not copied.
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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vdoctl.vdo.plugins.module_utils.copying import copy
from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import COMMON_OPTIONS, Vdoctl

OPTIONS = dict(
    COMMON_OPTIONS,
    name={"type": "str", "required": True},
    to={"type": "path", "required": True},
    image={"type": "bool", "default": False},
    from_rehearsal={"type": "bool", "default": False},
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    flags = ["--%s" % flag.replace("_", "-") for flag in ("image", "from_rehearsal") if module.params[flag]]
    # What was copied before it failed stays, for the next run to go on with.
    words = flags + ["--to=%s" % module.params["to"]]
    copy(module, Vdoctl(module), "salvage", (words, []), stays_when_it_fails=True)


if __name__ == "__main__":
    main()
