// One sending of a form, and what came of it: {kind: 'sent', body} | 'refused' (with faults) | 'line' | 'signIn' | 'closed'.
const PATIENCE_MS = 25_000

export class Sender {
  constructor(path, csrf) {
    Object.assign(this, { path, csrf })
  }

  async send({ token, seen, texts }) {
    const body = new URLSearchParams({ ...texts, token, version: seen, deed: 'save' })
    try {
      let answer = await this.ask({ method: 'POST', body })
      if (answer.status === 403) answer = (await this.renew()) ? await this.ask({ method: 'POST', body }) : answer
      return await read(answer)
    } catch {
      return { kind: 'line' }
    }
  }

  ask(facts) {
    const headers = { Accept: 'application/json', 'X-CSRFToken': this.csrf }
    return fetch(this.path, { ...facts, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
  }

  // The page may be older than the session: whoever signed in again has another token.
  async renew() {
    const answer = await this.ask({})
    if (!answer.ok) return false
    this.csrf = (await answer.json()).csrf
    return true
  }
}

async function read(answer) {
  if (answer.type === 'opaqueredirect' || [401, 403].includes(answer.status)) return { kind: 'signIn' }
  if (answer.ok) return { kind: 'sent', body: await answer.json() }
  if (answer.status === 422) {
    const { faults } = await answer.json()
    return '__all__' in faults ? { kind: 'closed' } : { kind: 'refused', faults }
  }
  return { kind: answer.status === 404 ? 'closed' : 'line' }
}
