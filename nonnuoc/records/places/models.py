"""Where things are."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Commune(models.Model):
    """A commune, ward or special zone (xã, phường, đặc khu): the lower of the two tiers since 1/7/2025."""

    class Kind(models.TextChoices):
        COMMUNE = "xa", "xã"
        WARD = "phuong", "phường"
        SPECIAL_ZONE = "dackhu", "đặc khu"  # an island district before 1/7/2025; other provinces have them

    code = models.CharField(max_length=5, unique=True)  # official statistical code
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=80)  # without the kind: "Trà Lĩnh"
    name_ascii = models.CharField(max_length=80)  # for searching without marks: "tra linh"
    area_km2 = models.FloatField(null=True)
    lon = models.FloatField()  # a point inside it, WGS 84
    lat = models.FloatField()
    boundary = models.BinaryField(null=True)  # WKB MultiPolygon, WGS 84; null until official ones are imported
    boundary_source = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="commune_code_is_five_digits"),
            models.CheckConstraint(
                condition=Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90), name="commune_on_earth"
            ),
            models.CheckConstraint(condition=Q(area_km2=None) | Q(area_km2__gt=0), name="commune_area_positive"),
            models.CheckConstraint(
                condition=Q(boundary=None, boundary_source="") | (Q(boundary__isnull=False) & ~Q(boundary_source="")),
                name="commune_boundary_has_source",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """As the law writes it: "phường Thục Phán"."""
        return f"{self.get_kind_display()} {self.name}"


class River(models.Model):
    """A river the plan names."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=300)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"sông {self.name}"


class RiverAlias(models.Model):
    """Another name of the same river: "Bằng" is "Bằng Giang"."""

    river = models.ForeignKey(River, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name
