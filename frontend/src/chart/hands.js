// By mouse, finger or keyboard: arrows walk from value to value, + and - zoom, 0 shows the whole period again.
export function buttons(element, chart) {
  const bar = Object.assign(document.createElement('div'), { className: 'chart-controls' })
  const add = (words, work) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button', textContent: words })
    button.addEventListener('click', work)
    bar.append(button)
    return button
  }
  const { near, far, whole, earlier, later } = element.dataset
  add(near, () => chart.zoom(0.5))
  const out = add(far, () => chart.zoom(2))
  add(earlier, () => chart.pan(-0.5))
  const on = add(later, () => chart.pan(0.5))
  const home = add(whole, () => chart.reset())
  on.disabled = home.disabled = true
  element.after(bar)
  return {
    set({ atHome, last, longest }) {
      home.disabled = atHome
      on.disabled = last
      out.disabled = longest
    },
  }
}

export function keys(element, chart) {
  element.tabIndex = 0
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', element.dataset.label)
  const work = {
    ArrowLeft: () => chart.walk(-1), ArrowRight: () => chart.walk(1),
    PageUp: () => chart.walk(-12), PageDown: () => chart.walk(12),
    Home: () => chart.walk(Number.NEGATIVE_INFINITY), End: () => chart.walk(Number.POSITIVE_INFINITY),
    '+': () => chart.zoom(0.5), '=': () => chart.zoom(0.5), '-': () => chart.zoom(2),
    '[': () => chart.pan(-0.5), ']': () => chart.pan(0.5), 0: () => chart.reset(), Escape: () => chart.reset(),
  }
  element.addEventListener('keydown', (event) => {
    if (!work[event.key] || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    work[event.key]()
  })
}

// One finger moves through time, two zoom; up and down stays the page's. A trackpad pinches with the wheel.
export function fingers(over, chart) {
  const down = new Map()
  let start = null
  const begin = () => {
    const [min, max] = chart.span
    start = { min, max, width: over.clientWidth, at: [...down.values()] }
  }
  over.style.touchAction = 'pan-y'
  over.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch') return
    down.set(event.pointerId, event.clientX)
    begin()
  })
  over.addEventListener('pointermove', (event) => {
    if (!down.has(event.pointerId)) return
    down.set(event.pointerId, event.clientX)
    const [since, until] = moved(start, [...down.values()], over.getBoundingClientRect().left)
    if (Math.abs(since - start.min) > (start.max - start.min) / 100 || down.size > 1) chart.show(since, until)
  })
  for (const name of ['pointerup', 'pointercancel']) {
    over.addEventListener(name, (event) => down.delete(event.pointerId) && down.size && begin())
  }
  over.addEventListener('wheel', (event) => {
    if (!event.ctrlKey) return
    event.preventDefault()
    const [min, max] = chart.span
    chart.zoom(Math.exp(event.deltaY / 100), min + ((max - min) * event.offsetX) / over.clientWidth)
  }, { passive: false })
}

// The span that keeps the same moments under the same fingers.
function moved({ min, max, width, at }, now, left) {
  const second = (x) => min + ((x - left) / width) * (max - min)
  if (now.length < 2) {
    const shift = ((at[0] - now[0]) / width) * (max - min)
    return [min + shift, max + shift]
  }
  const apart = Math.sign(now[1] - now[0]) * Math.max(24, Math.abs(now[1] - now[0])) || 24
  const each = (second(at[1]) - second(at[0])) / apart // seconds a pixel
  const length = Math.abs(each) * width
  const since = second(at[0]) - ((now[0] - left) / width) * length
  return [since, since + length]
}
