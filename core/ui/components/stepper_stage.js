// The player's matrices side by side: input, kernels, output; what a step touches is marked in them.
import { node } from "./base.js"
import { put, setField, shade, signed } from "./stepper_cells.js"
import { brief, extremes, fmt } from "./stepper_numbers.js"

const addPanel = (parent, title, operator = "") => {
  const outer = node("div", parent, { className: "panel" })
  if (operator) node("span", outer, { className: "operator", textContent: operator }, { "aria-hidden": "true" })
  const figure = node("figure", outer)
  node("figcaption", figure, { textContent: title })
  return { outer, figure }
}

// An output cell, here and in the matrix product.
export const paintOutput = (player, cell, number, step, largest) => {
  const done = number <= player.step, open = player.isOpen(number), { i, j } = player.steps.place(number)
  const value = player.steps.result(number)
  put(cell, done ? (open ? brief(value) : "?") : "")
  if (done && open) signed(cell, value, largest)
  else shade(cell, done ? "closed" : "waiting", 0)
  cell.slot.classList.toggle("now", number === step)
  if (cell.field.tagName !== "BUTTON") return
  cell.field.tabIndex = number === player.step ? 0 : -1
  const spot = `Output row ${i + 1}, column ${j + 1}`
  cell.field.setAttribute("aria-label", done ? `${spot}: ${open ? fmt(value) : "hidden"}` : `${spot}: not yet`)
}

export class Stage {
  inputs = [] // a grid of cells a channel
  frames = [] // the window over each of them
  kernels = []
  turned = []
  outputs = []
  overlaps = null
  bias = null

  constructor(player) {
    const { data, steps } = player
    this.player = player
    this.root = player.stage
    this.root.replaceChildren()
    data.inputs.forEach((_, c) => this.buildInput(c))
    if (steps.conv && steps.C > 1) node("div", this.root, { className: "break" })
    if (steps.conv) {
      const kernels = node("div", this.root, { className: "group" })
      for (let c = 0; c < steps.C; c++) this.buildKernel(kernels, c)
    }
    data.output.forEach((_, k) => this.buildOutput(k))
    if (steps.transposed) this.buildOverlaps()
  }

  // All cells to type into.
  get fields() {
    return [this.inputs, this.kernels, this.bias ?? []].flat(Infinity)
  }

  buildInput(c) {
    const { data, steps, cells } = this.player, [ph, pw] = data.padding
    const title = steps.C > 1 ? `input, channel ${c + 1}` : "input"
    const { figure } = addPanel(this.root, ph || pw ? `${title}, padded` : title)
    const { element, grid } = cells.matrix(figure, steps.H, steps.W, title, (slot, r, q) => {
      node("span", slot, { className: "badge" }, { "aria-hidden": "true" })
      if (r >= ph && r < steps.H - ph && q >= pw && q < steps.W - pw) {
        const label = `${title}, row ${r - ph + 1}, column ${q - pw + 1}`
        return cells.editable(slot, "x", () => [c, r - ph, q - pw], label)
      }
      slot.classList.add("padding")
      return null
    })
    this.inputs.push(grid)
    this.frames.push(node("span", element, { className: "window" }))
  }

  buildKernel(parent, c) {
    const { player } = this, { data, steps, cells } = player
    const title = steps.C > 1 ? `kernel, channel ${c + 1}` : "kernel"
    const { figure } = addPanel(parent, title, c ? "" : steps.transposed ? "×" : "∗")
    const { grid } = cells.matrix(figure, steps.kh, steps.kw, title, (slot, u, v) => {
      const label = `${title}, row ${u + 1}, column ${v + 1}`
      return cells.editable(slot, "w", () => [player.steps.place(player.step).k, c, u, v], label)
    })
    this.kernels.push(grid)
    if (data.flip) {
      node("figcaption", figure, { textContent: "turned by 180°", className: "second" })
      this.turned.push(cells.matrix(figure, steps.kh, steps.kw, `${title}, turned by 180°`, () => null).grid)
    }
    if (!c) this.buildBias(figure)
  }

  buildBias(figure) {
    const { player } = this, under = node("div", figure, { className: "under" })
    node("span", under, { textContent: "bias" })
    const slot = node("span", under, { className: "slot bias" })
    this.bias = player.cells.editable(slot, "b", () => [player.steps.place(player.step).k], "bias")
    this.bias.field.onkeydown = event => player.cells.walk([[this.bias]], event, 0, 0)
  }

  buildOutput(k) {
    const { player } = this, { data, steps, cells } = player, [top, left] = data.cut
    const many = steps.conv ? `output, filter ${k + 1}` : `output, channel ${k + 1}`
    const title = steps.K > 1 ? many : "output"
    const { figure, outer } = addPanel(this.root, title, k ? "" : steps.transposed ? "→" : "=")
    outer.classList.add("out")
    const { grid } = cells.matrix(figure, steps.Ho, steps.Wo, title, (slot, r, c) => {
      const cut = r < top || r >= steps.Ho - top || c < left || c >= steps.Wo - left
      slot.classList.toggle("cut", cut)
      if (steps.transposed) return null
      const step = k * steps.each + r * steps.across + c
      const field = node("button", slot, { className: "cell", type: "button", tabIndex: -1 })
      field.onclick = () => player.stop(step)
      field.onpointerenter = () => player.timer || player.paint(step)
      field.onpointerleave = () => player.timer || player.paint()
      return { slot, field }
    })
    this.outputs.push(grid)
  }

