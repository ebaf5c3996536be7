// Forms with data-passkey: the browser is asked for a passkey, its answer goes into the form, and the form is sent.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))

function text(buffer) {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('')
  return btoa(signs).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }))

async function options(form) {
  const token = form.querySelector('[name=csrfmiddlewaretoken]').value
  const answer = await fetch(form.dataset.options, { method: 'POST', headers: { 'X-CSRFToken': token } })
  if (!answer.ok || answer.redirected) throw new Error('refused')
  return answer.json()
}

async function create(form) {
  const asked = await options(form)
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
    },
  })
  return told(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  })
}

async function get(form) {
  const asked = await options(form)
  const used = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) },
  })
  const { authenticatorData, signature, userHandle } = used.response
  return told(used, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    userHandle: userHandle ? text(userHandle) : null,
  })
}

function told(credential, response) {
  return JSON.stringify({
    id: credential.id,
    rawId: credential.id,
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: {},
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  })
}

export function offer(form) {
  if (!window.PublicKeyCredential) return
  const said = form.querySelector('[data-said]')
  form.querySelector('[data-impossible]')?.remove()
  form.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    said.hidden = true
    try {
      form.elements.answer.value = await (form.dataset.passkey === 'create' ? create : get)(form)
      form.submit()
    } catch (error) {
      said.textContent = error.message === 'refused' ? said.dataset.refused : said.dataset.cancelled
      said.hidden = false
    }
  })
}
