// The chart of one stream: its line, the band of its spread, provisional lighter than validated, flags, limits.
import { token } from '../paint.js'
import { figures, reach, stamp } from './axes.js'
import { drawFlags, drawLimits, drawMarked, lonely } from './marks.js'

const [LOW, HIGH, VALUE, FLAGGED, SURE] = [1, 2, 3, 4, 5] // the band lies under the lines

export function single(element) {
  const number = figures(element)
  const { unit, provisional, validated } = element.dataset
  return {
    columns: ([data]) => columns(data),
    series,
    bands: () => [{ series: [HIGH, LOW], fill: token('stone-3') }], // nothing wide where every value is shown as it is
    reach: ([data]) => reach([data.low], [data.high], data.limits),
    draw: (plot, [data]) => {
      drawMarked(plot, data.marked)
      drawLimits(plot, data.limits)
      drawFlags(plot, data.flagged)
    },
    value: (plot, i) => plot.data[VALUE][i] ?? plot.data[FLAGGED][i],
    words: (plot, i, [data]) => {
      const value = plot.data[VALUE][i] ?? plot.data[FLAGGED][i]
      if (value == null) return ''
      const said = [stamp(plot.data[0][i]), `${number.format(value)} ${unit}`.trim()]
      const range = data.step_s && plot.data[LOW][i] != null
      if (range) said.push(`${number.format(plot.data[LOW][i])}–${number.format(plot.data[HIGH][i])}`)
      if (plot.data[VALUE][i] != null) said.push(plot.data[SURE][i] == null ? provisional : validated)
      const flag = data.flagged.time.indexOf(plot.data[0][i])
      if (plot.data[VALUE][i] == null && flag >= 0) said.push(data.flagged.words[flag])
      return said.join(' · ')
    },
  }
}

function series() {
  const line = { spanGaps: false, points: { show: (...seen) => lonely(...seen) !== null, filter: lonely } }
  const unseen = { ...line, stroke: 'transparent', points: { show: false } }
  return [
    unseen,
    unseen,
    { ...line, stroke: token('stone-5'), width: 1.5 },
    { paths: () => null, points: { show: false } },
    { ...line, stroke: token('ink'), width: 2.25, points: { show: false } },
  ]
}

// One shared axis of times for the line and the flagged points; a flagged point has no place on the line.
function columns(data) {
  const flags = data.flagged
  const order = [...data.time.keys()].map((i) => [data.time[i], i, -1])
  flags.time.forEach((time, i) => order.push([time, -1, i]))
  order.push([data.since, -1, -1], [data.until, -1, -1]) // the whole period is shown, also where there is nothing
  order.sort((a, b) => a[0] - b[0])
  const column = (list) => order.map(([, i]) => (i < 0 ? undefined : list[i]))
  return [
    order.map(([time]) => time),
    column(data.low),
    column(data.high),
    column(data.value),
    order.map(([, i, flag]) => (flag < 0 ? (i < 0 ? undefined : null) : flags.value[flag])),
    order.map(([, i]) => (i < 0 ? undefined : data.validated[i] ? data.value[i] : null)),
  ]
}
