"""The options that every module of the collection has."""


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  executable:
    description:
      - The program, as a path or as a name that is looked up on the host.
    type: path
    default: vdoctl
  simulate:
    description:
      - Work on the simulated host of C(vdoctl --simulate), kept in the state directory of the user that the module
        runs as. Nothing real is touched.
    type: bool
    default: false
requirements:
  - vdoctl on the host, with the rights that it needs (root, but for looking)
  - Python 3.6 or later on the host
notes:
  - What I(rc) means is told by C(vdoctl explain), and what I(problem) can be by C(vdoctl schema result).
"""
