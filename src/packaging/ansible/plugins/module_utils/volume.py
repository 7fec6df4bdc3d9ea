"""Brings one volume to the state that a task describes, call by call."""

from ansible_collections.vdoctl.vdo.plugins.module_utils.vdoctl import (
    NO_SUCH_VOLUME,
    USAGE,
    Problem,
    has_changed,
    is_accepted,
    parse_size,
    require_name,
    summarize,
)

#: The options of `create` that are passed on as they are.
CREATE_OPTIONS = ("device", "stack", "logical_size", "slab_size", "index_memory", "lv")
CREATE_FLAGS = ("sparse_index", "emulate512", "wipe")
SWITCHES = ("compression", "deduplication")
#: What applies from the next start on.
TUNABLES = (
    "block_map_cache",
    "block_map_period",
    "max_discard",
    "ack_threads",
    "bio_threads",
    "bio_rotation",
    "cpu_threads",
    "hash_zone_threads",
    "logical_threads",
    "physical_threads",
)

#: Alerts of a volume that nothing may be done to before a cleanup.
UNSETTLED = ("unfinished-operation", "create-incomplete", "import-incomplete", "change-incomplete")


class WantedVolume:
    """The volume as it is, and as the task wants it."""

    def __init__(self, module, vdoctl):
        self.module = module
        self.vdoctl = vdoctl
        self.wanted = module.params
        self.name = self.wanted["name"]
        require_name(self.name)
        self.before = vdoctl.find(self.name)
        self.changed = False
        #: In check mode, what the volume's summary would say afterwards. None: the volume would be gone.
        self.promised = {}
        #: In check mode, whether the volume would be made or started first. Later steps cannot be planned before that.
        self.is_awaited = False
        self.plans = []
        self.notices = []

    def bring_about(self):
        state = self.wanted["state"]
        if state == "absent":
            self._remove()
            return
        if self.before is None:
            self._create()
        else:
            self._require_settled()
            # What is stopped takes them before its start; a pool of LVM that shall be stopped, only then.
            if state != "stopped" or not self._runs():
                self._set(TUNABLES)
            if state == "started":
                self._start()
            # To change the policy the manager swaps the table, and the kernel then forgets what a message had switched.
            self._set(("write_policy",) + SWITCHES)
            self._grow()
        if state == "stopped":
            is_late = self.before is not None and self._runs()
            self._stop()
            if is_late:
                self.is_awaited = self.module.check_mode
                self._set(TUNABLES)

    def describe(self):
        """The result of the task, whether it came to its end or not."""
        after = self.before if self.module.check_mode else self._look_again()
        result = {"changed": self.changed, "volume": after, "plans": self.plans, "notices": self.notices}
        if self.changed:
            result["diff"] = {"before": summarize(self.before), "after": self._summarize_after(after)}
        return result

    def _look_again(self):
        try:
            return self.vdoctl.find(self.name) if self.changed else self.before
        except Problem as problem:
            self.notices.append("how it is now cannot be told: %s" % problem.sentence())
            return None

    def _summarize_after(self, after):
        if not self.module.check_mode:
            return summarize(after)
        return {} if self.promised is None else summarize(after, **self.promised)

    def _act(self, words, yes=(), promise=None):
        """One call; `promise` is what the volume's summary will say once it is done."""
        act = self.vdoctl.act(words, yes)
        self.plans += act.plans
        self.notices += act.notices
        if act.problem is not None:
            self.changed = self.changed or self._has_changed_all_the_same(act)
            raise act.problem
        if act.changes:
            self.changed = True
            self.promised = None if promise is None else dict(self.promised, **promise)
        return act.changes

    def _has_changed_all_the_same(self, act):
        if self.module.check_mode:
            return False
        try:
            return has_changed(act, self.before, self.vdoctl.find(self.name))
        except Problem:
            return True

    def _remove(self):
        if self.before is None:
            return
        self._act(["remove", self.name], self._accepted(self.before["name"], *self.before["aliases"]))

    def _accepted(self, *names):
        return ["may-lose-data"] if is_accepted(self.module, self.name, *names) else []

    def _create(self):
        if self.wanted["device"] is None:
            reason = "there is no volume %s, and no device is given to make it on" % self.name
            raise Problem(NO_SUCH_VOLUME, "no-such-volume", reason)
        words = ["create", self.name]
        for option in CREATE_OPTIONS + TUNABLES:
            if self.wanted[option] is not None:
                words.append("--%s=%s" % (option.replace("_", "-"), self.wanted[option]))
        words += ["--%s" % flag.replace("_", "-") for flag in CREATE_FLAGS if self.wanted[flag]]
        words += ["--%s=%s" % (key, self._setting(key)) for key in SWITCHES if self.wanted[key] is not None]
        promise = {"state": "running", "mode": "normal", "storage": self.wanted["device"]}
        # Without a stack, a plain name means the manager if the host has it, else dm.
        stack = self.wanted["stack"] or ("lvm" if "/" in self.name else None)
        if stack is not None:
            promise["stack"] = stack
        if self.wanted["logical_size"] is not None:
            promise["logical_bytes"] = parse_size(self.wanted["logical_size"])
        self.is_awaited = self._act(words, self._accepted(), promise) and self.module.check_mode
        # Options that `create` does not take are set afterwards.
        self._set(("write_policy",))

    def _require_settled(self):
        """Raises while an operation on the volume, perhaps its creation, is cut off: it must not count as present."""
        if any(alert["code"] in UNSETTLED for alert in self.before["alerts"]):
            act = self.vdoctl.act(["start", self.name], only_show=True)
            if act.problem is not None:
                raise act.problem

    def _start(self):
        words = ["start", self.name, "--wait", "--timeout=%s" % self.wanted["timeout"]]
        promise = {"state": "running", "mode": "normal", "on_disk": None}
        self.is_awaited = self._act(words, promise=promise) and self.module.check_mode

    def _stop(self):
        if self.is_awaited:
            self._promise("it would then be stopped", {"state": "stopped", "mode": None})
            return
        promise = {"state": "stopped", "mode": None, "compression": None, "index": None, "on_disk": "clean"}
        self._act(["stop", self.name], promise=promise)

    def _promise(self, notice, promise):
        self.changed = True
        self.notices.append(notice)
        self.promised = dict(self.promised, **promise)

    def _setting(self, key):
        value = self.wanted[key]
        return ("on" if value else "off") if key in SWITCHES else value

    def _set(self, keys):
        settings = ["%s=%s" % (key.replace("_", "-"), self._setting(key)) for key in keys if self.wanted[key] is not None]
        if not settings:
            return
        if self.is_awaited and (self.before is None or keys == TUNABLES):
            self._promise("it would then be set: %s" % " ".join(settings), {})
            return
        promise = {}
        if self.wanted["compression"] is not None:
            promise["compression"] = "online" if self.wanted["compression"] else "offline"
        if self.wanted["deduplication"] is not None:
            promise["index"] = "online" if self.wanted["deduplication"] else "offline"
        self._act(["set", self.name] + settings, promise=promise)

    def _grow(self):
        size = self.wanted["logical_size"]
        if size is not None and size.startswith("+"):
            raise Problem(USAGE, "usage", "logical_size is what the volume offers, not what is added to it: %s" % size)
        if size is not None and not self._is_as_large_as(parse_size(size)):
            promise = {"logical_bytes": parse_size(size)}
            if self.is_awaited:
                self._promise("it would then be grown to %s" % size, promise)
            else:
                self._act(["grow", self.name, "--logical=%s" % size], promise=promise)
        if self.wanted["grow_physical"] and not self._runs():
            self.notices.append("whether it can take more of its storage is seen once it runs")
        elif self.wanted["grow_physical"]:
            self._act(["grow", self.name, "--physical"], promise={"physical_bytes": "all of its storage"})

    def _is_as_large_as(self, wanted_bytes):
        """
        Only a running volume can grow, and vdoctl refuses any other: one that is stopped must not be asked to become what
        it is. Of a running one vdoctl itself knows best.
        """
        now = self.before["sizes"]["logicalBytes"]
        if self._runs() or now is None or wanted_bytes is None:
            return False
        # A pool of LVM is a little larger than the volume in it.
        return now >= wanted_bytes if self.before["stack"] == "lvm" else now == wanted_bytes

    def _runs(self):
        """Whether it runs at this point of the task, for all that this host has seen."""
        return self.before["state"] != "stopped" or (self.wanted["state"] == "started" and not self.is_awaited)
