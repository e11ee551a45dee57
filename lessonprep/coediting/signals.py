"""The life of a room, for those who turn its text into a revision.

Each is sent with `room` (its primary key) and `plan` (the plan's), outside any transaction, from a
thread of the process that holds the room. A killed process sends nothing: who listens also looks,
from time to time, for rooms whose log has gone on.
"""

from django.dispatch import Signal

room_opened = Signal()
"""Somebody came into a room that was in no memory."""
room_worked_in = Signal()
"""Something was written in the last minute."""
room_emptied = Signal()
"""All have left, for half a minute."""
