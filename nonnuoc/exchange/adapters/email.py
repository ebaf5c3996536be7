"""E-mail, over the post office of NONNUOC_SMTP_URL: plain text, with an id that lets doubles be known.

The Message-ID follows from the message: a post office or a reader that is given the same letter twice can tell. Its
headers say that a machine wrote it, so that nobody's holiday answers.
"""

from __future__ import annotations

import smtplib
from datetime import datetime
from email.utils import formatdate, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from nonnuoc.exchange.adapters.verdict import Verdict
from nonnuoc.exchange.rendering import Text
from nonnuoc.records.outbox.delivering import Result

#: For each step of the conversation.
STEP_S = 10


def send(uuid: str, to: str, text: Text, *, queued: datetime, topic: str) -> Verdict:
    """Hand a letter in."""
    letter = EmailMessage(one_line(text.subject), text.body, settings.DEFAULT_FROM_EMAIL, [to])
    letter.extra_headers = {
        "Message-ID": f"<{uuid}@{domain()}>",
        "Date": formatdate(queued.timestamp()),
        "Auto-Submitted": "auto-generated",
        "List-Id": f"<{topic}.nonnuoc.{domain()}>",
        "Idempotency-Key": uuid,
    }
    try:
        letter.connection = get_connection(timeout=STEP_S)
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        return _said(code, words)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError, smtplib.SMTPHeloError) as error:
        return Verdict(Result.LATER, str(error)[:300], down=True)  # of the post office, not of this letter
    except smtplib.SMTPResponseException as error:
        return _said(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Verdict(Result.UNREACHABLE, str(error) or type(error).__name__, down=True)
    except ValueError as error:  # an address no letter can carry
        return Verdict(Result.REFUSED, str(error))
    return Verdict(Result.SENT, "taken by the post office")


def one_line(text: str) -> str:
    """Without line breaks and control characters: what stands in a header cannot begin another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def domain() -> str:
    """Of the address letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def _said(code: int, words: bytes | str) -> Verdict:
    answer = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"[:300]
    # 421: the post office closes. 4xx else: this letter, or this address, later.
    return Verdict(Result.LATER if code < 500 else Result.REFUSED, answer, down=code == 421)
