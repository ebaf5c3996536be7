// The map of everything: layers with marks of their own, clusters, a card for what is clicked, a table in step with the
// view. Points come whole as GeoJSON, lines and areas as vector tiles (docs/decisions/0021). Without this module the
// page has its drawing, its layers as a form and its table.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import * as glyph from './atlas-glyph.js'
import { follow } from './atlas-table.js'
import { offer } from './atlas-find.js'
import { style, tilesOf } from './atlas-style.js'
import { outside } from './outside.js'
import { fontsReady, onThemeChange } from './paint.js'

setWorkerUrl(workerUrl)

const DEEPEST = 16
const REACH_PX = 8 // a finger is not a needle
const LISTED = 12 // things named under a mark whose things cannot be told apart
const moving = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 400)
const collection = (features) => ({ type: 'FeatureCollection', features })
const tag = (name, facts = {}, ...children) => {
  const made = Object.assign(document.createElement(name), facts)
  made.append(...children)
  return made
}

export async function show(element) {
  const words = element.dataset
  const frame = element.querySelector('[data-canvas]')
  const picked = element.querySelector('[data-picked]')
  const note = element.querySelector('.map-note')
  const boxes = new globalThis.Map([...element.querySelectorAll('[data-layers] [name=layer]')].map((box) => [box.value, box]))
  const things = new globalThis.Map() // layer -> its features, as they came
  const state = { chosen: words.chosen ?? '', features: [], boxes }
  const tell = (text) => { note.hidden = !text; note.textContent = text ?? '' }

  let communes
  let base
  try {
    const [answer] = await Promise.all([get(words.communes), fontsReady()])
    communes = await answer.json()
    if (words.tiles) base = await outside(words.tiles).catch(() => undefined)
  } catch {
    return tell(words.failed) // the drawing stays, and the table says everything the map would
  }
  const drawn = () => style({ communes, outside: base, boxes, shown: shown(), chosen: state.chosen, outlines: words.outlines, points: collection(state.features) })
  const container = tag('div', { className: 'live' })
  frame.append(container)
  const [west, south, east, north] = words.box.split(',').map(Number)
  const at = words.at?.split(',').map(Number)
  const map = new Map({
    container, style: drawn(), maxZoom: DEEPEST, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    fadeDuration: 0, cooperativeGestures: false,
    ...(at ? { center: [at[0], at[1]], zoom: at[2] } : { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 24 } }),
    locale: { 'NavigationControl.ZoomIn': words.zoomIn, 'NavigationControl.ZoomOut': words.zoomOut, 'Map.Title': words.title },
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left')
  map.setMissingStyleImageResolver((id) => map.addImage(id, glyph.draw(id), glyph.options))

  function shown() {
    return [...boxes].filter(([, box]) => box.checked).map(([key]) => key)
  }

  // What has come is shown while the rest is on its way; a layer that holds nothing is not asked for.
  async function load() {
    const missing = shown().filter((key) => !things.has(key) && boxes.get(key).dataset.count !== '0')
    if (missing.length) tell(words.loading)
    const failed = []
    refresh()
    await Promise.all(missing.map(async (key) => {
      try {
        const { features } = await (await get(words.layer.replace('KEY', key))).json()
        for (const one of features) one.properties.l = key
        things.set(key, features)
        refresh()
      } catch {
        failed.push(boxes.get(key).closest('label').querySelector('span').textContent)
      }
    }))
    tell(failed.length && words.missing.replace('{names}', failed.join(', ')))
    state.loaded = true
    keepAddress()
  }

  function refresh() {
    const all = shown().flatMap((key) => things.get(key) ?? [])
    state.features = all.filter((one) => one.geometry)
    table.give(all)
    if (!map.getSource('things')) return // its style is not there yet, and will be given them
    map.getSource('things').setData(collection(state.features))
    map.getSource('outlines').setTiles([tilesOf(words.outlines, shown())])
    for (const layer of map.getStyle().layers) {
      const key = layer.metadata?.layer
      if (key) map.setLayoutProperty(layer.id, 'visibility', boxes.get(key).checked ? 'visible' : 'none')
    }
  }

  function keepAddress() {
    const { lng, lat } = map.getCenter()
    const parts = { layers: shown().join(','), at: `${lng.toFixed(5)},${lat.toFixed(5)},${map.getZoom().toFixed(2)}`, chosen: state.chosen, q: table.text() }
    const said = Object.entries(parts).filter(([name, value]) => value || name === 'layers')
    const plain = (value) => encodeURIComponent(value).replace(/%2C/g, ',').replace(/%2F/g, '/')
    history.replaceState(null, '', `?${said.map(([name, value]) => `${name}=${plain(value)}`).join('&')}`)
  }

  function mark(chosen) {
    state.chosen = chosen
    const [key, ...code] = chosen.split('/')
    const is = ['all', ['==', ['get', 'l'], key], ['==', ['get', 'c'], code.join('/')]]
    if (map.getLayer('chosen')) {
      map.setFilter('chosen', is)
      for (const layer of map.getStyle().layers.filter((one) => one.metadata?.chosen)) {
        map.setFilter(layer.id, ['==', ['get', 'c'], layer.metadata.chosen === key ? code.join('/') : ''])
      }
    }
    table.choose(chosen)
    element.classList.toggle('has-card', Boolean(chosen))
    keepAddress()
  }

  async function choose(chosen, { fly } = {}) {
    mark(chosen)
    const [key, ...code] = chosen.split('/')
    if (fly) map.flyTo({ center: fly, zoom: Math.max(map.getZoom(), 13), duration: moving() })
    try {
      const answer = await get(words.cardOf.replace('KEY', encodeURIComponent(key)).replace('CODE', encodeURIComponent(code.join('/'))))
      const text = await answer.text()
      if (state.chosen === chosen) picked.replaceChildren(...new DOMParser().parseFromString(text, 'text/html').body.childNodes)
    } catch {
      picked.replaceChildren(tag('p', { textContent: words.failed }))
    }
  }

  async function open(cluster) {
    const source = map.getSource('things')
    const id = cluster.properties.cluster_id
    const zoom = await source.getClusterExpansionZoom(id)
    if (zoom <= DEEPEST) return map.easeTo({ center: cluster.geometry.coordinates, zoom: zoom + 0.1, duration: moving() })
    const leaves = await source.getClusterLeaves(id, LISTED, 0)
    const all = cluster.properties.point_count
    const lines = leaves.map(({ properties }) => {
      const button = tag('button', { type: 'button', className: 'as-link', textContent: properties.n })
      button.addEventListener('click', () => choose(`${properties.l}/${properties.c}`))
      return tag('li', {}, button)
    })
    if (all > leaves.length) lines.push(tag('li', { textContent: `+${all - leaves.length}` }))
    picked.replaceChildren(tag('p', { textContent: words.together.replace('{n}', all) }), tag('ul', {}, ...lines))
  }

  map.on('click', (event) => {
    const { x, y } = event.point
    const box = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]]
    const far = (one) => map.project(one.geometry.coordinates).dist(event.point)
    const [hit] = map.queryRenderedFeatures(box, { layers: ['clusters', 'things'] }).sort((a, b) => far(a) - far(b))
    if (hit?.properties.cluster) return open(hit)
    if (hit) return choose(`${hit.properties.l}/${hit.properties.c}`)
    const outlines = map.getStyle().layers.filter((one) => one.metadata?.layer).map((one) => one.id)
    const [area] = map.queryRenderedFeatures(box, { layers: outlines })
    if (area) choose(`${area.sourceLayer}/${area.properties.c}`)
  })
  for (const layer of ['things', 'clusters']) {
    map.on('mouseenter', layer, () => { map.getCanvas().style.cursor = 'pointer' })
    map.on('mouseleave', layer, () => { map.getCanvas().style.cursor = '' })
  }

  const table = follow(document.querySelector('.map-table'), { boxes, view: () => map.getBounds(), middle: () => map.getCenter(), choose, asked: keepAddress })
  map.on('moveend', () => { table.look(); keepAddress() })
  map.once('load', () => {
    element.classList.add('is-live')
    frame.classList.add('is-live')
    refresh()
    if (state.chosen) mark(state.chosen)
  })
  map.on('idle', () => { if (state.loaded) words.ready = 'yes' })
  onThemeChange(() => map.setStyle(drawn(), { diff: false }))
  for (const box of boxes.values()) box.addEventListener('change', load)
  element.querySelector('[data-layers] [data-set]').hidden = true
  offer(document.querySelector('[data-find]'), {
    go: (hit) => {
      if (boxes.has(hit.layer) && !boxes.get(hit.layer).checked) {
        boxes.get(hit.layer).checked = true
        load()
      }
      if (hit.layer) choose(`${hit.layer}/${hit.code}`, { fly: [hit.lon, hit.lat] })
      else map.flyTo({ center: [hit.lon, hit.lat], zoom: 14, duration: moving() })
      frame.scrollIntoView({ block: 'nearest' })
    },
  })
  document.querySelector('[data-print-form]')?.addEventListener('submit', ({ target }) => {
    const bounds = map.getBounds()
    target.elements.box.disabled = false
    target.elements.box.value = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((one) => one.toFixed(5)).join(',')
    target.elements.layers.value = shown().join(',')
  })
  await load()
}

async function get(address) {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`)
  return answer
}
