// Several stations on one chart: told apart by weight and dashes, named at the ends of their lines.
import uPlot from 'uplot'
import { token } from '../paint.js'
import { FACE, figures, reach, stamp } from './axes.js'
import { drawLimits, lonely, write } from './marks.js'

export const LINES = [
  { token: 'ink', width: 2.25, dash: [] },
  { token: 'stone-5', width: 1.5, dash: [] },
  { token: 'ink', width: 1.5, dash: [7, 4] },
  { token: 'stone-5', width: 1.75, dash: [2, 3] },
]
const APART = 16 // pixels between two names

export function comparison(element) {
  const number = figures(element)
  const stations = JSON.parse(element.dataset.compare)
  const { unit } = element.dataset
  return {
    columns: (parts) => uPlot.join(parts.map((part) => [withEdges(part, part.time), withEdges(part, part.value, true)])),
    series: () => stations.map((one, i) => ({
      stroke: token(LINES[i].token), width: LINES[i].width, dash: LINES[i].dash,
      spanGaps: false, points: { show: (...seen) => lonely(...seen) !== null, filter: lonely },
    })),
    bands: () => [],
    reach: (parts) => reach(parts.map((part) => part.value), parts.map((part) => part.value), parts[0].limits),
    draw: (plot, parts) => {
      drawLimits(plot, parts[0].limits, plot.width > 600) // the key under the chart names it as well
      drawNames(plot, stations)
    },
    value: (plot, i) => plot.data.slice(1).map((column) => column[i]).find((value) => value != null),
    words: (plot, i) => {
      const said = stations.flatMap((one, n) => {
        const value = plot.data[n + 1][i]
        return value == null ? [] : [`${one.name} ${number.format(value)} ${unit}`.trim()]
      })
      return said.length ? [stamp(plot.data[0][i]), ...said].join(' · ') : ''
    },
  }
}

function withEdges(part, list, isValue = false) {
  return isValue ? [undefined, ...list, undefined] : [part.since - 1e-3, ...list, part.until]
}

function drawNames(plot, stations) {
  const pen = plot.ctx
  const ratio = devicePixelRatio
  const { left, width } = plot.bbox
  const ends = stations.map((one, n) => ({ name: `${n + 1} ${one.name}`, ...last(plot, plot.data[n + 1]) }))
  pen.save()
  pen.font = `600 ${12 * ratio}px ${FACE}`
  pen.fillStyle = token('ink')
  pen.textAlign = 'right'
  let floor = 0
  for (const end of ends.filter((one) => one.y !== undefined).sort((a, b) => a.y - b.y)) {
    const y = Math.max(end.y - 6 * ratio, floor)
    write(pen, end.name, Math.min(left + width - 4 * ratio, Math.max(end.x, left + 120 * ratio)), y)
    floor = y + APART * ratio
  }
  pen.restore()
}

// The last value in sight.
function last(plot, column) {
  const { min, max } = plot.scales.x
  for (let i = column.length - 1; i >= 0; i--) {
    const time = plot.data[0][i]
    if (column[i] != null && time >= min && time <= max) {
      return { x: plot.valToPos(time, 'x', true), y: plot.valToPos(column[i], 'y', true) }
    }
  }
  return {}
}
