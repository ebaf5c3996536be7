// The province and its stations; the list beside it says the same in words, and the two stay in step.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import { arrange, isMoved, sizeOf } from './arrange.js'
import * as ground from './ground.js'
import * as marks from './marks.js'
import { outside } from './outside.js'
import { fontsReady, onThemeChange, token } from './paint.js'
import { keepInStep } from './step.js'

setWorkerUrl(workerUrl)

const SEEN = 1.5 // of the view's width and height around it: what a swipe may bring into it

function style(data) {
  const chosen = ['==', ['get', 'code'], data.chosen]
  return {
    version: 8, // no glyphs: MapLibre draws letters with the page's own fonts
    sources: {
      ...ground.sources(data),
      stations: { type: 'geojson', data: data.placed },
      leaders: { type: 'geojson', data: data.leaders },
    },
    layers: [
      ...ground.layers(data),
      { id: 'leaders', type: 'line', source: 'leaders', filter: ['==', ['geometry-type'], 'LineString'],
        paint: { 'line-color': token('stone-5'), 'line-width': 1 } },
      { id: 'leader-feet', type: 'circle', source: 'leaders', filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 2.5, 'circle-color': token('stone-5') } },
      { id: 'chosen', type: 'circle', source: 'stations', filter: chosen,
        paint: { 'circle-radius': 24, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': token('jade'),
          'circle-stroke-width': 3, 'circle-translate': [0, 0] } },
      // Placed after the marks, which lie over them: no name on a mark.
      { id: 'station-names', type: 'symbol', source: 'stations', minzoom: 9.5, filter: ['!', ['has', 'more']],
        layout: { 'text-field': ['get', 'name'], 'text-font': ground.FONT, 'text-size': 12.5, 'text-anchor': 'top',
          'text-offset': [0, 1.5], 'text-max-width': 9, 'text-optional': true },
        paint: { 'text-color': token('ink'), 'text-halo-color': token('ground'), 'text-halo-width': 2 } },
      { id: 'stations', type: 'symbol', source: 'stations',
        layout: { 'icon-image': ['concat', ['get', 'mark'], ':', ['get', 'number']], 'icon-allow-overlap': true,
          'icon-size': ['get', 'size'], 'symbol-sort-key': ['-', 0, ['get', 'order']] } },
      { id: 'more', type: 'symbol', source: 'stations', filter: ['has', 'more'],
        layout: { 'text-field': ['get', 'more'], 'text-font': ground.FONT, 'text-size': 12, 'text-anchor': 'left',
          'text-offset': [1.1, -1], 'text-allow-overlap': true, 'text-ignore-placement': true },
        paint: { 'text-color': token('ink'), 'text-halo-color': token('ground'), 'text-halo-width': 2 } },
    ],
  }
}

function bounds(...collections) {
  let [west, south, east, north] = [180, 90, -180, -90]
  const walk = (part) => {
    if (typeof part[0] === 'number') {
      west = Math.min(west, part[0]); east = Math.max(east, part[0])
      south = Math.min(south, part[1]); north = Math.max(north, part[1])
    } else part.forEach(walk)
  }
  collections.forEach((collection) => collection.features.forEach((feature) => walk(feature.geometry.coordinates)))
  return west > east ? undefined : [[west, south], [east, north]]
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: 'application/geo+json' } })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.json()
}

function names(element) {
  const words = element.dataset
  return {
    'NavigationControl.ZoomIn': words.zoomIn,
    'NavigationControl.ZoomOut': words.zoomOut,
    'Map.Title': words.title,
  }
}

// Every mark to its place for this zoom; a line ties it to its station where it was pushed away.
function place(map, data) {
  const { width, height } = map.getCanvas().getBoundingClientRect()
  const isNear = ({ x, y }) => x > -SEEN * width && x < (1 + SEEN) * width && y > -SEEN * height && y < (1 + SEEN) * height
  const there = arrange(data.stations.features, (one) => map.project(one.geometry.coordinates), isNear, data.chosen)
  const standing = ({ x, y }) => map.unproject([x, y]).toArray()
  data.behind = new globalThis.Map(there.map(({ one, behind }) => [one.properties.code, behind]))
  data.placed = collection(there.map(({ one, to, behind }) => feature('Point', standing(to), {
    ...one.properties, size: sizeOf(one), ...(behind.length && { more: `+${behind.length}` }) })))
  data.leaders = collection(there.filter(isMoved).flatMap(({ one, to }) => [
    feature('LineString', [one.geometry.coordinates, standing(to)]), feature('Point', one.geometry.coordinates)]))
  map.getSource('stations')?.setData(data.placed)
  map.getSource('leaders')?.setData(data.leaders)
}

const feature = (type, coordinates, properties = {}) => ({ type: 'Feature', geometry: { type, coordinates }, properties })
const collection = (features) => ({ type: 'FeatureCollection', features })

export async function show(element) {
  let data
  try {
    const [communes, stations] = await Promise.all([load(element.dataset.communes), load(element.dataset.map), fontsReady()])
    data = { communes, stations, placed: collection([]), leaders: collection([]), chosen: '' }
    if (element.dataset.tiles) data.outside = await outside(element.dataset.tiles).catch(() => undefined) // then without
  } catch {
    element.append(Object.assign(document.createElement('p'), { className: 'failed', textContent: element.dataset.failed }))
    return // the drawing stays, and the list says everything the map would
  }
  const container = Object.assign(document.createElement('div'), { className: 'live' })
  element.append(container)
  const map = new Map({
    container,
    style: style(data),
    bounds: bounds(data.communes, data.stations),
    fitBoundsOptions: { padding: { top: 24, right: 40, bottom: 32, left: 40 }, maxZoom: 11 },
    locale: names(element),
    attributionControl: false, // it stands in the page, where it is printed too
    cooperativeGestures: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    maxZoom: 15,
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.setMissingStyleImageResolver((id) => map.addImage(id, marks.draw(id), marks.options))
  const arranged = () => place(map, data)
  map.once('load', () => {
    arranged()
    element.classList.add('is-live')
  })
  map.on('zoomend', arranged)
  map.on('idle', () => { element.dataset.ready = 'yes' })
  onThemeChange(() => map.setStyle(style(data), { diff: false }))
  keepInStep(map, element, data, arranged)
}
