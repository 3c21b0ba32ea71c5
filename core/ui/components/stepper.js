// A convolution window by window. Python hands over every step and every result; here they are played, scrubbed,
// revealed, and the cells edited.
import { View, clamp, component, face, node, reachable } from "./base.js"
import { Cells } from "./stepper_cells.js"
import { Steps, cellSize, extremes, fmt } from "./stepper_numbers.js"
import { Product } from "./stepper_product.js"
import { Stage } from "./stepper_stage.js"
import { writeSum } from "./stepper_sum.js"

const SPEEDS = [["slow", 1600], ["normal", 800], ["fast", 300], ["very fast", 80]]
const ICONS = {
  restart: "M6 5v14M20 5 9 12l11 7z",
  back: "M15 5l-7 7 7 7",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  next: "M9 5l7 7-7 7",
}

const luminance = colour => {
  const canvas = document.createElement("canvas").getContext("2d")
  canvas.fillStyle = colour
  const hex = canvas.fillStyle
  return [1, 3, 5].reduce((sum, at) => sum + parseInt(hex.slice(at, at + 2), 16), 0)
}

class Stepper extends View {
  step = 0
  timer = 0
  speed = 800 // ms a step
  view = "windows"
  open = new Set() // steps whose result was revealed
  all = false
  hovered = null // the term under the pointer
  matrices = null
  unfolded = null

  constructor(parent) {
    super(parent, "stepper")
    this.isOpen = step => !this.data.hidden || this.all || this.open.has(step)
    this.cells = new Cells({ tell: (...event) => this.tell(...event), pause: () => this.pause() })
    this.buildBar()
    this.buildLine()
    this.stage = node("div", this.root, { className: "stage" })
    this.product = node("div", this.root, { className: "product" })
    this.sum = node("div", this.root, { className: "sum" })
    this.status = node("div", this.root, { className: "unseen" }, { role: "status" })
    this.root.onpointerover = event => this.link(event.target.closest("[data-link]")?.dataset.link || null)
    this.root.onpointerleave = () => this.link(null)
    this.root.onkeydown = event => this.key(event)
    this.observer(() => this.resize()).observe(this.root)
    this.ends.push(() => clearTimeout(this.timer))
  }

  buildBar() {
    const bar = node("div", this.root, { className: "bar" })
    const button = (name, label, onclick) => {
      const element = node("button", bar, { type: "button", onclick })
      face(element, ICONS[name], label, name)
      return element
    }
    button("restart", "Back to the first step", () => this.stop(0))
    button("back", "Previous step", () => this.stop(this.step - 1))
    this.playButton = button("play", "Play", () => (this.timer ? this.pause() : this.play()))
    this.playButton.classList.add("primary")
    button("next", "Next step", () => this.stop(this.step + 1))
    this.scrubber = node("input", bar, { type: "range", min: 0, step: 1 }, { "aria-label": "Step" })
    this.scrubber.oninput = () => this.stop(Number(this.scrubber.value))
    this.count = node("output", bar, { className: "count" })
    this.speeds = node("select", bar, {}, { "aria-label": "Speed" })
    for (const [name, ms] of SPEEDS) node("option", this.speeds, { textContent: name, value: ms })
    this.speeds.value = String(this.speed)
    this.speeds.onchange = () => (this.speed = Number(this.speeds.value))
  }

  buildLine() {
    const line = node("div", this.root, { className: "line" })
    this.views = node("div", line, { className: "views" }, { role: "group", "aria-label": "View" })
    this.viewButtons = ["windows", "product"].map(view => {
      const textContent = view === "windows" ? "Windows" : "Matrix product (im2col)"
      return node("button", this.views, { type: "button", textContent, onclick: () => this.look(view) })
    })
    this.filters = node("div", line, { className: "filters" }, { role: "group", "aria-label": "Filter" })
    this.where = node("span", line, { className: "where" })
    this.reveals = node("span", line, { className: "reveals" })
    this.revealOne = node("button", this.reveals, { type: "button", textContent: "Reveal this cell" })
    const revealAll = node("button", this.reveals, { type: "button", textContent: "Reveal all" })
    this.revealOne.onclick = () => {
      this.open.add(this.step)
      this.paint()
    }
    revealAll.onclick = () => {
      this.all = true
      this.paint()
    }
  }

  update(data) {
    const { root } = this
    if (this.data?.question !== data.question) {
      this.open.clear()
      this.all = false
    }
    const before = this.steps?.shape
    this.data = data
    this.cells.typed.heard(data.seen)
    this.steps = new Steps(data)
    root.setAttribute("role", "group")
    root.setAttribute("aria-label", data.alt)
    root.classList.toggle("dark", luminance(getComputedStyle(root).getPropertyValue("--st-background-color")) < 384)
    this.step = Math.min(this.step, this.steps.total - 1)
    if (this.steps.shape !== before) {
      this.matrices = new Stage(this)
      this.buildFilters()
    }
    for (const cell of this.matrices.fields) if (cell.pending <= data.seen) cell.pending = 0
    this.look(this.view)
  }

