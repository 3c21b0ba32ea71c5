// Draws rectangles, outlines, texts, pictures and grids that can be clicked, as SVG. Nothing is computed here.
const SVG = "http://www.w3.org/2000/svg"
const NAMES = ["paper", "ink", "faint", "surface", "padding"]
const colour = value => (NAMES.includes(value) ? `var(--${value})` : value || "none")

const make = (tag, parent, attributes = {}) => {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return parent.appendChild(element)
}

const paint = item => ({
  style: `fill:${colour(item.fill)};stroke:${colour(item.stroke)}`,
  "stroke-width": item.line,
  opacity: item.opacity,
  ...(item.dashed ? { "stroke-dasharray": "5 3" } : {}),
})

const tip = (element, text) => {
  if (text) make("title", element).textContent = text
}

const draw = {
  rect: (svg, item) => {
    const { x, y, width, height } = item
    tip(make("rect", svg, { x, y, width, height, ...paint(item) }), item.tip)
  },
  polygon: (svg, item) => {
    const points = item.points.map(point => point.join(",")).join(" ")
    tip(make(item.closed ? "polygon" : "polyline", svg, { points, "stroke-linejoin": "round", ...paint(item) }), item.tip)
  },
  text: (svg, item) => {
    const { x, y, size, anchor } = item
    const element = make("text", svg, {
      x,
      y,
      "font-size": size,
      "text-anchor": anchor,
      "dominant-baseline": "central",
      style: `fill:${colour(item.colour)};font-weight:${item.bold ? 700 : 400}`,
      ...(item.turned ? { transform: `rotate(-90 ${x} ${y})` } : {}),
    })
    element.textContent = item.text
  },
  image: (svg, item) => {
    const { x, y, width, height, uri, opacity } = item
    const style = item.smooth ? "" : "image-rendering:pixelated"
    make("image", svg, { x, y, width, height, href: uri, opacity, style, preserveAspectRatio: "none" })
  },
  cells: (svg, item, pick) => {
    const { x, y, width, height, rows, columns } = item
    const w = width / columns, h = height / rows
    const frame = (row, column) => ({ x: x + column * w, y: y + row * h, width: w, height: h })
    if (item.lines) {
      let path = ""
      for (let row = 0; row <= rows; row++) path += `M${x} ${y + row * h}h${width}`
      for (let column = 0; column <= columns; column++) path += `M${x + column * w} ${y}v${height}`
      make("path", svg, { d: path, class: "grid" })
    }
    if (item.chosen) make("rect", svg, { ...frame(...item.chosen), class: "chosen" })
    const hover = make("rect", svg, { ...frame(0, 0), class: "hover", visibility: "hidden" })
    const area = make("rect", svg, { x, y, width, height, class: "area" })
    const at = event => {
      const box = area.getBoundingClientRect()
      const place = (value, count) => Math.max(0, Math.min(count - 1, Math.floor(value * count)))
      return [
        place((event.clientY - box.top) / box.height, rows),
        place((event.clientX - box.left) / box.width, columns),
      ]
    }
    const title = item.tips.length ? make("title", area) : null
    area.onpointermove = event => {
      const [row, column] = at(event)
      for (const [name, value] of Object.entries(frame(row, column))) hover.setAttribute(name, value)
      if (title) title.textContent = item.tips[row * columns + column] ?? ""
      hover.setAttribute("visibility", "visible")
    }
    area.onpointerleave = () => hover.setAttribute("visibility", "hidden")
    area.onclick = event => pick(at(event))
  },
}

const clicks = new WeakMap() // of each drawing those that Python has not answered yet, as [number, row, column]
const observers = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".drawing") ?? parentElement.appendChild(document.createElement("div"))
  const memory = clicks.get(parentElement) ?? { sent: 0, waiting: [] }
  clicks.set(parentElement, memory)
  memory.sent = Math.max(memory.sent, data.seen ?? 0)
  memory.waiting = memory.waiting.filter(([n]) => n > (data.seen ?? 0))
  const pick = cell => {
    memory.waiting.push([++memory.sent, ...cell])
    setTriggerValue("cells", memory.waiting)
  }
  root.className = "drawing"
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`)
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", data.alt)
  const ratio = data.width / data.height
  svg.style.aspectRatio = ratio
  svg.style.width = `min(100%, ${data.widest}, calc(${data.tallest} * ${ratio}))`
  for (const item of data.items) draw[item.type](svg, item, pick)
  svg.style.minWidth = data.narrowest
  root.replaceChildren(svg)
  // what can be scrolled has to be reached by keyboard
  observers.get(parentElement)?.disconnect()
  const observer = new ResizeObserver(() => {
    if (root.scrollWidth > root.clientWidth) root.tabIndex = 0
    else root.removeAttribute("tabindex")
  })
  observer.observe(root)
  observers.set(parentElement, observer)
  return () => observer.disconnect()
}
