// A base map from outside, where the administrator chose one: raster tiles by address, or a PMTiles archive.
import { addProtocol } from 'maplibre-gl'
import { token } from './paint.js'

const VECTOR = 1 // the kind of tile in the head of a PMTiles archive

// Gives {source, layers} for MapLibre's style. `layers` is a function: the page's colours change with its theme.
export async function outside(tiles) {
  if (!/\.pmtiles($|\?)/.test(tiles)) {
    return { source: { type: 'raster', tiles: [tiles], tileSize: 256, maxzoom: 19 }, layers: pictures }
  }
  const { PMTiles, Protocol } = await import('pmtiles')
  const archive = new PMTiles(tiles)
  const protocol = new Protocol()
  protocol.add(archive)
  addProtocol('pmtiles', protocol.tile)
  const { tileType } = await archive.getHeader()
  const url = `pmtiles://${tiles}`
  if (tileType !== VECTOR) return { source: { type: 'raster', url, tileSize: 256 }, layers: pictures }
  const { vector_layers: known = [] } = await archive.getMetadata()
  return { source: { type: 'vector', url }, layers: () => known.flatMap(({ id }) => drawing(id)) }
}

// Made quiet: the colours of the indices are the only ones that call.
const pictures = () => [
  { id: 'outside', type: 'raster', source: 'outside', paint: { 'raster-saturation': -0.6, 'raster-opacity': 0.75 } },
]

// Whatever a vector archive holds, as a quiet drawing – but for borders of states, which are not ours to draw.
function drawing(id) {
  if (/bound|admin|border/i.test(id)) return []
  const isWater = /water|ocean|river/i.test(id)
  return [
    { id: `outside-${id}-areas`, type: 'fill', source: 'outside', 'source-layer': id,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': token(isWater ? 'stone-2' : 'ground-land'), 'fill-opacity': isWater ? 1 : 0.4 } },
    { id: `outside-${id}-lines`, type: 'line', source: 'outside', 'source-layer': id,
      filter: ['==', ['geometry-type'], 'LineString'],
      paint: { 'line-color': token(isWater ? 'stone-4' : 'stone-3'), 'line-width': 1 } },
  ]
}
