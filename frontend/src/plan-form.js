// The form of a unit in a round of reports, on a weak line: kept on the phone as it is typed, sent when there is a line,
// merged by the server with what others typed meanwhile. Without this file it is a form like any other.
import * as kept from './plan-form/kept.js'
import { Sender } from './plan-form/sending.js'
import { showClash, showFaults } from './plan-form/showing.js'

const REST_MS = 2500 // after the last key
const AGAIN_MS = 20_000 // while the line is gone

export function begin(element) {
  const form = element.querySelector('form.answers')
  const path = location.pathname
  kept.belongsTo(element.dataset.person)
  const filling = new Filling(element, form, path)
  filling.begin()
}

class Filling {
  constructor(element, form, path) {
    Object.assign(this, { element, form, path, words: element.dataset, clashes: new Map() })
    this.state = form.querySelector('[data-state]')
    this.draft = kept.draft(path) ?? { seen: Number(element.dataset.version), typed: {}, sent: {} }
    this.sender = new Sender(path, form.elements.csrfmiddlewaretoken.value)
  }

  begin() {
    this.restore()
    this.offer()
    this.form.addEventListener('input', ({ target }) => this.typed(target))
    this.form.addEventListener('submit', (event) => this.submitted(event))
    this.element.addEventListener('click', (event) => this.clicked(event))
    addEventListener('online', () => this.send())
    addEventListener('offline', () => this.say(this.waits ? this.words.noLine : ''))
    addEventListener('beforeprint', () => this.form.querySelectorAll('details').forEach((one) => { one.open = true }))
    setInterval(() => this.waits && this.send(), AGAIN_MS)
    kept.keepPage(this.path)
    if (this.waits) this.send()
  }

  get waits() {
    return Object.keys(this.draft.typed).length > 0
  }

  // What was typed before the page was loaded again. A copy of the page from before the last sending lacks what was sent.
  restore() {
    const page = Number(this.element.dataset.version)
    if (page < this.draft.seen) this.fill(this.draft.sent)
    else this.draft.sent = {}
    this.fill(this.draft.typed)
    if (!this.waits) this.draft.seen = Math.max(page, this.draft.seen)
    this.count()
    if (this.waits) this.say(navigator.onLine ? this.words.kept : this.words.noLine)
  }

  offer() {
    for (const one of this.element.querySelectorAll('[data-nothing], [data-copy], [data-only], [data-keeps]')) one.hidden = false
  }

  fill(texts) {
    for (const [name, text] of Object.entries(texts)) this.put(name, text)
  }

  put(name, text) {
    const field = this.form.elements[name]
    if (!field) return
    if (field instanceof RadioNodeList) for (const one of field) one.checked = one.value === text
    else field.value = text
  }

  text(name) {
    return this.form.elements[name]?.value ?? ''
  }

  typed({ name }) {
    if (!name) return
    this.draft.typed[name] = this.text(name)
    this.stuck = false
    kept.put(this.path, this.draft)
    this.say(navigator.onLine ? this.words.kept : this.words.noLine)
    this.count()
    clearTimeout(this.rest)
    this.rest = setTimeout(() => this.send(), REST_MS)
  }

  // One sending at a time. What is on its way keeps its token until an answer has come: the same sent again is one.
  async send() {
    clearTimeout(this.rest)
    this.going ??= this.go().finally(() => { this.going = undefined })
    return this.going
  }

  async go() {
    while (this.sendable().length) {
      if (this.stuck) return false // the same would be refused again
      this.draft.batch ??= { token: crypto.randomUUID(), seen: this.draft.seen, texts: this.taken() }
      kept.put(this.path, this.draft)
      this.say(this.words.sending)
      const answer = await this.sender.send(this.draft.batch)
      if (answer.kind !== 'sent') return this.failed(answer)
      this.arrived(answer.body)
    }
    return true
  }

  sendable() {
    return Object.keys(this.draft.typed).filter((name) => !this.clashes.has(name))
  }

  taken() {
    return Object.fromEntries(this.sendable().map((name) => [name, this.draft.typed[name]]))
  }

