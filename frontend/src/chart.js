// The interactive chart: takes the place of the drawn one, reads the same numbers, loads detail when zoomed.
import 'uplot/dist/uPlot.min.css'
import uPlot from 'uplot'
import { fontsReady, onThemeChange, token } from './paint.js'

const HEIGHT = 320
const LEAST = 1800 // seconds; nothing is measured more finely than by the minute

export async function show(element) {
  let whole
  try {
    ;[whole] = await Promise.all([load(element.dataset.chart, element), fontsReady()])
  } catch {
    return // the drawn chart stays
  }
  if (!whole.time.length && !whole.flagged.time.length) return
  const state = { data: whole, plot: null, asked: 0 }
  const frame = Object.assign(document.createElement('div'), { className: 'chart-live' })
  const tip = Object.assign(document.createElement('div'), { className: 'tip', hidden: true })
  tip.setAttribute('role', 'status')
  const controls = buttons(element)
  const build = () => {
    state.plot?.destroy()
    state.plot = new uPlot(settings(element, state, tip, showSpan), columns(state.data), frame)
    state.plot.over.append(tip)
    state.plot.root.querySelectorAll('canvas').forEach((canvas) => canvas.setAttribute('aria-hidden', 'true'))
  }
  // The scale moves at once; what is finer than what is held comes after it.
  const showSpan = (since, until) => {
    const all = until - since >= (whole.until - whole.since) * 0.98
    controls.whole.disabled = controls.far.disabled = all
    if (all) return put(whole, whole.since, whole.until)
    const length = Math.max(until - since, LEAST)
    since = Math.min(Math.max(since, whole.since), whole.until - length)
    state.plot.setScale('x', { min: since, max: since + length })
    if (whole.step_s) refine(since, since + length)
  }
  const put = (data, since, until) => {
    state.asked += 1
    state.data = data
    state.plot.setData(columns(data), false)
    state.plot.setScale('x', { min: since, max: until })
    element.dataset.step = String(data.step_s)
  }
  const refine = debounce(async (since, until) => {
    const asked = (state.asked += 1)
    const url = new URL(element.dataset.chart, location.href)
    url.searchParams.set('since', new Date(since * 1000).toISOString())
    url.searchParams.set('until', new Date(until * 1000).toISOString())
    const finer = await load(url, element).catch(() => null)
    if (finer && asked === state.asked) put(finer, since, until)
  })
  const drawn = element.querySelector('.drawn')
  drawn.hidden = true // kept for print
  element.append(frame)
  build()
  element.after(controls.bar)
  listen(element, state, controls, showSpan)
  new ResizeObserver(() => state.plot.setSize({ width: element.clientWidth, height: HEIGHT })).observe(element)
  onThemeChange(build)
  element.dataset.step = String(whole.step_s)
  element.dataset.ready = 'yes'
}

function buttons(element) {
  const bar = Object.assign(document.createElement('div'), { className: 'chart-controls' })
  const add = (words) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button', textContent: words })
    bar.append(button)
    return button
  }
  const [near, far, whole] = [element.dataset.near, element.dataset.far, element.dataset.whole].map(add)
  whole.disabled = far.disabled = true
  return { bar, near, far, whole }
}

