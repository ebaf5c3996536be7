// The numbers behind a chart: asked for once, kept for the way back.
const KEPT = 24
const FINEST = 2000 // points that the server gives at most

// read() gives the whole period of each address, read(since, until) a span of it in seconds; always one part each.
export function reader(element, urls) {
  const kept = new Map()
  return (since, until) => {
    const wanted = urls.map((url) => address(url, element, since, until))
    return Promise.all(wanted.map((url) => remembered(kept, url)))
  }
}

// Whether nothing finer and nothing further can be had of this span.
export function holds(parts, since, until) {
  return parts.every((part) => part.step_s === 0 && part.since <= since && part.until >= until)
}

function address(url, element, since, until) {
  const whole = new URL(url, location.href)
  const room = Math.min(1200, Math.max(240, Math.round(element.clientWidth * 1.2)))
  whole.searchParams.set('points', String(since === undefined ? room : Math.min(FINEST, room * 2)))
  whole.searchParams.set('lang', element.dataset.lang) // words come with the numbers: another language is another answer
  if (since !== undefined) {
    whole.searchParams.set('since', minute(since))
    whole.searchParams.set('until', minute(until))
  }
  return whole.href
}

function minute(seconds) {
  return new Date(Math.round(seconds / 60) * 60000).toISOString()
}

function remembered(kept, url) {
  if (!kept.has(url)) kept.set(url, load(url).catch((fault) => (kept.delete(url), Promise.reject(fault))))
  if (kept.size > KEPT) kept.delete([...kept.keys()][1]) // the first is the whole period
  return kept.get(url)
}

async function load(url) {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
  return answer.json()
}
