// What moves the player, above its matrices: buttons, scrubber, speed, view, filters, what is revealed; and where it is.
import { face, node } from "./base.js"
import { fmt } from "./stepper_numbers.js"

const SPEEDS = [["slow", 1600], ["normal", 800], ["fast", 300], ["very fast", 80]]
const ICONS = {
  restart: "M6 5v14M20 5 9 12l11 7z",
  back: "M15 5l-7 7 7 7",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  next: "M9 5l7 7-7 7",
}
const VIEWS = { windows: "Windows", product: "Matrix product (im2col)" }

export class Controls {
  constructor(player) {
    this.player = player
    this.buildBar(node("div", player.root, { className: "bar" }))
    this.buildLine(node("div", player.root, { className: "line" }))
  }

  buildBar(bar) {
    const { player } = this
    const button = (name, label, onclick) => {
      const element = node("button", bar, { type: "button", onclick })
      face(element, ICONS[name], label, name)
      return element
    }
    button("restart", "Back to the first step", () => player.stop(0))
    button("back", "Previous step", () => player.stop(player.step - 1))
    this.playButton = button("play", "Play", () => (player.timer ? player.pause() : player.play()))
    this.playButton.classList.add("primary")
    button("next", "Next step", () => player.stop(player.step + 1))
    this.scrubber = node("input", bar, { type: "range", min: 0, step: 1 }, { "aria-label": "Step" })
    this.scrubber.oninput = () => player.stop(Number(this.scrubber.value))
    this.count = node("output", bar, { className: "count" })
    this.speeds = node("select", bar, {}, { "aria-label": "Speed" })
    for (const [name, ms] of SPEEDS) node("option", this.speeds, { textContent: name, value: ms })
    this.speeds.value = String(player.speed)
    this.speeds.onchange = () => (player.speed = Number(this.speeds.value))
  }

  buildLine(line) {
    const { player } = this
    const button = (parent, textContent, onclick) => node("button", parent, { type: "button", textContent, onclick })
    this.views = node("div", line, { className: "views" }, { role: "group", "aria-label": "View" })
    for (const [view, name] of Object.entries(VIEWS)) button(this.views, name, () => player.look(view))
    this.filters = node("div", line, { className: "filters" }, { role: "group", "aria-label": "Filter" })
    this.where = node("span", line, { className: "where" })
    this.reveals = node("span", line, { className: "reveals" })
    this.revealOne = button(this.reveals, "Reveal this cell", () => player.reveal(player.step))
    button(this.reveals, "Reveal all", () => player.reveal())
  }

  // One button a filter, for steps of another shape.
  buildFilters({ K, conv, each }) {
    const { player, filters } = this
    filters.replaceChildren()
    if (!conv || K === 1) return
    node("span", filters, { textContent: "filter" })
    for (let k = 0; k < K; k++) {
      const look = { type: "button", textContent: k + 1, ariaLabel: `Filter ${k + 1}` }
      node("button", filters, { ...look, onclick: () => player.stop(k * each + (player.step % each)) })
    }
  }

  // Whether a key pressed here is for the control itself.
  takesKeys(element) {
    return element === this.scrubber || element === this.speeds
  }

  paintPlay(playing) {
    if (playing) face(this.playButton, ICONS.pause, "Pause", "pause")
    else face(this.playButton, ICONS.play, "Play", "play")
  }

  paintView(view, possible) {
    this.views.hidden = !possible
    const names = Object.keys(VIEWS)
    this.views.childNodes.forEach((tab, at) => tab.setAttribute("aria-pressed", String(names[at] === view)))
  }

  // Returns what is to be said of the step.
  paint(step) {
    const { player, scrubber, count, where } = this, { steps } = player
    const { k, i, j } = steps.place(step), last = steps.total - 1
    const of = steps.K > 1 ? `${steps.conv ? "filter" : "channel"} ${k + 1}, ` : ""
    scrubber.max = last
    scrubber.value = player.step
    scrubber.style.setProperty("--done", `${(100 * player.step) / Math.max(1, last)}%`)
    count.textContent = `${(player.step + 1).toLocaleString("en-GB")} of ${steps.total.toLocaleString("en-GB")}`
    where.textContent = `${of}${steps.transposed ? "input" : "output"} row ${i + 1}, column ${j + 1}`
    scrubber.setAttribute("aria-valuetext", `step ${count.textContent}: ${where.textContent}`)
    this.filters.querySelectorAll("button").forEach((tab, f) => tab.setAttribute("aria-pressed", String(f === k)))
    this.reveals.hidden = !player.data.hidden || player.all
    this.revealOne.disabled = player.isOpen(player.step)
    if (steps.transposed) return where.textContent
    return `${where.textContent}: ${player.isOpen(step) ? fmt(steps.result(step)) : "hidden"}`
  }
}
