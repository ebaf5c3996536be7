// How the public will read a warning, as it is written: the server draws it, this only asks for it.
const PAUSE_MS = 500

export function follow(form) {
  const shown = document.querySelector('.preview-body')
  if (!shown) return
  let waiting
  let asked = 0
  const ask = async () => {
    const mine = ++asked
    const answer = await fetch(form.dataset.preview, { method: 'POST', body: new FormData(form), credentials: 'same-origin' }).catch(() => undefined)
    if (!answer?.ok || mine !== asked) return // what was last seen stays
    const drawn = new DOMParser().parseFromString(await answer.text(), 'text/html')
    shown.replaceChildren(...drawn.body.childNodes)
  }
  const soon = () => {
    clearTimeout(waiting)
    waiting = setTimeout(ask, PAUSE_MS)
  }
  form.addEventListener('input', soon)
  form.addEventListener('change', soon)
  ask()
}
