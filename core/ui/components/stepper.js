// A convolution window by window. Python hands over every step and every result; here they are played, scrubbed,
// revealed, and the cells edited.
import { View, clamp, component, node, reachable } from "./base.js"
import { Cells } from "./stepper_cells.js"
import { Controls } from "./stepper_controls.js"
import { Steps, cellSize, extremes } from "./stepper_numbers.js"
import { Product } from "./stepper_product.js"
import { Stage } from "./stepper_stage.js"
import { writeSum } from "./stepper_sum.js"

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
    this.controls = new Controls(this)
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
      this.controls.buildFilters(this.steps)
    }
    for (const cell of this.matrices.fields) if (cell.pending <= data.seen) cell.pending = 0
    this.look(this.view)
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
    this.controls.paintView(this.view, possible)
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
    const said = this.controls.paint(step)
    if (!this.timer && step === this.step) this.status.textContent = said
    if (this.hovered) this.link(this.hovered)
  }

  // Everything that belongs to one term lights up together.
  link(name) {
    this.hovered = name
    for (const element of this.root.querySelectorAll("[data-link]"))
      element.classList.toggle("hot", Boolean(name) && element.dataset.link === name)
  }

  // The result of a step, or of all, which the class has guessed.
  reveal(step = null) {
    if (step === null) this.all = true
    else this.open.add(step)
    this.paint()
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
    this.controls.paintPlay(false)
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
    this.controls.paintPlay(true)
  }

  key(event) {
    if (this.controls.takesKeys(event.target)) return
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