  buildOverlaps() {
    const { steps, cells } = this.player, title = "products per output cell"
    const { figure } = addPanel(this.root, title)
    figure.classList.add("small")
    this.overlaps = cells.matrix(figure, steps.Ho, steps.Wo, title, () => null).grid
  }

  // The panels as `pack` takes them.
  get panels() {
    return [...this.root.children].map(outer => {
      if (outer.matches(".break")) return { break: true }
      const grids = [...outer.querySelectorAll(".grid")]
      const count = outer.matches(".group") ? outer.children.length : 1, deep = grids.length / count
      const cols = Number(grids[0].style.getPropertyValue("--cols"))
      return {
        count,
        deep,
        cols: cols * count,
        rows: (deep * grids[0].querySelectorAll(".slot").length) / cols,
        scale: outer.querySelector(".small") ? 0.7 : 1,
        under: outer.querySelector(".under") ? 42 : 0,
        operator: Boolean(outer.querySelector(".operator")),
        caption: count * outer.querySelector("figcaption").textContent.length * 6.8,
      }
    })
  }

  paint(step, lists, largest) {
    const { player } = this, { steps } = player, [low, high] = extremes(player.data.inputs)
    this.inputs.forEach((grid, c) => {
      this.paintInput(grid, player.data.inputs[c], low, high)
      this.paintWindow(grid, this.frames[c], step, lists.find(some => some[0]?.c === c))
    })
    if (steps.conv) this.paintKernels(step, largest.weight)
    if (steps.transposed) this.paintCanvas(step, largest.output)
    else
      this.outputs.forEach((grid, f) =>
        grid.flat().forEach((cell, n) => paintOutput(player, cell, f * steps.each + n, step, largest.output)))
  }

  paintInput(grid, values, low, high) {
    grid.forEach((row, r) =>
      row.forEach((cell, q) => {
        const value = values[r][q]
        if (cell.part) setField(cell, value)
        else put(cell, brief(value))
        shade(cell, "grey", value === null ? 0 : high > low ? (value - low) / (high - low) : 0.5)
        cell.slot.classList.remove("lit", "best")
        cell.slot.dataset.link = ""
        cell.slot.firstChild.textContent = ""
      }))
  }

  // Which input cells a step reads: framed where they lie side by side, else marked one by one.
  paintWindow(grid, frame, step, list) {
    const { data, steps, isOpen } = this.player, { i, j } = steps.place(step)
    const plain = numbers => numbers.every((value, at) => !at || value === numbers[at - 1] + 1)
    const solid = steps.transposed || (plain(data.rows[i]) && plain(data.cols[j]))
    frame.hidden = !list || !solid
    if (!list) return
    for (const term of list) {
      const cell = steps.transposed ? grid[i][j] : grid[term.row][term.col]
      cell.slot.classList.add("lit")
      cell.slot.classList.toggle("alone", !solid)
      if (steps.transposed) continue
      cell.slot.dataset.link = term.link
      const best = data.kind === "maximum" && isOpen(step) && term.x === steps.result(step)
      if (steps.conv) cell.slot.firstChild.textContent = `×${fmt(term.w)}`
      else if (best) cell.slot.classList.add("best")
    }
    const rows = steps.transposed ? [i] : data.rows[i], cols = steps.transposed ? [j] : data.cols[j]
    for (const [name, value] of Object.entries({ row: rows[0], col: cols[0], rows: rows.length, cols: cols.length }))
      frame.style.setProperty(`--${name}`, value)
  }

  paintKernels(step, largest) {
    const { data, steps } = this.player, { k } = steps.place(step)
    const each = (grids, value, link) =>
      grids.forEach((grid, c) =>
        grid.forEach((row, u) =>
          row.forEach((cell, v) => {
            if (cell.part) setField(cell, value(c, u, v))
            else put(cell, brief(value(c, u, v)))
            signed(cell, value(c, u, v), largest)
            cell.slot.dataset.link = link(c, u, v)
          })))
    const turn = (u, v) => (data.flip ? [steps.kh - 1 - u, steps.kw - 1 - v] : [u, v])
    each(this.kernels, (c, u, v) => data.weight[k][c][u][v], (c, u, v) => `${c},${turn(u, v)}`)
    each(this.turned, (c, u, v) => steps.applied(k, c, u, v), (c, u, v) => `${c},${u},${v}`)
    setField(this.bias, data.bias[k])
  }

  paintCanvas(step, largest) {
    const { data, steps, isOpen, all } = this.player, { k, i, j } = steps.place(step)
    this.outputs.forEach((grid, f) => {
      const shown = f <= k ? steps.canvas(f < k ? (f + 1) * steps.each - 1 : step, isOpen) : null
      const finished = shown && (f < k || step % steps.each === steps.each - 1)
      grid.forEach((row, r) =>
        row.forEach((cell, c) => {
          const value = finished ? data.output[f][r][c] : shown?.sum[r][c]
          const hide = shown?.closed[r][c]
          put(cell, shown ? (hide ? "?" : brief(value)) : "")
          if (shown && !hide) signed(cell, value, largest)
          else shade(cell, shown ? "closed" : "waiting", 0)
          cell.slot.classList.toggle("now", f === k && data.rows[i].includes(r) && data.cols[j].includes(c))
        }))
    })
    const [, most] = extremes(data.overlaps), hide = data.hidden && !all
    this.overlaps.forEach((row, r) =>
      row.forEach((cell, c) => {
        put(cell, hide ? "?" : fmt(data.overlaps[r][c]))
        shade(cell, hide ? "closed" : "amount", most ? data.overlaps[r][c] / most : 0)
        cell.slot.classList.toggle("cut", this.outputs[0][r][c].slot.classList.contains("cut"))
      }))
  }
}
