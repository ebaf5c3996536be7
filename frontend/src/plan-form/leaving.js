// Signing out removes every form from this phone; where something was not sent yet, that is said first.
import { forgetAll, isSomethingUnsent } from './kept.js'

export async function leave(form) {
  if (isSomethingUnsent() && !confirm(form.dataset.signOut)) return
  await forgetAll()
  form.submit()
}
