"""The scenes of deploy/demo.sh: for each topology what is sent, and what the policies say must come of it."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.bed import Bed  # noqa: E402  (the path has to be set first)
from support.chain_bed import ChainBed  # noqa: E402
from support.labels import ess_text, permissive_category  # noqa: E402
from support.star_bed import StarBed  # noqa: E402

EXAMPLE = "2.999.1"  # the security policy of examples/pair/spif.xml
HOME = "2.999.60"  # that of examples/star/bravo.xml


def _to(*nations):
    return permissive_category("2.999.1.2", nations)


def _home_to(*nations):
    return permissive_category("2.999.60.1", nations)


ALPHA, BRAVO = 0, 1
LABELS = {"UNCLASSIFIED": ess_text(EXAMPLE, 1), "RESTRICTED": ess_text(EXAMPLE, 2),
          "CONFIDENTIAL": ess_text(EXAMPLE, 3), "SECRET": ess_text(EXAMPLE, 4),
          "SECRET to ALPHA": ess_text(EXAMPLE, 4, _to(ALPHA)), "SECRET to BRAVO": ess_text(EXAMPLE, 4, _to(BRAVO)),
          "CONFIDENTIAL to both": ess_text(EXAMPLE, 3, _to(ALPHA, BRAVO)),
          "HOME CONFIDENTIAL": ess_text(HOME, 30), "HOME CABINET": ess_text(HOME, 40),
          "HOME CONFIDENTIAL to both": ess_text(HOME, 30, _home_to(4, 5)),
          "of another policy": ess_text("2.999.2", 1), "none": None}

ALLOWED = ("allowed", "allowed")
NOT_ASKED = ("not asked", "")


def refused(reason):
    return ("refused", reason)


class Scene:
    """One thing that is sent. `decisions` is what each guard says of it, in the order of the topology's guards; `arrives`
    names the label that it arrives with where that is another."""

    def __init__(self, sender, receiver, what, label, result, *decisions, arrives=None):
        self.sender = sender
        self.receiver = receiver
        self.what = what
        self.label = label
        self.arrives = arrives or label
        self.expected = (result, list(decisions))
        self.found = None


class Topology:
    """What stands between whom: how its bed is made, which guards it has ({name: of the bed}), its scenes."""

    def __init__(self, about, make, guards, scenes):
        self.about = about
        self.make = make
        self.guards = guards
        self.scenes = scenes


PAIR = Topology("two servers, the guard between them, and two clients", lambda: Bed(example=True),
                {"guard": lambda bed: bed.guard}, [
    Scene("alice", "bob", "message", "UNCLASSIFIED", "delivered", ALLOWED),
    Scene("bob", "alice", "message", "UNCLASSIFIED", "delivered", ALLOWED),
    Scene("alice", "bob", "message", "RESTRICTED", "delivered", ALLOWED),
    Scene("alice", "bob", "message", "SECRET", "error to sender", refused("receiver-clearance")),
    Scene("bob", "alice", "message", "SECRET", "error to sender", refused("sender-clearance")),
    Scene("alice", "bob", "message", "none", "error to sender", refused("label-missing")),
    Scene("bob", "alice", "message", "of another policy", "error to sender", refused("label-policy")),
    Scene("alice", "bob", "presence", "by rule", "delivered", ALLOWED),
    Scene("bob", "alice", "ping", "by rule", "answered", ALLOWED),
    Scene("alice", "bob", "ping", "by rule", "answered", ALLOWED),
])

STAR = Topology("headquarters (staff), another server (ops), and the nations alpha (anna), bravo (boris) and others around the guard", StarBed,
                {"guard": lambda bed: bed.guard}, [
    Scene("staff", "anna", "message", "SECRET to ALPHA", "delivered", ALLOWED),
    Scene("staff", "boris", "message", "SECRET to ALPHA", "error to sender", refused("receiver-clearance")),
    Scene("staff", "anna", "message", "CONFIDENTIAL to both", "delivered", ALLOWED),
    Scene("staff", "boris", "message", "CONFIDENTIAL to both", "delivered", ALLOWED, arrives="HOME CONFIDENTIAL to both"),
    Scene("staff", "boris", "message", "SECRET", "error to sender", refused("receiver-clearance")),
    Scene("anna", "staff", "message", "SECRET to ALPHA", "delivered", ALLOWED),
    Scene("anna", "staff", "message", "SECRET to BRAVO", "error to sender", refused("sender-clearance")),
    Scene("boris", "staff", "message", "HOME CONFIDENTIAL", "delivered", ALLOWED, arrives="CONFIDENTIAL"),
    Scene("boris", "staff", "message", "HOME CABINET", "error to sender", refused("sender-translation")),
    Scene("anna", "boris", "message", "CONFIDENTIAL to both", "delivered", ALLOWED, arrives="HOME CONFIDENTIAL to both"),
    Scene("boris", "anna", "message", "HOME CONFIDENTIAL", "delivered", ALLOWED, arrives="CONFIDENTIAL"),
    Scene("anna", "boris", "message", "SECRET", "error to sender", refused("receiver-clearance")),
    Scene("ops", "anna", "message", "RESTRICTED", "delivered", ALLOWED),
    Scene("boris", "ops", "message", "UNCLASSIFIED", "no such server", NOT_ASKED),
    Scene("staff", "anna", "ping", "by rule", "answered", ALLOWED),
])

CHAIN = Topology("the core (duty), two guards in a row, a ministry (minister) and the field (watch, reserve)", ChainBed,
                 {"upper guard": lambda bed: bed.upper, "lower guard": lambda bed: bed.lower}, [
    Scene("duty", "minister", "message", "CONFIDENTIAL", "delivered", ALLOWED, ALLOWED),
    Scene("duty", "watch", "message", "RESTRICTED", "delivered", ALLOWED, ALLOWED),
    Scene("duty", "watch", "message", "CONFIDENTIAL", "error to sender", refused("receiver-clearance"), NOT_ASKED),
    Scene("duty", "minister", "message", "SECRET", "error to sender", refused("receiver-clearance"), NOT_ASKED),
    Scene("duty", "reserve", "message", "RESTRICTED", "error to sender", ALLOWED, refused("refused-by-rule")),
    Scene("watch", "duty", "message", "RESTRICTED", "delivered", ALLOWED, ALLOWED),
    Scene("minister", "duty", "message", "UNCLASSIFIED", "error to sender", refused("no-rule"), ALLOWED),
    Scene("duty", "minister", "ping", "by rule", "answered", ALLOWED, ALLOWED),
])

TOPOLOGIES = {"pair": PAIR, "star": STAR, "chain": CHAIN}
