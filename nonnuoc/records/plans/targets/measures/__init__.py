"""Formulas over records, by the key that a target names.

| key | what it gives | unit |
|---|---|---|
| waste.domestic.urban | urban domestic waste collected and treated, of what came about, as communes report it | % |
| waste.domestic.rural | the same of rural domestic waste | % |
| waste.access | households with access to collection, of all households, as communes report them | % |
| waste.hazardous | hazardous waste treated by manifest, of what registered generators told came about | % |
| waste.medical | medical waste treated, of what came about | % |
| craft.infrastructure | craft villages whose checklist of infrastructure is all yes, of those answered | % |
| forest.cover | natural and planted forest over the area of all communes, at the end of a year | % |
| works.upgraded | treatment areas ordered to be upgraded that are finished | works |
| works.new | new treatment areas that are finished | works |
| works.construction | sites for construction waste that are finished | works |
| works.provincial_ha | area of the treatment area of the province | ha |
| works.hazardous | collection and treatment points for hazardous waste that are finished | works |
| stations.air.new | air stations that work and began to since the plan begins | stations |
| stations.water.new | surface-water stations that work and began to since the plan begins | stations |
| waters.sewerage | urban areas whose central wastewater system operates | urban areas |
| citizens.answered | citizens' reports answered: no records yet, so it cannot be computed | % |
| reports.monitoring | monitoring reports issued: no records yet, so it cannot be computed | reports |

A target without a key is only declared.
"""

from __future__ import annotations

from collections.abc import Mapping

from nonnuoc.records.plans.targets.measures import land, missing, network, waste, water, works
from nonnuoc.records.plans.targets.measures.measured import Measure

ALL: Mapping[str, Measure] = {
    one.key: one
    for one in (
        *waste.MEASURES,
        *land.MEASURES,
        *works.MEASURES,
        *network.MEASURES,
        *water.MEASURES,
        *missing.MEASURES,
    )
}