// By mouse, finger or keyboard: arrows walk from value to value, + and - zoom, 0 shows the whole period again.
function listen(element, state, controls, showSpan) {
  const zoom = (factor) => {
    const { min, max } = state.plot.scales.x
    const at = state.plot.cursor.idx == null ? (min + max) / 2 : state.plot.data[0][state.plot.cursor.idx]
    const middle = Math.min(max, Math.max(min, at))
    showSpan(middle - (middle - min) * factor, middle + (max - middle) * factor)
  }
  const reset = () => showSpan(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
  controls.near.addEventListener('click', () => zoom(0.5))
  controls.far.addEventListener('click', () => zoom(2))
  controls.whole.addEventListener('click', reset)
  state.reset = reset
  element.tabIndex = 0
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', element.dataset.label)
  const walk = (step) => {
    const { plot } = state
    const { min, max } = plot.scales.x
    const there = plot.data[0].map((time, i) => i).filter((i) => plot.data[0][i] >= min && plot.data[0][i] <= max && (plot.data[1][i] ?? plot.data[4][i]) != null)
    if (!there.length) return
    const now = plot.cursor.idx == null ? -1 : there.findIndex((i) => i >= plot.cursor.idx)
    const next = now < 0 ? (step > 0 ? 0 : there.length - 1) : Math.min(there.length - 1, Math.max(0, now + step))
    const i = there[next]
    const value = plot.data[1][i] ?? plot.data[4][i]
    plot.setCursor({ left: plot.valToPos(plot.data[0][i], 'x'), top: plot.valToPos(value, 'y') })
  }
  const keys = {
    ArrowLeft: () => walk(-1), ArrowRight: () => walk(1), PageUp: () => walk(-12), PageDown: () => walk(12),
    Home: () => walk(Number.NEGATIVE_INFINITY), End: () => walk(Number.POSITIVE_INFINITY),
    '+': () => zoom(0.5), '=': () => zoom(0.5), '-': () => zoom(2), 0: reset, Escape: reset,
  }
  element.addEventListener('keydown', (event) => {
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    keys[event.key]()
  })
}

async function load(url, element) {
  const whole = new URL(url, location.href)
  whole.searchParams.set('points', String(Math.min(1200, Math.max(240, Math.round(element.clientWidth * 1.2)))))
  const answer = await fetch(whole)
  if (!answer.ok) throw new Error(`${whole}: ${answer.status}`)
  return answer.json()
}

// One shared axis of times for the line and the flagged points; a flagged point has no place on the line.
function columns(data) {
  const line = data.time.map((time, i) => [time, data.value[i], data.low[i], data.high[i], null, data.validated[i]])
  const flags = data.flagged.time.map((time, i) => [time, undefined, undefined, undefined, data.flagged.value[i]])
  const edges = [[data.since], [data.until]] // the whole period is shown, also where there is nothing
  const rows = [...line, ...flags, ...edges].sort((a, b) => a[0] - b[0])
  const column = (i) => rows.map((row) => (row.length === 1 && i > 0 ? undefined : row[i]))
  const provisional = column(1)
  const validated = rows.map((row) => (row[1] === undefined ? undefined : row[5] ? row[1] : null))
  return [column(0), provisional, column(2), column(3), column(4), validated]
}

function settings(element, state, tip, showSpan) {
  const { unit, decimals, lang } = element.dataset
  const number = new Intl.NumberFormat(lang, { maximumFractionDigits: Number(decimals), useGrouping: 'min2' })
  const tick = new Intl.NumberFormat(lang, { maximumFractionDigits: Number(decimals) + 2, useGrouping: 'min2' })
  const font = `12px "Be Vietnam Pro", sans-serif`
  const axis = { stroke: token('stone-5'), font, ticks: { stroke: token('stone-4'), width: 1, size: 4 } }
  const line = { spanGaps: false, points: { show: (...seen) => lonely(...seen) !== null, filter: lonely } }
  return {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [12, 12, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Asia/Ho_Chi_Minh'),
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false }, // what was dragged over is shown by showSpan
      points: { size: 7, fill: token('ink') },
      bind: { dblclick: () => () => state.reset() },
    },
    scales: { x: { time: true }, y: { range: () => reach(state.data, element) } },
    axes: [
      { ...axis, grid: { show: false }, space: 64, values: (plot, ticks, _, __, step) => ticks.map((t, i) => moment(t, ticks[i - 1], step)) },
      { ...axis, grid: { stroke: token('stone-2'), width: 1 }, size: 52, values: (plot, ticks) => ticks.map((at) => tick.format(at)) },
    ],
    series: [
      {},
      { ...line, stroke: token('stone-5'), width: 1.5 },
      { ...line, stroke: 'transparent', points: { show: false } },
      { ...line, stroke: 'transparent', points: { show: false } },
      { paths: () => null, points: { show: false } },
      { ...line, stroke: token('ink'), width: 2.25, points: { show: false } },
    ],
    bands: [{ series: [3, 2], fill: token('stone-3') }], // nothing wide where every value is shown as it is
    hooks: {
      draw: [(plot) => drawLimits(plot, element, number), (plot) => drawFlags(plot, state.data)],
      setCursor: [(plot) => tell(plot, tip, number, unit, state.data)],
      setSelect: [(plot) => {
        const { left, width } = plot.select
        if (width < 8) return
        showSpan(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
        plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
      }],
    },
  }
}

// A value between two gaps has no line to be seen by: it is drawn as a dot.
function lonely(plot, index) {
  const values = plot.data[index]
  const alone = []
  for (let i = 0; i < values.length; i++) {
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) alone.push(i)
  }
  return alone.length ? alone : null
}

function limits(element) {
  return JSON.parse(element.dataset.limits || '[]')
}

