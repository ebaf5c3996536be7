// The marks of the layers as images for MapLibre: the same paths as in the legend.
import { token } from './paint.js'

const SIZE = 26 // px, of a mark
const SCALE = 2
const MARGIN = 2

// `<layer>`, with `:vague` where the point stands for a wider place.
export function draw(whole) {
  const [key, vague] = whole.split(':')
  const symbol = document.getElementById(`glyph-${key}`)
  const side = (SIZE + 2 * MARGIN) * SCALE
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
  const pen = canvas.getContext('2d')
  pen.scale(SCALE, SCALE)
  pen.translate(MARGIN, MARGIN)
  pen.scale(SIZE / 24, SIZE / 24)
  const outline = new Path2D(symbol?.querySelector('.outline').getAttribute('d') ?? 'M4 4h16v16H4z')
  const filling = new Path2D(symbol?.querySelector('.filling').getAttribute('d') ?? '')
  pen.lineJoin = 'round'
  pen.fillStyle = token('paper')
  pen.fill(outline)
  pen.strokeStyle = token('ink')
  pen.lineWidth = 1.8
  if (vague) pen.setLineDash([3, 2.2])
  pen.stroke(outline)
  pen.fillStyle = token('ink')
  pen.fill(filling)
  return pen.getImageData(0, 0, side, side)
}

export const options = { pixelRatio: SCALE }
