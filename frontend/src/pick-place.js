// A click on a map writes the position into the fields below it; they hold the truth.
import 'maplibre-gl/dist/maplibre-gl.css'
import { Map, Marker, NavigationControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'
import * as ground from './ground.js'
import { fontsReady, onThemeChange } from './paint.js'

setWorkerUrl(workerUrl)

const DECIMALS = 6
const CLOSE = 13 // zoom at which a known position is shown

export async function offer(element) {
  const words = element.dataset
  const form = element.closest('form')
  const [lat, lon, source] = ['lat', 'lon', 'position_source'].map((name) => form.elements[name])
  if (!lat || !lon) return
  let communes
  try {
    const [answer] = await Promise.all([fetch(words.communes), fontsReady()])
    if (!answer.ok) return // the fields take the position without a map
    communes = await answer.json()
  } catch {
    return
  }
  element.hidden = false
  const frame = Object.assign(document.createElement('div'), { className: 'map' })
  const container = Object.assign(document.createElement('div'), { className: 'live' })
  frame.append(container)
  element.append(Object.assign(document.createElement('p'), { className: 'quiet', textContent: words.words }), frame)
  const style = () => ({ version: 8, sources: ground.sources({ communes }), layers: ground.layers({ communes }) })
  const held = () => {
    const point = [lon, lat].map((field) => Number.parseFloat(field.value.replace(',', '.')))
    return point.every(Number.isFinite) && Math.abs(point[1]) <= 90 ? point : undefined
  }
  const map = new Map({
    container, style: style(),
    ...(held() ? { center: held(), zoom: CLOSE } : { bounds: boundsOf(communes), fitBoundsOptions: { padding: 24 } }),
    locale: { 'NavigationControl.ZoomIn': words.zoomIn, 'NavigationControl.ZoomOut': words.zoomOut, 'Map.Title': words.title },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 0, maxZoom: 17,
  })
  map.touchZoomRotate.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  const pin = Object.assign(document.createElement('div'), { className: 'pin' })
  const marker = new Marker({ element: pin, anchor: 'center' })
  const draw = () => (held() ? marker.setLngLat(held()).addTo(map) : marker.remove())
  draw()
  const write = (field, text) => {
    field.value = text
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }
  map.on('click', ({ lngLat }) => {
    const comma = document.documentElement.lang === 'en' ? '.' : ','
    write(lat, lngLat.lat.toFixed(DECIMALS).replace('.', comma))
    write(lon, lngLat.lng.toFixed(DECIMALS).replace('.', comma))
    if (source && !source.value) write(source, words.source)
    draw()
  })
  for (const field of [lat, lon]) field.addEventListener('input', draw)
  map.on('idle', () => { element.dataset.ready = 'yes' })
  onThemeChange(() => map.setStyle(style(), { diff: false }))
}

function boundsOf({ features }) {
  const points = features.filter((one) => one.geometry.type === 'Point').map((one) => one.geometry.coordinates)
  if (!points.length) return [[105.2, 22.3], [106.9, 23.2]]
  const [lons, lats] = [0, 1].map((axis) => points.map((one) => one[axis]))
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]]
}
