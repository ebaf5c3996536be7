"""What templates of plans use: the words of how a task stands, and of its time."""

from __future__ import annotations

from django import template

from nonnuoc.look.plans import words
from nonnuoc.records.plans.tasks import wording

register = template.Library()
register.filter("light_word", words.light)
register.filter("light_reason", words.reason)
register.filter("light_reasons", wording.reasons)
register.filter("light_seen", words.seen)
register.filter("task_time", words.time)
register.filter("quarter", words.quarter)
register.filter("plan_day", words.day)
