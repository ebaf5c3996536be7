"""What speaks for a pair of facilities being one, and against it, in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Codes of `domain.resemblance.POINTS`.
WORDS: Mapping[str, Promise] = {
    "code_same": _("the same enterprise code"),
    "code_branch": _("the same enterprise, registered as another branch"),
    "code_other": _("different enterprise codes"),
    "name_same": _("the same name, legal form and marks left aside"),
    "name_like": _("similar names"),
    "name_common": _("the same name, of words that many names have"),
    "number_other": _("numbered differently"),
    "commune_same": _("in the same commune"),
    "commune_other": _("in different communes"),
    "place_same": _("within 100 m of each other"),
    "place_near": _("within 300 m of each other"),
    "place_far": _("more than 2 km apart"),
    "address_same": _("the same address"),
    "carried": _("found when an entry that is merged with one of them by now was compared"),
    "owner_same": _("the same owner"),
}
