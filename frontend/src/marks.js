// The marks of the map: the same shapes as in the list, read from the page's sprite, drawn as images for MapLibre.
import { token } from './paint.js'

const SIZE = 38
const SCALE = 2

const LIGHT_TEXT = ['aqi-5', 'aqi-6', 'wqi-1', 'wqi-6']

// A mark's name is `<scheme>-<rank>` or a condition (silent, planned, ...), with `-hollow` when the place is the
// commune's; behind a colon stands its number.
export function draw(whole) {
  const [name, number] = whole.split(':')
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
  if (number) write(pen, number, rank === '3' ? 25 : 20.5, hollow || !indexed ? 'ink' : LIGHT_TEXT.includes(`${kind}-${rank}`) ? 'index-light-text' : 'index-dark-text')
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
  if (!hollow && kind !== 'planned' && kind !== 'insufficient') {
    pen.setLineDash([])
    pen.fillStyle = token(kind === 'silent' ? 'ink' : 'stone-4')
    pen.beginPath()
    pen.arc(20, 20, 5, 0, 7)
    pen.fill()
  }
}

function write(pen, number, y, colour) {
  pen.font = '600 14px "Be Vietnam Pro", sans-serif'
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  pen.fillStyle = token(colour)
  pen.fillText(number, 20, y)
}

function stroke(pen, path, colour, width) {
  pen.strokeStyle = colour
  pen.lineWidth = width
  pen.stroke(path)
}

export const options = { pixelRatio: SCALE }
