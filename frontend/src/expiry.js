// A warning above a page left open, or kept for when the line drops, that has run out meanwhile: it says so.
export function watchWarnings() {
  const lines = document.querySelectorAll('.warned [data-expires]')
  if (!lines.length) return
  const look = () => lines.forEach((line) => {
    if (Date.parse(line.dataset.expires) > Date.now() || line.classList.contains('is-over')) return
    line.classList.add('is-over')
    const until = line.querySelector('.until')
    until.textContent = until.dataset.over
  })
  look()
  setInterval(look, 30_000)
  addEventListener('pageshow', look)
}
