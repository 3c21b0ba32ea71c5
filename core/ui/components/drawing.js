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
      "text-anchor": anchor,
      "dominant-baseline": "central",
      style: `font-size:calc(${size}px * var(--letters, 1));fill:${colour(item.colour)};font-weight:${item.bold ? 700 : 400}`,
      ...(item.turned ? { transform: `rotate(-90 ${x} ${y})` } : {}),
    })
    element.textContent = item.text
  },
  image: (svg, item) => {
    const { x, y, width, height, uri, opacity } = item
    const style = item.smooth ? "" : "image-rendering:pixelated"
    make("image", svg, { x, y, width, height, href: uri, opacity, style, preserveAspectRatio: "none" })
  },
  cells: (svg, item) => {
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
    const words = (row, column) => `row ${row + item.first}, column ${column + item.first}`
    const told = (row, column) => item.tips[row * columns + column] ?? (item.tips.length ? "" : words(row, column))
    const mark = make("g", svg, { class: "hover", visibility: "hidden" })
    for (const part of ["casing", "line"]) make("rect", mark, { ...frame(0, 0), class: part })
    return { x, y, width, height, rows, columns, frame, told, mark, chosen: item.chosen, tipped: item.tips.length > 0 }
  },
}

const clamp = (value, low, high) => Math.max(low, Math.min(value, high))
const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

// The cells of a grid by pointer and by keyboard: one tab stop, arrow keys move a cursor, Enter or Space picks.
class Grid {
  constructor(svg, cells, drawing) {
    const { x, y, width, height, rows, columns, chosen } = cells
    this.cells = cells
    this.drawing = drawing
    this.cursor = chosen ?? [0, 0]
    this.walking = false // by keyboard
    this.area = make("rect", svg, { x, y, width, height, class: "area", tabindex: 0, role: "application" })
    this.area.classList.toggle("picks", drawing.picks)
    const hint = `Arrow keys go from cell to cell${drawing.picks ? ", Enter picks one" : ""}.`
    this.area.setAttribute("aria-label", `Cells in ${rows} rows and ${columns} columns. ${hint}`)
    if (cells.tipped) this.title = make("title", this.area)
    this.area.onpointermove = event => this.point(this.at(event))
    this.area.onpointerleave = () => this.rest()
    this.area.onclick = event => this.pick(this.at(event))
    this.area.onkeydown = event => this.key(event)
    this.area.onfocus = () => this.area.matches(":focus-visible") && this.walk(this.cursor)
    this.area.onblur = () => this.leave()
  }

  at(event) {
    const { rows, columns } = this.cells
    const box = this.area.getBoundingClientRect()
    const place = (value, count) => clamp(Math.floor(value * count), 0, count - 1)
    return [
      place((event.clientY - box.top) / box.height, rows),
      place((event.clientX - box.left) / box.width, columns),
    ]
  }

  point(cell) {
    const { mark, frame, told } = this.cells
    for (const rect of mark.children)
      for (const [name, value] of Object.entries(frame(...cell))) rect.setAttribute(name, value)
    if (this.title) this.title.textContent = told(...cell)
    mark.setAttribute("visibility", "visible")
  }

  // What is marked while no pointer is over the grid.
  rest() {
    if (this.walking) this.point(this.cursor)
    else this.cells.mark.setAttribute("visibility", "hidden")
  }

  walk([row, column]) {
    const { rows, columns, told, mark } = this.cells
    this.cursor = [clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)]
    this.walking = true
    this.point(this.cursor)
    this.drawing.tell(told(...this.cursor), mark)
  }

  leave() {
    this.walking = false
    this.rest()
    this.drawing.tell("")
  }

  pick(cell) {
    this.cursor = cell
    this.drawing.pick(cell)
  }

  key(event) {
    const { rows, columns } = this.cells
    const [row, column] = this.cursor
    if (event.key === "Escape") return this.leave()
    if (event.key === "Enter" || event.key === " ") {
      if (!this.drawing.picks) return
      event.preventDefault()
      this.walk(this.cursor)
      return this.pick(this.cursor)
    }
    const all = event.ctrlKey
    const ends = { Home: [all ? 0 : row, 0], End: [all ? rows - 1 : row, columns - 1] }
    const step = ARROWS[event.key]
    const to = ends[event.key] ?? (step && [row + step[0], column + step[1]])
    if (!to) return
    event.preventDefault()
    this.walk(to)
  }
}

