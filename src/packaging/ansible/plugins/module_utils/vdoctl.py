"""Calls vdoctl, which does everything, and reads the JSON that it prints."""

import json
import re

COMMON_OPTIONS = {
    "executable": {"type": "path", "default": "vdoctl"},
    "simulate": {"type": "bool", "default": False},
}

#: The JSON that this collection understands.
SCHEMA_VERSION = 1

#: The exit code of several volumes is that of the first in this order that occurred, as with vdoctl itself.
WORST_FIRST = [1, 9, 11, 8, 7, 6, 5, 12, 10, 4, 3, 0]

USAGE = 2
NO_SUCH_VOLUME = 3
ON_ITS_WAY = 5
READ_ONLY = 6
NOT_CONFIRMED = 10

#: The outcomes of a call that found nothing to do.
AT_REST = ("already-normal", "already-so")


class Problem(Exception):
    """A call that failed: vdoctl's exit code, and its reason."""

    def __init__(self, rc, problem, reason, next_step=None, because=None, facts=None):
        super().__init__(reason)
        self.rc = rc
        self.problem = problem
        self.because = because
        self.facts = facts or {}
        self.reason = reason
        self.next = next_step

    @classmethod
    def from_error(cls, rc, error):
        """The problem that a document of vdoctl's tells of."""
        return cls(rc, error["problem"], error["message"], error["next"], error["because"], error["facts"])

    def as_result(self):
        codes = {"rc": self.rc, "problem": self.problem, "because": self.because, "facts": self.facts}
        return dict(codes, reason=self.reason, next=self.next)

    def sentence(self):
        return self.reason if self.next is None else "%s (next: %s)" % (self.reason, self.next)


class Act:
    """One call that acted on one volume, or, in check mode, showed what it would do."""

    def __init__(self, documents, result):
        self.name = result["name"]
        self.outcome = result["outcome"]
        self.notices = result["notices"]
        self.generation = result.get("generation")
        shown = [document for document in documents if document["kind"] == "plan"]
        self.plans = shown + ([] if result["plan"] is None else [result["plan"]])
        self.steps = [each for each in documents if each["kind"] == "step"]
        error = result["error"]
        self.problem = None
        if error is not None:
            self.problem = Problem.from_error(result["exitCode"], error)

    @property
    def changes(self):
        """Whether it changed something, or would: waiting for a recovery changes nothing."""
        if self.outcome == "only-shown":
            return any(plan["steps"] for plan in self.plans)
        if self.outcome in AT_REST or self.outcome is None:
            return False
        return self.outcome != "recovered" or any(step["state"] == "done" for step in self.steps)


class Vdoctl:
    """vdoctl on this host, with the options that every module has."""

    def __init__(self, module):
        self.module = module
        self.program = [module.get_bin_path(module.params["executable"], required=True)]
        self.flags = ["--json"] + (["--simulate"] if module.params["simulate"] else [])

    def look(self, names=()):
        """The document of `status NAME...`, or of `list` without names."""
        for name in names:
            require_name(name)
        words = ["status"] + list(names) if names else ["list"]
        document = self._call(words)[-1]
        if document["kind"] not in ("list", "status"):
            self._fail(document)
        for error in document.get("errors", ()):
            raise Problem(error["exitCode"], error["problem"], error["message"], error["next"])
        return document

    def find(self, name):
        """The volume as `status` tells it; None when there is none of that name."""
        try:
            return self.look([name])["volumes"][0]
        except Problem as problem:
            if problem.rc != NO_SUCH_VOLUME:
                raise
            return None

    def act(self, words, yes=(), only_show=False, last=()):
        """
        Acts on one volume; in check mode, or with `only_show`, it shows what it would do.

        `words` are the command, the name and its options; `last` stands behind every option. `yes` has what may be answered with `--yes`:
        `may-lose-data`, `restarts-a-running-volume`. The problem of the volume itself is not raised: it is in the act.
        """
        checking = self.module.check_mode or only_show
        answer = ["--dry-run"] if checking else ["--yes"] if yes else []
        documents = self._call(words + answer, last)
        result = documents[-1]
        if result["kind"] != "result" or result["error"] is not None or not result["volumes"]:
            self._fail(result)
        act = Act(documents, result["volumes"][0])
        if checking and act.problem is None:
            act.problem = _find_unanswered(act, yes)
        if act.problem is not None and act.problem.rc == NOT_CONFIRMED:
            act.problem.next = _how_to_answer(act)
        return act

    def _call(self, words, last=()):
        """Every document that the call printed; at least one."""
        argv = self.program + words + self.flags + list(last)
        # Its text for people is not read here, and must not depend on the locale either.
        rc, stdout, stderr = self.module.run_command(argv, environ_update={"LC_ALL": "C", "NO_COLOR": "1"})
        try:
            documents = [json.loads(line) for line in stdout.splitlines() if line.strip()]
        except ValueError as error:
            raise Problem(rc or 1, "not-understood", "%s printed no JSON: %s" % (" ".join(argv), error))
        if not documents:
            said = stderr.strip() or "it said nothing"
            raise Problem(rc or 1, "defect", "%s ended with %d: %s" % (" ".join(argv), rc, said))
        for document in documents:
            if document.get("schemaVersion") != SCHEMA_VERSION:
                reason = "vdoctl speaks schema version %s, this collection %d: they are not of one release"
                raise Problem(rc or 1, "not-understood", reason % (document.get("schemaVersion"), SCHEMA_VERSION))
        return documents

    def _fail(self, document):
        """Raises the error of a call that failed before it reached any volume."""
        error = document if document["kind"] == "error" else document.get("error")
        if error is None:
            raise Problem(1, "not-understood", "vdoctl printed an unexpected document: %s" % document["kind"])
        raise Problem.from_error(document["exitCode"], error)


