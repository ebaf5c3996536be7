// Runs on every page. What it adds comes after the first paint; without it every page can be read in full.
import { watchAge } from './freshness.js'

const calm = window.requestIdleCallback ? (work) => requestIdleCallback(work, { timeout: 50 }) : (work) => setTimeout(work, 50)

function whenSeen(element, work) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return
    watch.disconnect()
    calm(work)
  }, { rootMargin: '200px' })
  watch.observe(element)
}

function start() {
  for (const element of document.querySelectorAll('[data-chart], [data-compare]')) {
    whenSeen(element, () => import('./chart.js').then((chart) => chart.show(element)))
  }
  for (const element of document.querySelectorAll('[data-map]')) {
    whenSeen(element, () => import('./map.js').then((map) => map.show(element)))
  }
  for (const form of document.querySelectorAll('[data-passkey]')) {
    import('./passkey.js').then((passkey) => passkey.offer(form))
  }
}

// Pages for everybody are kept for when the line drops (sw.js); those of the staff never are.
function keepPages() {
  if (location.pathname.startsWith('/desk')) return
  navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'none' }).catch(() => {}) // then they are not kept
}

requestAnimationFrame(() => setTimeout(start))
watchAge()
if (document.readyState === 'complete') keepPages()
else addEventListener('load', keepPages)
