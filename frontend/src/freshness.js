// A page left open, or brought back by the browser, says how old it is; a copy of the service worker says so itself.
const OLD_MIN = 10

export function watchAge() {
  const made = document.querySelector('time[data-made]')
  if (!made || document.body.hasAttribute('data-kept')) return
  const look = () => tell(made, Math.floor((Date.now() - Date.parse(made.dateTime)) / 60_000))
  look()
  setInterval(look, 60_000)
  addEventListener('pageshow', look)
  document.addEventListener('visibilitychange', look)
}

function tell(made, minutes) {
  document.querySelector('.grown-old')?.remove()
  if (minutes <= OLD_MIN) return
  const { oldMinutes, oldHours, again } = made.dataset
  const words = minutes < 120 ? oldMinutes.replace('{n}', minutes) : oldHours.replace('{n}', Math.floor(minutes / 60))
  const link = Object.assign(document.createElement('a'), { href: location.href, textContent: again })
  link.addEventListener('click', (event) => { event.preventDefault(); location.reload() })
  const said = Object.assign(document.createElement('div'), { className: 'wrap' })
  said.append(`${words} `, link)
  const note = Object.assign(document.createElement('div'), { className: 'grown-old', role: 'status' })
  note.append(said)
  document.querySelector('main').before(note)
}
