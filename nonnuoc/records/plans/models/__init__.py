"""What is kept of a plan, as it is read: its text, its tasks, its targets, the rounds of reporting."""

from nonnuoc.records.plans.models.document import Edition, Mark, Passage, Plan, PlanImport, Question
from nonnuoc.records.plans.models.progress import Blocker, Budget, Evidence, Override
from nonnuoc.records.plans.models.rounds import Answer, Form, Remark, Report, Round, Saving
from nonnuoc.records.plans.models.targets import PathPoint, Target, Value
from nonnuoc.records.plans.models.tasks import Assignment, Dependency, Milestone, Task

__all__ = [
    "Answer",
    "Assignment",
    "Blocker",
    "Budget",
    "Dependency",
    "Edition",
    "Evidence",
    "Form",
    "Mark",
    "Milestone",
    "Override",
    "Passage",
    "PathPoint",
    "Plan",
    "PlanImport",
    "Question",
    "Remark",
    "Report",
    "Round",
    "Saving",
    "Target",
    "Task",
    "Value",
]
