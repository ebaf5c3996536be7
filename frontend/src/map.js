// The province and its stations; the list beside it says the same in words, and the two stay in step.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import * as marks from './marks.js'
import { fontsReady, onThemeChange, token } from './paint.js'

setWorkerUrl(workerUrl)

const FONT = ['Be Vietnam Pro']
const RADIUS = 20 // of a mark, pixels

// What is only planned steps back: smaller, and out of the way. Nothing is smaller than a finger's 24 px.
const small = matchMedia('(max-width: 699px)').matches ? 0.85 : 1
const isPlanned = (one) => one.properties.mark.startsWith('planned')
const sizeOf = (one) => (isPlanned(one) ? 0.65 : small)

function style(data) {
  const chosen = ['==', ['get', 'code'], data.chosen]
  return {
    version: 8, // no glyphs: MapLibre draws letters with the page's own fonts
    sources: {
      communes: { type: 'geojson', data: data.communes },
      stations: { type: 'geojson', data: data.placed },
      leaders: { type: 'geojson', data: data.leaders },
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
      { id: 'leaders', type: 'line', source: 'leaders', filter: ['==', ['geometry-type'], 'LineString'],
        paint: { 'line-color': token('stone-5'), 'line-width': 1 } },
      { id: 'leader-feet', type: 'circle', source: 'leaders', filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 2.5, 'circle-color': token('stone-5') } },
      { id: 'chosen', type: 'circle', source: 'stations', filter: chosen,
        paint: { 'circle-radius': 24, 'circle-color': 'rgba(0,0,0,0)', 'circle-stroke-color': token('jade'),
          'circle-stroke-width': 3, 'circle-translate': [0, 0] } },
      { id: 'stations', type: 'symbol', source: 'stations',
        layout: { 'icon-image': ['concat', ['get', 'mark'], ':', ['get', 'number']], 'icon-allow-overlap': true,
          'icon-size': ['coalesce', ['get', 'size'], 1],
          'symbol-sort-key': ['get', 'order'] } },
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

// Marks that would cover each other are pushed apart, each tied to its place by a line; the chosen one stays put.
function spread(map, data) {
  const all = data.stations.features
  const home = all.map((one) => map.project(one.geometry.coordinates))
  const now = home.map(({ x, y }) => ({ x, y }))
  const radius = all.map((one) => RADIUS * sizeOf(one))
  const weight = all.map((one) => (one.properties.code === data.chosen ? 2 : isPlanned(one) ? 0 : 1))
  for (let turn = 0; turn < 60; turn++) {
    let still = true
    for (let i = 1; i < now.length; i++) {
      for (let j = 0; j < i; j++) {
        let [dx, dy] = [now[i].x - now[j].x, now[i].y - now[j].y]
        let far = Math.hypot(dx, dy)
        const apart = radius[i] + radius[j]
        if (far >= apart - 0.5) continue
        still = false
        if (far < 0.01) [dx, dy, far] = [Math.cos(2.4 * i + j), Math.sin(2.4 * i + j), 1]
        const push = (apart - Math.min(far, apart)) / far
        const mine = weight[i] === 2 ? 0 : weight[j] === 2 ? 1 : weight[i] === weight[j] ? 0.5 : weight[i] > weight[j] ? 0.1 : 0.9
        now[i].x += dx * push * mine; now[i].y += dy * push * mine
        now[j].x -= dx * push * (1 - mine); now[j].y -= dy * push * (1 - mine)
      }
    }
    if (still) break
  }
  const there = now.map((point) => map.unproject([point.x, point.y]).toArray())
  const moved = (i) => Math.hypot(now[i].x - home[i].x, now[i].y - home[i].y) > RADIUS * 0.6
  data.placed = collection(all.map((one, i) => feature('Point', there[i], { ...one.properties, size: sizeOf(one) })))
  data.leaders = collection(all.flatMap((one, i) => moved(i)
    ? [feature('LineString', [one.geometry.coordinates, there[i]]), feature('Point', one.geometry.coordinates)] : []))
  map.getSource('stations')?.setData(data.placed)
  map.getSource('leaders')?.setData(data.leaders)
}

const feature = (type, coordinates, properties = {}) => ({ type: 'Feature', geometry: { type, coordinates }, properties })
const collection = (features) => ({ type: 'FeatureCollection', features })

export async function show(element) {
  let data
  try {
    const [communes, stations] = await Promise.all([load(element.dataset.communes), load(element.dataset.map), fontsReady()])
    data = { communes, stations, placed: stations, leaders: collection([]), chosen: '' }
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
  map.once('load', () => {
    spread(map, data)
    element.classList.add('is-live')
  })
  map.on('zoomend', () => spread(map, data))
  map.on('idle', () => { element.dataset.ready = 'yes' })
  onThemeChange(() => map.setStyle(style(data), { diff: false }))
  keepInStep(map, element, data)
}

function keepInStep(map, element, data) {
  const { stations } = data
  const rows = new globalThis.Map(
    [...document.querySelectorAll('[data-station]')].map((row) => [row.dataset.station, row]),
  )
  const picked = document.querySelector('.picked')
  const choose = (code, { move }) => {
    rows.forEach((row, key) => {
      row.classList.toggle('chosen', key === code)
      row.querySelector('.to-map')?.setAttribute('aria-pressed', String(key === code))
    })
    data.chosen = code
    map.setFilter('chosen', ['==', ['get', 'code'], code])
    if (move) spread(map, data)
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
    const far = (one) => map.project(one.geometry.coordinates).dist(event.point)
    const [hit] = map.queryRenderedFeatures(box, { layers: ['stations'] }).sort((a, b) => far(a) - far(b))
    if (hit) choose(hit.properties.code, { move: false })
  })
  map.on('mouseenter', 'stations', () => { map.getCanvas().style.cursor = 'pointer' })
  map.on('mouseleave', 'stations', () => { map.getCanvas().style.cursor = '' })
}

function scrollInList(row) {
  // On a wide screen the list stands beside the map; on a phone the copy under the map says it, the page stays still.
  if (matchMedia('(min-width: 960px)').matches) row.scrollIntoView({ block: 'nearest' })
}
