"""Which passwords are refused, and which are not."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from nonnuoc.records.accounts.entrance import passwords
from nonnuoc.records.accounts.models import Person

AN = Person(email="nongthian.cb@example.vn", name="Nông Thị Ân")


@pytest.mark.parametrize(
    "password",
    [
        "Matkhau@123456",
        "mật khẩu 2025!",
        "anhyeuem12345",
        "M4tkh4u20252025",
        "caobang@2025@2025",
        "P@ssw0rd123456",
        "NongThiAn1990!",
        "nonnuoc-nonnuoc",
        "123456789012",
        "987654321098",
        "abcabcabcabcab",
        "!!!!!!!!!!!!",
        "qwertyuiop123",
        "short",
        "passwordpassword",
    ],
)
def test_what_others_try_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, AN)


@pytest.mark.parametrize(
    "password",
    [
        "limestone and clear water",
        "đò ngang chiều mưa phố cũ",
        "sông núi biển trời gió",  # words of the list, but five of them
        "kqzvj-7tmxw-p3rnc-hd8yf",
        "con mèo ngủ trên mái ngói đỏ",
        "724190385526",  # no word, no row
        "🐟🐟 cá trong suối lạnh",
        "x" * 3 + "Thác Bản Giốc lúc bình minh" + "y" * 100,
    ],
)
def test_long_ones_that_belong_to_nobody_are_welcome(password: str) -> None:
    validate_password(password, AN)


def test_a_very_long_one_takes_no_longer_to_judge() -> None:
    assert not passwords._made_of("matkhau" * 28, passwords.guessed_words())


def test_the_list_is_in_plain_letters() -> None:
    assert all(word.isascii() and word.isalpha() and word.islower() for word in passwords.guessed_words())
    assert len(passwords.guessed_words()) > 200
