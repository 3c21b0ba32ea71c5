// A confusion matrix as a table: margins, percentages, cells that can be typed into or clicked. Nothing is computed here.
const node = (tag, parent, properties = {}, attributes = {}) => {
  const element = Object.assign(parent.appendChild(document.createElement(tag)), properties)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

const createTable = parent => {
  const root = node("div", parent, { className: "matrix" })
  let data, tell, signature, counts, names, queue = [], sent = 0

  const commit = (field, place) => {
    const text = field.value.trim()
    if (text === field.dataset.shown) return
    field.dataset.waiting = ++sent
    queue.push({ n: sent, place, text })
    tell("edit", { edits: queue })
  }

  const restore = field => {
    field.value = field.dataset.shown
  }

  const at = (row, column) => (column < 0 ? names[row]?.[0] : counts[row]?.[column])

  // Arrow keys walk through the table like through a sheet; to the side only from the end of the text.
  const walk = (event, row, column) => {
    const { key, target } = event
    const atStart = target.selectionEnd === 0 || target.selectionEnd - target.selectionStart === target.value.length
    const atEnd = target.selectionStart === target.value.length || target.selectionEnd - target.selectionStart === target.value.length
    const step = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      Enter: [1, 0],
      ArrowLeft: atStart ? [0, -1] : null,
      ArrowRight: atEnd ? [0, 1] : null,
    }[key]
    if (key === "Escape") restore(target)
    if (!step) return
    event.preventDefault()
    const next = at(row + step[0], column + step[1]) ?? (key === "Enter" && column >= 0 ? at(0, column + 1) : null)
    if (next) next.focus()
    else if (key === "Enter") target.blur()
  }

  // Tab goes from count to count; the names are reached with the left arrow, by pointer, or in the text field.
  const field = (parent, label, place, column, row) => {
    const input = node("input", parent, { type: "text", size: 1, autocomplete: "off", spellcheck: false }, { "aria-label": label })
    input.onfocus = () => input.select()
    input.onblur = () => commit(input, place)
    input.onkeydown = event => walk(event, row, column)
    if (column < 0) input.tabIndex = -1
    return input
  }

  const other = () => (data.rows === "gold" ? "predicted" : "gold")

  // What can be scrolled has to be reached by keyboard, and shows where the totals lie above it.
  const observer = new ResizeObserver(() => {
    const frame = root.querySelector(".frame"), scrolls = frame.scrollWidth > frame.clientWidth
    frame.classList.toggle("scrolls", scrolls)
    const reached = { tabindex: 0, role: "group", "aria-label": "Table, scrolls sideways" }
    for (const [name, value] of Object.entries(reached))
      if (scrolls) frame.setAttribute(name, value)
      else frame.removeAttribute(name)
  })

  const build = () => {
    root.replaceChildren()
    counts = []
    names = []
    const size = data.labels.length
    root.className = `matrix ${size > 12 ? "tiny" : size > 6 ? "small" : size > 2 ? "middle" : ""}`
    const frame = node("div", root, { className: "frame" })
    observer.disconnect()
    observer.observe(frame)
    const table = node("table", frame, {}, { "aria-label": data.alt })
    observer.observe(table)
    const top = node("tr", node("thead", table))
    const corner = node("th", top, { className: "corner" }, { scope: "col" })
    node("span", corner, { className: "down", textContent: `${data.rows} ↓` })
    node("span", corner, { className: "across", textContent: `${other()} →` })
    for (let column = 0; column < size; column++) {
      const head = node("th", top, { className: "column" }, { scope: "col" })
      node("span", head, { className: "name" })
    }
    node("th", top, { className: "margin", textContent: "total" }, { scope: "col" })
    const body = node("tbody", table)
    for (let row = 0; row < size; row++) {
      const line = node("tr", body)
      const head = node("th", line, { className: "row" }, { scope: "row" })
      if (data.edited) names.push([field(head, `name of class ${row + 1}`, [row], -1, row)])
      else node("span", head, { className: "name" })
      counts.push([])
      for (let column = 0; column < size; column++) {
        const cell = data.cells[row][column]
        const box = node("td", line)
        let inner
        if (data.edited) inner = field(box, "", cell.place, column, row)
        else if (data.picks) {
          inner = node("button", box, { type: "button" })
          inner.onclick = () => tell("cell", data.cells[row][column].place)
        } else inner = node("span", box, { className: "count" })
        counts[row].push(inner)
        node("small", inner.tagName === "BUTTON" ? inner : box)
      }
      node("td", line, { className: "margin" })
    }
    const foot = node("tr", node("tfoot", table))
    node("th", foot, { className: "row margin", textContent: "total" }, { scope: "row" })
    for (let column = 0; column <= size; column++) node("td", foot, { className: "margin" })
  }

  const say = (input, text) => {
    const mine = Number(input.dataset.waiting ?? 0)
    if (mine > data.seen) return // typed since: its answer is still to come
    const focused = input.getRootNode().activeElement === input
    const untouched = input.value === input.dataset.shown
    input.dataset.shown = text
    if (focused && !untouched && mine === 0) return // being typed into
    delete input.dataset.waiting
    if (input.value !== text) {
      input.value = text
      if (focused) input.select()
    }
  }

  const fill = () => {
    const size = data.labels.length
    const longest = Math.max(...data.cells.flat().map(cell => cell.text.length))
    root.style.setProperty("--digits", longest)
    const table = root.querySelector("table")
    table.setAttribute("aria-label", data.alt)
    table.querySelectorAll("th.column .name").forEach((name, column) => {
      name.textContent = data.labels[column]
      name.title = data.labels[column]
    })
    for (let row = 0; row < size; row++) {
      if (data.edited) {
        say(names[row][0], data.labels[row])
        names[row][0].size = Math.max(2, Math.min(14, data.labels[row].length))
      } else {
        const name = table.querySelectorAll("th.row .name")[row]
        name.textContent = name.title = data.labels[row]
      }
      for (let column = 0; column < size; column++) {
        const cell = data.cells[row][column], inner = counts[row][column], box = inner.closest("td")
        const chosen = data.chosen && data.chosen[0] === cell.place[0] && data.chosen[1] === cell.place[1]
        box.className = `${cell.correct ? "right" : "wrong"}${chosen ? " chosen" : ""}`
        box.style.setProperty("--shade", `${Math.round(cell.shade * 60)}%`)
        box.title = cell.tip
        const percent = box.querySelector("small")
        if (data.edited) {
          say(inner, cell.text)
          inner.setAttribute("aria-label", cell.tip)
        } else if (data.picks) {
          inner.replaceChildren(document.createTextNode(cell.text), percent)
          inner.setAttribute("aria-label", cell.tip)
          inner.setAttribute("aria-pressed", Boolean(chosen))
        } else inner.textContent = cell.text
        percent.textContent = cell.percent
      }
      table.tBodies[0].rows[row].lastElementChild.textContent = data.row_totals[row]
    }
    const margins = [...table.tFoot.rows[0].cells].slice(1)
    margins.forEach((cell, column) => (cell.textContent = column < size ? data.column_totals[column] : data.total))
  }

  return {
    root,
    update(fresh, send) {
      data = fresh
      tell = send
      queue = queue.filter(edit => edit.n > data.seen)
      sent = Math.max(sent, data.seen)
      const now = JSON.stringify([data.labels.length, data.rows, data.edited, data.picks])
      if (now !== signature) build()
      signature = now
      fill()
    },
    close() {
      observer.disconnect() // its listeners go with their fields
    },
  }
}

export default component(createTable)
