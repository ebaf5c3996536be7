// Where the device stands, written into the fields of a form when its bearer asks for that; nothing is kept of it here.
export function offer(element) {
  if (!navigator.geolocation) return
  const words = element.dataset
  const { lat, lon, uncertainty_m: within } = element.closest('form').elements
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'button', textContent: words.words })
  const told = Object.assign(document.createElement('p'), { className: 'quiet' })
  told.setAttribute('role', 'status')
  element.append(button, told)
  const comma = document.documentElement.lang === 'en' ? '.' : ','
  const write = (field, text) => {
    field.value = text.replace('.', comma)
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  button.addEventListener('click', () => {
    told.textContent = words.asking
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      const metres = Math.max(1, Math.ceil(coords.accuracy))
      write(lat, coords.latitude.toFixed(6))
      write(lon, coords.longitude.toFixed(6))
      write(within, String(metres))
      told.textContent = words.found.replace('{m}', metres)
    }, () => { told.textContent = words.none }, { enableHighAccuracy: true, timeout: 30_000, maximumAge: 0 })
  })
}
