// Runs on every page. What it adds comes after the first paint; without it every page can be read in full.
import { watchWarnings } from './expiry.js'
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
  for (const element of document.querySelectorAll('[data-list-places]')) {
    calm(() => import('./register-map.js').then((map) => map.show(element)))
  }
  for (const element of document.querySelectorAll('[data-pick-place]')) {
    calm(() => import('./pick-place.js').then((place) => place.offer(element)))
  }
  for (const element of document.querySelectorAll('[data-where]')) {
    import('./here.js').then((here) => here.offer(element))
  }
  for (const field of document.querySelectorAll('[data-propose]')) {
    import('./propose.js').then((propose) => propose.follow(field))
  }
  for (const element of document.querySelectorAll('[data-atlas]')) {
    whenSeen(element, () => import('./atlas.js').then((atlas) => atlas.show(element)))
  }
  for (const button of document.querySelectorAll('[data-print]')) button.addEventListener('click', () => print())
  for (const field of document.querySelectorAll('[data-area]')) {
    whenSeen(field, () => import('./area.js').then((area) => area.offer(field)))
  }
  for (const form of document.querySelectorAll('[data-preview]')) {
    import('./preview.js').then((preview) => preview.follow(form))
  }
  const desk = document.querySelector('[data-duty]')
  if (desk) import('./duty.js').then((duty) => duty.begin(desk))
  const pairs = document.querySelector('[data-pairs]')
  if (pairs) import('./pairs.js').then((deciding) => deciding.begin(pairs))
  const planForm = document.querySelector('[data-plan-form]')
  if (planForm) import('./plan-form.js').then((filling) => filling.begin(planForm))
  const planFormDone = document.querySelector('[data-plan-form-done]')
  if (planFormDone) import('./plan-form/left.js').then((left) => left.show(planFormDone))
  for (const form of document.querySelectorAll('[data-sign-out]')) {
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      import('./plan-form/leaving.js').then((leaving) => leaving.leave(form), () => form.submit())
    })
  }
  for (const form of document.querySelectorAll('[data-passkey]')) {
    import('./passkey.js').then((passkey) => passkey.offer(form))
  }
}

// Pages for everybody are kept for when the line drops (sw.js); those of the staff never are, but for the form of a unit
// somebody is filling in (plan-form.js).
function keepPages() {
  if (location.pathname.startsWith('/desk')) return
  navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'none' }).catch(() => {}) // then they are not kept
}

requestAnimationFrame(() => setTimeout(start))
watchAge()
watchWarnings()
if (document.readyState === 'complete') keepPages()
else addEventListener('load', keepPages)
