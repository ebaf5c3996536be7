// While somebody types what an entry refers to: what there is of that name. The field takes the code without this, too.
const WAIT = 250

let number = 0

export function follow(field) {
  const list = Object.assign(document.createElement('datalist'), { id: `proposed-${++number}` })
  field.after(list)
  field.setAttribute('list', list.id)
  let timer
  let asked = ''
  field.addEventListener('input', () => {
    clearTimeout(timer)
    const text = field.value.trim()
    if (text.length < 2 || text === asked) return
    timer = setTimeout(async () => {
      asked = text
      const answer = await fetch(`${field.dataset.propose}?${new URLSearchParams({ q: text })}`).catch(() => undefined)
      if (!answer?.ok || asked !== text) return
      const { proposed } = await answer.json()
      list.replaceChildren(...proposed.map(({ code, name }) => Object.assign(document.createElement('option'), { value: code, label: name, textContent: name })))
    }, WAIT)
  })
}
