// What stands on a chart beside its lines: limits with name and source, and flagged values.
import { token } from '../paint.js'
import { FACE } from './axes.js'

const MANY = 60 // flagged points in sight, from which on they are drawn small

// A value between two gaps has no line to be seen by: it is drawn as a dot.
export function lonely(plot, index) {
  const values = plot.data[index]
  const alone = []
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) alone.push(i)
  }
  return alone.length ? alone : null
}

// Spans that are pointed out: a wash under everything, an edge at both ends.
export function drawMarked(plot, spans) {
  const pen = plot.ctx
  const { left, top, width, height } = plot.bbox
  const place = (time) => Math.min(left + width, Math.max(left, plot.valToPos(time, 'x', true)))
  pen.save()
  pen.globalCompositeOperation = 'destination-over'
  for (const [since, until] of spans) {
    const [from, to] = [place(since), place(until)]
    if (to <= left || from >= left + width) continue
    pen.fillStyle = token('stone-4')
    for (const edge of [from, to]) if (edge > left && edge < left + width) pen.fillRect(edge, top, devicePixelRatio, height)
    pen.fillStyle = token('stone-2')
    pen.fillRect(from, top, Math.max(to - from, 2 * devicePixelRatio), height)
  }
  pen.restore()
}

export function drawLimits(plot, limits, named = true) {
  const pen = plot.ctx
  const { left, width } = plot.bbox
  const ratio = devicePixelRatio
  const place = (time) => Math.min(left + width, Math.max(left, plot.valToPos(time, 'x', true)))
  pen.save()
  pen.textAlign = 'right'
  pen.font = `${12 * ratio}px ${FACE}`
  pen.strokeStyle = pen.fillStyle = token('ink')
  pen.lineWidth = 1.25 * ratio
  let free = Number.POSITIVE_INFINITY // where the words of a later limit begin; those under the chart name each
  for (const limit of [...limits].reverse()) {
    const y = plot.valToPos(limit.value, 'y', true)
    const [from, to] = [place(limit.since), place(limit.until)]
    if (to <= from) continue
    pen.setLineDash([7 * ratio, 4 * ratio])
    pen.beginPath()
    pen.moveTo(from, y)
    pen.lineTo(to, y)
    pen.stroke()
    pen.setLineDash([])
    const wide = Math.max(pen.measureText(limit.says).width, pen.measureText(limit.source).width)
    const end = Math.max(to - 4 * ratio, left + wide + 4 * ratio)
    const cramped = end > free || (end > to && free < Number.POSITIVE_INFINITY) // would stand on a later limit
    if (!named || cramped) continue
    free = end - wide - 12 * ratio
    write(pen, limit.says, end, y - 7 * ratio)
    write(pen, limit.source, end, y + 16 * ratio)
  }
  pen.restore()
}

export function write(pen, text, x, y) {
  pen.save()
  pen.lineWidth = 4 * devicePixelRatio
  pen.strokeStyle = token('paper')
  pen.lineJoin = 'round'
  pen.strokeText(text, x, y)
  pen.restore()
  pen.fillText(text, x, y)
}

// Flagged values hollow; one beyond the scale stands at its edge.
export function drawFlags(plot, flagged) {
  const pen = plot.ctx
  const { top, height, left, width } = plot.bbox
  const ratio = devicePixelRatio
  const { min, max } = plot.scales.x
  const size = flagged.time.filter((time) => time >= min && time <= max).length > MANY ? 2.2 : 4
  pen.save()
  pen.lineWidth = (size < 4 ? 1 : 1.5) * ratio
  pen.strokeStyle = token('ink')
  pen.fillStyle = token('paper')
  flagged.time.forEach((time, i) => {
    const x = plot.valToPos(time, 'x', true)
    if (x < left || x > left + width) return
    const y = Math.min(top + height, Math.max(top, plot.valToPos(flagged.value[i], 'y', true)))
    pen.setLineDash(flagged.failed[i] ? [2 * ratio, 1.5 * ratio] : [])
    pen.beginPath()
    pen.arc(x, y, size * ratio, 0, 7)
    pen.fill()
    pen.stroke()
  })
  pen.restore()
}
