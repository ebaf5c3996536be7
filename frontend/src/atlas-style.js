// How the layers of the map are drawn: in ink, told apart by shape and line; colours belong to the two indices.
import * as ground from './ground.js'
import { token } from './paint.js'

const FONT = ['Be Vietnam Pro']
const CLUSTER_PX = 44

export const tilesOf = (address, shown) => `${location.origin}${address}?layers=${shown.join(',')}`

export function style({ communes, outside, boxes, shown, chosen, outlines, points }) {
  const data = { communes, outside }
  const [key, ...code] = chosen.split('/')
  const shaped = [...boxes.values()].filter((box) => box.dataset.shape !== 'point')
  return {
    version: 8, // no glyphs: MapLibre draws letters with the page's own fonts
    sources: {
      ...ground.sources(data),
      things: { type: 'geojson', data: points, cluster: true, clusterRadius: CLUSTER_PX, clusterMaxZoom: 16 },
      outlines: { type: 'vector', tiles: [tilesOf(outlines, shown)], maxzoom: 14 },
    },
    layers: [
      ...ground.layers(data),
      ...shaped.flatMap((box) => outline(box, shown.includes(box.value), key === box.value ? code.join('/') : '')),
      { id: 'names', type: 'symbol', source: 'things', minzoom: 11, filter: ['!', ['has', 'point_count']],
        layout: { 'text-field': ['get', 'n'], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top', 'text-offset': [0, 1.2],
          'text-max-width': 10, 'text-optional': true },
        paint: { 'text-color': token('ink'), 'text-halo-color': token('ground'), 'text-halo-width': 2 } },
      { id: 'chosen', type: 'circle', source: 'things', filter: ['all', ['==', ['get', 'l'], key], ['==', ['get', 'c'], code.join('/')]],
        paint: { 'circle-radius': 19, 'circle-color': token('jade-wash'), 'circle-stroke-color': token('jade'), 'circle-stroke-width': 3 } },
      { id: 'things', type: 'symbol', source: 'things', filter: ['!', ['has', 'point_count']],
        layout: { 'icon-image': ['concat', ['get', 'l'], ['case', ['has', 'v'], ':vague', '']], 'icon-allow-overlap': true } },
      { id: 'clusters', type: 'circle', source: 'things', filter: ['has', 'point_count'],
        paint: { 'circle-radius': ['step', ['get', 'point_count'], 15, 100, 19, 1000, 24], 'circle-color': token('paper'),
          'circle-stroke-color': token('ink'), 'circle-stroke-width': 2 } },
      { id: 'cluster-numbers', type: 'symbol', source: 'things', filter: ['has', 'point_count'],
        layout: { 'text-field': ['get', 'point_count'], 'text-font': FONT, 'text-size': 13, 'text-allow-overlap': true },
        paint: { 'text-color': token('ink') } },
    ],
  }
}

function outline(box, isShown, chosen) {
  const { value: key } = box
  const { shape, dash } = box.dataset
  const layout = { visibility: isShown ? 'visible' : 'none' }
  const source = { source: 'outlines', 'source-layer': key }
  const width = shape === 'line' ? 2.5 : 1.5
  const dashes = dash ? { 'line-dasharray': dash.split(' ').map(Number) } : {}
  return [
    ...(shape === 'line' ? [] : [{ id: `area-${key}`, type: 'fill', ...source, layout, metadata: { layer: key },
      filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': token('stone-5'), 'fill-opacity': 0.12 } }]),
    { id: `line-${key}`, type: 'line', ...source, layout, metadata: { layer: key },
      paint: { 'line-color': token(shape === 'line' ? 'ink' : 'stone-5'), 'line-width': width, ...dashes } },
    { id: `chosen-${key}`, type: 'line', ...source, metadata: { chosen: key }, filter: ['==', ['get', 'c'], chosen],
      paint: { 'line-color': token('jade'), 'line-width': 4 } },
  ]
}
