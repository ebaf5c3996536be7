// The line to the server: events while it holds, a question every half minute while it does not.
const POLL_MS = 30_000
const QUIET_MS = 20_000 // without a line for so long it is called broken; the web server lets go after each answer
const GATHER_MS = 300 // of several events at once, one question

export function listen(address, look, told) {
  return new Line(address, look, told)
}

class Line {
  constructor(address, look, told) {
    Object.assign(this, { address, look, told, opened: Date.now(), isLost: false })
    this.open()
    setInterval(() => this.state !== 'live' && this.look(), POLL_MS)
  }

  get state() {
    if (this.isLost) return 'lost'
    const open = this.source.readyState === EventSource.OPEN
    return open || Date.now() - this.opened < QUIET_MS ? 'live' : 'polled'
  }

  open() {
    this.source = new EventSource(this.address)
    this.source.addEventListener('open', () => this.came())
    this.source.addEventListener('incident', () => this.gather())
    this.source.addEventListener('error', () => this.went())
  }

  came() {
    const away = !this.met || Date.now() - this.opened > QUIET_MS
    this.met = true
    this.opened = Date.now()
    if (away) this.look() // what was said meanwhile, the first time since the page was made
    this.told()
  }

  // A browser comes again by itself, but for answers it takes for final.
  went() {
    if (this.source.readyState === EventSource.OPEN) return
    if (this.source.readyState === EventSource.CLOSED && !this.waiting) {
      this.waiting = setTimeout(() => {
        this.waiting = undefined
        this.open()
      }, POLL_MS)
    }
    this.told()
  }

  gather() {
    clearTimeout(this.gathering)
    this.gathering = setTimeout(this.look, GATHER_MS)
  }

  reached() {
    this.isLost = false
  }

  missed() {
    this.isLost = true
  }
}
