// The tokens of tokens.css, for what is drawn on a canvas.
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

export function onThemeChange(work) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', work)
}

export async function fontsReady() {
  // Both subsets: without a Vietnamese letter in the text only the Latin one would be fetched.
  await Promise.all(['400', '600'].map((weight) => document.fonts.load(`${weight} 16px "Be Vietnam Pro"`, 'Nước Pọ 09')))
}
