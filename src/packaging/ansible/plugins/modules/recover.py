"""Ansible module: brings VDO volumes back to normal."""

DOCUMENTATION = r"""
module: recover
short_description: Bring VDO volumes back to normal
description:
  - Starts a stopped volume, also one that crashed, and waits for its recovery. A volume that is normal is left alone.
  - A volume whose disk says read-only is refused with I(rc) 6. Only a forced rebuild brings it back, and that can lose
    data, so I(force_rebuild) must ask for it and I(accept_data_loss) must name the volume.
  - One volume that cannot be recovered does not keep the module from the others; the task fails in the end, with each
    reason.
options:
  names:
    description: Volumes, by any name that vdoctl takes.
    type: list
    elements: str
    aliases: [name]
  all:
    description: Every volume of the host. Either this or I(names).
    type: bool
    default: false
  force_rebuild:
    description:
      - Rebuild volumes whose disk says read-only by force. It can lose data.
      - Only those that I(accept_data_loss) names; any other that needs it ends with I(rc) 10.
    type: bool
    default: false
  accept_data_loss:
    description:
      - Names of the volumes whose data may be lost, as I(names) or C(vdoctl list) name them. Copy their data off before.
      - It is the answer to what vdoctl asks on a terminal, where the volume's name must be typed.
    type: list
    elements: str
    default: []
  scan:
    description: How much of the storage is read for errors before a forced rebuild; C(full) can take hours.
    type: str
    choices: [sample, full]
    default: sample
  despite:
    description:
      - What is set aside of that which was found before a forced rebuild. Else it ends with I(rc) 8, and I(because) is
        the code.
    type: list
    elements: str
    choices: [media-errors, no-room-below]
    default: []
  allow_restart:
    description:
      - Also recover a running volume that went read-only only because its storage failed for a while, by stopping and
        starting it. No data is lost, but whatever reads it meanwhile fails. Else it ends with I(rc) 10.
    type: bool
    default: false
  timeout:
    description:
      - How long to wait for each volume, such as 90s, 15m or 1h30m. A recovery that takes longer goes on by itself, and
        the task fails with I(rc) 5.
    type: str
    default: 15m
attributes:
  check_mode:
    support: full
    description: Shows what C(--dry-run) plans, and fails where the real call would be refused.
  diff_mode:
    support: full
    description: Shows each volume before and after; in check mode as it is promised to be.
extends_documentation_fragment: vdoctl.vdo.common
author: The vdoctl project
"""

EXAMPLES = r"""
- name: Bring back whatever is down after a power cut
  vdoctl.vdo.recover:
    all: true
    timeout: 1h

- name: Rebuild one volume by force, after its data was copied off
  vdoctl.vdo.recover:
    names: [mail]
    force_rebuild: true
    accept_data_loss: [mail]

- name: The same, after all of its storage was read for errors
  vdoctl.vdo.recover:
    names: [mail]
    force_rebuild: true
    accept_data_loss: [mail]
    scan: full
"""

