// What is chosen on the map is chosen in the list, and the other way round.
const LISTED = 12 // stations named under a mark that stands for more than can be told apart

const tag = (name, facts = {}, ...children) => {
  const made = Object.assign(document.createElement(name), facts)
  made.append(...children)
  return made
}
const moving = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200)

export function keepInStep(map, element, data, arranged) {
  const { features } = data.stations
  const known = new Map(features.map((one) => [one.properties.code, one]))
  const rows = new Map([...document.querySelectorAll('[data-station]')].map((row) => [row.dataset.station, row]))
  const picked = document.querySelector('.picked')

  function say(...content) {
    picked.replaceChildren(...content)
    picked.hidden = false
  }

  function mark(code) {
    rows.forEach((row, key) => {
      row.classList.toggle('chosen', key === code)
      row.querySelector('.to-map')?.setAttribute('aria-pressed', String(key === code))
    })
    data.chosen = code
    map.setFilter('chosen', ['==', ['get', 'code'], code])
  }

  function choose(code, { move }) {
    mark(code)
    if (move) arranged()
    const [row, feature] = [rows.get(code), known.get(code)]
    say(row ? copyOf(row) : lineOf(feature))
    if (move && feature) {
      map.easeTo({ center: feature.geometry.coordinates, zoom: Math.max(map.getZoom(), 9), duration: moving() })
      element.closest('.map-frame').scrollIntoView({ block: 'nearest' })
    } else if (row && matchMedia('(min-width: 960px)').matches) {
      row.scrollIntoView({ block: 'nearest' }) // on a phone the copy under the map says it, the page stays still
    }
  }

  // A mark that stands for others: nearer, until they come apart; where they never will, their names.
  function open(front) {
    const all = [known.get(front), ...data.behind.get(front)]
    const box = boxOf(all)
    const closer = map.cameraForBounds(box, { padding: 60, maxZoom: map.getMaxZoom() })
    if (closer && closer.zoom > map.getZoom() + 0.2) {
      map.easeTo({ ...closer, duration: moving() })
      return
    }
    mark('')
    const named = all.slice(0, LISTED).map((one) => tag('li', {}, ...lineOf(one).childNodes))
    const rest = all.length > LISTED ? [tag('li', { textContent: `+${all.length - LISTED}` })] : []
    say(tag('p', { textContent: element.dataset.together.replace('{n}', all.length) }), tag('ul', {}, ...named, ...rest))
  }

  rows.forEach((row, code) => {
    const button = row.querySelector('.to-map')
    if (!button || !known.has(code)) return
    button.hidden = false
    button.addEventListener('click', () => choose(code, { move: true }))
  })
  map.on('click', (event) => {
    const reach = 8 // a finger is not a needle
    const box = [[event.point.x - reach, event.point.y - reach], [event.point.x + reach, event.point.y + reach]]
    const far = (one) => map.project(one.geometry.coordinates).dist(event.point)
    const [hit] = map.queryRenderedFeatures(box, { layers: ['stations'] }).sort((a, b) => far(a) - far(b))
    if (!hit) return
    if (hit.properties.more) open(hit.properties.code)
    else choose(hit.properties.code, { move: false })
  })
  map.on('mouseenter', 'stations', () => { map.getCanvas().style.cursor = 'pointer' })
  map.on('mouseleave', 'stations', () => { map.getCanvas().style.cursor = '' })
}

function copyOf(row) {
  const copy = row.cloneNode(true)
  return tag('div', { className: 'row' }, ...copy.childNodes)
}

// A station without a row on this page of the list.
function lineOf({ properties: { code, name, said } }) {
  const link = tag('a', { href: `/stations/${encodeURIComponent(code)}`, textContent: name })
  return tag('p', {}, tag('span', { className: 'name' }, link), ` ${said}`)
}

function boxOf(features) {
  const [lons, lats] = [0, 1].map((axis) => features.map((one) => one.geometry.coordinates[axis]))
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]]
}