class Drawing {
  constructor(parent) {
    this.root = parent.appendChild(document.createElement("div"))
    this.root.className = "drawing"
    this.frame = this.root.appendChild(document.createElement("div"))
    this.frame.className = "frame"
    this.tip = this.root.appendChild(document.createElement("div"))
    this.tip.className = "tip"
    this.tip.setAttribute("role", "status")
    this.grids = []
    this.waiting = [] // clicks that Python has not answered yet, as [number, row, column]
    this.sent = 0
    this.observer = new ResizeObserver(() => this.data && this.fit())
    this.observer.observe(this.frame)
  }

  update(data, send) {
    this.send = send
    this.picks = data.picks
    this.sent = Math.max(this.sent, data.seen)
    this.waiting = this.waiting.filter(([number]) => number > data.seen)
    const focused = this.root.getRootNode().activeElement
    const held = this.grids.findIndex(grid => grid.area === focused)
    const { cursor, walking } = this.grids[held] ?? {}
    this.data = data
    this.draw(data)
    this.fit()
    if (held >= 0) this.refocus(this.grids[held], cursor, walking)
  }

  draw(data) {
    const svg = document.createElementNS(SVG, "svg")
    svg.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`)
    const ratio = data.width / data.height
    svg.style.aspectRatio = ratio
    svg.style.width = `min(100%, ${data.widest}, calc(${data.tallest} * ${ratio}))`
    svg.style.minWidth = data.narrowest
    // the picture, and above it what can be reached by keyboard: inside a picture nothing may
    const picture = make("g", svg)
    picture.setAttribute("role", "img")
    picture.setAttribute("aria-label", data.alt)
    const cells = data.items.map(item => draw[item.type](picture, item)).filter(Boolean)
    const heard = cells.filter(grid => this.picks || grid.tipped)
    this.grids = heard.map(grid => new Grid(svg, grid, this))
    this.frame.replaceChildren(svg)
  }

  // Whoever walks through a grid stays in the cell while it is drawn anew.
  refocus(grid, cursor, walking) {
    if (!grid) return
    grid.cursor = cursor
    grid.area.focus({ preventScroll: true })
    if (walking) grid.walk(cursor)
    else grid.leave()
  }

  fit() {
    const { width, least, readable } = this.data, svg = this.frame.firstChild
    const shown = least * (svg.getBoundingClientRect().width / width), most = 1.15 * readable
    const wide = Math.sqrt(Math.max(1, window.innerWidth / 1366)) // a large screen is looked at from further away
    this.root.style.setProperty("--letters", Math.min(1, (most * wide) / shown || 1).toFixed(4))
    // what can be scrolled has to be reached by keyboard
    const scrolls = this.frame.scrollWidth > this.frame.clientWidth
    const reached = { tabindex: 0, role: "group", "aria-label": "Drawing, scrolls sideways" }
    for (const [name, value] of Object.entries(reached))
      if (scrolls) this.frame.setAttribute(name, value)
      else this.frame.removeAttribute(name)
  }

  pick(cell) {
    if (!this.picks) return
    this.waiting.push([++this.sent, ...cell])
    this.send("cells", this.waiting)
  }

  // What the cell under the keyboard's cursor says, below it; above where the drawing ends.
  tell(text, mark) {
    const { tip, root } = this
    tip.textContent = text
    if (!text) return
    const edge = root.getBoundingClientRect(), cell = mark.getBoundingClientRect()
    const above = cell.top - edge.top - tip.offsetHeight - 6, below = cell.bottom - edge.top + 6
    tip.style.left = `${clamp(cell.left - edge.left, 0, Math.max(0, root.clientWidth - tip.offsetWidth))}px`
    tip.style.top = `${below + tip.offsetHeight > root.clientHeight && above >= 0 ? above : below}px`
  }

  close() {
    this.observer.disconnect()
  }
}

export default component(parent => new Drawing(parent))
