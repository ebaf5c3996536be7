// Where the marks of the map stand: apart from each other, or, where there are too many, the worst in front of the rest.
const RADIUS = 20 // of a mark, pixels
const CROWD = 80 // marks that may be pushed apart; of more, those that would cover each other stand as one
const TURNS = 60

// What is only planned steps back: smaller, and out of the way. Nothing is smaller than a finger's 24 px.
const small = matchMedia('(max-width: 699px)').matches ? 0.85 : 1
export const isPlanned = (one) => one.properties.mark.startsWith('planned')
export const sizeOf = (one) => (isPlanned(one) ? 0.65 : small)
const radiusOf = (one) => RADIUS * sizeOf(one)

// Features in the order of importance, the chosen one first; `place` gives pixels, `isNear` whether one may be seen.
// Gives [{one, from, to, behind}]: pixels where its station is, where its mark goes, and the features it stands for.
export function arrange(features, place, isNear, chosen) {
  const all = features.map((one) => ({ one, from: place(one), behind: [] }))
  const near = all.length > CROWD ? all.filter(({ from }) => isNear(from)) : all
  if (near.length > CROWD) return gather(all, chosen)
  const far = near.length < all.length ? gather(all.filter(({ from }) => !isNear(from)), chosen) : []
  return [...far, ...spread(near, chosen)]
}

// In cells as wide as a mark only the cells around need to be looked at: 2,000 stations take a few milliseconds.
function gather(all, chosen) {
  const reach = 2.5 * RADIUS * small // its number of others beside it
  const cells = new Map()
  const kept = []
  const first = (spot) => (spot.one.properties.code === chosen ? -1 : spot.one.properties.order)
  for (const spot of [...all].sort((a, b) => first(a) - first(b))) {
    const [column, line] = [Math.floor(spot.from.x / reach), Math.floor(spot.from.y / reach)]
    const front = nearest(cells, column, line, spot.from, reach)
    if (front) { front.behind.push(spot.one); continue }
    kept.push({ ...spot, to: spot.from })
    const key = `${column} ${line}`
    cells.set(key, [...(cells.get(key) ?? []), kept.at(-1)])
  }
  return kept
}

function nearest(cells, column, line, { x, y }, reach) {
  let [found, shortest] = [undefined, reach]
  for (const dx of [-1, 0, 1]) for (const dy of [-1, 0, 1]) {
    for (const spot of cells.get(`${column + dx} ${line + dy}`) ?? []) {
      const far = Math.hypot(spot.from.x - x, spot.from.y - y)
      if (far < shortest) [found, shortest] = [spot, far]
    }
  }
  return found
}

// Marks that would cover each other are pushed apart; the chosen one stays put, a planned one gives way.
function spread(near, chosen) {
  const now = near.map(({ from }) => ({ x: from.x, y: from.y }))
  const radius = near.map(({ one }) => radiusOf(one))
  const weight = near.map(({ one }) => (one.properties.code === chosen ? 2 : isPlanned(one) ? 0 : 1))
  for (let turn = 0; turn < TURNS; turn++) {
    let still = true
    for (let i = 1; i < now.length; i++) {
      for (let j = 0; j < i; j++) {
        let [dx, dy] = [now[i].x - now[j].x, now[i].y - now[j].y]
        let far = Math.hypot(dx, dy)
        const apart = radius[i] + radius[j]
        if (far >= apart - 0.5) continue
        still = false
        if (far < 0.01) [dx, dy, far] = [Math.cos(2.4 * i + j), Math.sin(2.4 * i + j), 1]
        const push = (apart - Math.min(far, apart)) / far
        const mine = weight[i] === 2 ? 0 : weight[j] === 2 ? 1 : weight[i] === weight[j] ? 0.5 : weight[i] > weight[j] ? 0.1 : 0.9
        now[i].x += dx * push * mine; now[i].y += dy * push * mine
        now[j].x -= dx * push * (1 - mine); now[j].y -= dy * push * (1 - mine)
      }
    }
    if (still) break
  }
  return near.map((spot, i) => ({ ...spot, to: now[i] }))
}

export const isMoved = ({ from, to }) => Math.hypot(to.x - from.x, to.y - from.y) > RADIUS * 0.6
