"""What a password may be, and what is done with it (ASVS 6.2, 11.4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

from nonnuoc.config import settings
from nonnuoc.desk.choosing import ChangePassword, NewPassword
from nonnuoc.desk.signing_in import SignIn
from nonnuoc.records.accounts import services
from nonnuoc.records.accounts.entrance import passwords
from nonnuoc.records.accounts.models import Person

ROOT = Path(__file__).resolve().parents[2]
SOMEBODY = Person(email="an@example.vn", name="Nông Thị An")


def refused(password: str) -> set[str]:
    """The codes of the rules that refuse it."""
    try:
        validate_password(password, SOMEBODY)
    except ValidationError as error:
        return {str(one.code) for one in error.error_list}
    return set()


def test_twelve_signs_are_the_least() -> None:
    assert refused("vq7 mlt kzo") == {"password_too_short"}
    assert refused("vq7 mlt kzop") == set()


@pytest.mark.parametrize(
    "password", ["qwpmxzrvnblk", "470918263541", "ĐÈO GIÓ ÂM U RỪNG", "🌿🌊🏞️🪨🌫️⛰️🌿🌊🏞️🪨🌫️⛰️", " " * 6 + "vxqjzk"]
)
def test_any_signs_will_do(password: str) -> None:
    assert refused(password) == set()


def test_long_ones_are_taken_whole() -> None:
    for length in (64, 200):
        long = "".join(chr(33 + (7 * place * place + place) % 90) for place in range(length))
        form = NewPassword({"password": long}, person=SOMEBODY)
        assert form.is_valid() and form.cleaned_data["password"] == long


def test_common_ones_are_refused() -> None:
    assert "password_too_common" in refused("1qaz2wsx3edc4rfv")


@pytest.mark.parametrize(
    "password", ["123456789012", "987654321098", "xqzxqzxqzxqz", "121212121212", "kqkqkqkqkqkqkq!"]
)
def test_signs_in_a_row_are_refused(password: str) -> None:
    assert "guessed_words" in refused(password)


@pytest.mark.parametrize(
    "password", ["nonnuoc-2026!", "CaoBang@123456", "QuanTrac2026!!", "nongthian1985", "Mật khẩu 123456"]
)
def test_words_of_this_place_and_person_are_refused(password: str) -> None:
    assert "guessed_words" in refused(password)


def test_the_list_of_words_holds_the_product_and_the_province() -> None:
    assert {"nonnuoc", "caobang", "quantrac", "admin"} <= passwords.guessed_words()


@pytest.mark.django_db
def test_a_password_is_compared_exactly_as_typed() -> None:
    typed = "  Vách Đá Lạnh xq7  "
    person = services.register_person("x@example.vn", name="X", password=typed, by=None)
    assert person.check_password(typed)
    assert not any(map(person.check_password, (typed.strip(), typed.lower(), typed[:-1])))


def test_every_password_field_is_masked_keeps_spaces_and_welcomes_a_manager() -> None:
    for form in (NewPassword(person=SOMEBODY), ChangePassword(person=SOMEBODY), SignIn()):
        for name in {"old", "password"} & form.fields.keys():
            field = form.fields[name]
            assert field.widget.input_type == "password" and not field.strip
            assert field.widget.attrs["autocomplete"] in ("current-password", "new-password")
    scripts = "".join(file.read_text() for file in (ROOT / "frontend" / "src").rglob("*.js"))
    assert not re.search(r"['\"]paste['\"]", scripts)


def test_kept_passwords_are_slow_to_guess() -> None:
    (chosen,) = settings.PASSWORD_HASHERS  # as the product has it; tests hash faster
    hasher = import_string(chosen)()
    kept = hasher.decode(hasher.encode("x", hasher.salt()))
    assert kept["algorithm"] == "argon2" and kept["variety"] == "argon2id"
    assert kept["time_cost"] >= 2 and kept["memory_cost"] >= 19_456  # KiB: OWASP's least for two passes


def test_nothing_makes_a_password_run_out() -> None:
    names = {field.name for field in Person._meta.get_fields()}
    assert "password" in names
    assert [name for name in names if re.search(r"expir|password_", name)] == []
