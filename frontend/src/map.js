// The province and its stations; the list beside it says the same in words, and the two stay in step.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import * as marks from './marks.js'
import { fontsReady, onThemeChange, token } from './paint.js'

setWorkerUrl(workerUrl)

const FONT = ['Be Vietnam Pro']
const LIGHT_TEXT = ['aqi-5', 'aqi-6', 'wqi-1', 'wqi-6']

function style(data) {
  const chosen = ['==', ['get', 'code'], '']
  return {
    version: 8, // no glyphs: MapLibre draws letters with the page's own fonts
    sources: {
      communes: { type: 'geojson', data: data.communes },
      stations: { type: 'geojson', data: data.stations },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': token('ground') } },
      { id: 'land', type: 'fill', source: 'communes', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'fill-color': token('ground-land') } },
      { id: 'borders', type: 'line', source: 'communes', filter: ['==', ['geometry-type'], 'Polygon'],
        paint: { 'line-color': token('stone-3'), 'line-width': 1 } },
      { id: 'commune-points', type: 'circle', source: 'communes', filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 2, 'circle-color': token('stone-4') } },
      { id: 'commune-names', type: 'symbol', source: 'communes', filter: ['==', ['geometry-type'], 'Point'],
        layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12, 'text-anchor': 'top',
          'text-offset': [0, 0.4], 'text-padding': 4 },
        paint: { 'text-color': token('stone-5'), 'text-halo-color': token('ground'), 'text-halo-width': 1.5 } },
      { id: 'chosen', type: 'circle', source: 'stations', filter: chosen,
        paint: { 'circle-radius': 24, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': token('jade'),
          'circle-stroke-width': 3, 'circle-translate': [0, 0] } },
      { id: 'stations', type: 'symbol', source: 'stations',
        layout: { 'icon-image': ['get', 'mark'], 'icon-allow-overlap': true, 'text-allow-overlap': true,
          'text-field': ['get', 'number'], 'text-font': FONT, 'text-size': 12,
          'text-offset': ['case', ['in', '-3', ['get', 'mark']], ['literal', [0, 0.35]], ['literal', [0, 0]]],
          'symbol-sort-key': ['get', 'order'] },
        paint: { 'text-color': ['case', ['in', ['get', 'mark'], ['literal', LIGHT_TEXT]], token('index-light-text'),
          ['get', 'hollow'], token('ink'), token('index-dark-text')],
          'text-halo-color': token('paper'), 'text-halo-width': ['case', ['get', 'hollow'], 1.5, 0] } },
      { id: 'station-names', type: 'symbol', source: 'stations', minzoom: 9.5,
        layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12.5, 'text-anchor': 'top',
          'text-offset': [0, 1.5], 'text-max-width': 9, 'text-optional': true },
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

export async function show(element) {
  const waiting = element.querySelector('.waiting')
  let data
  try {
    const [communes, stations] = await Promise.all([load(element.dataset.communes), load(element.dataset.map), fontsReady()])
    data = { communes, stations }
  } catch {
    waiting.textContent = element.dataset.failed // the list says everything the map would
    return
  }
  const map = new Map({
    container: element,
    style: style(data),
    bounds: bounds(data.communes, data.stations),
    fitBoundsOptions: { padding: { top: 24, right: 40, bottom: 32, left: 40 }, maxZoom: 11 },
    locale: names(element),
    attributionControl: false,
    cooperativeGestures: false,
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 0,
    maxZoom: 15,
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.setMissingStyleImageResolver((id) => map.addImage(id, marks.draw(id), marks.options))
  map.once('load', () => waiting.remove())
  map.on('idle', () => { element.dataset.ready = 'yes' })
  onThemeChange(() => map.setStyle(style(data), { diff: false }))
  keepInStep(map, element, data.stations)
}

function keepInStep(map, element, stations) {
  const rows = new globalThis.Map(
    [...document.querySelectorAll('[data-station]')].map((row) => [row.dataset.station, row]),
  )
  const picked = document.querySelector('.picked')
  const choose = (code, { move }) => {
    rows.forEach((row, key) => {
      row.classList.toggle('chosen', key === code)
      row.querySelector('.to-map')?.setAttribute('aria-pressed', String(key === code))
    })
    map.setFilter('chosen', ['==', ['get', 'code'], code])
    const row = rows.get(code)
    if (!row) return
    const copy = row.cloneNode(true)
    copy.removeAttribute('data-station')
    copy.classList.remove('chosen')
    picked.replaceChildren(Object.assign(document.createElement('div'), { className: 'row' }))
    picked.firstChild.append(...copy.childNodes)
    picked.hidden = false
    const feature = stations.features.find((one) => one.properties.code === code)
    if (move && feature) {
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches
      map.easeTo({ center: feature.geometry.coordinates, zoom: Math.max(map.getZoom(), 9), duration: still ? 0 : 200 })
      element.closest('.map-frame').scrollIntoView({ block: 'nearest' })
    } else {
      scrollInList(row)
    }
  }
  rows.forEach((row, code) => {
    const button = row.querySelector('.to-map')
    if (!button || !stations.features.some((one) => one.properties.code === code)) return
    button.hidden = false
    button.addEventListener('click', () => choose(code, { move: true }))
  })
  map.on('click', (event) => {
    const reach = 8 // a finger is not a needle
    const box = [[event.point.x - reach, event.point.y - reach], [event.point.x + reach, event.point.y + reach]]
    const [hit] = map.queryRenderedFeatures(box, { layers: ['stations'] })
    if (hit) choose(hit.properties.code, { move: false })
  })
  map.on('mouseenter', 'stations', () => { map.getCanvas().style.cursor = 'pointer' })
  map.on('mouseleave', 'stations', () => { map.getCanvas().style.cursor = '' })
}

function scrollInList(row) {
  // On a wide screen the list stands beside the map; on a phone the copy under the map says it, the page stays still.
  if (matchMedia('(min-width: 960px)').matches) row.scrollIntoView({ block: 'nearest' })
}
