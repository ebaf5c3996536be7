// The chart itself, once its numbers are there.
import 'uplot/dist/uPlot.min.css'
import uPlot from 'uplot'
import { fontsReady, onThemeChange, token } from '../paint.js'
import { follow } from './address.js'
import { axes, HEIGHT, place } from './axes.js'
import { comparison } from './comparison.js'
import { buttons, fingers, keys } from './hands.js'
import { holds } from './numbers.js'
import { single } from './single.js'

const LEAST = 1800 // seconds; nothing is measured more finely than by the minute
const MOST = 3653 * 86400 // ten years, which is what the server gives at once

export async function begin(element, read, numbers) {
  const [whole] = await Promise.all([numbers, fontsReady()])
  if (whole.every((part) => !part.time.length && !part.flagged.time.length)) return
  const kind = element.dataset.compare ? comparison(element) : single(element)
  new Live(element, kind, read, whole).begin()
}

class Live {
  constructor(element, kind, read, whole) {
    Object.assign(this, { element, kind, read, whole, parts: whole, asked: 0 })
    this.bounds = [whole[0].since, whole[0].until]
    this.frame = Object.assign(document.createElement('div'), { className: 'chart-live' })
    this.tip = Object.assign(document.createElement('div'), { className: 'tip', hidden: true })
    this.tip.setAttribute('role', 'status')
  }

  begin() {
    const { element } = this
    element.querySelector('.drawn').hidden = true // kept for print
    element.append(this.frame)
    this.build()
    this.controls = buttons(element, this)
    keys(element, this)
    new ResizeObserver(() => this.plot.setSize({ width: element.clientWidth, height: HEIGHT })).observe(element)
    onThemeChange(() => this.build())
    element.dataset.step = String(this.parts[0].step_s)
    element.dataset.ready = 'yes'
  }

  build() {
    const span = this.plot ? this.span : this.bounds
    this.plot?.destroy()
    this.plot = new uPlot(this.settings(), this.kind.columns(this.parts), this.frame)
    this.plot.over.append(this.tip)
    this.plot.root.querySelectorAll('canvas').forEach((canvas) => canvas.setAttribute('aria-hidden', 'true'))
    fingers(this.plot.over, this)
    this.plot.setScale('x', { min: span[0], max: span[1] })
  }

  settings() {
    const { kind } = this
    return {
      width: this.element.clientWidth,
      height: HEIGHT,
      padding: [12, 12, 0, 0],
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Asia/Ho_Chi_Minh'),
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, setScale: false }, // what was dragged over is shown by `show`
        points: { size: 7, fill: token('ink') },
        bind: { dblclick: () => () => this.reset() },
      },
      scales: { x: { time: true }, y: { range: () => kind.reach(this.parts) } },
      axes: axes(this.element),
      series: [{}, ...kind.series()],
      bands: kind.bands(),
      hooks: {
        draw: [(plot) => this.drawn(plot)],
        setCursor: [(plot) => this.tell(plot)],
        setSelect: [(plot) => this.chosen(plot)],
      },
    }
  }

  drawn(plot) {
    this.kind.draw(plot, this.parts)
    this.element.dataset.shown = `${Math.round(plot.scales.x.min)}-${Math.round(plot.scales.x.max)}`
  }

  get span() {
    const { min, max } = this.plot.scales.x
    return [min, max]
  }

  chosen(plot) {
    const { left, width } = plot.select
    if (width < 8) return
    this.show(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
  }

  reset() {
    this.show(...this.bounds)
  }

  zoom(factor, at) {
    const [min, max] = this.span
    const eye = at ?? (this.plot.cursor.idx == null ? (min + max) / 2 : this.plot.data[0][this.plot.cursor.idx])
    const middle = Math.min(max, Math.max(min, eye))
    this.show(middle - (middle - min) * factor, middle + (max - middle) * factor)
  }

  pan(share) {
    const [min, max] = this.span
    this.show(min + (max - min) * share, max + (max - min) * share)
  }

  // The scale moves at once; what is finer than what is held, or beyond it, comes after it.
  show(since, until) {
    const length = Math.min(MOST, Math.max(until - since, LEAST))
    since = Math.min(since, this.bounds[1] - length) // after the newest value there is nothing to see
    until = since + length
    const [first, last] = this.bounds
    const atHome = Math.abs(since - first) < 0.01 * length && Math.abs(until - last) < 0.01 * length
    this.asked += 1
    this.controls.set({ atHome, last: until >= last, longest: length >= MOST })
    if (atHome) this.parts = this.whole
    if (atHome) this.plot.setData(this.kind.columns(this.whole), false)
    this.plot.setScale('x', atHome ? { min: first, max: last } : { min: since, max: until })
    this.element.dataset.step = String(this.parts[0].step_s)
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.settle(since, until, atHome), 120)
  }

  async settle(since, until, atHome) {
    follow(this.element, atHome ? null : [since, until])
    if (atHome || holds(this.parts, since, until)) return
    const asked = this.asked
    const margin = (until - since) / 2
    const parts = await this.read(since - margin, Math.min(until + margin, this.bounds[1])).catch(() => null)
    if (!parts || asked !== this.asked) return
    this.parts = parts
    this.plot.setData(this.kind.columns(parts), false)
    this.plot.setScale('x', { min: since, max: until })
    this.element.dataset.step = String(parts[0].step_s)
  }

  // From value to value, as the arrow keys ask.
  walk(step) {
    const { plot } = this
    const [min, max] = this.span
    const there = []
    plot.data[0].forEach((time, i) => time >= min && time <= max && this.kind.value(plot, i) != null && there.push(i))
    if (!there.length) return
    const outside = step > 0 ? -1 : there.length // the first step leads to the nearer end
    const now = plot.cursor.idx == null ? outside : there.findIndex((i) => i >= plot.cursor.idx)
    const i = there[Math.min(there.length - 1, Math.max(0, now + step))]
    plot.setCursor({ left: plot.valToPos(plot.data[0][i], 'x'), top: plot.valToPos(this.kind.value(plot, i), 'y') })
  }

  tell(plot) {
    const said = plot.cursor.idx == null ? '' : this.kind.words(plot, plot.cursor.idx, this.parts)
    this.tip.hidden = !said
    if (!said) return
    if (this.tip.textContent !== said) this.tip.textContent = said
    place(this.tip, plot)
  }
}
