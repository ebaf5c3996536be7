// The area of a warning on a map. The list of communes and the box of corners hold the truth; the map changes them.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import * as ground from './ground.js'
import { fontsReady, onThemeChange, token } from './paint.js'

setWorkerUrl(workerUrl)

const NEAR_PX = 20 // around a commune's point a click means the commune
const PAIR = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/

export async function offer(field) {
  const words = field.dataset
  const boxes = new globalThis.Map([...field.querySelectorAll('[name=communes]')].map((box) => [box.value, box]))
  const text = field.querySelector('[name=polygon]')
  findInList(field, boxes)
  const canvas = field.querySelector('.area-canvas')
  canvas.hidden = false
  let communes
  try {
    const [answer] = await Promise.all([fetch(words.area), fontsReady()])
    if (!answer.ok) throw new Error(String(answer.status))
    communes = await answer.json()
  } catch {
    canvas.append(tag('p', { className: 'hint', textContent: words.failed }))
    return
  }
  const frame = tag('div', { className: 'frame' })
  const container = tag('div', { className: 'live' })
  const cross = tag('div', { className: 'cross', hidden: true })
  const hint = tag('p', { className: 'hint', textContent: words.hint })
  hint.setAttribute('aria-live', 'polite')
  frame.append(container, cross)
  const buttons = Object.fromEntries(['draw', 'corner', 'undo', 'clear'].map((name) => [name, tag('button', { type: 'button', className: 'button', textContent: words[name] })]))
  canvas.append(frame, tag('p', { className: 'buttons' }, ...Object.values(buttons)), hint)

  const shown = () => {
    const chosen = [...boxes.values()].filter((box) => box.checked).map((box) => box.value)
    return { chosen, corners: cornersOf(text.value) ?? [] }
  }
  const map = new Map({
    container, style: style(communes, shown()), bounds: boundsOf(communes), fitBoundsOptions: { padding: 24 },
    locale: { 'NavigationControl.ZoomIn': words.zoomIn, 'NavigationControl.ZoomOut': words.zoomOut, 'Map.Title': words.title },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, maxZoom: 16,
    cooperativeGestures: false,
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  const draw = () => {
    const now = shown()
    map.setFilter('chosen-land', ['in', ['get', 'code'], ['literal', now.chosen]])
    map.setFilter('chosen-points', ['all', ['==', ['geometry-type'], 'Point'], ['in', ['get', 'code'], ['literal', now.chosen]]])
    map.getSource('drawn')?.setData(drawnOf(now.corners))
    const { length } = now.corners
    hint.textContent = isDrawing ? `${words.drawing} ${words.corners.replace('{n}', length)}` : words.hint
    buttons.undo.disabled = buttons.clear.disabled = !length
  }

  let isDrawing = false
  const turn = (on) => {
    isDrawing = on
    cross.hidden = !on
    buttons.draw.textContent = on ? words.done : words.draw
    buttons.draw.setAttribute('aria-pressed', String(on))
    buttons.corner.hidden = !on
    map.getCanvas().style.cursor = on ? 'crosshair' : ''
    if (on) {
      text.closest('details').open = true
      map.getCanvas().focus()
    }
    draw()
  }
  const write = (corners) => {
    text.value = corners.map(([lon, lat]) => `${lat.toFixed(6)}, ${lon.toFixed(6)}`).join('\n')
    text.dispatchEvent(new Event('input', { bubbles: true }))
  }
  const add = ({ lng, lat }) => write([...shown().corners, [lng, lat]])
  const undo = () => write(shown().corners.slice(0, -1))

  buttons.corner.hidden = true
  buttons.draw.addEventListener('click', () => turn(!isDrawing))
  buttons.corner.addEventListener('click', () => add(map.getCenter()))
  buttons.undo.addEventListener('click', undo)
  buttons.clear.addEventListener('click', () => write([]))
  text.addEventListener('input', draw)
  field.addEventListener('change', (event) => { if (event.target.name === 'communes') draw() })
  map.getCanvas().addEventListener('keydown', (event) => {
    if (!isDrawing) return
    const work = { Enter: () => add(map.getCenter()), Backspace: undo, Escape: () => { turn(false); buttons.draw.focus() } }[event.key]
    if (!work) return
    event.preventDefault() // Enter would send the form
    work()
  })
  map.on('click', (event) => {
    if (isDrawing) return add(event.lngLat)
    const box = boxes.get(communeAt(map, event.point))
    if (!box) return
    box.checked = !box.checked
    box.dispatchEvent(new Event('change', { bubbles: true }))
    box.dispatchEvent(new Event('input', { bubbles: true }))
  })
  map.once('load', draw)
  map.on('idle', () => { canvas.dataset.ready = 'yes' })
  onThemeChange(() => map.setStyle(style(communes, shown()), { diff: false }))
}

// The longer the list, the more a word of a name helps; marks need not be typed.
function findInList(field, boxes) {
  const input = field.querySelector('.find-in-list')
  const count = field.querySelector('.chosen-count')
  const plain = (words) => words.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd')
  const tell = () => {
    const n = [...boxes.values()].filter((box) => box.checked).length
    count.textContent = n ? field.dataset.chosen.replace('{n}', n) : ''
  }
  input.hidden = false
  input.addEventListener('input', (event) => {
    event.stopPropagation() // nothing of the warning has changed
    const wanted = plain(input.value)
    for (const box of boxes.values()) {
      const line = box.parentElement
      line.hidden = !box.checked && !plain(line.textContent).includes(wanted)
    }
  })
  input.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault() })
  field.addEventListener('change', tell)
  tell()
}

