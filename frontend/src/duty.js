// The duty desk: the list follows what happens without being loaded again, and is worked on by keys.
import { beep, canBeep } from './duty/sound.js'
import { listen } from './duty/line.js'

const AGES_MS = 60_000 // ages on the list grow

export function begin(desk) {
  new Desk(desk).begin()
}

class Desk {
  constructor(element) {
    this.element = element
    this.now = element.querySelector('[data-duty-now]')
    this.said = element.querySelector('[data-duty-said]')
    this.state = element.querySelector('[data-duty-line]')
    this.title = document.title.replace(/^\(\d+\) /, '')
    this.chosen = ''
    this.made = Date.now()
  }

  begin() {
    this.line = listen(this.element.dataset.stream, () => this.look(), () => this.tellLine())
    this.sound()
    this.keys()
    this.now.addEventListener('submit', (event) => this.submitted(event))
    this.now.addEventListener('focusin', (event) => this.choose(event.target.closest('[data-incident]')))
    setInterval(() => this.look(), AGES_MS)
    setInterval(() => this.tellLine(), 5000)
    addEventListener('online', () => this.look())
    document.addEventListener('visibilitychange', () => document.hidden || this.look())
    this.tellLine()
  }

  get waiting() {
    return Number(this.now.firstElementChild.dataset.waiting)
  }

  // Ask for the list again; what had the focus has it afterwards. One question at a time; done when a list is shown that
  // was asked for after this.
  look() {
    this.wanted = true
    this.asking ??= this.ask().finally(() => { this.asking = undefined })
    return this.asking
  }

  async ask() {
    while (this.wanted) {
      this.wanted = false
      try {
        const answer = await fetch(this.element.dataset.duty + this.page(), { headers: { Accept: 'text/html' } })
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status))
        this.show(await answer.text())
        this.line.reached()
      } catch {
        this.line.missed()
      }
      this.tellLine()
    }
  }

  page() {
    const number = new URLSearchParams(location.search).get('page')
    return number ? `${this.element.dataset.duty.includes('?') ? '&' : '?'}page=${Number(number)}` : ''
  }

  show(html) {
    const held = this.held()
    const before = new Set([...this.items()].filter((one) => one.matches('.waits')).map((one) => one.dataset.incident))
    const waited = this.waiting
    this.now.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.children)
    this.made = Date.now()
    this.renew()
    this.hold(held)
    const fresh = [...this.items()].some((one) => one.matches('.waits') && !before.has(one.dataset.incident))
    if (fresh && this.element.querySelector('[data-duty-sound]').getAttribute('aria-pressed') === 'true') beep()
    if (fresh || waited !== this.waiting) this.say(this.count())
    document.title = this.waiting ? `(${this.waiting}) ${this.title}` : this.title
    const badge = document.querySelector('[data-waiting-count]')
    if (badge) {
      badge.firstChild.data = String(this.waiting)
      badge.hidden = !this.waiting
    }
  }

  // The page has not grown old (freshness.js): what matters on it is new.
  renew() {
    const made = document.querySelector('time[data-made]')
    if (made) made.dateTime = new Date(this.made).toISOString()
    document.querySelector('.grown-old')?.remove()
  }

  count() {
    const { waiting, quiet } = this.element.dataset
    return this.waiting ? waiting.replace('{n}', this.waiting) : quiet
  }

  // Politely: screen readers finish their sentence.
  say(words) {
    this.said.textContent = ''
    requestAnimationFrame(() => { this.said.textContent = words })
  }

  items() {
    return this.now.querySelectorAll('[data-incident]')
  }

  held() {
    const at = document.activeElement
    const item = this.now.contains(at) ? at.closest('[data-incident]') : null
    if (item) return { incident: item.dataset.incident, deed: at.matches('button') }
    const named = this.now.contains(at) && (at.name || (at.matches('summary') && 'summary'))
    return { incident: '', field: named, open: this.now.querySelector('details')?.open, values: this.values() }
  }

  // A filter somebody is filling in stays as they have left it.
  values() {
    return [...this.now.querySelectorAll('.filter select, .filter input')].map((one) => [one.name, one.value, one.checked])
  }

  hold({ incident, deed, field, open, values }) {
    if (open) this.now.querySelector('details').open = true
    for (const [name, value, checked] of values ?? []) {
      const one = this.now.querySelector(`.filter [name="${name}"]`)
      if (one) Object.assign(one, { value, checked })
    }
    if (field) this.now.querySelector(field === 'summary' ? 'summary' : `[name="${field}"]`)?.focus()
    const item = this.item(incident || this.chosen)
    if (!item) return
    this.choose(item)
    if (incident) ((deed && item.querySelector('button')) || item.querySelector('[data-open]')).focus({ preventScroll: true })
  }

  item(id) {
    return id ? this.now.querySelector(`[data-incident="${id}"]`) : null
  }

  choose(item) {
    if (!item) return
    this.items().forEach((one) => one.classList.toggle('chosen', one === item))
    this.chosen = item.dataset.incident
  }

  walk(step) {
    const there = [...this.items()]
    if (!there.length) return
    const at = there.findIndex((one) => one.dataset.incident === this.chosen)
    const next = there[at < 0 ? (step > 0 ? 0 : there.length - 1) : Math.min(there.length - 1, Math.max(0, at + step))]
    this.choose(next)
    next.querySelector('[data-open]').focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
  }

  // Without a way to the server the form goes its own way, and the browser says what is wrong.
  async submitted(event) {
    const form = event.target.closest('[data-acknowledge]')
    if (!form) return
    event.preventDefault()
    const item = form.closest('[data-incident]')
    const where = item.querySelector('[data-open]').textContent
    form.querySelector('button').disabled = true
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new FormData(form) })
      if (answer.status === 422) return void location.assign(item.querySelector('[data-open]').href)
      if (!answer.ok) throw new Error(String(answer.status))
      await this.look()
      this.say(this.element.dataset.done.replace('{what}', where))
    } catch {
      form.submit()
    }
  }

  keys() {
    const dialog = this.element.querySelector('[data-duty-dialog]')
    const open = this.element.querySelector('[data-duty-keys]')
    const help = () => dialog.showModal()
    open.hidden = false
    open.addEventListener('click', help)
    const work = {
      j: () => this.walk(1), ArrowDown: () => this.walk(1), k: () => this.walk(-1), ArrowUp: () => this.walk(-1),
      a: () => this.item(this.chosen)?.querySelector('[data-acknowledge]')?.requestSubmit(),
      r: () => this.look(), '?': help,
    }
    document.addEventListener('keydown', (event) => {
      const typing = event.target.closest('input, select, textarea, dialog')
      if (!work[event.key] || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      work[event.key]()
    })
  }

  sound() {
    const button = this.element.querySelector('[data-duty-sound]')
    if (!canBeep()) return
    button.hidden = false
    button.addEventListener('click', () => {
      const on = button.getAttribute('aria-pressed') !== 'true'
      button.setAttribute('aria-pressed', String(on))
      if (on) beep() // so that whoever turns it on knows what it sounds like, and the browser allows it
    })
  }

  tellLine() {
    const { live, polled, lost } = this.element.dataset
    const at = new Date(this.made).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' })
    const said = { live, polled, lost }[this.line.state].replace('{at}', at).replace('{n}', Math.floor((Date.now() - this.made) / 60_000))
    this.state.classList.toggle('live', this.line.state === 'live')
    this.state.classList.toggle('broken', this.line.state !== 'live')
    if (this.state.textContent !== said) this.state.textContent = said
  }
}
