// What lies under the stations: the communes, and under these, only where the administrator chose one, a base map.
import { token } from './paint.js'

export const FONT = ['Be Vietnam Pro']

export function sources(data) {
  const communes = { communes: { type: 'geojson', data: data.communes } }
  return data.outside ? { ...communes, outside: data.outside.source } : communes
}

export function layers(data) {
  const polygon = ['==', ['geometry-type'], 'Polygon']
  const point = ['==', ['geometry-type'], 'Point']
  // A base map has land and names of its own; ours would stand on them twice.
  const under = data.outside
    ? data.outside.layers()
    : [{ id: 'land', type: 'fill', source: 'communes', filter: polygon, paint: { 'fill-color': token('ground-land') } }]
  const names = { id: 'commune-names', type: 'symbol', source: 'communes', filter: point,
    layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top',
      'text-offset': [0, 0.4], 'text-padding': 4 },
    paint: { 'text-color': token('stone-5'), 'text-halo-color': token('ground'), 'text-halo-width': 1.5 } }
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': token('ground') } },
    ...under,
    { id: 'borders', type: 'line', source: 'communes', filter: polygon,
      paint: { 'line-color': token('stone-3'), 'line-width': 1 } },
    { id: 'commune-points', type: 'circle', source: 'communes', filter: point,
      paint: { 'circle-radius': 2, 'circle-color': token('stone-4') } },
    names,
  ]
}
