// Two boxes that can be moved and resized by mouse, touch and keyboard. Their scores are computed here while somebody
// drags (the formulas of core/detection/overlap.py); when a box is let go, Python hears of it and computes the rest.
import { ARROWS, Outbox, View, clamp, component, node, pointer, set, shape } from "./base.js"

const LEAST = 2 // pixels of the frame a side keeps
const REACH = 15 // CSS pixels around a corner in which it is grabbed
const WAIT = 300 // ms after the last key before Python is told
const CORNERS = [
  { x: -1, y: -1, name: "upper left", cursor: "nwse-resize" },
  { x: 1, y: -1, name: "upper right", cursor: "nesw-resize" },
  { x: -1, y: 1, name: "lower left", cursor: "nesw-resize" },
  { x: 1, y: 1, name: "lower right", cursor: "nwse-resize" },
]
const WHOLE = { x: 0, y: 0 }

const area = ([x1, y1, x2, y2]) => Math.max(0, x2 - x1) * Math.max(0, y2 - y1)

// A box whose right and lower corner are pixels that belong to it, as Pascal VOC counts.
const grown = ([x1, y1, x2, y2]) => [x1, y1, x2 + 1, y2 + 1]

export const measure = (a, b, inclusive = false) => {
  if (inclusive) [a, b] = [grown(a), grown(b)]
  const inner = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]
  const outer = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]
  const intersection = area(inner), union = area(a) + area(b) - intersection, enclosing = area(outer)
  const iou = intersection / union
  const apart = ((a[0] + a[2] - b[0] - b[2]) / 2) ** 2 + ((a[1] + a[3] - b[1] - b[3]) / 2) ** 2
  const across = (outer[2] - outer[0]) ** 2 + (outer[3] - outer[1]) ** 2
  return {
    inner,
    outer,
    intersection,
    union,
    enclosing,
    iou,
    dice: (2 * intersection) / (area(a) + area(b)),
    giou: iou - (enclosing - union) / enclosing,
    diou: iou - apart / across,
  }
}

// A box after its corner (x, y: -1 or 1), or all of it (0, 0), went dx, dy; it stays in the frame and on whole pixels.
export const move = (box, part, dx, dy, width, height) => {
  let [x1, y1, x2, y2] = box
  if (part.x === 0) {
    const right = clamp(Math.round(dx), -x1, width - x2), down = clamp(Math.round(dy), -y1, height - y2)
    return [x1 + right, y1 + down, x2 + right, y2 + down]
  }
  if (part.x < 0) x1 = clamp(Math.round(x1 + dx), 0, x2 - LEAST)
  else x2 = clamp(Math.round(x2 + dx), x1 + LEAST, width)
  if (part.y < 0) y1 = clamp(Math.round(y1 + dy), 0, y2 - LEAST)
  else y2 = clamp(Math.round(y2 + dy), y1 + LEAST, height)
  return [x1, y1, x2, y2]
}

export const score = value => (Math.abs(value) < 0.0005 ? 0 : value).toFixed(3).replace("-", "−")
const pixels = value => `${Math.round(value).toLocaleString("en-GB")} px²`
const VALUES = [
  ["IoU", m => score(m.iou), "main"],
  ["Intersection", m => pixels(m.intersection), ""],
  ["Union", m => pixels(m.union), ""],
  ["Dice", m => score(m.dice), ""],
  ["GIoU", m => score(m.giou), ""],
  ["DIoU", m => score(m.diou), ""],
]

const frame = ([x1, y1, x2, y2]) => ({ x: x1, y: y1, width: Math.max(0, x2 - x1), height: Math.max(0, y2 - y1) })

class Playground extends View {
  moves = new Outbox()

  constructor(parent) {
    super(parent, "playground")
    const side = this.side = node("div", this.root, { className: "side" })
    const stage = node("div", this.root, { className: "stage" })
    const bar = node("dl", side)
    this.cells = VALUES.map(([label, , kind]) => {
      const cell = node("div", bar, { className: kind })
      node("dt", cell, { textContent: label })
      return node("dd", cell)
    })
    this.verdict = node("p", side, { className: "verdict" }, { role: "status" })
    this.svg = shape("svg", stage, { role: "group" })
    this.hint = node("p", stage, { className: "hint" })
    this.observer(() => this.draw()).observe(this.svg)
    this.ends.push(() => clearTimeout(this.timer))
  }

