// Boxes that a visitor draws on a photograph, names, moves, resizes and deletes, by mouse, touch and keyboard. Quietly
// beneath them lie boxes that somebody else found. Every change goes to Python, which answers with what the boxes are.
import { ARROWS, Outbox, component, focused, node, pointer, set } from "./base.js"
import { BoxCanvas, CORNERS, WHOLE, corners, same, where } from "./box_canvas.js"
import { around, fresh, shifted, spanned } from "./box_geometry.js"

const REACH = 14 // CSS pixels around a corner in which it is grabbed, with a finger more
const STEADY = 4 // CSS pixels that a pointer may go before its click becomes a drag
const WAIT = 300 // ms after the last key before Python is told
const MOST_UNDO = 50
const HINT =
  "Drag to draw a box; click one to choose it, then drag it or its corners. Keyboard: Tab to a box, arrow keys move it " +
  "by 1 pixel, with Shift by 10, Enter goes to its corners, Delete removes it, Ctrl+Z undoes."

const copy = boxes => boxes.map(box => [...box])

class BoxEditor extends BoxCanvas {
  changes = new Outbox()
  told = [] // the boxes as Python was last told
  past = [] // what they were before each change that was made here

  constructor(parent) {
    super(parent, "editor")
    const bar = node("div", this.root, { className: "bar" })
    const button = (label, title, act) => {
      const made = node("button", bar, { type: "button", textContent: label, title })
      made.onclick = () => made.getAttribute("aria-disabled") !== "true" && act()
      return made
    }
    button("New box", "Puts a box in the middle of the picture", () => this.addFresh())
    this.remover = button("Delete", "Deletes the chosen box (Delete)", () => this.remove())
    this.undoer = button("Undo", "As it was before the last change (Ctrl+Z)", () => this.undo())
    const label = node("label", bar)
    this.what = node("span", label)
    const plain = { type: "text", maxLength: 60, autocomplete: "off", spellcheck: false }
    this.name = node("input", label, plain, { list: "classes" })
    this.name.onchange = () => this.rename(this.name.value)
    this.name.onkeydown = event => event.key === "Enter" && this.rename(this.name.value)
    this.classes = node("datalist", bar, { id: "classes" })
    this.buildStage()
    this.line = node("p", this.root, { className: "line" })
    node("p", this.root, { className: "hint", textContent: HINT })
    this.status = node("p", this.root, { className: "status" }, { role: "status" })
    this.root.onkeydown = event => this.key(event)
    this.svg.onpointerdown = event => this.grab(event)
    this.svg.onpointermove = event => this.drag(event)
    this.svg.onpointerup = () => this.release()
    this.svg.onpointercancel = () => this.cancel()
    this.svg.onpointerleave = () => this.point(-1)
    this.ends.push(() => clearTimeout(this.timer))
  }

  update(data) {
    this.changes.heard(data.seen)
    const scene = data.scene !== this.data?.scene
    if (scene && this.timer) this.flush() // it is about the picture before
    this.data = data
    if (scene) this.begin()
    const busy = this.grip || this.timer || this.changes.waiting.length
    if (!busy && !same(data.boxes, this.boxes)) {
      this.take(copy(data.boxes))
      const held = this.drawn.contains(focused(this.root))
      this.chosen = held ? Math.min(this.chosen, this.boxes.length - 1) : -1
    }
    this.lay(data)
    const listed = [...this.classes.children].map(option => option.value)
    if (!same(listed, data.names)) {
      this.classes.replaceChildren()
      for (const value of data.names) node("option", this.classes, { value })
    }
    this.draw()
  }

  // Another picture.
  begin() {
    this.grip = null
    this.chosen = -1
    this.next = this.data.boxes.at(-1)?.[0] ?? this.data.names[0] ?? "object" // the class of the next box
    this.take(copy(this.data.boxes))
  }

  take(boxes) {
    this.boxes = boxes
    this.told = copy(boxes)
    this.past = []
  }

  // ---- keyboard

