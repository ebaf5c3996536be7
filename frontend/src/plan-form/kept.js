// What of a form is kept on this phone: what was typed (localStorage: written at once, also when the phone dies), and the
// page itself, for the service worker to show without a line. Of one person, until they sign out, two weeks at most.
const DRAFTS = 'plan-form:'
const OWNER = 'plan-forms'
export const PAGES = 'plan-forms'
const LONGEST_MS = 14 * 24 * 3600_000

const names = () => Object.keys(localStorage).filter((name) => name.startsWith(DRAFTS))

// Somebody else signed in here: what the last one typed is not theirs to see.
export function belongsTo(person) {
  const stored = localStorage.getItem(OWNER)
  if (stored && stored !== person) forgetAll()
  localStorage.setItem(OWNER, person)
  for (const name of names()) {
    if (Date.now() - (JSON.parse(localStorage.getItem(name)).at ?? 0) > LONGEST_MS) localStorage.removeItem(name)
  }
}

export function draft(path) {
  const text = localStorage.getItem(DRAFTS + path)
  return text ? JSON.parse(text) : undefined
}

// A phone whose memory is full keeps nothing; what is typed is sent all the same.
export function put(path, what) {
  try {
    localStorage.setItem(DRAFTS + path, JSON.stringify({ ...what, at: Date.now() }))
  } catch {
    localStorage.removeItem(DRAFTS + path)
  }
}

export const isSomethingUnsent = () => names().some((name) => Object.keys(JSON.parse(localStorage.getItem(name)).typed).length)

// The page as the server gives it, and the files it needs, once the service worker looks after this page.
export async function keepPage(path) {
  if (!navigator.serviceWorker || !navigator.onLine) return
  try {
    await navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' })
    await navigator.serviceWorker.ready
    const answer = await fetch(path, { headers: { Accept: 'text/html' } })
    if (!answer.ok || answer.redirected) return
    await (await caches.open(PAGES)).put(path, answer)
    const files = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => /\/built\//.test(name))
    await Promise.allSettled(files.map((name) => fetch(name)))
    document.documentElement.dataset.formKept = ''
  } catch {
    // Then it is not kept: what is typed is.
  }
}

export async function forget(path) {
  localStorage.removeItem(DRAFTS + path)
  await (await caches.open(PAGES)).delete(path)
}

export async function forgetAll() {
  for (const name of [...names(), OWNER]) localStorage.removeItem(name)
  await caches.delete(PAGES)
}
