"""What only base.html needs: the frame of every page, of which as little as possible is made anew for each."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from nonnuoc.look import built, language, navigation, sharing

register = template.Library()
register.simple_tag(navigation.sections, name="site_sections")


@register.simple_tag
def stylesheet() -> str:
    """The one stylesheet, and the fonts the first view needs."""
    links = [built.path(source) for source in built.FIRST_FONTS]
    fonts = format_html_join(
        "\n",
        '<link rel="preload" as="font" type="font/woff2" href="{}" crossorigin>',
        ((static(path),) for path in links if path),
    )
    style = built.path("src/style/style.css")
    return format_html('{}\n<link rel="stylesheet" href="{}">', fonts, static(style)) if style else SafeString("")


@register.simple_tag
def script() -> str:
    """The one script; the map and the chart are fetched by it when they come into view."""
    path = built.path("src/page.js")
    return format_html('<script type="module" src="{}"></script>', static(path)) if path else SafeString("")


@register.simple_tag(takes_context=True)
def site_section(context: Context) -> str:
    """The route we are at, if it belongs to a section."""
    return navigation.here(context.get("request"))


@register.simple_tag(takes_context=True)
def language_offers(context: Context) -> list[language.Offer]:
    """The languages to go on in; none on a page that nobody asked for."""
    request = context.get("request")
    return language.offers(request) if request else []


@register.simple_tag(takes_context=True)
def page_addresses(context: Context) -> sharing.Addresses | None:
    """The canonical address of the page and those of its languages."""
    return sharing.addresses(context.get("request"))


class Kept(template.Node):
    """What it holds, rendered under a name: a block can be said in several places."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> str:
        words = " ".join(self.nodelist.render(context).split())
        context[self.name] = SafeString(words.replace('"', "&quot;"))
        return ""


@register.tag
def keep(parser: Parser, token: Token) -> Kept:
    """`{% keep title %}…{% endkeep %}`, then `{{ title }}`, also inside an attribute."""
    _, name = token.split_contents()
    return Kept(name, _inside(parser, "endkeep"))


class Once(template.Node):
    """What is the same on every page of a language: rendered the first time, and remembered by this process."""

    def __init__(self, keys: list[FilterExpression], nodelist: NodeList) -> None:
        self.keys, self.nodelist = keys, nodelist
        self.rendered: dict[tuple[Any, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *(one.resolve(context) for one in self.keys))
        if key not in self.rendered:
            self.rendered[key] = self.nodelist.render(context)
        return self.rendered[key]


@register.tag
def once(parser: Parser, token: Token) -> Once:
    """`{% once %}…{% endonce %}`, or `{% once section %}` for what depends on one of a few words besides."""
    _, *keys = token.split_contents()
    return Once([parser.compile_filter(key) for key in keys], _inside(parser, "endonce"))


def _inside(parser: Parser, end: str) -> NodeList:
    nodelist: NodeList = parser.parse((end,))
    parser.delete_first_token()
    return nodelist
