"""The report as a Word document in the form of an administrative report, in Vietnamese.

What Nghị định 30/2020/NĐ-CP, Phụ lục I, asks of a báo cáo was taken from published summaries of it, not from the
decree itself: A4; margins top and bottom 20-25 mm, left 30-35 mm, right 15-20 mm; Times New Roman, black; national
title 12-13 points bold capitals, motto 13-14 bold with a line as long as it; issuing body 12-13 bold capitals with a
line a third to half of its length; number 13, place and day 13-14 italics; name and subject 13-14 bold; text 13-14,
justified, first line 10 or 12.7 mm in, at least 6 points between paragraphs, line spacing 1 to 1.5; "Nơi nhận"
12 bold italics, its list 11; page numbers from 1 in arabic figures, centred in the head, not shown on the first page;
each annex numbered by itself. Everything else (the office above the issuing one without bold type, how the addressees
stand, the title of who signs, the words in brackets below the name of an annex) is common practice.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from typing import Any

import docx
from django.utils import translation
from django.utils.translation import gettext as _

from nonnuoc.records.plans.reports.docx import annex, body, end, frame, head

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Content = dict[str, Any]
#: What no text in XML may hold (XML 1.0, production 2).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(content: Content, *, sha256: str = "") -> bytes:
    """The document; with the seal of an issued report, or as a draft, which every page says."""
    content = _writable(content)
    with translation.override("vi"):
        document = docx.Document()
        frame.begin(document, _notes(content["head"], sha256))
        head.write(document, content["head"])
        body.write(document, content)
        end.write(document, content["head"])
        annex.write(document, content, sha256)
        title = head.subject(content["head"])
    facts = document.core_properties
    facts.title, facts.author, facts.language = title, content["head"]["writer"]["name"], "vi-VN"
    made = date.fromisoformat(content["head"]["day"] or content["head"]["on"])
    facts.created = facts.modified = datetime.combine(made, time.min)
    facts.comments = ""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _writable(found: Any) -> Any:
    """The same without the signs that XML cannot hold: one of them in one unit's words would stop the whole report."""
    if isinstance(found, str):
        return _NOT_XML.sub("", found)
    if isinstance(found, dict):
        return {name: _writable(one) for name, one in found.items()}
    return [_writable(one) for one in found] if isinstance(found, list) else found


def _notes(facts: dict[str, Any], sha256: str) -> list[str]:
    """What stands at the foot of every page."""
    notes = [] if sha256 else [_("DRAFT – NOT ISSUED")]
    if facts["simulated"]:
        notes.append(_("SIMULATED DATA – FOR DEMONSTRATION ONLY"))
    return notes