  arrow(event, part) {
    const step = ARROWS[event.key]
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    const far = event.shiftKey ? 10 : 1
    this.put(this.chosen, part, step[0] * far, step[1] * far, corners(this.boxes[this.chosen]))
    this.draw()
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.flush(), WAIT)
  }

  flush() {
    clearTimeout(this.timer)
    this.timer = null
    this.send()
  }

  key(event) {
    if (event.target === this.name) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault()
      this.undo()
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (this.chosen < 0) return
      event.preventDefault()
      this.remove()
    } else if (event.key === "Escape") {
      if (this.grip) this.cancel()
      else this.drop()
    }
  }

  // ---- pointer

  grab(event) {
    if (event.button || this.grip) return
    event.preventDefault()
    focused(this.root)?.blur() // what was typed counts before
    if (this.timer) this.flush()
    const scale = this.scale(), at = pointer(event, this.svg), x = at.x / scale, y = at.y / scale
    const reach = ((event.pointerType === "touch" ? 1.7 : 1) * REACH) / scale
    let part = null
    if (this.chosen >= 0) {
      const [x1, y1, x2, y2] = corners(this.boxes[this.chosen])
      const within = Math.min(reach, Math.max(0.45 * Math.hypot(x2 - x1, y2 - y1), 3 / scale))
      const far = corner => Math.hypot(x - (corner.x < 0 ? x1 : x2), y - (corner.y < 0 ? y1 : y2))
      part = CORNERS.filter(corner => far(corner) < within).sort((a, b) => far(a) - far(b))[0] ?? null
      if (!part && x >= x1 && x <= x2 && y >= y1 && y <= y2) part = WHOLE
    }
    this.svg.setPointerCapture(event.pointerId)
    this.grip = { part, x, y, scale, before: copy(this.boxes), chosen: this.chosen, going: false }
  }

  drag(event) {
    const at = pointer(event, this.svg), scale = this.scale(), x = at.x / scale, y = at.y / scale
    const { grip } = this
    if (!grip) {
      const every = [...this.bare(), ...this.data.beneath.map(box => box.corners)]
      return event.pointerType === "touch" ? undefined : this.point(around(every, x, y, 0)[0] ?? -1)
    }
    if (!grip.going && Math.hypot(x - grip.x, y - grip.y) * grip.scale < STEADY) return
    const { width, height, most } = this.data
    if (!grip.going && !grip.part) {
      if (this.boxes.length >= most) return this.full()
      this.boxes = [...this.boxes, [this.next, 0, 0, 1, 1]]
      this.chosen = this.boxes.length - 1
    }
    grip.going = true
    if (grip.part) this.put(this.chosen, grip.part, x - grip.x, y - grip.y, corners(grip.before[this.chosen]))
    else this.boxes[this.chosen] = [this.next, ...spanned(grip, { x, y }, width, height)]
    this.draw()
  }

  release() {
    const { grip } = this
    this.grip = null
    if (!grip) return
    if (!grip.going) return this.pick(grip)
    if (!grip.part) this.say(`Box ${this.boxes.length} drawn, ${this.next}: ${where(corners(this.boxes[this.chosen]))}`)
    this.send()
    this.draw()
    this.items[this.chosen]?.rect.focus({ preventScroll: true })
  }

  cancel() {
    if (!this.grip) return
    this.boxes = this.grip.before
    this.chosen = this.grip.chosen
    this.grip = null
    this.draw()
  }

  // A click chooses the smallest box around it; once more, the next larger one; beside all boxes, none.
  pick({ x, y, scale }) {
    const there = around(this.bare(), x, y, 5 / scale)
    const next = there[there.indexOf(this.chosen) + 1] ?? (there.length > 1 ? there[0] : -1)
    if (next < 0) return this.drop()
    this.items[next].rect.focus({ preventScroll: true })
  }

  point(index) {
    this.pointed = index
    this.write()
  }

  // ---- changes

  bare() {
    return this.boxes.map(corners)
  }

  put(index, part, dx, dy, from) {
    const { width, height } = this.data
    this.boxes[index] = [this.boxes[index][0], ...shifted(from, part, dx, dy, width, height)]
  }

  choose(index) {
    if (this.chosen === index) return
    if (this.timer) this.flush()
    this.chosen = index
    this.draw()
  }

  drop() {
    this.chosen = -1
    focused(this.root)?.blur()
    this.draw()
  }

  addFresh() {
    if (this.timer) this.flush()
    const { width, height, most } = this.data
    if (this.boxes.length >= most) return this.full()
    this.boxes = [...this.boxes, [this.next, ...fresh(this.bare(), width, height)]]
    this.chosen = this.boxes.length - 1
    this.send()
    this.draw()
    this.items[this.chosen].rect.focus()
    this.say(`Box ${this.boxes.length}, ${this.next}, is in the middle of the picture; arrow keys move it.`)
  }

  full() {
    this.grip = null
    this.line.textContent = `There are ${this.data.most} boxes, as many as there can be: delete one first.`
    this.say(this.line.textContent)
  }

  rename(text) {
    const label = text.split(/\s+/).filter(Boolean).join(" ").slice(0, 60)
    if (!label) return this.draw()
    this.next = label
    if (this.chosen < 0 || this.boxes[this.chosen][0] === label) return
    if (this.timer) this.flush()
    this.boxes[this.chosen] = [label, ...corners(this.boxes[this.chosen])]
    this.send()
    this.draw()
    this.say(`Box ${this.chosen + 1} is called ${label}`)
  }

  remove() {
    if (this.chosen < 0) return
    if (this.timer) this.flush()
    const [label] = this.boxes[this.chosen]
    this.boxes = this.boxes.filter((_, index) => index !== this.chosen)
    this.chosen = Math.min(this.chosen, this.boxes.length - 1)
    this.send()
    this.draw()
    if (!this.boxes.length) this.undoer.focus({ preventScroll: true })
    this.say(`Deleted a box, ${label}; ${this.boxes.length} left`)
  }

  undo() {
    if (this.timer) this.flush()
    const before = this.past.pop()
    if (!before && !this.data.undo) return
    if (before) {
      this.boxes = before
      this.told = copy(before)
      this.chosen = Math.min(this.chosen, before.length - 1)
      this.draw()
    }
    this.change({ undo: true })
    this.say(before ? `Undone: ${before.length} boxes` : "Undone")
  }

  send() {
    if (same(this.boxes, this.told)) return
    this.past = [...this.past, this.told].slice(-MOST_UNDO)
    this.told = copy(this.boxes)
    this.change({ boxes: copy(this.boxes) })
  }

  change(what) {
    const { scene } = this.data
    this.tell("edit", { edits: this.changes.add(n => ({ n, scene, ...what })) })
  }

  // ---- drawing

  say(text) {
    this.status.textContent = text
  }

  draw() {
    if (!this.data) return
    super.draw()
    const { boxes, chosen } = this
    set(this.remover, { "aria-disabled": chosen < 0 })
    set(this.undoer, { "aria-disabled": !this.past.length && !this.data.undo && same(boxes, this.told) })
    this.what.textContent = chosen < 0 ? "Class of the next box" : `Class of box ${chosen + 1}`
    const shown = chosen < 0 ? this.next : boxes[chosen][0]
    if (focused(this.root) !== this.name) this.name.value = shown
    this.write()
  }

  // The line below the picture: what is pointed at, else the chosen box.
  write() {
    const { beneath } = this.data, own = this.boxes.length
    const index = this.grip || !(this.pointed >= 0) || this.pointed >= own + beneath.length ? this.chosen : this.pointed
    const box = this.boxes[index], { text } = box ? this.look(index) : { text: "" }
    const none = beneath.length ? "Solid: your boxes. Dashed: what the detector found." : "Solid: your boxes."
    const found = index >= own ? beneath[index - own].text.replaceAll("\n", ", ") : none
    this.line.textContent = box ? `${box[0]}: ${where(corners(box))}${text && `; ${text}`}` : found
  }
}

export default component(BoxEditor)
