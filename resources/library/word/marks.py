"""The names by which a document of ours is known again when it comes back.

Styles, so that they survive Word and WPS, and what the teacher changes between.
"""

from __future__ import annotations

SECTION = "GongbeiSection"
"""The heading of a section: only these part a document of ours."""
HEADER_TABLE = "GongbeiHeader"
PROCESS_TABLE = "GongbeiProcess"
TABLE = "GongbeiTable"
QUOTE = "GongbeiQuote"
RULE = "GongbeiRule"
GAP = "GongbeiGap"
"""A paragraph that only Word needs: between tables, at the end of a cell."""
CONTINUED = "GongbeiContinued"
"""With a level behind it: a further paragraph of a list item."""
FORMULA = "GongbeiFormula"
HEAD_SHADE = "F1F1EF"
"""The ground of a table's head cells."""
PICTURE = "gongbei-picture "
"""Before a picture's uuid, in the name of the drawing."""
