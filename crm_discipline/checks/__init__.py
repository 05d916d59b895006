"""The figures once more, in plain SQL that was written for the check alone.

Each file is a family of figures. A query returns rows of figure, user and the numbers. It shares nothing with the domains that count on screens, so that a mistake in either shows.
"""

from . import audiences, calls, clients, deals, effort, findings, load, meetings, requests
from .borders import get_params

# report: queries of every family that has figures in it
BOARD = (*meetings.BOARD, *calls.BOARD, *deals.BOARD, *clients.BOARD)
# of them what came of a period
PERIOD = (*meetings.PERIOD, *calls.PERIOD, *deals.BOARD)
BOARD_TIME = effort.BOARD
BOARD_HOURS = load.HOURS
BOARD_TEAMS = calls.BOARD_TEAMS
TIME = effort.REPORT
ACTIVITY = (meetings.ACTIVITY, calls.ACTIVITY, clients.ACTIVITY, deals.ACTIVITY)
REQUESTS = requests.REPORT
DESK = requests.DESK
FINDINGS = findings.OPEN
AUDIENCES = (audiences.LISTED, audiences.LISTED_BY_USER, audiences.REASONS)
