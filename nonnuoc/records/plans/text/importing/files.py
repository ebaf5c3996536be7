"""A plan read from the file that brings it: DOCX or Markdown."""

from __future__ import annotations

import hashlib

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nonnuoc.domain.plan import sentences
from nonnuoc.records.plans.text.importing import heads, rows, word
from nonnuoc.records.plans.text.importing.draft import Draft

MARKDOWN = "text/markdown"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {".md": MARKDOWN, ".markdown": MARKDOWN, ".txt": MARKDOWN, ".docx": DOCX}
MOST_BYTES = 20_000_000
MOST_LETTERS = 3_000_000  # of the text: about a thousand pages


def media_type(name: str) -> str:
    """The kind of file its name says it is; "" for one that is not read."""
    return next((kind for ending, kind in ENDINGS.items() if name.casefold().endswith(ending)), "")


def read(body: bytes, name: str, media_type: str) -> Draft:
    """The plan in a file, nothing written. Raises ValidationError naming what is wrong with the file."""
    if len(body) > MOST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB. Take out pictures, and bring it again."))
    if media_type == DOCX:
        text = word.read(body)
    elif media_type in (MARKDOWN, "text/plain"):
        text = _decoded(body)
    else:
        raise ValidationError(_("Files of this kind are not read. Bring a plan as .docx or as Markdown (.md)."))
    text = text.replace("\x00", "")
    if not text.strip():
        raise ValidationError(_("There is no text in this file. A scanned plan has to be turned into text first."))
    if len(text) > MOST_LETTERS:
        raise ValidationError(_("The text has more than three million letters: this is no plan."))
    pieces = tuple(sentences.split(text))
    return Draft(
        name=name,
        media_type=media_type,
        body=body,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        head=heads.read(pieces),
        pieces=pieces,
        rows=tuple(rows.entries(pieces)),
    )


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = body[: error.start].count(b"\n") + 1
        said = _("Line %(line)s is not written in UTF-8. Save the file with this encoding, and bring it again.")
        raise ValidationError(said % {"line": place}) from error