  arrived({ version, theirs, clashes, others }) {
    const { texts } = this.draft.batch
    const clashing = new Set(clashes.map(({ name }) => name))
    for (const [name, text] of Object.entries(texts)) {
      if (!clashing.has(name) && this.draft.typed[name] === text) delete this.draft.typed[name]
      if (!clashing.has(name)) this.draft.sent[name] = text
    }
    const fresh = Object.entries(theirs).filter(([name]) => !clashing.has(name) && !(name in this.draft.typed))
    const strange = fresh.filter(([name, text]) => this.text(name) !== text)
    this.fill(Object.fromEntries(fresh))
    Object.assign(this.draft.sent, Object.fromEntries(fresh))
    Object.assign(this.draft, { seen: version, batch: undefined })
    this.form.elements.version.value = version
    kept.put(this.path, this.draft)
    clashes.forEach((clash) => this.clash(clash, others))
    this.count()
    const when = new Date().toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' })
    const sent = this.words.sent.replace('{when}', when)
    if (this.clashes.size) this.say(this.words.clash, true)
    else if (strange.length && others) this.say(`${sent}. ${this.words.others.replace('{who}', others)}`)
    else this.say(this.waits ? this.words.kept : sent)
  }

  failed({ kind, faults }) {
    this.stuck = ['refused', 'closed'].includes(kind)
    if (kind === 'refused') {
      showFaults(this.form, faults)
      delete this.draft.batch // it will be another one once it is mended
      kept.put(this.path, this.draft)
    }
    this.say({ line: this.words.noLine, refused: this.words.refused, signIn: this.words.signIn, closed: this.words.closed }[kind], kind !== 'line')
    return false
  }

  clash({ name, mine, theirs }, who) {
    this.clashes.set(name, theirs)
    this.draft.typed[name] ??= mine
    showClash(this.form, name, theirs, { ...this.words, who: who || this.words.somebody }, (keep) => {
      this.clashes.delete(name)
      if (!keep) {
        this.put(name, theirs)
        delete this.draft.typed[name]
        this.draft.sent[name] = theirs
      }
      kept.put(this.path, this.draft)
      this.count()
      this.say(this.words.kept)
      this.send()
    })
  }

  async submitted(event) {
    if (event.submitter?.value === 'submit' && this.let) return
    event.preventDefault()
    if (!(await this.send())) {
      if (event.submitter?.value === 'submit') this.say(`${this.state.textContent}. ${this.words.offlineSubmit}`, true)
      return
    }
    if (event.submitter?.value !== 'submit' || this.clashes.size) return
    this.let = true
    this.form.requestSubmit(event.submitter)
  }

  clicked({ target }) {
    const { nothing, copy, from } = target.dataset ?? {}
    if (nothing) this.choose(nothing, 'not_ours')
    if (copy) this.copy(copy, this.element.querySelector(`#${from}`).innerText)
    if (target.matches?.('[data-only-open]')) this.element.classList.toggle('shows-open', target.checked)
    if (target.matches?.('[data-remove]')) kept.forget(this.path).then(() => this.say(this.words.removed))
  }

  choose(name, state) {
    this.put(name, state)
    this.typed({ name })
  }

  copy(name, text) {
    const field = this.form.elements[name]
    field.value = field.value ? `${field.value}\n${text}` : text
    this.typed(field)
    field.focus()
  }

  count() {
    const tasks = [...this.element.querySelectorAll('[data-task]')]
    for (const task of tasks) {
      const chosen = task.querySelector('.states input:checked')
      task.classList.toggle('is-answered', Boolean(chosen))
      task.querySelector('[data-said]').textContent = chosen ? chosen.parentElement.textContent.trim() : ''
    }
    const done = tasks.filter((task) => task.matches('.is-answered')).length
    const said = this.words.count.replace('{n}', done).replace('{all}', tasks.length)
    this.element.querySelector('[data-count-shown]').textContent = said
  }

  say(words, loud = false) {
    this.state.textContent = words
    this.state.classList.toggle('is-loud', loud)
  }
}
