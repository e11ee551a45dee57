"""Rosters of teachers (教师名册): read line by line, then planned against who is there already."""

from schools.rosters.planning import Line, Outcome, RosterPlan, plan_roster
from schools.rosters.reading import REQUIRED_COLUMNS, read_roster

__all__ = ["REQUIRED_COLUMNS", "Line", "Outcome", "RosterPlan", "plan_roster", "read_roster"]
