// Axes, figures and times of a live chart, as the drawn one has them.
import { token } from '../paint.js'

export const HEIGHT = 320
export const FACE = '"Be Vietnam Pro", sans-serif'
const LOCAL = { timeZone: 'Asia/Ho_Chi_Minh' }
const clock = new Intl.DateTimeFormat('en-GB', { ...LOCAL, hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { ...LOCAL, day: '2-digit', month: '2-digit' })
const month = new Intl.DateTimeFormat('en-GB', { ...LOCAL, month: '2-digit', year: 'numeric' })
const year = new Intl.DateTimeFormat('en-GB', { ...LOCAL, year: 'numeric' })
const full = new Intl.DateTimeFormat('en-GB', { ...LOCAL, dateStyle: 'short', timeStyle: 'short' })

export function axes(element) {
  const tick = figures(element, 2)
  const axis = { stroke: token('stone-5'), font: `12px ${FACE}`, ticks: { stroke: token('stone-4'), width: 1, size: 4 } }
  const values = (plot, ticks, _, __, step) => ticks.map((t, i) => moment(t, ticks[i - 1], step))
  return [
    { ...axis, grid: { show: false }, space: 64, values },
    { ...axis, grid: { stroke: token('stone-2'), width: 1 }, size: 52, values: (plot, ticks) => ticks.map((at) => tick.format(at)) },
  ]
}

export function figures(element, more = 0) {
  const { decimals, lang } = element.dataset
  return new Intl.NumberFormat(lang, { maximumFractionDigits: Number(decimals) + more, useGrouping: 'min2' })
}

export function stamp(seconds) {
  const [date, time] = full.format(new Date(seconds * 1000)).split(', ')
  return `${time} ${date}`
}

function moment(seconds, before, step) {
  const date = new Date(seconds * 1000)
  if (step >= 360 * 86400) return year.format(date)
  if (step >= 27 * 86400) return month.format(date)
  if (step >= 86400) return day.format(date)
  const newDay = before === undefined || day.format(new Date(before * 1000)) !== day.format(date)
  return newDay ? `${clock.format(date)}\n${day.format(date)}` : clock.format(date)
}

// Beside the cursor, inside the plot.
export function place(tip, plot) {
  const x = Math.min(plot.cursor.left + 12, plot.over.clientWidth - tip.offsetWidth)
  tip.style.transform = `translate(${Math.max(0, x)}px, 0)`
}

// The lowest and the highest that the scale shows: usable values and limits.
export function reach(lows, highs, limits) {
  const [low, high] = [extreme(lows, Math.min), extreme(highs, Math.max)]
  const lowest = limits.reduce((least, limit) => Math.min(least, limit.value), low)
  const highest = limits.reduce((most, limit) => Math.max(most, limit.value), high)
  if (!Number.isFinite(highest)) return [0, 1]
  const room = (highest - Math.min(lowest, 0) || 1) * 0.12
  const floor = lowest >= 0 && lowest < highest * 0.6 ? 0 : lowest - room
  return [floor, highest + room]
}

function extreme(lists, pick) {
  let found = pick === Math.min ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  for (const list of lists) for (const value of list) if (value !== null) found = pick(found, value)
  return found
}
