// Deciding on pairs by keyboard: j and k go from one to the next, m, d and l decide. Without this the buttons do it all.
export function begin(page) {
  const pairs = [...page.querySelectorAll('[data-pair]')]
  let at = -1

  function go(to) {
    at = Math.max(0, Math.min(pairs.length - 1, to))
    pairs.forEach((pair, i) => pair.classList.toggle('chosen', i === at))
    pairs[at].tabIndex = -1
    pairs[at].focus({ preventScroll: true })
    pairs[at].scrollIntoView({ block: 'nearest' })
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select')) return
    const deeds = { m: '[data-pair-same]', d: '[data-pair-different]', l: '[data-pair-later]' }
    if (event.key === 'j') go(at + 1)
    else if (event.key === 'k') go(at - 1)
    else if (deeds[event.key]) pairs[at]?.querySelector(deeds[event.key])?.click()
    else return
    event.preventDefault()
  })
}
