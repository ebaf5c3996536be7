// The interactive chart: takes the place of the drawn one, reads the same numbers, loads detail when zoomed.
import { reader } from './chart/numbers.js'

// The numbers are asked for while the library that draws them is still on its way.
export async function show(element) {
  const { chart, compare } = element.dataset
  const read = reader(element, compare ? JSON.parse(compare).map((one) => one.url) : [chart])
  const numbers = read()
  try {
    const { begin } = await import('./chart/live.js')
    await begin(element, read, numbers)
  } catch (fault) {
    console.warn(fault) // the drawn chart stays
  }
}
