"""How every form of the house is drawn: the label, the help, the refusal, the field – in `parts/field.html`."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Forms in the templates of the house, where they have one, else in Django's."""

    field_template_name = "parts/field.html"
