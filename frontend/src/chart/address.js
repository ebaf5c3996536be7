// What is seen can be shared: the address, and the links under the chart, follow the zoom.
export function follow(element, span) {
  if (element.dataset.address === undefined) return // a chart of a page that shows one span only
  const section = element.closest('section')
  const home = (section.dataset.home ??= element.dataset.here || location.search)
  const links = section.querySelectorAll('[data-follows] a[href*="since="], [data-follows] a[href*="period="]')
  for (const link of links) {
    const first = (link.dataset.home ??= link.getAttribute('href'))
    link.setAttribute('href', span ? within(first, span) : first)
  }
  const search = span ? within(element.dataset.address, span) : home
  history.replaceState(history.state, '', location.pathname + search + location.hash)
}

function within(address, [since, until]) {
  const [before, hash] = address.split('#')
  const [path, query] = before.split('?')
  const asked = new URLSearchParams(query)
  asked.delete('period')
  asked.set('since', local(since))
  asked.set('until', local(until))
  return `${path}?${asked}${hash ? `#${hash}` : ''}`
}

// As the server reads it: 2026-11-23T14:05, local time.
function local(seconds) {
  return new Date((Math.round(seconds / 60) * 60 + 7 * 3600) * 1000).toISOString().slice(0, 16)
}
