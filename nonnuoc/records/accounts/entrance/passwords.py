"""Passwords: changed by their owner, reset through a link, and refused where others would guess them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext

from nonnuoc.records.accounts import audit
from nonnuoc.records.accounts.entrance import presences
from nonnuoc.records.accounts.models import Person

WORDS = Path(__file__).parent / "data" / "guessed_words.txt"
#: So many words in a row are tried through; more are as good as any phrase.
FEW = 3
#: Digits as they are counted.
ROW = "0123456789" * 20
#: Signs that stand for letters.
_LEET = str.maketrans("0134578@$!", "oieastbasi")


class GuessedWords:
    """Refuses what is tried first: three words or fewer, common ones, the person's name, ours; digits in a row."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError."""
        words = {*guessed_words(), *_own_words(user)}
        folded = _folded(password)
        if (
            _in_a_row(password)
            or _made_of(_letters(folded), words)
            or _made_of(_letters(_core(folded).translate(_LEET)), words)
        ):
            raise ValidationError(
                gettext(
                    "This password is made of words that others would try first. Use four words that do not"
                    " belong together."
                ),
                code="guessed_words",
            )

    def get_help_text(self) -> str:
        """What to know before choosing."""
        return gettext("Four words that do not belong together are easy to remember and hard to guess.")


@transaction.atomic
def change(person: Person, password: str, *, session: str) -> None:
    """A new password, by its owner; everywhere but in `session` the person is signed out. Raises ValidationError."""
    _set(person, password)
    audit.record(person, "password.changed", person.email)
    presences.end_others(person, session, by=person)


@transaction.atomic
def reset(person: Person, password: str, *, by: Person | None, how: str) -> None:
    """A new password for somebody who forgot theirs; they are signed out everywhere. Raises ValidationError."""
    _set(person, password)
    audit.record(by, "password.reset", person.email, how=how)
    presences.end_others(person, "", by=by)


def reset_key(person: Person) -> tuple[str, str]:
    """Who, and a token for one new password within PASSWORD_RESET_TIMEOUT; it ends at the next sign-in or change."""
    return urlsafe_base64_encode(str(person.pk).encode()), default_token_generator.make_token(person)


def of_reset_key(who: str, token: str) -> Person | None:
    """Whose it is; None: nobody's, or used, or run out."""
    try:
        identity = int(force_str(urlsafe_base64_decode(who)))
    except (ValueError, OverflowError):
        return None
    person = Person.objects.filter(pk=identity, is_active=True).first() if 0 < identity < 2**31 else None
    return person if person is not None and default_token_generator.check_token(person, token) else None


def _set(person: Person, password: str) -> None:
    validate_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])


@cache
def guessed_words() -> frozenset[str]:
    """Words in plain letters."""
    lines = WORDS.read_text().splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _own_words(person: Person | None) -> Iterable[str]:
    if person is None:
        return []
    parts = re.split(r"[^a-z]+", _folded(f"{person.name} {person.email}"))
    return [part for part in parts if len(part) > 1]


def _folded(text: str) -> str:
    """In small letters without marks: "Mật khẩu" is "mat khau"."""
    plain = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text)


def _core(text: str) -> str:
    """Without the digits and signs hung on in front and behind: these stand for no letters."""
    return re.sub(r"^[^a-z]+|[^a-z]+$", "", text)


def _in_a_row(password: str) -> bool:
    """Whether it is one beginning over and over, or digits counted up or down."""
    again = re.fullmatch(r"(.{1,6}?)\1+.{0,5}", password, re.DOTALL) is not None
    return again or password in ROW or password in ROW[::-1]


def _made_of(letters: str, words: Iterable[str]) -> bool:
    """Whether FEW such words, one after the other, give exactly these letters. Other signs are no letters of theirs."""
    if not letters:
        return False
    known, fewest = set(words), {0: 0}
    for end in range(1, len(letters) + 1):
        counts = [count + 1 for start, count in fewest.items() if letters[start:end] in known]
        if counts:
            fewest[end] = min(counts)
    return fewest.get(len(letters), FEW + 1) <= FEW
