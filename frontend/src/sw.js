// The service worker: when the line drops, pages that were seen are there as they were last seen, and say so.
// The server puts a line before this file: const BUILT = {version, files, words} (nonnuoc/portal/offline.py).
/* global BUILT */
const STATIC = `built-${BUILT.version}`
const PAGES = `pages-${BUILT.version}`
const DATA = `data-${BUILT.version}`
const FORMS = 'plan-forms' // forms somebody is filling in, put there by the page itself (plan-form/kept.js)
const FORMS_MS = 14 * 24 * 3600_000 // the longest they are kept
const FORM = /^\/desk\/plans\/[^/]+\/rounds\/[^/]+\/[^/]+\/$/
const MOST = { [PAGES]: 60, [DATA]: 40 } // answers kept; the oldest go
const CARRIED = 10 // pages fetched again after a new version, so that a field trip does not begin with nothing
const PATIENCE_MS = 8000 // of waiting for the network where something is kept
const OFFLINE = '/offline'
const NEVER = /^\/(desk|api|language|accounts|healthz|readyz|sw\.js)(\/|$)/
const DOWN = [502, 503, 504]

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(STATIC).then((cache) => cache.addAll([...BUILT.files, OFFLINE])).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  event.waitUntil(replaceOld().then(() => self.clients.claim()))
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method === 'GET' && request.mode === 'navigate' && FORM.test(url.pathname)) return event.respondWith(form(request))
  if (request.method !== 'GET' || url.origin !== location.origin || NEVER.test(url.pathname)) return
  if (url.pathname.startsWith(BUILT.static)) event.respondWith(builtFile(request))
  else if (request.mode === 'navigate') event.respondWith(page(event, url))
  else if (url.pathname.startsWith('/data/')) event.respondWith(data(event))
})

// A new version brings its own files; what belongs to another one goes, but the pages last seen are fetched anew.
async function replaceOld() {
  const old = (await caches.keys()).filter((name) => ![STATIC, PAGES, DATA, FORMS].includes(name))
  for (const name of old.filter((one) => one.startsWith('pages-'))) {
    const seen = (await (await caches.open(name)).keys()).slice(-CARRIED)
    await Promise.allSettled(seen.map(async ({ url }) => {
      const answer = await fetch(url)
      if (answer.ok) await keep(PAGES, url, answer)
    }))
  }
  await Promise.all(old.map((name) => caches.delete(name)))
}

async function builtFile(request) {
  const kept = await caches.match(request, { cacheName: STATIC })
  if (kept) return kept
  const answer = await fetch(request)
  if (answer.ok) await (await caches.open(STATIC)).put(request, answer.clone())
  return answer
}

async function page(event, url) {
  const kept = await caches.match(event.request, { cacheName: PAGES })
  try {
    // Not from the browser's own cache: a page of half a minute ago would not say that there is no line.
    const answer = await within(kept && PATIENCE_MS, fetch(event.request, { cache: 'no-cache' }))
    if (DOWN.includes(answer.status) && kept) return marked(kept, 'down')
    event.waitUntil(keep(PAGES, event.request, answer.clone()))
    event.waitUntil(keepOffline(answer))
    return url.pathname === OFFLINE && answer.ok ? listing(answer) : answer
  } catch {
    if (kept) return url.pathname === OFFLINE ? listing(kept) : marked(kept, 'offline')
    return listing(await caches.match(OFFLINE, { cacheName: STATIC }))
  }
}

// The form of a unit is asked for as ever; without a line the one that is kept is shown, and nothing else of the desk.
async function form(request) {
  const kept = await caches.match(request, { cacheName: FORMS, ignoreVary: true })
  const old = kept && Date.now() - new Date(kept.headers.get('date')) > FORMS_MS
  try {
    const answer = await within(kept && !old && PATIENCE_MS, fetch(request))
    return DOWN.includes(answer.status) && kept && !old ? marked(kept, 'down') : answer
  } catch {
    if (kept && !old) return marked(kept, 'offline')
    return listing(await caches.match(OFFLINE, { cacheName: STATIC }))
  }
}

async function data(event) {
  try {
    const answer = await fetch(event.request)
    event.waitUntil(keep(DATA, event.request, answer.clone()))
    return answer
  } catch (error) {
    const kept = await caches.match(event.request, { cacheName: DATA })
    if (kept) return kept
    throw error
  }
}

function within(patience, promise) {
  if (!patience) return promise
  return Promise.race([promise, new Promise((_, refuse) => setTimeout(refuse, patience, new Error('slow')))])
}

// Only what the server gives to everybody alike: nothing of a person says "public".
const isForAll = (answer) => answer.status === 200 && !answer.redirected && /\bpublic\b/.test(answer.headers.get('cache-control') ?? '')

async function keep(name, request, answer) {
  if (!isForAll(answer)) return
  const cache = await caches.open(name)
  await cache.put(request, answer)
  const all = await cache.keys()
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST[name])).map((one) => cache.delete(one)))
}

// The page for pages that were never seen speaks the reader's language.
async function keepOffline(answer) {
  const kept = await caches.match(OFFLINE, { cacheName: STATIC })
  if (languageOf(kept) === languageOf(answer)) return
  await (await caches.open(STATIC)).add(OFFLINE)
}

const languageOf = (answer) => (answer?.headers.get('content-language') === 'en' ? 'en' : 'vi')
const wordsOf = (answer) => BUILT.words[languageOf(answer)]

// 14:05 23/11/2026, as everywhere on these pages.
function stamp(answer) {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Ho_Chi_Minh', hour12: false, hour: '2-digit', minute: '2-digit', day: '2-digit', month: '2-digit', year: 'numeric' })
  const part = Object.fromEntries(format.formatToParts(new Date(answer.headers.get('date'))).map(({ type, value }) => [type, value]))
  return `${part.hour}:${part.minute} ${part.day}/${part.month}/${part.year}`
}

const escaped = (text) => text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign])

async function rewritten(answer, change) {
  const headers = new Headers(answer.headers)
  for (const name of ['content-encoding', 'content-length', 'etag']) headers.delete(name)
  return new Response(change(await answer.text()), { status: answer.status, headers })
}

// Over the page, before anything that could be taken for now.
function marked(kept, why) {
  const words = wordsOf(kept)
  const said = escaped(words[why].replace('{when}', stamp(kept)))
  const banner = `<div class="kept" role="status"><div class="wrap"><strong>${said}</strong> <a href="">${escaped(words.again)}</a></div></div>`
  return rewritten(kept, (html) => html.replace('<body', '<body data-kept').replace(/<main\b/, `${banner}<main`))
}

// The page of what is kept: every page that was seen, with its own title and time.
async function listing(answer) {
  const cache = await caches.open(PAGES)
  const words = wordsOf(answer)
  const items = await Promise.all((await cache.keys()).reverse().map(async (request) => {
    const kept = await cache.match(request)
    const { pathname, search } = new URL(request.url)
    const title = /<title>([^<]*)<\/title>/.exec(await kept.clone().text())?.[1] ?? pathname
    if (pathname === OFFLINE) return ''
    return `<li><a href="${escaped(pathname + search)}">${title}</a><span class="quiet">${escaped(words.seen.replace('{when}', stamp(kept)))}</span></li>`
  }))
  const filled = items.join('') || `<li>${escaped(words.nothing)}</li>`
  return rewritten(answer, (html) => html.replace(/(<ul class="kept-pages"[^>]*>)[^]*?(<\/ul>)/, (_, open, close) => open + filled + close))
}