RETURN = r"""
volumes:
  description: What recovering each volume came to.
  returned: always
  type: list
  elements: dict
  contains:
    name: {description: The volume., type: str}
    rc: {description: Its exit code., type: int}
    outcome: {description: "C(already-normal), C(recovered), C(rebuilt), or C(only-shown) in check mode.", type: str}
    problem: {description: The kind of its problem., type: str}
    because: {description: "The code within that kind; C(vdoctl explain) knows each.", type: str}
    facts: {description: "What was seen, as data.", type: dict}
    reason: {description: What is wrong with it., type: str}
    next: {description: What to do about it., type: str}
    plans: {description: What is planned or was asked about., type: list, elements: dict}
    steps: {description: The steps that were taken., type: list, elements: dict}
    notices: {description: What else it said., type: list, elements: str}
rc:
  description: The exit code of vdoctl; with several volumes the one that C(vdoctl recover) would have ended with.
  returned: always
  type: int
problem:
  description: The kind of the worst problem.
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
  description: What is wrong, in a sentence for each volume.
  returned: failure
  type: str
next:
  description: What to do about the worst of it.
  returned: failure
  type: str
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import (
    COMMON_OPTIONS,
    READ_ONLY,
    WORST_FIRST,
    Problem,
    Vdoctl,
    has_changed,
    is_accepted,
    summarize,
)

OPTIONS = dict(
    COMMON_OPTIONS,
    names={"type": "list", "elements": "str", "aliases": ["name"]},
    all={"type": "bool", "default": False},
    force_rebuild={"type": "bool", "default": False},
    accept_data_loss={"type": "list", "elements": "str", "default": []},
    scan={"type": "str", "choices": ["sample", "full"], "default": "sample"},
    despite={
        "type": "list",
        "elements": "str",
        "choices": ["media-errors", "no-room-below"],
        "default": [],
    },
    allow_restart={"type": "bool", "default": False},
    timeout={"type": "str", "default": "15m"},
)


def main():
    module = AnsibleModule(
        argument_spec=OPTIONS,
        supports_check_mode=True,
        mutually_exclusive=[["names", "all"]],
        required_one_of=[["names", "all"]],
    )
    try:
        recover_all(module, Vdoctl(module))
    except Problem as problem:
        module.fail_json(msg=problem.sentence(), volumes=[], **problem.as_result())


def recover_all(module, vdoctl):
    before = {each["name"]: each for each in look(module, vdoctl)}
    acts = [recover(module, vdoctl, volume) for volume in before.values()]
    after = before if module.check_mode else {each["name"]: each for each in vdoctl.look()["volumes"]}
    changed = [act.name for act in acts if has_changed(act, before[act.name], after.get(act.name))]
    result = {
        "changed": bool(changed),
        "volumes": [describe(act) for act in acts],
        "diff": diff(module, changed, before, after),
    }
    problems = [act.problem for act in acts if act.problem is not None]
    if not problems:
        module.exit_json(rc=0, **result)
    worst = min(problems, key=lambda problem: rank(problem.rc))
    result.update(worst.as_result(), reason="; ".join(problem.reason for problem in problems))
    module.fail_json(msg="; ".join(problem.sentence() for problem in problems), **result)


def look(module, vdoctl):
    """The volumes that are meant, each once, by their own names."""
    names = module.params["names"]
    if names is not None and not names:
        return []
    volumes = vdoctl.look(names or ())["volumes"]
    return list({volume["name"]: volume for volume in volumes}.values())


def recover(module, vdoctl, volume):
    """
    A rebuild is only ever confirmed for a volume that was named for it. Any other is first brought back without one;
    where that does not do, the rebuild that was asked for is refused by vdoctl for want of an answer.
    """
    words = ["recover", volume["name"], "--timeout=%s" % module.params["timeout"]]
    forced = words + ["--force-rebuild", "--scan=%s" % module.params["scan"]]
    if module.params["despite"]:
        forced.append("--despite=%s" % ",".join(dict.fromkeys(module.params["despite"])))
    if module.params["force_rebuild"] and is_accepted(module, volume["name"], *volume["aliases"]):
        return vdoctl.act(forced, yes=["may-lose-data", "restarts-a-running-volume"])
    act = vdoctl.act(words, yes=["restarts-a-running-volume"] if module.params["allow_restart"] else [])
    if module.params["force_rebuild"] and act.problem is not None and act.problem.rc == READ_ONLY:
        return vdoctl.act(forced)
    return act


def describe(act):
    problem = {} if act.problem is None else act.problem.as_result()
    ended = [step for step in act.steps if step["state"] != "running"]
    own = {"name": act.name, "outcome": act.outcome, "plans": act.plans, "steps": ended, "notices": act.notices}
    return dict({"rc": 0, "problem": None, "because": None, "facts": {}, "reason": None, "next": None}, **dict(problem, **own))


def diff(module, changed, before, after):
    """Only of what this module changed: a recovery that went on by itself is none of its doing."""
    expected = {"state": "running", "mode": "normal", "on_disk": None} if module.check_mode else {}
    return {
        "before": {name: summarize(before[name]) for name in changed},
        "after": {name: summarize(after.get(name), **expected) for name in changed},
    }


def rank(rc):
    return WORST_FIRST.index(rc) if rc in WORST_FIRST else -1


if __name__ == "__main__":
    main()
