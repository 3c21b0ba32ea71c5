// A confusion matrix as a table: margins, percentages, cells that can be typed into or clicked. Nothing is computed here.
import { Outbox, View, clamp, component, focused, node, reachable, set } from "./base.js"

class Matrix extends View {
  typed = new Outbox()

  constructor(parent) {
    super(parent, "matrix")
    this.sizes = this.observer(() => this.fit())
  }

  update(data) {
    this.data = data
    this.typed.heard(data.seen)
    const signature = JSON.stringify([data.labels.length, data.rows, data.edited, data.picks])
    if (signature !== this.signature) this.build()
    this.signature = signature
    this.fill()
  }

  commit(field, place) {
    const text = field.value.trim()
    if (text === field.dataset.shown) return
    const edits = this.typed.add(n => ({ n, place, text }))
    field.dataset.waiting = this.typed.last
    this.tell("edit", { edits })
  }

  at(row, column) {
    return column < 0 ? this.names[row]?.[0] : this.counts[row]?.[column]
  }

  // Arrow keys walk through the table like through a sheet; to the side only from the end of the text.
  walk(event, row, column) {
    const { key, target } = event
    const { selectionStart: start, selectionEnd: end } = target, { length } = target.value
    const whole = end - start === length, atStart = whole || end === 0, atEnd = whole || start === length
    const step = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      Enter: [1, 0],
      ArrowLeft: atStart ? [0, -1] : null,
      ArrowRight: atEnd ? [0, 1] : null,
    }[key]
    if (key === "Escape") target.value = target.dataset.shown
    if (!step) return
    event.preventDefault()
    const beyond = key === "Enter" && column >= 0 ? this.at(0, column + 1) : null
    const next = this.at(row + step[0], column + step[1]) ?? beyond
    if (next) next.focus()
    else if (key === "Enter") target.blur()
  }

  // Tab goes from count to count; the names are reached with the left arrow, by pointer, or in the text field.
  field(parent, label, place, column, row) {
    const plain = { type: "text", size: 1, autocomplete: "off", spellcheck: false }
    const input = node("input", parent, plain, { "aria-label": label })
    input.onfocus = () => input.select()
    input.onblur = () => this.commit(input, place)
    input.onkeydown = event => this.walk(event, row, column)
    if (column < 0) input.tabIndex = -1
    return input
  }

  // What is wider than its place shows where the totals lie above it.
  fit() {
    const frame = this.root.querySelector(".frame")
    frame.classList.toggle("scrolls", reachable(frame, "Table, scrolls sideways"))
  }

  build() {
    const { root, data } = this, size = data.labels.length
    root.replaceChildren()
    root.className = `matrix ${size > 12 ? "tiny" : size > 6 ? "small" : size > 2 ? "middle" : ""}`
    const frame = node("div", root, { className: "frame" })
    const table = node("table", frame, {}, { "aria-label": data.alt })
    this.sizes.disconnect()
    this.sizes.observe(frame)
    this.sizes.observe(table)
    this.buildHead(node("tr", node("thead", table)), size)
    this.names = []
    this.counts = []
    const body = node("tbody", table)
    for (let row = 0; row < size; row++) this.buildRow(node("tr", body), row, size)
    const foot = node("tr", node("tfoot", table))
    node("th", foot, { className: "row margin", textContent: "total" }, { scope: "row" })
    for (let column = 0; column <= size; column++) node("td", foot, { className: "margin" })
  }

  buildHead(line, size) {
    const { rows } = this.data, columns = rows === "actual" ? "predicted" : "actual"
    const corner = node("th", line, { className: "corner" }, { scope: "col" })
    node("span", corner, { className: "down", textContent: `${rows} ↓` })
    node("span", corner, { className: "across", textContent: `${columns} →` })
    for (let column = 0; column < size; column++)
      node("span", node("th", line, { className: "column" }, { scope: "col" }), { className: "name" })
    node("th", line, { className: "margin", textContent: "total" }, { scope: "col" })
  }

  buildRow(line, row, size) {
    const head = node("th", line, { className: "row" }, { scope: "row" })
    if (this.data.edited) this.names.push([this.field(head, `name of class ${row + 1}`, [row], -1, row)])
    else node("span", head, { className: "name" })
    this.counts.push([])
    for (let column = 0; column < size; column++) this.counts[row].push(this.buildCell(node("td", line), row, column))
    node("td", line, { className: "margin" })
  }

  buildCell(box, row, column) {
    const { data } = this
    let inner
    if (data.edited) inner = this.field(box, "", data.cells[row][column].place, column, row)
    else if (data.picks) {
      inner = node("button", box, { type: "button" })
      inner.onclick = () => this.tell("cell", this.data.cells[row][column].place)
    } else inner = node("span", box, { className: "count" })
    node("small", data.picks && !data.edited ? inner : box)
    return inner
  }

  say(input, text) {
    const mine = Number(input.dataset.waiting ?? 0)
    if (mine > this.data.seen) return // typed since: its answer is still to come
    const held = focused(input) === input
    const untouched = input.value === input.dataset.shown
    input.dataset.shown = text
    if (held && !untouched && mine === 0) return // being typed into
    delete input.dataset.waiting
    if (input.value !== text) {
      input.value = text
      if (held) input.select()
    }
  }

  fill() {
    const { root, data } = this, table = root.querySelector("table")
    root.style.setProperty("--digits", Math.max(...data.cells.flat().map(cell => cell.text.length)))
    table.setAttribute("aria-label", data.alt)
    table.querySelectorAll("th.column .name").forEach((name, column) => {
      name.textContent = name.title = data.labels[column]
    })
    data.labels.forEach((label, row) => {
      if (data.edited) {
        this.say(this.names[row][0], label)
        this.names[row][0].size = clamp(label.length, 2, 14)
      } else {
        const name = table.querySelectorAll("th.row .name")[row]
        name.textContent = name.title = label
      }
      data.cells[row].forEach((cell, column) => this.fillCell(this.counts[row][column], cell))
      table.tBodies[0].rows[row].lastElementChild.textContent = data.row_totals[row]
    })
    const margins = [...table.tFoot.rows[0].cells].slice(1), totals = [...data.column_totals, data.total]
    margins.forEach((cell, column) => (cell.textContent = totals[column]))
  }

  fillCell(inner, cell) {
    const { chosen, edited, picks } = this.data, box = inner.closest("td"), percent = box.querySelector("small")
    const picked = Boolean(chosen && chosen[0] === cell.place[0] && chosen[1] === cell.place[1])
    box.className = `${cell.correct ? "right" : "wrong"}${picked ? " chosen" : ""}`
    box.style.setProperty("--shade", `${Math.round(cell.shade * 60)}%`)
    box.title = cell.tip
    if (edited) {
      this.say(inner, cell.text)
      inner.setAttribute("aria-label", cell.tip)
    } else if (picks) {
      inner.replaceChildren(document.createTextNode(cell.text), percent)
      set(inner, { "aria-label": cell.tip, "aria-pressed": picked })
    } else inner.textContent = cell.text
    percent.replaceChildren()
    if (cell.tag) node("span", percent, { className: "tag", textContent: cell.tag })
    percent.append(cell.tag && cell.percent ? ` ${cell.percent}` : cell.percent)
  }
}

export default component(Matrix)