  buildFilters() {
    const { K, conv, each } = this.steps
    this.filters.replaceChildren()
    if (!conv || K === 1) return
    node("span", this.filters, { textContent: "filter" })
    for (let k = 0; k < K; k++) {
      const look = { type: "button", textContent: k + 1, ariaLabel: `Filter ${k + 1}` }
      node("button", this.filters, { ...look, onclick: () => this.stop(k * each + (this.step % each)) })
    }
  }

  resize() {
    if (this.root.clientWidth === this.width) return
    this.width = this.root.clientWidth
    this.fit()
    this.paint()
  }

  fit() {
    const { root, stage, steps } = this, width = root.clientWidth
    if (!width) return
    const view = { width: window.innerWidth, height: window.innerHeight }
    const cell = cellSize(this.matrices.panels, steps, width, view)
    for (const name of ["--cell", "--outer"]) stage.style.setProperty(name, `${cell}px`)
    root.classList.toggle("tiny", cell < 38)
    reachable(stage, "Matrices, scroll sideways")
    this.product.replaceChildren()
    this.unfolded = this.view === "product" ? new Product(this) : null
  }

  look(view) {
    const possible = this.data.kind === "convolution"
    this.view = possible ? view : "windows"
    const product = this.view === "product"
    this.views.hidden = !possible
    this.viewButtons.forEach((tab, at) => tab.setAttribute("aria-pressed", String((at === 1) === product)))
    this.stage.hidden = product
    this.product.hidden = !product
    this.fit()
    this.paint()
  }

  // Shows a step: the one that is reached, or for a moment the one that is pointed at.
  paint(step = this.step) {
    const { data, steps } = this, lists = steps.terms(step)
    const absolute = nested => Math.max(...extremes(nested).map(Math.abs))
    const largest = { weight: steps.conv ? absolute(data.weight) : 1, output: absolute(data.output) }
    this.root.classList.toggle("preview", step !== this.step)
    this.matrices.paint(step, lists, largest)
    this.unfolded?.paint(step, largest)
    writeSum(this, step, lists)
    this.paintFrame(step)
    if (this.hovered) this.link(this.hovered)
  }

  paintFrame(step) {
    const { data, steps, scrubber, count, where } = this, { k, i, j } = steps.place(step), last = steps.total - 1
    const of = steps.K > 1 ? `${steps.conv ? "filter" : "channel"} ${k + 1}, ` : ""
    scrubber.max = last
    scrubber.value = this.step
    scrubber.style.setProperty("--done", `${(100 * this.step) / Math.max(1, last)}%`)
    count.textContent = `${(this.step + 1).toLocaleString("en-GB")} of ${steps.total.toLocaleString("en-GB")}`
    where.textContent = `${of}${steps.transposed ? "input" : "output"} row ${i + 1}, column ${j + 1}`
    scrubber.setAttribute("aria-valuetext", `step ${count.textContent}: ${where.textContent}`)
    this.filters.querySelectorAll("button").forEach((tab, f) => tab.setAttribute("aria-pressed", String(f === k)))
    this.reveals.hidden = !data.hidden || this.all
    this.revealOne.disabled = this.isOpen(this.step)
    if (this.timer || step !== this.step) return
    const found = steps.transposed ? "" : `: ${this.isOpen(step) ? fmt(steps.result(step)) : "hidden"}`
    this.status.textContent = where.textContent + found
  }

  // Everything that belongs to one term lights up together.
  link(name) {
    this.hovered = name
    for (const element of this.root.querySelectorAll("[data-link]"))
      element.classList.toggle("hot", Boolean(name) && element.dataset.link === name)
  }

  go(step) {
    this.step = clamp(step, 0, this.steps.total - 1)
    this.paint()
  }

  // Goes there and stays.
  stop(step) {
    this.pause()
    this.go(step)
  }

  pause() {
    clearTimeout(this.timer)
    this.timer = 0
    face(this.playButton, ICONS.play, "Play", "play")
  }

  tick() {
    if (this.step >= this.steps.total - 1) {
      this.pause()
      this.paint()
      return
    }
    this.go(this.step + 1)
    this.timer = setTimeout(() => this.tick(), this.speed)
  }

  play() {
    const ended = this.step >= this.steps.total - 1
    this.timer = setTimeout(() => this.tick(), ended ? this.speed : this.speed / 2)
    if (ended) this.go(0)
    face(this.playButton, ICONS.pause, "Pause", "pause")
  }

  key(event) {
    if (event.target === this.scrubber || event.target === this.speeds) return
    const down = event.target.matches(".out .cell") ? this.steps.across : 0
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: down, ArrowUp: -down }[event.key]
    const end = { Home: 0, End: this.steps.total - 1 }[event.key]
    if (!by && end === undefined) return
    event.preventDefault()
    this.stop(end ?? this.step + by)
    if (down) this.stage.querySelector(".out .now .cell")?.focus()
  }
}

export default component(Stepper)