function reach(data, element) {
  const all = [...data.low, ...data.high].filter((value) => value !== null)
  const top = limits(element).map((limit) => limit.value)
  const highest = Math.max(...all, ...top, Number.NEGATIVE_INFINITY)
  const lowest = Math.min(...all, ...top, Number.POSITIVE_INFINITY)
  if (!Number.isFinite(highest)) return [0, 1]
  const room = (highest - Math.min(lowest, 0) || 1) * 0.12
  const floor = lowest >= 0 && lowest < highest * 0.6 ? 0 : lowest - room
  return [floor, highest + room]
}

function drawLimits(plot, element, number) {
  const pen = plot.ctx
  const { left, width } = plot.bbox
  const ratio = devicePixelRatio
  const place = (time) => Math.min(left + width, Math.max(left, plot.valToPos(time, 'x', true)))
  pen.save()
  pen.textAlign = 'right'
  pen.font = `${12 * ratio}px "Be Vietnam Pro", sans-serif`
  pen.strokeStyle = pen.fillStyle = token('ink')
  pen.lineWidth = 1.25 * ratio
  for (const limit of limits(element)) {
    const y = plot.valToPos(limit.value, 'y', true)
    const [from, to] = [place(limit.since), place(limit.until)]
    if (to <= from) continue
    pen.setLineDash([7 * ratio, 4 * ratio])
    pen.beginPath()
    pen.moveTo(from, y)
    pen.lineTo(to, y)
    pen.stroke()
    pen.setLineDash([])
    const end = Math.max(to - 4 * ratio, left + 230 * ratio)
    write(pen, limit.says, end, y - 7 * ratio)
    write(pen, limit.source, end, y + 16 * ratio)
  }
  pen.restore()
}

function write(pen, text, x, y) {
  pen.save()
  pen.lineWidth = 4 * devicePixelRatio
  pen.strokeStyle = token('paper')
  pen.lineJoin = 'round'
  pen.strokeText(text, x, y)
  pen.restore()
  pen.fillText(text, x, y)
}

// Flagged values hollow; one beyond the scale stands at its edge.
function drawFlags(plot, data) {
  const pen = plot.ctx
  const { top, height, left, width } = plot.bbox
  const ratio = devicePixelRatio
  pen.save()
  pen.lineWidth = 1.5 * ratio
  pen.strokeStyle = token('ink')
  pen.fillStyle = token('paper')
  data.flagged.time.forEach((time, i) => {
    const x = plot.valToPos(time, 'x', true)
    if (x < left || x > left + width) return
    const y = Math.min(top + height, Math.max(top, plot.valToPos(data.flagged.value[i], 'y', true)))
    pen.setLineDash(data.flagged.failed[i] ? [2 * ratio, 1.5 * ratio] : [])
    pen.beginPath()
    pen.arc(x, y, 4 * ratio, 0, 7)
    pen.fill()
    pen.stroke()
  })
  pen.restore()
}

const LOCAL = { timeZone: 'Asia/Ho_Chi_Minh' }
const clock = new Intl.DateTimeFormat('en-GB', { ...LOCAL, hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { ...LOCAL, day: '2-digit', month: '2-digit' })
const month = new Intl.DateTimeFormat('en-GB', { ...LOCAL, month: '2-digit', year: 'numeric' })
const full = new Intl.DateTimeFormat('en-GB', { ...LOCAL, dateStyle: 'short', timeStyle: 'short' })

function moment(seconds, before, step) {
  const date = new Date(seconds * 1000)
  if (step >= 27 * 86400) return month.format(date)
  if (step >= 86400) return day.format(date)
  const newDay = before === undefined || day.format(new Date(before * 1000)) !== day.format(date)
  return newDay ? `${clock.format(date)}\n${day.format(date)}` : clock.format(date)
}

function tell(plot, tip, number, unit, data) {
  const i = plot.cursor.idx
  const value = i == null ? null : (plot.data[1][i] ?? plot.data[4][i])
  tip.hidden = value == null
  if (tip.hidden) return
  const words = [full.format(new Date(plot.data[0][i] * 1000)).replace(',', ''), `${number.format(value)} ${unit}`]
  if (data.step_s && plot.data[2][i] != null) words.push(`${number.format(plot.data[2][i])}–${number.format(plot.data[3][i])}`)
  const flag = data.flagged.time.indexOf(plot.data[0][i])
  if (plot.data[1][i] == null && flag >= 0) words.push(data.flagged.words[flag])
  const said = words.join(' · ')
  if (tip.textContent !== said) tip.textContent = said
  const x = Math.min(plot.cursor.left + 12, plot.over.clientWidth - tip.offsetWidth)
  tip.style.transform = `translate(${Math.max(0, x)}px, 0)`
}

function debounce(work) {
  let waiting
  return (...all) => {
    clearTimeout(waiting)
    waiting = setTimeout(() => work(...all), 120)
  }
}