function communeAt(map, point) {
  const around = [[point.x - NEAR_PX, point.y - NEAR_PX], [point.x + NEAR_PX, point.y + NEAR_PX]]
  const far = (one) => map.project(one.geometry.coordinates).dist(point)
  const [land] = map.queryRenderedFeatures(point, { layers: ['land'] })
  if (land) return land.properties.code
  const [near] = map.queryRenderedFeatures(around, { layers: ['commune-points'] }).sort((a, b) => far(a) - far(b))
  return near?.properties.code
}

// The corners of the box, longitude first; undefined where a line is not one (the server says which).
function cornersOf(text) {
  const lines = text.split('\n').filter((line) => line.trim())
  const pairs = lines.map((line) => PAIR.exec(line)?.slice(1).map(Number))
  if (pairs.some((pair) => !pair)) return undefined
  return pairs.map(([first, second]) => (first > 50 ? [first, second] : [second, first]))
}

const feature = (type, coordinates) => ({ type: 'Feature', properties: {}, geometry: { type, coordinates } })

function drawnOf(corners) {
  const features = corners.map((one) => feature('Point', one))
  if (corners.length > 2) features.push(feature('Polygon', [[...corners, corners[0]]]))
  else if (corners.length === 2) features.push(feature('LineString', corners))
  return { type: 'FeatureCollection', features }
}

function style(communes, { chosen, corners }) {
  const data = { communes }
  const isChosen = ['in', ['get', 'code'], ['literal', chosen]]
  const [under, ...over] = ground.layers(data)
  const [land, ...rest] = over
  return {
    version: 8,
    sources: { ...ground.sources(data), drawn: { type: 'geojson', data: drawnOf(corners) } },
    layers: [
      under, land,
      { id: 'chosen-land', type: 'fill', source: 'communes', filter: isChosen,
        paint: { 'fill-color': token('stone-4'), 'fill-opacity': 0.45 } },
      ...rest,
      { id: 'chosen-points', type: 'circle', source: 'communes', filter: ['all', ['==', ['geometry-type'], 'Point'], isChosen],
        paint: { 'circle-radius': 9, 'circle-color': token('ink'), 'circle-stroke-color': token('paper'), 'circle-stroke-width': 2 } },
      { id: 'drawn-fill', type: 'fill', source: 'drawn', paint: { 'fill-color': token('ink'), 'fill-opacity': 0.12 } },
      { id: 'drawn-line', type: 'line', source: 'drawn', paint: { 'line-color': token('ink'), 'line-width': 3, 'line-dasharray': [2, 1.5] } },
      { id: 'drawn-corners', type: 'circle', source: 'drawn', filter: ['==', ['geometry-type'], 'Point'],
        paint: { 'circle-radius': 5, 'circle-color': token('paper'), 'circle-stroke-color': token('ink'), 'circle-stroke-width': 2 } },
    ],
  }
}

function boundsOf({ features }) {
  const points = features.filter((one) => one.geometry.type === 'Point').map((one) => one.geometry.coordinates)
  if (!points.length) return [[105.2, 22.3], [106.9, 23.2]]
  const [lons, lats] = [0, 1].map((axis) => points.map((one) => one[axis]))
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]]
}

function tag(name, facts = {}, ...children) {
  const made = Object.assign(document.createElement(name), facts)
  made.append(...children)
  return made
}
