// Runs on every page. What it adds comes after the first paint; without it every page can be read in full.
const calm = window.requestIdleCallback ?? ((work) => setTimeout(work, 200))

function whenSeen(element, work) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    watch.disconnect()
    calm(work)
  }, { rootMargin: '200px' })
  watch.observe(element)
}

function start() {
  for (const element of document.querySelectorAll('[data-chart]')) {
    whenSeen(element, () => import('./chart.js').then((chart) => chart.show(element)))
  }
  for (const element of document.querySelectorAll('[data-map]')) {
    whenSeen(element, () => import('./map.js').then((map) => map.show(element)))
  }
}

requestAnimationFrame(() => setTimeout(start))
