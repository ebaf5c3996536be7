// The marks of the map: the same shapes as in the list, read from the page's sprite, drawn as images for MapLibre.
import { token } from './paint.js'

const SIZE = 38
const SCALE = 2

// A mark's name is `<scheme>-<rank>` or a condition (silent, planned, ...), with `-hollow` when the place is the commune's.
export function draw(name) {
  const [kind, rank] = name.split('-')
  const indexed = kind === 'aqi' || kind === 'wqi'
  const hollow = name.endsWith('-hollow')
  const shape = document.querySelector(`#shape-${indexed ? rank : 1} path`).getAttribute('d')
  const side = SIZE * SCALE
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
  const pen = canvas.getContext('2d')
  pen.scale(side / 40, side / 40)
  const path = new Path2D(shape)
  pen.lineJoin = 'round'
  if (indexed) paintIndex(pen, path, token(`${kind}-${rank}`), hollow)
  else paintCondition(pen, path, kind, hollow)
  return pen.getImageData(0, 0, side, side)
}

function paintIndex(pen, path, colour, hollow) {
  pen.fillStyle = hollow ? token('paper') : colour
  pen.fill(path)
  if (hollow) {
    // The colour is a ring inside the shape, with ink on both sides so that yellow shows on paper too.
    pen.save()
    pen.clip(path)
    stroke(pen, path, token('index-rim'), 9)
    stroke(pen, path, colour, 7.4)
    pen.restore()
  }
  stroke(pen, path, token('index-rim'), 1.2)
}

function paintCondition(pen, path, kind, hollow) {
  pen.fillStyle = token('paper')
  pen.fill(path)
  if (kind === 'planned') pen.setLineDash([4, 3])
  stroke(pen, path, token(kind === 'silent' ? 'ink' : 'stone-4'), kind === 'silent' ? 3 : 2)
  if (!hollow && kind !== 'planned') {
    pen.setLineDash([])
    pen.fillStyle = token(kind === 'silent' ? 'ink' : 'stone-4')
    pen.beginPath()
    pen.arc(20, 20, 5, 0, 7)
    pen.fill()
  }
}

function stroke(pen, path, colour, width) {
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.stroke(path)
}

export const options = { pixelRatio: SCALE }
