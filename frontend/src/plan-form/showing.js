// What is shown at a field: why it is refused, and what somebody else wrote there.
export function showFaults(form, faults) {
  form.querySelectorAll('.errorlist[data-live]').forEach((one) => one.remove())
  const places = Object.entries(faults).map(([name, texts]) => {
    const place = at(form, name)
    if (!place) return undefined
    place.insertBefore(made('span', texts.join(' '), { className: 'errorlist' }), place.children[1] ?? null).dataset.live = ''
    return place
  })
  open(places.find(Boolean))
}

// Both texts side by side; `choose(true)`: one's own holds.
export function showClash(form, name, theirs, words, choose) {
  const place = at(form, name)
  if (!place) return
  place.querySelector('.clash')?.remove()
  const box = made('div', '', { className: 'clash' })
  const radio = form.elements[name] instanceof RadioNodeList
  const shown = radio ? [...form.elements[name]].find(({ value }) => value === theirs)?.parentElement.textContent.trim() : theirs
  box.append(made('strong', words.theirs.replace('{who}', words.who)), made('p', shown || '–'))
  const buttons = made('p', '', { className: 'buttons' })
  for (const [said, keep] of [[words.keepMine, true], [words.takeTheirs, false]]) {
    const button = made('button', said, { type: 'button', className: 'button' })
    button.addEventListener('click', () => { box.remove(); choose(keep) })
    buttons.append(button)
  }
  box.append(buttons)
  place.append(box)
  open(place)
}

const at = (form, name) => form.querySelector(`#f-${CSS.escape(name)}`)?.closest('.field, fieldset')

function open(place) {
  if (!place) return
  for (let one = place.closest('details'); one; one = one.parentElement.closest('details')) one.open = true
  place.scrollIntoView({ block: 'center' })
}

function made(tag, text, facts = {}) {
  const element = Object.assign(document.createElement(tag), facts)
  if (text) element.textContent = text
  return element
}
