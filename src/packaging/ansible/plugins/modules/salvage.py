"""Ansible module: copies the data off one VDO volume."""

DOCUMENTATION = r"""
module: salvage
short_description: Copy the data off a running VDO volume
description:
  - Copies the data off a running volume, first of all off one that went read-only and was not stopped since. The volume
    is only read.
  - To a directory, it copies each filesystem and compares the copy by checksum; to a file or a block device, it makes an
    image. It goes on where an earlier call was ended.
  - What could not be read makes the task fail with I(rc) 9, with the first names in I(facts); all the rest is copied.
options:
  name:
    description: The volume, by any name that vdoctl takes. One of several logical volumes of a pool means only that.
    type: str
    required: true
  to:
    description:
      - An absolute path on the host. A directory, empty or of an earlier salvage of this volume; or, for an image, a
        block device or a file.
    type: str
    required: true
  image:
    description: The path is that of an image, whatever its name. Else a new path is one if it ends in C(.img) or C(.raw).
    type: bool
    default: false
  despite:
    description:
      - C(unreplayed-journal) copies what a volume shows that came up read-only, although what was written since its last
        clean stop may be zeros or the data of other files.
    type: str
    choices: [unreplayed-journal]
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
- name: Copy the data off a read-only volume, before anything stops it
  vdoctl.vdo.salvage:
    name: mail
    to: /backup/mail
"""

RETURN = r"""
outcome:
  description: "C(salvaged), or C(only-shown) in check mode."
  returned: success
  type: str
plans:
  description: What is planned.
  returned: always
  type: list
  elements: dict
notices:
  description: What else it said, such as what it leaves where it is.
  returned: always
  type: list
  elements: str
rc:
  description: The exit code of vdoctl.
  returned: always
  type: int
problem:
  description: The kind of the problem; C(not-whole) where something could not be read.
  returned: failure
  type: str
because:
  description: The code within that kind; C(vdoctl explain) knows each.
  returned: failure
  type: str
facts:
  description: "What was seen, as data: of C(not-whole) the first names, how many there are, and the files with all."
  returned: failure
  type: dict
reason:
  description: What is wrong, in a sentence.
  returned: failure
  type: str
next:
  description: What to do about it.
  returned: failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import (
    COMMON_OPTIONS,
    Problem,
    Vdoctl,
    require_name,
)

OPTIONS = dict(
    COMMON_OPTIONS,
    name={"type": "str", "required": True},
    to={"type": "str", "required": True},
    image={"type": "bool", "default": False},
    despite={"type": "str", "choices": ["unreplayed-journal"]},
)


def main():
    module = AnsibleModule(argument_spec=OPTIONS, supports_check_mode=True)
    result = {"changed": False, "plans": [], "notices": []}
    try:
        salvage(module, Vdoctl(module), result)
    except Problem as problem:
        module.fail_json(msg=problem.sentence(), **dict(result, **problem.as_result()))
    module.exit_json(rc=0, **result)


def salvage(module, vdoctl, result):
    wanted = module.params
    require_name(wanted["name"])
    words = ["salvage", wanted["name"], "--to=%s" % wanted["to"]]
    words += ["--image"] if wanted["image"] else []
    words += ["--despite=%s" % wanted["despite"]] if wanted["despite"] else []
    act = vdoctl.act(words)
    result.update(plans=act.plans, notices=act.notices, changed=copies(act))
    if act.problem is not None:
        raise act.problem
    result["outcome"] = act.outcome


def copies(act):
    """Whether something was, or would be, copied: also where not all could be."""
    return act.changes or any(step["state"] == "done" for step in act.steps)


if __name__ == "__main__":
    main()
