"""Many servers at once, in small: what tests/bench/many_streams.py measures with 2,000 streams."""

import shutil
import tempfile

from bench import many_streams
from play import Play
from support import bed

DOMAINS = 10  # on each side


class Streams(Play):
    bed_order = "9z"

    def setUp(self):
        bed.close_all()  # one guard at a time
        self.folder = tempfile.mkdtemp(prefix="xmpp-guard-streams-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def test_everybody_is_back_after_a_cut_and_after_the_edges_died(self):
        figures = many_streams.measure(DOMAINS, self.folder)
        both = {"inbound": 2 * DOMAINS, "outbound": 2 * DOMAINS}
        self.assertEqual(figures["streams"], both, "each server has a stream to the guard and one from it")
        self.assertEqual(figures["streams_after"], both)
        for phase in ("up", "cut", "killed"):
            self.assertLess(figures[phase]["settled_s"], 20, phase)
        self.assertEqual(figures["repeated"], 0, "nothing came twice")
