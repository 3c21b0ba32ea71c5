// The picture of the box editor: the boxes that are drawn, with corners at the chosen one, over those that were found.
import { View, focused, node, set, shape } from "./base.js"
import { placeNames } from "./box_tags.js"

const MOST_NAMES = 12 // with more boxes than these a name that would hide another one is hidden itself
const NEW = "#D55E00" // a box that Python has not judged yet
export const CORNERS = [
  { x: -1, y: -1, name: "upper left", cursor: "nwse-resize" },
  { x: 1, y: -1, name: "upper right", cursor: "nesw-resize" },
  { x: 1, y: 1, name: "lower right", cursor: "nwse-resize" },
  { x: -1, y: 1, name: "lower left", cursor: "nesw-resize" },
]
export const WHOLE = { x: 0, y: 0 }

export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other)
export const corners = box => box.slice(1)
export const where = ([x1, y1, x2, y2]) => `x ${x1} to ${x2}, y ${y1} to ${y2}, ${x2 - x1} × ${y2 - y1} px`
const frame = ([x1, y1, x2, y2]) => ({ x: x1, y: y1, width: x2 - x1, height: y2 - y1 })

// Who extends it has `choose(index)` and `arrow(event, part)`.
export class BoxCanvas extends View {
  boxes = []
  chosen = -1
  items = []
  quietNames = []

  buildStage() {
    this.stage = node("div", this.root, { className: "stage" })
    this.photo = node("img", this.stage, { draggable: false })
    this.svg = shape("svg", this.stage, { role: "group", preserveAspectRatio: "none" })
    this.beneath = shape("g", this.svg)
    this.drawn = shape("g", this.svg)
    this.handles = CORNERS.map(corner => this.buildHandle(corner))
    this.quiet = node("div", this.stage, { className: "tags quiet" }, { "aria-hidden": true })
    this.tags = node("div", this.stage, { className: "tags" }, { "aria-hidden": true })
    this.observer(() => this.draw()).observe(this.stage)
  }

  buildHandle(corner) {
    const handle = shape("rect", this.svg, { class: "handle", role: "slider", tabindex: -1 })
    handle.style.cursor = corner.cursor
    handle.onkeydown = event => {
      const at = CORNERS.indexOf(corner)
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault()
        this.handles[(at + 1) % CORNERS.length].focus()
      } else if (event.key === "Escape" || event.key === "Tab") {
        this.items[this.chosen]?.rect.focus() // from there Tab goes to the next box
        event.stopPropagation()
      } else this.arrow(event, corner)
    }
    return handle
  }

  buildItem(index) {
    const casing = shape("rect", this.drawn, { class: "casing" })
    const rect = shape("rect", this.drawn, { class: "box", role: "slider", tabindex: 0, "aria-roledescription": "box" })
    rect.onfocus = () => this.choose(index)
    rect.onkeydown = event => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault()
        this.handles[0].focus()
      } else this.arrow(event, WHOLE)
    }
    return { casing, rect, tag: node("span", this.tags) }
  }

  // The photograph and its size.
  lay({ uri, width, height, tallest, alt }) {
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, "aria-label": alt })
    this.photo.src = uri
    this.photo.alt = ""
    this.stage.style.aspectRatio = width / height
    this.stage.style.width = `min(100%, calc(${tallest} * ${width / height}))`
  }

  scale() {
    return (this.stage.clientWidth || this.data.width) / this.data.width
  }

  look(index) {
    const { boxes, looks } = this.data
    return same(this.boxes[index], boxes[index]) ? looks[index] : { colour: NEW, text: "" }
  }

  draw() {
    const { boxes, chosen } = this, scale = this.scale()
    const held = this.svg.contains(focused(this.root)) // whoever is on a box that goes stays on a box
    while (this.items.length < boxes.length) this.items.push(this.buildItem(this.items.length))
    for (const { casing, rect, tag } of this.items.splice(boxes.length)) for (const one of [casing, rect, tag]) one.remove()
    boxes.forEach((box, index) => this.drawItem(this.items[index], box, index))
    this.drawBeneath()
    CORNERS.forEach((corner, at) => {
      const handle = this.handles[at]
      handle.style.display = chosen < 0 ? "none" : ""
      if (chosen < 0) return
      const [label, x1, y1, x2, y2] = boxes[chosen], half = 5.5 / scale
      const x = corner.x < 0 ? x1 : x2, y = corner.y < 0 ? y1 : y2
      set(handle, {
        x: x - half, y: y - half, width: 2 * half, height: 2 * half,
        "aria-label": `Box ${chosen + 1}, ${label}, ${corner.name} corner`,
        "aria-valuemin": 0, "aria-valuemax": this.data.width, "aria-valuenow": x, "aria-valuetext": `x ${x}, y ${y}`,
      })
    })
    const crowded = boxes.length > MOST_NAMES
    const mine = this.items.map(({ tag }, index) => ({ element: tag, corners: corners(boxes[index]), optional: crowded }))
    const first = mine.splice(chosen, chosen < 0 ? 0 : 1).map(name => ({ ...name, optional: false }))
    placeNames([...first, ...mine, ...this.quietNames], this.stage, scale)
    if (held && !this.svg.contains(focused(this.root))) this.items[chosen]?.rect.focus({ preventScroll: true })
  }

  drawItem({ casing, rect, tag }, box, index) {
    const [label, x1] = box, { colour, text } = this.look(index), at = frame(corners(box))
    set(casing, at)
    set(rect, {
      ...at,
      style: `stroke:${colour};fill:${colour}`,
      "aria-label": `Box ${index + 1} of ${this.boxes.length}: ${label}`,
      "aria-valuemin": 0, "aria-valuemax": this.data.width, "aria-valuenow": x1,
      "aria-valuetext": `${where(corners(box))}${text && `; ${text}`}`,
    })
    rect.classList.toggle("chosen", index === this.chosen)
    tag.textContent = label
    Object.assign(tag.style, { background: colour, color: colour === "#0072B2" ? "#fff" : "#000" })
  }

  // What somebody else found: dashed, with its name where there is room.
  drawBeneath() {
    const { beneath } = this.data
    if (this.under === beneath) return
    this.under = beneath
    this.beneath.replaceChildren()
    this.quiet.replaceChildren()
    this.quietNames = []
    for (const { corners: at, colour, tag } of beneath) {
      shape("rect", this.beneath, { ...frame(at), class: "found", style: `stroke:${colour}` })
      if (!tag) continue
      const element = node("span", this.quiet, { textContent: tag })
      element.style.borderColor = colour
      this.quietNames.unshift({ element, corners: at, optional: true, low: true }) // the surest is drawn last and placed first
    }
  }
}
