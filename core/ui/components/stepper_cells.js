// The player's cells: numbers that are shown, and numbers to type into, by keyboard, pointer and clipboard.
import { Outbox, focused, node } from "./base.js"
import { brief, fmt, full } from "./stepper_numbers.js"

export const put = (cell, text) => {
  if (cell.text === text) return
  cell.text = text
  if (cell.field.tagName === "INPUT") cell.field.value = text
  else cell.field.textContent = text
  cell.slot.dataset.length = Math.min(text.length, 8)
}

// The number of a cell that may be typed into; what somebody types, or Python has not answered, stays.
export const setField = (cell, value) => {
  cell.value = value
  if (!cell.pending && cell.field !== focused(cell.field)) put(cell, brief(value))
}

export const shade = (cell, kind, strength) => {
  cell.slot.dataset.shade = kind
  cell.slot.style.setProperty("--t", strength.toFixed(3))
}

export const signed = (cell, value, largest) =>
  shade(cell, value < 0 ? "negative" : "positive", largest ? Math.abs(value) / largest : 0)

const moveFocus = (grid, row, col) => {
  const cell = grid[row]?.[col]
  if (!cell || cell.field.tagName !== "INPUT") return false
  cell.field.focus()
  return true
}

// The cell that Tab goes to is the one that was last in use.
const reachBy = (grid, cell) => {
  for (const other of grid.flat()) if (other.part) other.field.tabIndex = other === cell ? 0 : -1
}

// Makes the cells; what is typed into them goes to Python by way of `tell`, and nothing plays meanwhile.
export class Cells {
  typed = new Outbox()

  constructor({ tell, pause }) {
    this.tell = tell
    this.pause = pause
  }

  // A matrix of cells; `make(slot, row, col)` fills a slot and returns its cell.
  matrix(parent, rows, cols, label, make) {
    const element = node("div", parent, { className: "grid" }, { role: "group", "aria-label": label })
    element.style.setProperty("--cols", cols)
    const grid = []
    for (let r = 0; r < rows; r++) {
      grid.push([])
      for (let c = 0; c < cols; c++) {
        const slot = node("span", element, { className: "slot" })
        const cell = make(slot, r, c) ?? { slot, field: node("span", slot, { className: "cell" }) }
        grid[r].push(cell)
        if (cell.part) this.listen(grid, r, c)
      }
    }
    const first = grid.flat().find(cell => cell.part)
    if (first) first.field.tabIndex = 0
    return { element, grid }
  }

  // A field to type into. `at` tells its place when it is asked, since the filter that is shown changes.
  editable(slot, part, at, label) {
    const plain = { className: "cell", type: "text", autocomplete: "off", spellcheck: false }
    const field = node("input", slot, plain, { "aria-label": label })
    const cell = { slot, field, part, at, value: 0, pending: 0 }
    field.onfocus = () => {
      this.pause() // the place of a weight is that of the filter that is shown
      if (!cell.pending) field.value = full(cell.value)
      field.select()
    }
    field.onmousedown = event => {
      if (field === focused(field)) return
      event.preventDefault() // else letting go of the button takes the selection away
      field.focus()
    }
    field.onblur = () => {
      cell.text = null
      this.commit(cell)
    }
    return cell
  }

  listen(grid, row, col) {
    const cell = grid[row][col], { field } = cell
    field.tabIndex = -1
    field.onkeydown = event => this.walk(grid, event, row, col)
    field.onpaste = event => {
      if (this.paste(grid, row, col, event.clipboardData.getData("text"))) event.preventDefault()
    }
    field.addEventListener("focus", () => reachBy(grid, cell))
  }

  commit(cell) {
    const text = cell.field.value.trim()
    if (cell.pending && text === cell.typed) return
    if ([full, fmt, brief].some(as => as(cell.value) === text)) put(cell, brief(cell.value))
    else this.report([{ cell, text }])
  }

  report(changes) {
    let edits = this.typed.waiting.map(({ message }) => message)
    for (const { cell, text } of changes) {
      edits = this.typed.add(n => ({ n, part: cell.part, at: cell.at(), text }))
      cell.pending = this.typed.last
      cell.typed = text
      put(cell, text)
    }
    this.tell("edit", { edits })
  }

  paste(grid, row, col, text) {
    const lines = text.trim().split(/\r?\n/).map(line => line.trim().split(/\t|\s*[;]\s*|\s+/))
    if (lines.length * lines[0].length < 2) return false
    const changes = []
    lines.forEach((line, r) =>
      line.forEach((value, c) => {
        const cell = grid[row + r]?.[col + c]
        if (cell?.part) changes.push({ cell, text: value })
      }))
    this.report(changes)
    return true
  }

  // Arrow keys walk through a grid like through a sheet; to the side only from the end of the text.
  walk(grid, event, row, col) {
    const field = event.target
    const { selectionStart: start, selectionEnd: end } = field
    const whole = start === 0 && end === field.value.length
    const move = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: whole || end === 0 ? [0, -1] : null,
      ArrowRight: whole || start === field.value.length ? [0, 1] : null,
    }[event.key]
    if (move && moveFocus(grid, row + move[0], col + move[1])) event.preventDefault()
    else if (event.key === "Enter") {
      this.commit(grid[row][col])
      field.select()
    } else if (event.key === "Escape") {
      field.value = full(grid[row][col].value)
      field.select()
    }
    event.stopPropagation()
  }
}
