// The map beside the list of a register: what is chosen on one is chosen on the other. The list says the same in words.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import * as ground from './ground.js'
import { fontsReady, onThemeChange, token } from './paint.js'

setWorkerUrl(workerUrl)

const REACH = 10 // pixels: a finger is not a needle
const NEAR = 11 // zoom at which a chosen entry is looked at

const collection = (features) => ({ type: 'FeatureCollection', features })
const moving = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200)

// Every entry is a point, and those that are more are drawn as what they are besides.
function pointsOf({ features }) {
  return collection(features.map(({ properties }) => ({
    type: 'Feature', properties, geometry: { type: 'Point', coordinates: [properties.lon, properties.lat] },
  })))
}

function style(data) {
  const chosen = ['==', ['get', 'code'], data.chosen]
  const coarse = ['to-boolean', ['get', 'metres']]
  const drawn = data.places.features.filter(({ geometry }) => geometry.type !== 'Point')
  return {
    version: 8,
    sources: {
      ...ground.sources(data),
      drawn: { type: 'geojson', data: collection(drawn) },
      points: { type: 'geojson', data: pointsOf(data.places) },
    },
    layers: [
      ...ground.layers(data),
      { id: 'drawn-areas', type: 'fill', source: 'drawn', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': token('ink'), 'fill-opacity': 0.12 } },
      { id: 'drawn-lines', type: 'line', source: 'drawn', paint: { 'line-color': token('ink'), 'line-width': 2 } },
      { id: 'chosen', type: 'circle', source: 'points', filter: chosen,
        paint: { 'circle-radius': 16, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': token('jade'), 'circle-stroke-width': 3 } },
      { id: 'points', type: 'circle', source: 'points',
        paint: { 'circle-radius': ['case', coarse, 9, 6], 'circle-color': ['case', coarse, 'rgba(0,0,0,0)', token('ink')],
          'circle-stroke-color': ['case', coarse, token('ink'), token('paper')], 'circle-stroke-width': 2 } },
      { id: 'names', type: 'symbol', source: 'points', minzoom: 10,
        layout: { 'text-field': ['get', 'name'], 'text-font': ground.FONT, 'text-size': 12.5, 'text-anchor': 'top',
          'text-offset': [0, 0.9], 'text-max-width': 10, 'text-optional': true },
        paint: { 'text-color': token('ink'), 'text-halo-color': token('ground'), 'text-halo-width': 2 } },
    ],
  }
}

function boundsOf(points) {
  const [lons, lats] = ['lon', 'lat'].map((axis) => points.map(({ properties }) => properties[axis]))
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]]
}

async function load(url) {
  const answer = await fetch(url, { headers: { Accept: 'application/geo+json' } })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.json()
}

export async function show(element) {
  const frame = element.closest('.map-frame')
  const words = element.dataset
  let data
  try {
    const [communes, places] = await Promise.all([load(words.communes), load(words.listPlaces), fontsReady()])
    data = { communes, places, chosen: '' }
  } catch {
    element.append(Object.assign(document.createElement('p'), { className: 'failed', textContent: words.failed }))
    frame.hidden = false
    return
  }
  if (!data.places.features.length) return // nothing to show: the list says that no place is known
  frame.hidden = false
  const container = Object.assign(document.createElement('div'), { className: 'live' })
  element.append(container)
  const map = new Map({
    container, style: style(data), bounds: boundsOf(data.places.features),
    fitBoundsOptions: { padding: 48, maxZoom: NEAR },
    locale: { 'NavigationControl.ZoomIn': words.zoomIn, 'NavigationControl.ZoomOut': words.zoomOut, 'Map.Title': words.title },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, maxZoom: 16,
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.on('idle', () => { element.dataset.ready = 'yes' })
  onThemeChange(() => map.setStyle(style(data), { diff: false }))
  keepInStep(map, frame, data)
  if (data.places.more) {
    frame.append(Object.assign(document.createElement('p'), { className: 'ground-of', textContent: words.more }))
  }
}

function keepInStep(map, frame, data) {
  const known = new globalThis.Map(data.places.features.map(({ properties }) => [properties.code, properties]))
  const rows = new globalThis.Map([...document.querySelectorAll('[data-entry]')].map((row) => [row.dataset.entry, row]))
  const picked = frame.querySelector('.picked')

  function choose(code, { move }) {
    data.chosen = code
    map.setFilter('chosen', ['==', ['get', 'code'], code])
    rows.forEach((row, key) => {
      row.classList.toggle('chosen', key === code)
      row.querySelector('.to-map')?.setAttribute('aria-pressed', String(key === code))
    })
    const { name, address, lon, lat } = known.get(code)
    const link = Object.assign(document.createElement('a'), { href: address, textContent: name })
    picked.replaceChildren(Object.assign(document.createElement('p'), { className: 'name' }))
    picked.firstChild.append(link)
    picked.hidden = false
    if (move) {
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), NEAR), duration: moving() })
      frame.scrollIntoView({ block: 'nearest' })
    } else if (matchMedia('(min-width: 1100px)').matches) rows.get(code)?.scrollIntoView({ block: 'nearest' })
  }

  rows.forEach((row, code) => {
    const button = row.querySelector('.to-map')
    if (!button || !known.has(code)) return
    button.hidden = false
    button.addEventListener('click', () => choose(code, { move: true }))
  })
  map.on('click', ({ point }) => {
    const box = [[point.x - REACH, point.y - REACH], [point.x + REACH, point.y + REACH]]
    const far = (one) => map.project(one.geometry.coordinates).dist(point)
    const [hit] = map.queryRenderedFeatures(box, { layers: ['points'] }).sort((a, b) => far(a) - far(b))
    if (hit) choose(hit.properties.code, { move: false })
  })
  map.on('mouseenter', 'points', () => { map.getCanvas().style.cursor = 'pointer' })
  map.on('mouseleave', 'points', () => { map.getCanvas().style.cursor = '' })
}
