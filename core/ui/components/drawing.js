// Draws rectangles, outlines, texts, pictures and grids that can be clicked, as SVG. Nothing is computed here.
import { ARROWS, Outbox, View, clamp, component, focused, node, reachable, set, shape } from "./base.js"

const NAMES = ["paper", "ink", "faint", "surface", "padding"]
const colour = value => (NAMES.includes(value) ? `var(--${value})` : value || "none")

const paint = item => ({
  style: `fill:${colour(item.fill)};stroke:${colour(item.stroke)}`,
  "stroke-width": item.line,
  opacity: item.opacity,
  ...(item.dashed ? { "stroke-dasharray": "5 3" } : {}),
})

const addTip = (element, text) => {
  if (text) shape("title", element, {}, text)
}

const draw = {
  rect: (svg, item) => {
    const { x, y, width, height } = item
    addTip(shape("rect", svg, { x, y, width, height, ...paint(item) }), item.tip)
  },
  polygon: (svg, item) => {
    const points = item.points.map(point => point.join(",")).join(" ")
    addTip(shape(item.closed ? "polygon" : "polyline", svg, { points, "stroke-linejoin": "round", ...paint(item) }), item.tip)
  },
  text: (svg, item) => {
    const { x, y, size, anchor } = item
    const look = {
      x,
      y,
      "text-anchor": anchor,
      "dominant-baseline": "central",
      style: `font-size:calc(${size}px * var(--letters, 1));fill:${colour(item.colour)};font-weight:${item.bold ? 700 : 400}`,
      ...(item.turned ? { transform: `rotate(-90 ${x} ${y})` } : {}),
    }
    shape("text", svg, look, item.text)
  },
  image: (svg, item) => {
    const { x, y, width, height, uri, opacity } = item
    const style = item.smooth ? "" : "image-rendering:pixelated"
    shape("image", svg, { x, y, width, height, href: uri, opacity, style, preserveAspectRatio: "none" })
  },
  cells: (svg, item) => {
    const { x, y, width, height, rows, columns } = item
    const w = width / columns, h = height / rows
    const frame = (row, column) => ({ x: x + column * w, y: y + row * h, width: w, height: h })
    if (item.lines) {
      let path = ""
      for (let row = 0; row <= rows; row++) path += `M${x} ${y + row * h}h${width}`
      for (let column = 0; column <= columns; column++) path += `M${x + column * w} ${y}v${height}`
      shape("path", svg, { d: path, class: "grid" })
    }
    if (item.chosen) shape("rect", svg, { ...frame(...item.chosen), class: "chosen" })
    const words = (row, column) => `row ${row + item.first}, column ${column + item.first}`
    const told = (row, column) => item.tips[row * columns + column] ?? (item.tips.length ? "" : words(row, column))
    const mark = shape("g", svg, { class: "hover", visibility: "hidden" })
    for (const part of ["casing", "line"]) shape("rect", mark, { ...frame(0, 0), class: part })
    return { x, y, width, height, rows, columns, frame, told, mark, chosen: item.chosen, tipped: item.tips.length > 0 }
  },
}

// The cells of a grid by pointer and by keyboard: one tab stop, arrow keys move a cursor, Enter or Space picks.
class Grid {
  constructor(svg, cells, drawing) {
    const { x, y, width, height, rows, columns, chosen } = cells
    this.cells = cells
    this.drawing = drawing
    this.cursor = chosen ?? [0, 0]
    this.walking = false // by keyboard
    this.area = shape("rect", svg, { x, y, width, height, class: "area", tabindex: 0, role: "application" })
    this.area.classList.toggle("picks", drawing.picks)
    const hint = `Arrow keys go from cell to cell${drawing.picks ? ", Enter picks one" : ""}.`
    set(this.area, { "aria-label": `Cells in ${rows} rows and ${columns} columns. ${hint}` })
    if (cells.tipped) this.title = shape("title", this.area)
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
    for (const rect of mark.children) set(rect, frame(...cell))
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
    this.drawing.say(told(...this.cursor), mark)
  }

  leave() {
    this.walking = false
    this.rest()
    this.drawing.say("")
  }

  // Where the page does not listen, a click or a tap says what the cell is, as the keyboard does: a finger rests nowhere.
  pick(cell) {
    if (!this.drawing.picks) return this.walk(cell)
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
    const to = ends[event.key] ?? (step && [row + step[1], column + step[0]])
    if (!to) return
    event.preventDefault()
    this.walk(to)
  }
}

class Drawing extends View {
  grids = []
  clicks = new Outbox()

  constructor(parent) {
    super(parent, "drawing")
    this.frame = node("div", this.root, { className: "frame" })
    this.tip = node("div", this.root, { className: "tip" }, { role: "status" })
    this.observer(() => this.data && this.fit()).observe(this.frame)
  }

  update(data) {
    this.picks = data.picks
    this.clicks.heard(data.seen)
    const held = this.grids.findIndex(grid => grid.area === focused(this.root))
    const { cursor, walking } = this.grids[held] ?? {}
    this.data = data
    this.draw(data)
    this.fit()
    if (held >= 0) this.refocus(this.grids[held], cursor, walking)
  }

  draw(data) {
    this.frame.replaceChildren()
    const svg = shape("svg", this.frame, { viewBox: `0 0 ${data.width} ${data.height}` })
    const ratio = data.width / data.height
    svg.style.aspectRatio = ratio
    svg.style.width = `min(100%, ${data.widest}, calc(${data.tallest} * ${ratio}))`
    svg.style.minWidth = data.narrowest
    // the picture, and above it what can be reached by keyboard: inside a picture nothing may
    const picture = shape("g", svg, { role: "img", "aria-label": data.alt })
    const cells = data.items.map(item => draw[item.type](picture, item)).filter(Boolean)
    const heard = cells.filter(grid => this.picks || grid.tipped)
    this.grids = heard.map(grid => new Grid(svg, grid, this))
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
    reachable(this.frame, "Drawing, scrolls sideways")
  }

  pick(cell) {
    if (this.picks) this.tell("cells", this.clicks.add(number => [number, ...cell]))
  }

  // What the cell under the keyboard's cursor says, below it; above where the drawing ends.
  say(text, mark) {
    const { tip, root } = this
    tip.textContent = text
    if (!text) return
    const edge = root.getBoundingClientRect(), cell = mark.getBoundingClientRect()
    const above = cell.top - edge.top - tip.offsetHeight - 6, below = cell.bottom - edge.top + 6
    tip.style.left = `${clamp(cell.left - edge.left, 0, Math.max(0, root.clientWidth - tip.offsetWidth))}px`
    tip.style.top = `${below + tip.offsetHeight > root.clientHeight && above >= 0 ? above : below}px`
  }
}

export default component(Drawing)