  update(data) {
    this.moves.heard(data.seen)
    const scene = JSON.stringify([data.width, data.height, data.uri, data.names, data.colours])
    this.data = data
    this.root.classList.toggle("plain", data.plain)
    this.hint.textContent =
      "Drag a box or one of its corners. Keyboard: Tab to a box or corner, arrow keys move it by 1 pixel, " +
      `with Shift by 10.${data.plain ? "" : " Dashed: the smallest box around both."}`
    const busy = this.grip || this.timer || this.moves.waiting.length
    if (!busy || !this.boxes || scene !== this.scene) this.boxes = data.boxes.map(box => [...box])
    if (scene !== this.scene) this.build()
    this.scene = scene
    this.draw()
  }

  build() {
    const { width, height, uri, names, colours, shared, alt } = this.data
    this.svg.replaceChildren()
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, "aria-label": alt })
    this.svg.style.aspectRatio = width / height
    this.svg.style.width = `min(100%, calc(56vh * ${width / height}))`
    if (uri) shape("image", this.svg, { href: uri, width, height, preserveAspectRatio: "none" })
    else {
      let lines = ""
      for (let x = 10; x < width; x += 10) lines += `M${x} 0V${height}`
      for (let y = 10; y < height; y += 10) lines += `M0 ${y}H${width}`
      shape("rect", this.svg, { width, height, class: "paper" })
      shape("path", this.svg, { d: lines, class: "squares" })
    }
    this.outer = shape("rect", this.svg, { class: "outer" })
    this.rects = names.map((name, index) => {
      shape("rect", this.svg, { class: "casing" })
      const rect = shape("rect", this.svg, { class: "box", style: `fill:${colours[index]};stroke:${colours[index]}` })
      this.listen(rect, index, WHOLE, `Box ${name}`)
      return rect
    })
    this.inner = shape("rect", this.svg, { class: "inner", style: `fill:${shared}` })
    this.tags = names.map((name, index) => {
      const tag = shape("g", this.svg, { class: "tag" })
      shape("rect", tag, { style: `fill:${colours[index]}` })
      shape("text", tag, { class: index ? "light" : "dark" }, name)
      return tag
    })
    this.handles = names.map((name, index) =>
      CORNERS.map(corner => {
        const handle = shape("rect", this.svg, { class: "handle" })
        handle.style.cssText = `fill:${colours[index]};cursor:${corner.cursor}`
        this.listen(handle, index, corner, `Box ${name}, ${corner.name} corner`)
        return handle
      }),
    )
    this.svg.onpointerdown = event => this.grab(event)
    this.svg.onpointermove = event => this.drag(event)
    this.svg.onpointerup = this.svg.onpointercancel = () => this.release()
  }

  listen(element, index, part, label) {
    set(element, { tabindex: 0, role: "slider", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": this.data.width })
    element.onkeydown = event => {
      const arrow = ARROWS[event.key]
      if (!arrow) return
      event.preventDefault()
      const far = event.shiftKey ? 10 : 1
      const { width, height } = this.data
      this.boxes[index] = move(this.boxes[index], part, arrow[0] * far, arrow[1] * far, width, height)
      this.draw()
      clearTimeout(this.timer)
      this.timer = setTimeout(() => {
        this.timer = null
        this.send()
      }, WAIT)
    }
  }

  scale() {
    return (this.svg.clientWidth || this.data.width) / this.data.width
  }

  // The corner nearest to the pointer if one is within reach, else the smallest box around it: what lies on top says
  // nothing, or the larger box would hide the smaller one.
  grab(event) {
    if (event.button) return
    const at = pointer(event, this.svg), scale = this.scale()
    const x = at.x / scale, y = at.y / scale
    let best = (event.pointerType === "touch" ? 1.6 : 1) * REACH / scale, hit = null
    for (const index of [1, 0]) {
      const [x1, y1, x2, y2] = this.boxes[index]
      for (const part of CORNERS) {
        const distance = Math.hypot(x - (part.x < 0 ? x1 : x2), y - (part.y < 0 ? y1 : y2))
        // a small box is grabbed in its middle, too
        if (distance < Math.min(best, 0.45 * Math.hypot(x2 - x1, y2 - y1))) {
          best = distance
          hit = { index, part }
        }
      }
    }
    if (!hit) {
      const around = [1, 0].filter(index => {
        const [x1, y1, x2, y2] = this.boxes[index]
        return x >= x1 && x <= x2 && y >= y1 && y <= y2
      })
      around.sort((one, other) => area(this.boxes[one]) - area(this.boxes[other]))
      if (around.length) hit = { index: around[0], part: WHOLE }
    }
    if (!hit) return
    event.preventDefault()
    const element = hit.part === WHOLE ? this.rects[hit.index] : this.handles[hit.index][CORNERS.indexOf(hit.part)]
    element.focus({ preventScroll: true })
    this.svg.setPointerCapture(event.pointerId)
    this.grip = { ...hit, x: event.clientX, y: event.clientY, scale, from: this.boxes[hit.index] }
  }

  drag(event) {
    if (!this.grip) return
    const { index, part, x, y, scale, from } = this.grip
    const { width, height } = this.data
    this.boxes[index] = move(from, part, (event.clientX - x) / scale, (event.clientY - y) / scale, width, height)
    this.draw()
  }

  release() {
    if (!this.grip) return
    const { index, from } = this.grip
    this.grip = null
    if (String(from) !== String(this.boxes[index])) this.send()
  }

  send() {
    const { boxes } = this
    this.tell("boxes", this.moves.add(n => ({ n, boxes })).at(-1)) // those before it no longer matter
  }

  draw() {
    if (!this.boxes) return
    const { names, threshold, inclusive, hidden, plain } = this.data
    this.side.style.display = hidden ? "none" : ""
    const found = measure(...this.boxes, inclusive), drawn = measure(...this.boxes), scale = this.scale()
    VALUES.forEach(([, text], index) => (this.cells[index].textContent = text(found)))
    const hit = found.iou >= threshold
    const words = hit
      ? `IoU is at least ${threshold.toFixed(2)}: a hit. B is a true positive (TP).`
      : `IoU is below ${threshold.toFixed(2)}: no hit. B is a false positive (FP), and A is missed (FN).`
    // told to screen readers when it changes
    if (!plain && this.verdict.textContent !== words) this.verdict.textContent = words
    this.verdict.classList.toggle("hit", hit)
    set(this.inner, frame(drawn.inner))
    this.inner.style.display = drawn.intersection && !plain ? "" : "none"
    set(this.outer, frame(drawn.outer))
    this.boxes.forEach((box, index) => {
      const [x1, y1, x2, y2] = box
      const half = clamp(0.2 * Math.min(x2 - x1, y2 - y1), 2.5 / scale, 5.5 / scale)
      const where = `x ${x1} to ${x2}, y ${y1} to ${y2}${hidden ? "" : `; IoU ${score(found.iou)}`}`
      set(this.rects[index].previousSibling, frame(box))
      set(this.rects[index], { ...frame(box), "aria-valuenow": x1, "aria-valuetext": where })
      CORNERS.forEach((corner, number) => {
        const x = corner.x < 0 ? x1 : x2, y = corner.y < 0 ? y1 : y2
        const at = { x: x - half, y: y - half, width: 2 * half, height: 2 * half, rx: half / 3 }
        set(this.handles[index][number], { ...at, "aria-valuenow": x, "aria-valuetext": `x ${x}, y ${y}; ${where}` })
      })
      this.place(this.tags[index], names[index], box, index, scale)
    })
  }

  // A's name stands above its upper left corner, B's below its lower right one; inside where the frame ends.
  place(tag, name, [x1, y1, x2, y2], index, scale) {
    const { width, height } = this.data
    const size = 14 / scale, h = 20 / scale, w = (name.length * 7.2 + 10) / scale, gap = 8 / scale
    const x = clamp(index ? x2 - w : x1, 0, width - w)
    const above = y1 - h - gap, below = y2 + gap
    const y = index ? (below + h > height ? y2 - h - gap : below) : above < 0 ? y1 + gap : above
    set(tag.firstChild, { x, y, width: w, height: h, rx: 3 / scale })
    set(tag.lastChild, { x: x + 5 / scale, y: y + h / 2, "font-size": size })
  }
}

export default component(Playground)
