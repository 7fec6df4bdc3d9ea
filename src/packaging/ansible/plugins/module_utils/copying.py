"""One call that copies data off a volume, and its result as that of a task."""

from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import Problem, require_name

NOTHING = {"plans": [], "steps": [], "notices": []}


def copy(module, vdoctl, command, words, stays_when_it_fails):
    """
    Ends the task. `words` are the options, and what stands behind them. Where the call fails after it began to act, what
    it has copied is left or not: `stays_when_it_fails`.
    """
    options, last = words
    name = module.params["name"]
    try:
        require_name(name)
        act = vdoctl.act([command, name] + options, last=last)
    except Problem as problem:
        module.fail_json(msg=problem.sentence(), changed=False, outcome=None, **dict(NOTHING, **problem.as_result()))
    ended = [step for step in act.steps if step["state"] != "running"]
    result = {"outcome": act.outcome, "plans": act.plans, "steps": ended, "notices": act.notices}
    if act.generation is not None:
        result["generation"] = act.generation
    if act.problem is None:
        module.exit_json(rc=0, changed=act.changes, **result)
    changed = stays_when_it_fails and any(step["state"] == "done" for step in act.steps)
    module.fail_json(msg=act.problem.sentence(), changed=changed, **dict(result, **act.problem.as_result()))


def leave_alone(module, outcome):
    """Ends a task that has nothing to do."""
    module.exit_json(rc=0, changed=False, outcome=outcome, **NOTHING)
