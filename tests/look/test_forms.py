"""Every form of the house is drawn by one template: label, help, refusal, field, tied to each other."""

from __future__ import annotations

import re

from django.utils import translation

from nonnuoc.look import samples


def drawn() -> str:
    with translation.override("vi"):
        return str(samples.form("x").as_div())


def test_a_refused_field_says_why_to_the_eye_and_the_ear() -> None:
    html = drawn()
    field = re.search(r'<div class="field">\s*<label for="x-email">.*?</div>', html, re.S)
    assert field is not None
    assert 'id="x-email_error"' in field[0]
    assert 'aria-describedby="x-email_error"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert field[0].index("errorlist") < field[0].index("<input")


def test_help_is_tied_to_its_field() -> None:
    html = drawn()
    assert '<div class="helptext" id="x-name_helptext">Đúng như trên biển đặt tại cổng trạm.</div>' in html
    assert 'aria-describedby="x-name_helptext"' in html


def test_what_may_stay_empty_says_so() -> None:
    html = drawn()
    assert re.search(r'<label for="x-kind">[^<]+<span class="optional">\(không bắt buộc\)</span></label>', html)
    assert re.search(r'<label for="x-name">Tên trạm</label>', html)


def test_a_group_of_choices_has_a_legend_and_a_box_its_words_behind_it() -> None:
    html = drawn()
    assert re.search(r"<fieldset class=\"field\"[^>]*>\s*<legend>Mùa", html)
    box = html.index('type="checkbox"')
    assert box < html.index('<label for="x-agreed">')