def _find_unanswered(act, yes):
    """A dry run never asks. A needed answer that is not given must not look like success."""
    for plan in act.plans:
        if plan["confirm"] is not None and plan["confirm"] not in yes:
            reason = "not confirmed: %s of %s needs confirmation" % (plan["operation"], plan["volume"])
            return Problem(NOT_CONFIRMED, "not-confirmed", reason)
    return None


def _how_to_answer(act):
    """vdoctl speaks of a terminal, and of --yes, which a playbook has under other names."""
    answers = {
        "may-lose-data": "name %s in accept_data_loss, once its data is safe or not wanted",
        "restarts-a-running-volume": "allow_restart: true, once nothing uses %s",
    }
    wanted = [answers[plan["confirm"]] % plan["volume"] for plan in act.plans if plan["confirm"] is not None]
    return "; ".join(wanted) or None


def require_name(name):
    """vdoctl refuses every other wrong name itself; one that begins so would be taken for an option."""
    if name == "" or name.startswith("-"):
        raise Problem(USAGE, "usage", "%s is not a volume name" % json.dumps(name))


def is_accepted(module, *names):
    """Whether a person wrote down one of the volume's names as one whose data may be lost."""
    return any(name in module.params["accept_data_loss"] for name in names)


def parse_size(text):
    """
    Bytes of a size such as 10G, 1.5T or 512MiB, in powers of 1024, with a fraction rounded down to whole blocks of 4096
    bytes; None for anything else, which vdoctl refuses with a reason.
    """
    found = re.match(r"([0-9]{1,20}(\.[0-9]{1,20})?) ?(?:([kmgtpe])(?:ib)?|b)\Z", text, re.IGNORECASE | re.ASCII)
    if found is None:
        return None
    number, fraction, unit = found.groups()
    factor = 1024 ** "bkmgtpe".index((unit or "b").lower())
    size = int(number) * factor if fraction is None else int(float(number) * factor) // 4096 * 4096
    return size if 0 < size < 2 ** 53 else None


def summarize(volume, **expected):
    """A volume as a diff shows it: what lasts, and not what passes by itself. `expected` is put over it."""
    if volume is None:
        return expected
    on_disk = volume["onDisk"]
    seen = {
        "stack": volume["stack"],
        "storage": volume["storage"]["path"],
        "state": volume["state"],
        "mode": volume["mode"],
        "on_disk": None if on_disk is None else on_disk["state"],
        "logical_bytes": volume["sizes"]["logicalBytes"],
        "physical_bytes": volume["sizes"]["physicalBytes"],
        "compression": volume["compression"],
        "index": volume["index"],
    }
    seen.update(expected)
    return seen


#: The parts of a volume's summary that also change by themselves, for example while a recovery goes on.
PASSING = ("mode", "on_disk", "index")


def has_changed(act, before, after):
    """Whether an act changed the volume. After a failure the volume itself tells: the steps may have been undone."""
    if act.problem is None:
        return act.changes
    if act.problem.rc == ON_ITS_WAY:
        return bool(act.steps)
    if before is None or after is None:
        return before is not after
    then, now = summarize(before), summarize(after)
    return any(then[key] != now[key] for key in then if key not in PASSING)
