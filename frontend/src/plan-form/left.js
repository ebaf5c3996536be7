// A form that can no longer be changed: this phone forgets it, but for what was typed here and never sent.
import * as kept from './kept.js'

export function show(element) {
  const texts = Object.values(kept.draft(location.pathname)?.typed ?? {}).filter((text) => text.includes(' '))
  if (!texts.length) return kept.forget(location.pathname)
  const box = document.createElement('div')
  box.className = 'left-over'
  box.append(line('strong', element.dataset.left), ...texts.map((text) => line('p', text)))
  const button = line('button', element.dataset.remove)
  Object.assign(button, { type: 'button', className: 'button' })
  button.addEventListener('click', () => kept.forget(location.pathname).then(() => box.remove()))
  box.append(button)
  element.querySelector('h1').after(box)
}

function line(tag, text) {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}
