// The search box of the map: proposals while one types, chosen with arrows or a click; without them it is the form that
// it looks like. A question that was overtaken by the next is given up.
const CALM_MS = 200
const LEAST = 2 // letters

const tag = (name, facts = {}, ...children) => {
  const made = Object.assign(document.createElement(name), facts)
  made.append(...children)
  return made
}

export function offer(form, { go }) {
  const input = form.querySelector('input')
  const list = form.querySelector('[role=listbox]')
  const status = form.querySelector('[role=status]')
  let later
  let asking
  let at = -1

  Object.assign(input, { role: 'combobox', ariaExpanded: 'false', ariaAutoComplete: 'list' })
  input.setAttribute('aria-controls', list.id)

  const options = () => [...list.querySelectorAll('[role=option]')]
  function close() {
    list.hidden = true
    input.ariaExpanded = 'false'
    input.removeAttribute('aria-activedescendant')
    at = -1
  }
  function point(to) {
    const all = options()
    if (!all.length) return
    at = (to + all.length) % all.length
    all.forEach((one, i) => one.setAttribute('aria-selected', String(i === at)))
    input.setAttribute('aria-activedescendant', all[at].id)
    all[at].scrollIntoView({ block: 'nearest' })
  }
  function pick(hit) {
    close()
    if (hit.lon === null || hit.lon === undefined) location.assign(hit.page)
    else go(hit)
  }

  async function ask() {
    asking?.abort()
    const text = input.value.trim()
    if (text.length < LEAST) return close()
    asking = new AbortController()
    try {
      const answer = await fetch(`${form.dataset.find}?${new URLSearchParams({ q: text })}`, { signal: asking.signal })
      if (answer.ok) write(await answer.json())
    } catch (error) {
      if (error.name !== 'AbortError') close() // the form itself still works
    }
  }

  function write({ spot, groups, count, text }) {
    const hits = spot ? [{ ...spot, name: text, kind: spot.system }] : []
    const lines = []
    let number = 0
    const line = (hit, title) => {
      const option = tag('li', { role: 'option', id: `found-${number++}`, ariaSelected: 'false' }, hit.name, tag('small', { textContent: [title, hit.commune].filter(Boolean).join(' · ') }))
      option.addEventListener('pointerdown', (event) => { event.preventDefault(); pick(hit) })
      option.hit = hit
      return option
    }
    for (const hit of hits) lines.push(line(hit, hit.kind))
    for (const group of groups) for (const hit of group.hits) lines.push(line(hit, group.title))
    list.replaceChildren(...lines)
    list.hidden = !lines.length
    input.ariaExpanded = String(lines.length > 0)
    at = -1
    status.textContent = lines.length ? form.dataset.many.replace('{n}', spot ? 1 : count) : form.dataset.none
  }

  input.addEventListener('input', () => { clearTimeout(later); later = setTimeout(ask, CALM_MS) })
  input.addEventListener('keydown', (event) => {
    const work = { ArrowDown: () => point(at + 1), ArrowUp: () => point(at - 1), Escape: close }[event.key]
    if (work && !list.hidden) {
      event.preventDefault()
      work()
    } else if (event.key === 'Enter' && at >= 0 && !list.hidden) {
      event.preventDefault()
      pick(options()[at].hit)
    }
  })
  input.addEventListener('blur', close)
}
