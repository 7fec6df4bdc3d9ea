"""Ansible module: what vdoctl sees on a host."""

DOCUMENTATION = r"""
module: facts
short_description: Every VDO volume of a host, as facts
description:
  - Returns what C(vdoctl list) or C(vdoctl status) sees, of every stack, running or not. Changes nothing.
  - Without root it returns what can be seen, and says what is missing.
options:
  names:
    description:
      - Volumes, by any name that vdoctl takes. All of the host when none is named.
      - A volume that is not there fails the task with I(rc) 3.
    type: list
    elements: str
    default: []
extends_documentation_fragment: vdoctl.vdo.common
author: The vdoctl project
"""

EXAMPLES = r"""
- name: See every volume
  vdoctl.vdo.facts:

- name: Name those that are not normal
  ansible.builtin.debug:
    msg: "{{ ansible_facts.vdo.volumes | rejectattr('mode', 'eq', 'normal') | map(attribute='name') }}"
"""

RETURN = r"""
ansible_facts:
  description: The facts that are added.
  returned: success
  type: complex
  contains:
    vdo:
      description: What was seen.
      type: complex
      contains:
        host:
          description: The host's own name.
          type: str
        taken_at:
          description: When it was seen (UTC).
          type: str
        volumes:
          description: Each volume, exactly as C(vdoctl status --json) prints it; C(vdoctl schema status) describes it.
          type: list
          elements: dict
        missing:
          description: What could not be seen, and why.
          type: list
          elements: dict
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


def main():
    options = dict(COMMON_OPTIONS, names={"type": "list", "elements": "str", "default": []})
    module = AnsibleModule(argument_spec=options, supports_check_mode=True)
    try:
        picture = Vdoctl(module).look(module.params["names"])
    except Problem as problem:
        module.fail_json(msg=problem.sentence(), **problem.as_result())
    facts = {key: picture[key] for key in ("host", "volumes", "missing")}
    module.exit_json(changed=False, rc=0, ansible_facts={"vdo": dict(facts, taken_at=picture["takenAt"])})


if __name__ == "__main__":
    main()
