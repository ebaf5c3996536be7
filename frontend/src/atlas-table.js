// The table under the map: what is in view comes first, the nearest to the middle before the others.
const ON_A_PAGE = 50
const CALM_MS = 150

const tag = (name, facts = {}, ...children) => {
  const made = Object.assign(document.createElement(name), facts)
  made.append(...children)
  return made
}
// As names are sought everywhere here: every typed word begins a word; marks count where they were typed.
const marked = (text) => text.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean)
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd')

export function follow(section, { boxes, view, middle, choose, asked }) {
  const body = section.querySelector('[data-things] tbody')
  const titles = section.querySelectorAll('[data-things] thead th')
  const said = section.querySelector('[data-said]')
  const pages = section.querySelector('[data-pages]')
  const words = section.querySelector('[data-words]').dataset
  const filter = section.querySelector('#filter')
  const number = new Intl.NumberFormat(document.documentElement.lang === 'en' ? 'en' : 'vi')
  let all = []
  let page = 1
  let chosen = ''
  let later
  let given = false

  filter.form.querySelector('[data-set]').hidden = true
  filter.form.addEventListener('submit', (event) => event.preventDefault())
  filter.addEventListener('input', () => { page = 1; soon(); asked() })

  function soon() {
    clearTimeout(later)
    later = setTimeout(write, CALM_MS)
  }

  function sought() {
    const typed = marked(filter.value)
    if (!typed.length) return all
    const holds = typed.map((word) => (word === plain(word) ? (list) => list.some((one) => plain(one).startsWith(word)) : (list) => list.some((one) => one.startsWith(word))))
    return all.filter(({ properties: { c, n, k } }) => {
      const list = marked(`${c} ${n} ${k ?? ''}`)
      return holds.every((has) => has(list))
    })
  }

  function ordered() {
    const bounds = view()
    const { lng, lat } = middle()
    const narrow = Math.cos((lat * Math.PI) / 180)
    const far = ([x, y]) => ((x - lng) * narrow) ** 2 + (y - lat) ** 2
    const inside = []
    const rest = []
    for (const one of sought()) (one.geometry && bounds.contains(one.geometry.coordinates) ? inside : rest).push(one)
    const away = new Map(inside.map((one) => [one, far(one.geometry.coordinates)]))
    inside.sort((a, b) => away.get(a) - away.get(b))
    return { inside, rest }
  }

  function write() {
    if (!given) return
    const { inside, rest } = ordered()
    const there = inside.length + rest.length
    const last = Math.max(1, Math.ceil(there / ON_A_PAGE))
    page = Math.min(page, last)
    const first = (page - 1) * ON_A_PAGE
    const some = [...inside, ...rest].slice(first, first + ON_A_PAGE)
    const focused = document.activeElement?.closest('[data-thing]')?.dataset.thing
    const kind = document.activeElement?.tagName
    body.replaceChildren(...(some.length ? some.map(row) : [tag('tr', {}, tag('td', { colSpan: 5, textContent: words.none }))]))
    if (focused) body.querySelector(`[data-thing="${CSS.escape(focused)}"] ${kind === 'BUTTON' ? 'button' : 'a'}`)?.focus()
    said.textContent = said.dataset.inView.replace('{n}', number.format(inside.length)).replace('{m}', number.format(rest.length))
    pages.replaceChildren(...(last > 1 ? [turning(last)] : []))
  }

  // On a phone every cell stands in a line of its own, behind the title of its column.
  function labelled(column, content) {
    const cell = tag('td', {}, content)
    cell.dataset.label = titles[column].textContent
    return cell
  }

  function row({ geometry, properties: { l, c, n, k, v, m, s } }) {
    const box = boxes.get(l)
    const key = `${l}/${c}`
    const name = tag('th', { scope: 'row' }, tag('a', { href: box.dataset.page.replace('CODE', encodeURIComponent(c)), textContent: n }))
    if (s) name.append(' ', tag('small', { textContent: words.simulated }))
    const kind = labelled(1, tag('span', {}, box.closest('label').querySelector('.glyph').cloneNode(true), ` ${box.dataset.one}`))
    const where = !geometry ? words.unknown : m ? words.within.replace('{km}', number.format(m / 1000)) : v ? words.vague : words.known
    const show = tag('td')
    if (geometry) {
      const button = tag('button', { type: 'button', className: 'as-link show', textContent: words.show })
      button.append(tag('span', { className: 'unseen', textContent: `: ${n}` }))
      button.addEventListener('click', () => choose(key, { fly: geometry.coordinates }))
      show.append(button)
    }
    const line = tag('tr', { className: key === chosen ? 'chosen' : '' }, name, kind, labelled(2, k ?? '–'), labelled(3, where), show)
    line.dataset.thing = key
    if (key === chosen) line.setAttribute('aria-current', 'true')
    return line
  }

  function turning(last) {
    const turn = (to, text) => {
      const button = tag('button', { type: 'button', className: 'as-link', textContent: text })
      button.addEventListener('click', () => { page = to; write(); section.querySelector('[data-things]').scrollIntoView({ block: 'nearest' }) })
      return tag('li', {}, button)
    }
    const list = tag('ul')
    if (page > 1) list.append(turn(page - 1, words.previous))
    list.append(tag('li', { textContent: `${number.format(page)} / ${number.format(last)}` }))
    if (page < last) list.append(turn(page + 1, words.next))
    return tag('nav', { className: 'pages', ariaLabel: words.next }, list)
  }

  return {
    give(features) { all = features; given ||= all.length > 0; page = 1; write() },
    look() { page = 1; soon() },
    choose(key) {
      chosen = key
      for (const line of body.querySelectorAll('[data-thing]')) {
        const is = line.dataset.thing === key
        line.classList.toggle('chosen', is)
        if (is) line.setAttribute('aria-current', 'true')
        else line.removeAttribute('aria-current')
      }
    },
    text: () => filter.value.trim(),
  }
}
