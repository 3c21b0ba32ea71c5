// The same convolution as a matrix product: filters as rows times the unfolded input.
import { node } from "./base.js"
import { put, shade, signed } from "./stepper_cells.js"
import { BETWEEN, brief, extremes, fitting, wide } from "./stepper_numbers.js"
import { paintOutput } from "./stepper_stage.js"

export class Product {
  first = -1 // the first column that is shown

  constructor(player) {
    const { steps, product } = player, width = player.root.clientWidth
    this.player = player
    this.root = product
    this.R = steps.C * steps.kh * steps.kw
    const { R } = this, L = steps.each, cell = Math.max(34, steps.needed)
    const sideBySide = wide(R + Math.min(L, 8), cell) + BETWEEN < width
    const room = fitting(width - (sideBySide ? wide(R, cell) + BETWEEN : 0), cell)
    this.N = Math.max(1, Math.min(L, room)) // columns that are shown
    product.replaceChildren()
    product.classList.toggle("falk", sideBySide)
    product.style.setProperty("--cell", `${cell}px`)
    node("p", product, {
      className: "words",
      textContent: "Each window of the input becomes a column. Row times column, plus the bias, is one output cell.",
    })
    const rows = steps.K > 1 ? `filters as rows, ${steps.K} × ${R}` : `filter as a row, 1 × ${R}`
    const unfolded = `unfolded input, ${R} × ${L}: each column one window`
    const flat = `flattened output, ${steps.K} × ${L} (biases added)`
    this.weights = this.block("w", rows, steps.K, R, () => null)
    this.columns = this.block("x", unfolded, R, this.N, (slot, r, c) => {
      slot.onclick = () => player.stop(player.steps.place(player.step).k * L + this.first + c)
    })
    this.outputs = this.block("y", flat, steps.K, this.N, (slot, k, c) => {
      slot.onclick = () => player.stop(k * L + this.first + c)
    })
    if (this.N < L) node("p", product, { className: "note" })
  }

  block(area, title, rows, cols, make) {
    const figure = node("figure", this.root, { className: area })
    node("figcaption", figure, { textContent: title })
    const scroll = node("div", figure, { className: "scroll", tabIndex: 0 }, { role: "group", "aria-label": title })
    return this.player.cells.matrix(scroll, rows, cols, title, make).grid
  }

  paint(step, largest) {
    const { player, weights, columns, outputs, N, R } = this, { data, steps } = player
    const L = steps.each, { k, n } = steps.place(step), [low, high] = extremes(data.inputs)
    const first = (this.first = Math.min(Math.floor(n / N) * N, L - N))
    const mark = (cell, lit, link) => {
      cell.slot.classList.toggle("lit", lit)
      cell.slot.dataset.link = lit ? link : ""
    }
    for (let r = 0; r < R; r++) {
      const c = Math.floor(r / (steps.kh * steps.kw)), u = Math.floor(r / steps.kw) % steps.kh, v = r % steps.kw
      weights.forEach((row, f) => {
        const weight = steps.applied(f, c, u, v)
        put(row[r], brief(weight))
        signed(row[r], weight, largest.weight)
        mark(row[r], f === k, `${c},${u},${v}`)
      })
      columns[r].forEach((cell, q) => {
        const at = first + q, { i, j } = steps.place(at)
        const x = data.inputs[c][data.rows[i][u]][data.cols[j][v]]
        put(cell, brief(x))
        shade(cell, "grey", high > low ? (x - low) / (high - low) : 0.5)
        mark(cell, at === n, `${c},${u},${v}`)
      })
    }
    outputs.forEach((row, f) =>
      row.forEach((cell, q) => paintOutput(player, cell, f * L + first + q, step, largest.output)))
    const note = this.root.querySelector(".note")
    if (note) note.textContent = `Columns ${first + 1} to ${first + N} of ${L} are shown.`
  }
}
