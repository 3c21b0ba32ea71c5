// The player's arithmetic: how numbers are written, which cells a step touches, how large a cell may be. No element here.
// Shape letters as in core/figures/conv/stepper.py; a step is one window of one filter.
import { clamp } from "./base.js"

export const BETWEEN = 22
const GAP = 2, OPERATOR = 26, CAPTION = 26 // pixels

const nearly = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))
const short = value => {
  const size = Math.abs(value)
  if (nearly(value, Math.round(value))) return Math.round(value)
  if (size < 1) return Number(value.toPrecision(3))
  return Number(value.toFixed(size < 100 ? 2 : 1))
}
// Three significant digits at least, whole numbers in full, a true minus.
export const fmt = value => {
  if (value === null) return "−∞"
  const shown = short(value)
  const text = Math.abs(shown) >= 10000 ? shown.toLocaleString("en-GB") : String(shown)
  return text.replace("-", "−")
}
// The same for a cell, where little fits: two digits of long fractions, without their zero.
export const brief = value => {
  const text = fmt(value)
  return text.length > 5 && Math.abs(value) < 1 ? fmt(Number(value.toPrecision(2))).replace("0.", ".") : text
}
export const rounded = value => value !== null && !nearly(value, short(value))
export const factor = value => (value < 0 ? `(${fmt(value)})` : fmt(value))
export const full = value => String(Number(value.toPrecision(12)))

export const extremes = nested => {
  const numbers = nested.flat(Infinity).filter(value => value !== null)
  return [Math.min(...numbers), Math.max(...numbers)]
}

// All steps of a convolution, transposed convolution or pooling, from the data Python hands over.
export class Steps {
  constructor(data) {
    const { inputs, weight, output, rows, cols } = data
    this.data = data
    this.conv = weight.length > 0
    this.transposed = data.kind === "transposed"
    ;[this.C, this.H, this.W] = [inputs.length, inputs[0].length, inputs[0][0].length]
    ;[this.K, this.Ho, this.Wo] = [output.length, output[0].length, output[0][0].length]
    ;[this.kh, this.kw] = this.conv ? [weight[0][0].length, weight[0][0][0].length] : [0, 0]
    this.across = cols.length
    this.each = rows.length * cols.length // steps of a filter
    this.total = this.K * this.each
  }

  // Steps with another shape need other cells.
  get shape() {
    const { C, H, W, K, Ho, Wo, kh, kw, each, data } = this
    return JSON.stringify([data.kind, C, H, W, K, Ho, Wo, kh, kw, data.padding, data.cut, data.flip, each])
  }

  place(step) {
    const k = Math.floor(step / this.each), n = step % this.each
    return { k, n, i: Math.floor(n / this.across), j: n % this.across }
  }

  // A weight as it is used, turned by 180 degrees where it is.
  applied(k, c, u, v) {
    const { flip, weight } = this.data
    return flip ? weight[k][c][this.kh - 1 - u][this.kw - 1 - v] : weight[k][c][u][v]
  }

  result(step) {
    const { k, i, j } = this.place(step)
    return this.data.output[k][i][j]
  }

  // What the terms of a step are: one list a channel of { c, u, v, row, col, x, w, link }.
  terms(step) {
    const { k, i, j } = this.place(step), { data } = this
    const channels = this.conv ? [...Array(this.C).keys()] : [k]
    return channels.map(c =>
      data.rows[i].flatMap((row, u) =>
        data.cols[j].map((col, v) => {
          const x = this.transposed ? data.inputs[c][i][j] : data.inputs[c][row][col]
          return { c, u, v, row, col, x, w: this.conv ? this.applied(k, c, u, v) : null, link: `${c},${u},${v}` }
        })))
  }

  // The canvas of a transposed convolution after a step, and which of its cells a step touched that is not open.
  canvas(step, isOpen) {
    const { k, n } = this.place(step), { data } = this
    const sum = Array.from({ length: this.Ho }, () => Array(this.Wo).fill(data.bias[k]))
    const closed = Array.from({ length: this.Ho }, () => Array(this.Wo).fill(false))
    for (let stamp = 0; stamp <= n; stamp++) {
      const rows = data.rows[Math.floor(stamp / this.across)], cols = data.cols[stamp % this.across]
      const hide = !isOpen(k * this.each + stamp)
      rows.forEach((row, u) =>
        cols.forEach((col, v) => {
          sum[row][col] += data.stamps[k][stamp][u][v]
          closed[row][col] ||= hide
        }))
    }
    return { sum, closed }
  }

  // Pixels that a cell needs for the longest number of all, and for the weight in its corner, at 14 pixels a line.
  get needed() {
    const { inputs, weight, output } = this.data
    const longest = (nested, write) => Math.max(0, ...nested.flat(Infinity).map(value => write(value).length))
    const corner = this.conv && !this.transposed ? 1 + longest(weight, fmt) : 0
    const inside = Math.max(...[inputs, weight, output].map(nested => longest(nested, brief)))
    return Math.ceil(7.6 * Math.max(Math.min(8, inside), corner) + 6)
  }
}

// How many cells of this size, with the gap beside each, fit into a width; and how wide some are.
export const fitting = (width, cell) => Math.floor(width / (cell + GAP))
export const wide = (count, cell) => count * (cell + GAP)

// Height and lines that panels of this size of a cell take, set one beside the other like words.
export const pack = (panels, width, cell) => {
  let total = 0, x = 0, tallest = 0, lines = 1
  for (const panel of panels) {
    if (panel.break) {
      x = width
      continue
    }
    const operators = (panel.operator ? OPERATOR : 0) + (panel.count - 1) * BETWEEN
    const w = operators + Math.max(wide(panel.cols, cell * panel.scale), panel.caption)
    const h = panel.deep * CAPTION + panel.under + wide(panel.rows, cell * panel.scale)
    if (x && x + BETWEEN + w > width) {
      total += tallest + BETWEEN / 2
      x = tallest = 0
      lines += 1
    }
    x += (x ? BETWEEN : 0) + w
    tallest = Math.max(tallest, h)
  }
  return { height: total + tallest, lines }
}

// A cell as large as the width and a part of the window's height allow, within bounds so close to each other that a number
// becomes no smaller for the eye where the browser zooms in: there both are smaller. What finds no room is scrolled.
export const cellSize = (panels, steps, width, view) => {
  const sums = steps.conv && steps.C > 1 ? 28 * (steps.C + 1) - 60 : 0
  const most = clamp(Math.round(44 * Math.sqrt(view.width / 1366)), 40, 54)
  const least = Math.max(view.width < 500 ? 32 : Math.max(40, most - 4), steps.needed)
  const limit = Math.max(250, view.height - 425 - sums)
  const { lines } = pack(panels, width, least) // larger cells may not cost another line
  const fits = cell => {
    const packed = pack(panels, width, cell)
    return packed.height <= limit && packed.lines <= lines
  }
  let cell = Math.max(most, least)
  while (cell > least && !fits(cell)) cell -= 1
  return cell
}
