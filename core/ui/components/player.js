// Plays a run of gradient descent: a chart with moving dots, the kernel beside its target, the output beside the one to
// be reached. All numbers, colours and places come ready from Python; here they are only shown, one frame at a time.
import { View, component, face, node, set, shape, tile } from "./base.js"

const FRAME_MS = 90, CALM_MS = 500
const LEFT = 50, TOP = 10, WIDTH = 262, HEIGHT = 170, BOTTOM = 50
const ICONS = { play: "M7 4v16l13-8z", pause: "M6 4h4v16H6zM14 4h4v16h-4z", restart: "M5 4h3v16H5zM20 4v16L9 12z" }

const at = ([x, y]) => [LEFT + x * WIDTH, TOP + (1 - y) * HEIGHT]

// Black or white, whichever can be read on this colour.
const ink = hex => {
  const [r, g, b] = [1, 3, 5].map(i => (parseInt(hex.slice(i, i + 2), 16) / 255) ** 2.2)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff"
}

const drawChart = (parent, data) => {
  const figure = node("figure", parent, { className: "chart" })
  const legend = node("figcaption", figure)
  for (const line of data.lines) {
    const entry = node("span", legend)
    const swatch = node("i", entry)
    swatch.style.borderTop = `3px ${line.dashed ? "dashed" : "solid"} ${line.colour}`
    entry.append(line.name)
  }
  const scroll = node("div", figure, { className: "scroll", tabIndex: 0, role: "group", ariaLabel: "Chart" })
  const svg = shape("svg", scroll, {
    viewBox: `0 0 ${LEFT + WIDTH + 14} ${TOP + HEIGHT + BOTTOM}`,
    role: "img",
    "aria-label": data.alt,
  })
  for (const tick of data.upwards) {
    const [x, y] = at([0, tick.at])
    shape("path", svg, { d: `M${x} ${y}h${WIDTH}`, class: "grid" })
    shape("text", svg, { x: x - 7, y, class: "end" }, tick.text)
  }
  for (const tick of data.across) {
    const [x, y] = at([tick.at, 0])
    shape("path", svg, { d: `M${x} ${y}v5`, class: "axis" })
    shape("text", svg, { x, y: y + 18, class: "middle" }, tick.text)
  }
  shape("text", svg, { x: LEFT + WIDTH / 2, y: TOP + HEIGHT + 40, class: "middle" }, "gradient steps (log scale)")
  const [left, level] = at([0, data.level])
  shape("path", svg, { d: `M${left} ${level}h${WIDTH}`, class: "level" })
  shape("text", svg, { x: left + 5, y: level - 10 }, data.level_text)
  const clip = shape("clipPath", svg, { id: "done" })
  const done = shape("rect", clip, { x: 0, y: 0, width: 0, height: TOP + HEIGHT + BOTTOM })
  const dots = data.lines.map(line => {
    const points = line.points.map(point => at(point).join(",")).join(" ")
    const look = { points, stroke: line.colour, "stroke-dasharray": line.dashed ? "6 4" : "none" }
    shape("polyline", svg, { ...look, class: "line faint" })
    shape("polyline", svg, { ...look, class: "line", "clip-path": "url(#done)" })
    return shape("circle", svg, { r: 5.5, fill: line.colour, class: "dot" })
  })
  return frame => {
    data.lines.forEach((line, index) => {
      const [x, y] = at(line.points[frame])
      set(dots[index], { cx: x, cy: y })
      set(done, { width: x })
    })
  }
}

const drawGrid = (parent, data, title) => {
  const figure = node("figure", parent)
  node("figcaption", figure, { textContent: title })
  const grid = node("div", figure, { className: `kernel side${data.side}` }, { role: "img" })
  grid.style.gridTemplateColumns = `repeat(${data.side}, 1fr)`
  const cells = Array.from({ length: data.side ** 2 }, () => node("span", grid))
  return (numbers, colours) => {
    set(grid, { "aria-label": `${title}, row by row: ${numbers.join(" ")}` })
    cells.forEach((cell, index) => {
      cell.textContent = numbers[index]
      cell.style.background = colours[index]
      cell.style.color = ink(colours[index])
    })
  }
}

const drawPicture = (parent, data, title) => {
  const figure = node("figure", parent)
  node("figcaption", figure, { textContent: title })
  const picture = node("div", figure, { className: "picture" }, { role: "img", "aria-label": title })
  picture.style.aspectRatio = data.ratio
  picture.style.maxWidth = `calc(11.5rem * ${data.ratio})`
  return picture
}

class Player extends View {
  constructor(parent) {
    super(parent, "player")
    this.ends.push(() => this.pause())
    const bar = node("div", this.root, { className: "bar" })
    const restart = node("button", bar, { type: "button" })
    face(restart, ICONS.restart, "To the first step")
    this.button = node("button", bar, { type: "button", className: "primary" })
    this.range = node("input", bar, { type: "range", min: 0, step: 1 }, { "aria-label": "Step of the run" })
    this.now = node("div", this.root, { className: "now" })
    this.stage = node("div", this.root, { className: "stage" })
    this.button.onclick = () => (this.timer ? this.pause() : this.play())
    restart.onclick = () => {
      this.pause()
      this.show(0)
    }
    this.range.oninput = () => {
      this.pause()
      this.show(Number(this.range.value))
    }
  }

  update(data) {
    const text = JSON.stringify(data)
    if (text === this.text) return
    this.text = text
    this.data = data
    this.pause()
    this.range.max = data.steps.length - 1
    this.stage.replaceChildren()
    const left = node("div", this.stage)
    this.chart = drawChart(left, data)
    const parts = node("div", this.stage, { className: "parts" })
    const input = drawPicture(left, data, "Picture")
    input.style.backgroundImage = `url(${data.input})`
    this.kernel = drawGrid(parts, data, "Kernel now")
    this.output = drawPicture(parts, data, "Output now")
    this.output.style.backgroundImage = `url(${data.sheet})`
    drawGrid(parts, data, "Target kernel")(data.target, data.target_colours)
    const wanted = drawPicture(parts, data, "Output wanted")
    wanted.style.backgroundImage = `url(${data.wanted})`
    this.show(data.steps.length - 1)
  }

  show(frame) {
    const { data } = this
    const words = `step ${data.steps[frame]}: ${data.words[frame]}`
    this.frame = frame
    this.range.value = frame
    this.range.setAttribute("aria-valuetext", words)
    this.now.textContent = words
    this.chart(frame)
    this.kernel(data.kernels[frame], data.colours[frame])
    Object.assign(this.output.style, tile(data.tiles[frame], data.columns, data.rows))
  }

  play() {
    const last = this.data.steps.length - 1
    if (this.frame === last) this.show(0)
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
    face(this.button, ICONS.pause, "Pause")
    this.timer = setInterval(() => {
      if (this.frame >= last) this.pause()
      else this.show(this.frame + 1)
    }, calm ? CALM_MS : FRAME_MS)
  }

  pause() {
    clearInterval(this.timer)
    this.timer = null
    face(this.button, ICONS.play, "Play")
  }
}

export default component(Player)
