// A convolution window by window. Python hands over every step and every result; here they are played, scrubbed,
// revealed, and the cells edited. Shape letters as in core/figures/conv/stepper.py; a step is one window of one filter.
const SPEEDS = [["slow", 1600], ["normal", 800], ["fast", 300], ["very fast", 80]]
const ICONS = {
  restart: "M6 5v14M20 5 9 12l11 7z",
  back: "M15 5l-7 7 7 7",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
  next: "M9 5l7 7-7 7",
}
const GAP = 2, BETWEEN = 22, OPERATOR = 26, CAPTION = 26

const node = (tag, parent, properties = {}, attributes = {}) => {
  const element = Object.assign(parent.appendChild(document.createElement(tag)), properties)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

const icon = name => {
  const path = `<path d="${ICONS[name]}"/>`
  return `<svg viewBox="0 0 24 24" aria-hidden="true" class="${name}">${path}</svg>`
}

const nearly = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a))
const short = value => {
  const size = Math.abs(value)
  if (nearly(value, Math.round(value))) return Math.round(value)
  if (size < 1) return Number(value.toPrecision(3))
  return Number(value.toFixed(size < 100 ? 2 : 1))
}
// Three significant digits at least, whole numbers in full, a true minus.
const fmt = value => {
  if (value === null) return "−∞"
  const shown = short(value)
  const text = Math.abs(shown) >= 10000 ? shown.toLocaleString("en-GB") : String(shown)
  return text.replace("-", "−")
}
// The same for a cell, where little fits: two digits of long fractions, without their zero.
const brief = value => {
  const text = fmt(value)
  return text.length > 5 && Math.abs(value) < 1 ? fmt(Number(value.toPrecision(2))).replace("0.", ".") : text
}
const rounded = value => value !== null && !nearly(value, short(value))
const factor = value => (value < 0 ? `(${fmt(value)})` : fmt(value))
const full = value => String(Number(value.toPrecision(12)))

const extremes = nested => {
  const numbers = nested.flat(Infinity).filter(value => value !== null)
  return [Math.min(...numbers), Math.max(...numbers)]
}

const luminance = colour => {
  const canvas = document.createElement("canvas").getContext("2d")
  canvas.fillStyle = colour
  const hex = canvas.fillStyle
  return [1, 3, 5].reduce((sum, at) => sum + parseInt(hex.slice(at, at + 2), 16), 0)
}

const createPlayer = parent => {
  const root = node("div", parent, { className: "stepper" })
  const state = { step: 0, timer: 0, speed: 800, view: "windows", open: new Set(), all: false, first: 0 }
  let data, tell, size, signature, cells, queue = [], sent = 0, hovered = null

  // ---- the numbers -------------------------------------------------------------------------------------------
  const measure = () => {
    const conv = data.weight.length > 0, transposed = data.kind === "transposed"
    const C = data.inputs.length, H = data.inputs[0].length, W = data.inputs[0][0].length
    const K = data.output.length, Ho = data.output[0].length, Wo = data.output[0][0].length
    const across = data.cols.length, each = data.rows.length * across
    const kh = conv ? data.weight[0][0].length : 0, kw = conv ? data.weight[0][0][0].length : 0
    return { conv, transposed, C, H, W, K, Ho, Wo, kh, kw, across, each, total: K * each }
  }
  const place = step => {
    const k = Math.floor(step / size.each), n = step % size.each
    return { k, n, i: Math.floor(n / size.across), j: n % size.across }
  }
  const applied = (k, c, u, v) =>
    data.flip ? data.weight[k][c][size.kh - 1 - u][size.kw - 1 - v] : data.weight[k][c][u][v]
  const isOpen = step => !data.hidden || state.all || state.open.has(step)
  const result = (step = state.step) => {
    const { k, i, j } = place(step)
    return data.output[k][i][j]
  }
  // What the terms of a step are: one list a channel of { u, v, row, col, x, w }.
  const terms = step => {
    const { k, i, j } = place(step)
    const channels = size.conv ? [...Array(size.C).keys()] : [k]
    return channels.map(c => {
      const list = []
      data.rows[i].forEach((row, u) =>
        data.cols[j].forEach((col, v) => {
          const x = size.transposed ? data.inputs[c][i][j] : data.inputs[c][row][col]
          list.push({ c, u, v, row, col, x, w: size.conv ? applied(k, c, u, v) : null, link: `${c},${u},${v}` })
        }))
      return list
    })
  }
  // The canvas of a transposed convolution after a step, and which cells were touched.
  const canvas = step => {
    const { k, n } = place(step)
    const sum = Array.from({ length: size.Ho }, () => Array(size.Wo).fill(data.bias[k]))
    const closed = Array.from({ length: size.Ho }, () => Array(size.Wo).fill(false))
    for (let stamp = 0; stamp <= n; stamp++) {
      const rows = data.rows[Math.floor(stamp / size.across)], cols = data.cols[stamp % size.across]
      const hide = !isOpen(k * size.each + stamp)
      rows.forEach((row, u) =>
        cols.forEach((col, v) => {
          sum[row][col] += data.stamps[k][stamp][u][v]
          closed[row][col] ||= hide
        }))
    }
    return { sum, closed }
  }

  // ---- cells -------------------------------------------------------------------------------------------------
  const put = (cell, text) => {
    if (cell.text === text) return
    cell.text = text
    if (cell.field.tagName === "INPUT") cell.field.value = text
    else cell.field.textContent = text
    cell.slot.dataset.length = Math.min(text.length, 8)
  }
  const shade = (cell, kind, strength) => {
    cell.slot.dataset.shade = kind
    cell.slot.style.setProperty("--t", strength.toFixed(3))
  }
  const signed = (cell, value, largest) =>
    shade(cell, value < 0 ? "negative" : "positive", largest ? Math.abs(value) / largest : 0)

  const commit = cell => {
    const text = cell.field.value.trim()
    if (cell.pending && text === cell.typed) return
    if ([full, fmt, brief].some(as => as(cell.value) === text)) return put(cell, brief(cell.value))
    report([{ cell, text }])
  }
  const report = changes => {
    for (const { cell, text } of changes) {
      sent += 1
      cell.pending = sent
      cell.typed = text
      queue.push({ n: sent, part: cell.part, at: cell.at(), text })
      put(cell, text)
    }
    tell("edit", { edits: queue })
  }
  const paste = (grid, row, col, text) => {
    const lines = text.trim().split(/\r?\n/).map(line => line.trim().split(/\t|\s*[;]\s*|\s+/))
    if (lines.length * lines[0].length < 2) return false
    const changes = []
    lines.forEach((line, r) =>
      line.forEach((value, c) => {
        const cell = grid[row + r]?.[col + c]
        if (cell?.part) changes.push({ cell, text: value })
      }))
    report(changes)
    return true
  }
  // A field to type into. `at` tells its place when it is asked, since the filter that is shown changes.
  const editable = (slot, part, at, label) => {
    const field = node("input", slot, { className: "cell", type: "text", autocomplete: "off", spellcheck: false })
    field.setAttribute("aria-label", label)
    const cell = { slot, field, part, at, value: 0, pending: 0 }
    field.onfocus = () => {
      pause() // the place of a weight is that of the filter that is shown
      if (!cell.pending) field.value = full(cell.value)
      field.select()
    }
    field.onmousedown = event => {
      if (field === root.getRootNode().activeElement) return
      event.preventDefault() // else letting go of the button takes the selection away
      field.focus()
    }
    field.onblur = () => {
      cell.text = null
      commit(cell)
    }
    return cell
  }
  const moveFocus = (grid, row, col) => {
    const cell = grid[row]?.[col]
    if (!cell || cell.field.tagName !== "INPUT") return false
    cell.field.focus()
    return true
  }
  const walk = (grid, event, row, col) => {
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
      commit(grid[row][col])
      field.select()
    } else if (event.key === "Escape") {
      field.value = full(grid[row][col].value)
      field.select()
    }
    event.stopPropagation()
  }
  // A matrix of cells; `make(slot, row, col)` fills a slot and returns its cell.
  const matrix = (parent, rows, cols, label, make) => {
    const element = node("div", parent, { className: "grid" }, { role: "group", "aria-label": label })
    element.style.setProperty("--cols", cols)
    const grid = []
    for (let r = 0; r < rows; r++) {
      grid.push([])
      for (let c = 0; c < cols; c++) {
        const slot = node("span", element, { className: "slot" })
        const cell = make(slot, r, c) ?? { slot, field: node("span", slot, { className: "cell" }) }
        grid[r].push(cell)
        if (cell.part) {
          cell.field.tabIndex = -1
          cell.field.onkeydown = event => walk(grid, event, r, c)
          cell.field.onpaste = event => {
            if (paste(grid, r, c, event.clipboardData.getData("text"))) event.preventDefault()
          }
          cell.field.addEventListener("focus", () => {
            for (const other of grid.flat()) if (other.part) other.field.tabIndex = -1
            cell.field.tabIndex = 0
          })
        }
      }
    }
    const first = grid.flat().find(cell => cell.part)
    if (first) first.field.tabIndex = 0
    return { element, grid }
  }
  const panel = (parent, title, operator = "") => {
    const outer = node("div", parent, { className: "panel" })
    if (operator) node("span", outer, { className: "operator", textContent: operator }, { "aria-hidden": "true" })
    const figure = node("figure", outer)
    const caption = node("figcaption", figure, { textContent: title })
    return { outer, figure, caption }
  }

  // ---- the frame: buttons, scrubber, views --------------------------------------------------------------------
  const bar = node("div", root, { className: "bar" })
  const button = (name, label, act) => {
    const element = node("button", bar, { type: "button", title: label, innerHTML: icon(name), onclick: act })
    element.setAttribute("aria-label", label)
    return element
  }
  button("restart", "Back to the first step", () => (pause(), go(0)))
  button("back", "Previous step", () => (pause(), go(state.step - 1)))
  const playButton = button("play", "Play", () => (state.timer ? pause() : play()))
  playButton.classList.add("primary")
  button("next", "Next step", () => (pause(), go(state.step + 1)))
  const scrubber = node("input", bar, { type: "range", min: 0, step: 1 }, { "aria-label": "Step" })
  scrubber.oninput = () => (pause(), go(Number(scrubber.value)))
  const count = node("output", bar, { className: "count" })
  const speed = node("select", bar, {}, { "aria-label": "Speed" })
  for (const [name, ms] of SPEEDS) node("option", speed, { textContent: name, value: ms })
  speed.value = String(state.speed)
  speed.onchange = () => (state.speed = Number(speed.value))

  const line = node("div", root, { className: "line" })
  const views = node("div", line, { className: "views" }, { role: "group", "aria-label": "View" })
  const viewButtons = ["windows", "product"].map(view => {
    const text = view === "windows" ? "Windows" : "Matrix product (im2col)"
    return node("button", views, { type: "button", textContent: text, onclick: () => look(view) })
  })
  const filters = node("div", line, { className: "filters" }, { role: "group", "aria-label": "Filter" })
  const where = node("span", line, { className: "where" })
  const reveals = node("span", line, { className: "reveals" })
  const revealOne = node("button", reveals, { type: "button", textContent: "Reveal this cell" })
  const revealAll = node("button", reveals, { type: "button", textContent: "Reveal all" })
  revealOne.onclick = () => (state.open.add(state.step), paint())
  revealAll.onclick = () => ((state.all = true), paint())

  const stage = node("div", root, { className: "stage" })
  const product = node("div", root, { className: "product" })
  const sum = node("div", root, { className: "sum" })
  const status = node("div", root, { className: "unseen" }, { role: "status" })

  // ---- building the panels ------------------------------------------------------------------------------------
  const build = () => {
    stage.replaceChildren()
    cells = { inputs: [], frames: [], kernels: [], turned: [], outputs: [], overlaps: null, bias: null, filters: [] }
    const [ph, pw] = data.padding
    data.inputs.forEach((_, c) => {
      const title = size.C > 1 ? `input, channel ${c + 1}` : "input"
      const { figure } = panel(stage, ph || pw ? `${title}, padded` : title)
      const { element, grid } = matrix(figure, size.H, size.W, title, (slot, r, q) => {
        node("span", slot, { className: "badge" }, { "aria-hidden": "true" })
        if (r >= ph && r < size.H - ph && q >= pw && q < size.W - pw)
          return editable(slot, "x", () => [c, r - ph, q - pw], `${title}, row ${r - ph + 1}, column ${q - pw + 1}`)
        slot.classList.add("padding")
      })
      cells.inputs.push(grid)
      cells.frames.push(node("span", element, { className: "window" }))
    })
    if (size.conv && size.C > 1) node("div", stage, { className: "break" })
    const kernels = size.conv ? node("div", stage, { className: "group" }) : null
    if (size.conv)
      for (let c = 0; c < size.C; c++) {
        const title = size.C > 1 ? `kernel, channel ${c + 1}` : "kernel"
        const { figure } = panel(kernels, title, c ? "" : size.transposed ? "×" : "∗")
        const { grid } = matrix(figure, size.kh, size.kw, title, (slot, u, v) =>
          editable(slot, "w", () => [place(state.step).k, c, u, v], `${title}, row ${u + 1}, column ${v + 1}`))
        cells.kernels.push(grid)
        if (data.flip) {
          node("figcaption", figure, { textContent: "turned by 180°", className: "second" })
          cells.turned.push(matrix(figure, size.kh, size.kw, `${title}, turned by 180°`, () => null).grid)
        }
        if (!c) {
          const under = node("div", figure, { className: "under" })
          node("span", under, { textContent: "bias" })
          const slot = node("span", under, { className: "slot bias" })
          cells.bias = editable(slot, "b", () => [place(state.step).k], "bias")
          cells.bias.field.onkeydown = event => walk([[cells.bias]], event, 0, 0)
        }
      }
    filters.replaceChildren()
    if (size.conv && size.K > 1) {
      node("span", filters, { textContent: "filter" })
      cells.filters = data.output.map((_, k) =>
        node("button", filters, {
          type: "button",
          textContent: k + 1,
          ariaLabel: `Filter ${k + 1}`,
          onclick: () => (pause(), go(k * size.each + (state.step % size.each))),
        }))
    }
    data.output.forEach((_, k) => {
      const many = size.conv ? `output, filter ${k + 1}` : `output, channel ${k + 1}`
      const title = size.K > 1 ? many : "output"
      const { figure, outer } = panel(stage, title, k ? "" : size.transposed ? "→" : "=")
      outer.classList.add("out")
      const { grid } = matrix(figure, size.Ho, size.Wo, title, (slot, r, c) => {
        const [top, left] = data.cut
        const cut = r < top || r >= size.Ho - top || c < left || c >= size.Wo - left
        slot.classList.toggle("cut", cut)
        if (size.transposed) return null
        const step = k * size.each + r * size.across + c
        const field = node("button", slot, { className: "cell", type: "button", tabIndex: -1 })
        field.onclick = () => (pause(), go(step))
        field.onpointerenter = () => state.timer || paint(step)
        field.onpointerleave = () => state.timer || paint()
        return { slot, field }
      })
      cells.outputs.push(grid)
    })
    if (size.transposed) {
      const { figure } = panel(stage, "products per output cell")
      figure.classList.add("small")
      cells.overlaps = matrix(figure, size.Ho, size.Wo, "products per output cell", slot => {
        const field = node("span", slot, { className: "cell" })
        return { slot, field }
      }).grid
    }
  }

  // ---- the size of a cell ------------------------------------------------------------------------------------
  // Pixels that a cell needs for the longest number of all, and for the weight in its corner, at 14 pixels a line.
  const needed = () => {
    const length = nested => Math.max(0, ...nested.flat(Infinity).map(value => brief(value).length))
    const corner = size.conv && !size.transposed ? 1 + Math.max(...data.weight.flat(Infinity).map(value => fmt(value).length)) : 0
    return Math.ceil(7.6 * Math.max(Math.min(8, Math.max(...[data.inputs, data.weight, data.output].map(length))), corner) + 6)
  }
  // As large as the width and a part of the window's height allow, within bounds so close to each other that a number
  // becomes no smaller for the eye where the browser zooms in: there both are smaller. What finds no room is scrolled.
  const fit = () => {
    const width = root.clientWidth
    if (!width) return
    const items = [...stage.children].map(outer => {
      if (outer.matches(".break")) return { cols: 0, rows: 0, scale: 1, extra: 0, operator: Infinity }
      const grids = [...outer.querySelectorAll(".grid")]
      const panels = outer.matches(".group") ? outer.children.length : 1, deep = grids.length / panels
      const cols = Number(grids[0].style.getPropertyValue("--cols"))
      const rows = (deep * grids[0].querySelectorAll(".slot").length) / cols
      const scale = outer.querySelector(".small") ? 0.7 : 1
      const under = outer.querySelector(".under") ? 42 : 0
      const operator = (outer.querySelector(".operator") ? OPERATOR : 0) + (panels - 1) * BETWEEN
      const caption = panels * outer.querySelector("figcaption").textContent.length * 6.8
      return { cols: cols * panels, rows, scale, extra: CAPTION * deep + under, operator, caption }
    })
    const pack = cell => {
      let total = 0, x = 0, tallest = 0, lines = 1
      for (const item of items) {
        if (item.operator === Infinity) {
          x = width
          continue
        }
        const w = item.operator + Math.max(item.cols * (cell * item.scale + GAP), item.caption), h = item.extra + item.rows * (cell * item.scale + GAP)
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
    const sums = size.conv && size.C > 1 ? 28 * (size.C + 1) - 60 : 0
    const most = Math.max(40, Math.min(Math.round(44 * Math.sqrt(window.innerWidth / 1366)), 54))
    const least = Math.max(window.innerWidth < 500 ? 32 : Math.max(40, most - 4), needed())
    const limit = Math.max(250, window.innerHeight - 425 - sums)
    const { lines } = pack(least) // larger cells may not cost another line
    const fits = cell => pack(cell).height <= limit && pack(cell).lines <= lines
    let cell = Math.max(most, least)
    while (cell > least && !fits(cell)) cell -= 1
    for (const name of ["--cell", "--outer"]) stage.style.setProperty(name, `${cell}px`)
    root.classList.toggle("tiny", cell < 38)
    const reached = { tabindex: 0, role: "group", "aria-label": "Matrices, scroll sideways" }
    for (const [name, value] of Object.entries(reached))
      if (stage.scrollWidth > stage.clientWidth) stage.setAttribute(name, value)
      else stage.removeAttribute(name)
    buildProduct()
  }

  // ---- the same as a matrix product ---------------------------------------------------------------------------
  let unfolded = null
  const buildProduct = () => {
    unfolded = null
    product.replaceChildren()
    if (state.view !== "product") return
    const R = size.C * size.kh * size.kw, L = size.each, width = root.clientWidth
    const cell = Math.max(34, needed())
    const sideBySide = (R + Math.min(L, 8)) * (cell + GAP) + BETWEEN < width
    const room = Math.floor((width - (sideBySide ? R * (cell + GAP) + BETWEEN : 0)) / (cell + GAP))
    const N = Math.max(1, Math.min(L, room))
    product.classList.toggle("falk", sideBySide)
    product.style.setProperty("--cell", `${cell}px`)
    const block = (area, title, rows, cols, make) => {
      const figure = node("figure", product, { className: area })
      node("figcaption", figure, { textContent: title })
      const scroll = node("div", figure, { className: "scroll", tabIndex: 0 }, { role: "group", "aria-label": title })
      return matrix(scroll, rows, cols, title, make).grid
    }
    node("p", product, {
      className: "words",
      textContent: "Each window of the input becomes a column. Row times column, plus the bias, is one output cell.",
    })
    const weights = block("w", size.K > 1 ? `filters as rows, ${size.K} × ${R}` : `filter as a row, 1 × ${R}`, size.K, R, () => null)
    const columns = block("x", `unfolded input, ${R} × ${L}: each column one window`, R, N, (slot, r, c) => {
      slot.onclick = () => (pause(), go(place(state.step).k * L + unfolded.first + c))
    })
    const outputs = block("y", `flattened output, ${size.K} × ${L} (biases added)`, size.K, N, (slot, k, c) => {
      slot.onclick = () => (pause(), go(k * L + unfolded.first + c))
    })
    unfolded = { weights, columns, outputs, N, R, L, first: -1 }
    if (N < L) node("p", product, { className: "note" })
  }
  const paintProduct = (step, largest) => {
    const { k, n } = place(step), { weights, columns, outputs, N, R, L } = unfolded
    const [low, high] = extremes(data.inputs)
    const first = Math.min(Math.floor(n / N) * N, L - N)
    const split = r => [Math.floor(r / (size.kh * size.kw)), Math.floor(r / size.kw) % size.kh, r % size.kw]
    unfolded.first = first
    for (let r = 0; r < R; r++) {
      const [c, u, v] = split(r)
      weights.forEach((row, f) => {
        const weight = applied(f, c, u, v)
        put(row[r], brief(weight))
        signed(row[r], weight, largest.weight)
        row[r].slot.classList.toggle("lit", f === k)
        row[r].slot.dataset.link = f === k ? `${c},${u},${v}` : ""
      })
      for (let q = 0; q < N; q++) {
        const x = data.inputs[c][data.rows[Math.floor((first + q) / size.across)][u]][data.cols[(first + q) % size.across][v]]
        const cell = columns[r][q]
        put(cell, brief(x))
        shade(cell, "grey", high > low ? (x - low) / (high - low) : 0.5)
        cell.slot.classList.toggle("lit", first + q === n)
        cell.slot.dataset.link = first + q === n ? `${c},${u},${v}` : ""
      }
    }
    outputs.forEach((row, f) =>
      row.forEach((cell, q) => paintOutput(cell, f * L + first + q, step, largest.output)))
    const note = product.querySelector(".note")
    if (note) note.textContent = `Columns ${first + 1} to ${first + N} of ${L} are shown.`
  }

  // ---- painting a step ----------------------------------------------------------------------------------------
  const paintOutput = (cell, number, step, largest) => {
    const done = number <= state.step, open = isOpen(number), { k, i, j } = place(number)
    const value = data.output[k][i][j]
    put(cell, done ? (open ? brief(value) : "?") : "")
    if (done && open) signed(cell, value, largest)
    else shade(cell, done ? "closed" : "waiting", 0)
    cell.slot.classList.toggle("now", number === step)
    if (cell.field.tagName !== "BUTTON") return
    cell.field.tabIndex = number === state.step ? 0 : -1
    const spot = `Output row ${i + 1}, column ${j + 1}`
    cell.field.setAttribute("aria-label", done ? `${spot}: ${open ? fmt(value) : "hidden"}` : `${spot}: not yet`)
  }
  const paintCanvas = (step, largest) => {
    const { k, i, j } = place(step)
    cells.outputs.forEach((grid, f) => {
      const shown = f < k ? canvas((f + 1) * size.each - 1) : f === k ? canvas(step) : null
      const finished = shown && (f < k || step % size.each === size.each - 1)
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
    const [, most] = extremes(data.overlaps)
    const hide = data.hidden && !state.all
    cells.overlaps.forEach((row, r) =>
      row.forEach((cell, c) => {
        put(cell, hide ? "?" : fmt(data.overlaps[r][c]))
        shade(cell, hide ? "closed" : "amount", most ? data.overlaps[r][c] / most : 0)
        cell.slot.classList.toggle("cut", cells.outputs[0][r][c].slot.classList.contains("cut"))
      }))
  }
  const setField = (cell, value) => {
    cell.value = value
    if (cell.pending || cell.field === cell.field.getRootNode().activeElement) return
    put(cell, brief(value))
  }
  const paintInputs = (step, lists) => {
    const { i, j } = place(step), [low, high] = extremes(data.inputs)
    const plain = (list, by) => list.every((value, at) => !at || value === list[at - 1] + by)
    const solid = size.transposed || (plain(data.rows[i], 1) && plain(data.cols[j], 1))
    cells.inputs.forEach((grid, c) => {
      grid.forEach((row, r) =>
        row.forEach((cell, q) => {
          const value = data.inputs[c][r][q]
          if (cell.part) setField(cell, value)
          else put(cell, brief(value))
          shade(cell, "grey", value === null ? 0 : high > low ? (value - low) / (high - low) : 0.5)
          cell.slot.classList.remove("lit", "best")
          cell.slot.dataset.link = ""
          cell.slot.firstChild.textContent = ""
        }))
      const list = lists.find(some => some[0]?.c === c)
      cells.frames[c].hidden = !list || !solid
      if (!list) return
      for (const term of list) {
        const cell = size.transposed ? grid[i][j] : grid[term.row][term.col]
        cell.slot.classList.add("lit")
        cell.slot.classList.toggle("alone", !solid)
        if (size.transposed) continue
        cell.slot.dataset.link = term.link
        if (size.conv) cell.slot.firstChild.textContent = `×${fmt(term.w)}`
        else if (data.kind === "maximum" && isOpen(step) && term.x === result(step)) cell.slot.classList.add("best")
      }
      const rows = size.transposed ? [i] : data.rows[i], cols = size.transposed ? [j] : data.cols[j]
      const frame = cells.frames[c].style
      for (const [name, value] of Object.entries({ row: rows[0], col: cols[0], rows: rows.length, cols: cols.length }))
        frame.setProperty(`--${name}`, value)
    })
  }
  const paintKernels = (step, largest) => {
    if (!size.conv) return
    const { k } = place(step)
    const each = (grids, value, link) =>
      grids.forEach((grid, c) =>
        grid.forEach((row, u) =>
          row.forEach((cell, v) => {
            if (cell.part) setField(cell, value(c, u, v))
            else put(cell, brief(value(c, u, v)))
            signed(cell, value(c, u, v), largest)
            cell.slot.dataset.link = link(c, u, v)
          })))
    const turn = (u, v) => (data.flip ? [size.kh - 1 - u, size.kw - 1 - v] : [u, v])
    each(cells.kernels, (c, u, v) => data.weight[k][c][u][v], (c, u, v) => `${c},${turn(u, v)}`)
    each(cells.turned, (c, u, v) => applied(k, c, u, v), (c, u, v) => `${c},${u},${v}`)
    setField(cells.bias, data.bias[k])
    cells.filters.forEach((tab, f) => tab.setAttribute("aria-pressed", String(f === k)))
  }

  // The sum, written out: each product with its value below it, the bias, the result.
  const paintSum = (step, lists) => {
    sum.replaceChildren()
    const { k, i, j } = place(step), open = isOpen(step), several = lists.length > 1
    const term = (parent, top, bottom, link = "", kind = "") => {
      const element = node("span", parent, { className: `term ${kind}` })
      if (link) element.dataset.link = link
      node("span", element, { textContent: top })
      if (bottom !== null) node("small", element, { textContent: bottom })
    }
    const sign = (parent, text) => node("span", parent, { className: "sign", textContent: text })
    const hide = value => (open ? fmt(value) : "?")
    const equals = (...values) => (open && values.some(rounded) ? "≈" : "=")
    const value = result(step)
    if (!size.conv) {
      const row = node("div", sum, { className: "row" }), average = data.kind === "average"
      sign(row, average ? "(" : "max (")
      lists[0].forEach((one, at) => {
        if (at) sign(row, average ? "+" : ",")
        const best = !average && open && one.x === value
        term(row, average ? factor(one.x) : fmt(one.x), null, one.link, best ? "best" : "")
      })
      sign(row, average ? `) / ${data.divisors[i][j]}` : ")")
      sign(row, equals(value))
      return term(row, hide(value), null, "", "total")
    }
    const totals = []
    for (const list of lists) {
      const row = node("div", sum, { className: "row" })
      if (several) node("span", row, { className: "label", textContent: `channel ${list[0].c + 1}` })
      if (size.transposed && !several) node("span", row, { className: "label", textContent: "added to the output" })
      list.forEach((one, at) => {
        if (at) sign(row, size.transposed ? "," : "+")
        const below = several ? null : open ? fmt(one.x * one.w) : "?"
        term(row, `${factor(one.x)}·${factor(one.w)}`, below, one.link)
      })
      const total = list.reduce((all, one) => all + one.x * one.w, 0)
      totals.push(total)
      if (several && !size.transposed) {
        sign(row, equals(total, ...list.flatMap(one => [one.x, one.w])))
        term(row, hide(total), null)
      }
    }
    if (size.transposed) return several && node("div", sum, { className: "row label", textContent: "The channels' products are added up, and to the output." })
    const row = several ? node("div", sum, { className: "row" }) : sum.firstChild
    if (several)
      totals.forEach((total, at) => {
        if (at) sign(row, "+")
        term(row, open ? factor(total) : "?", null)
      })
    sign(row, "+")
    term(row, factor(data.bias[k]), "bias")
    const numbers = several ? totals : lists[0].flatMap(one => [one.x, one.w])
    sign(row, equals(value, data.bias[k], ...numbers))
    term(row, hide(value), "output", "", "total")
  }

  const paint = (step = state.step) => {
    const { k, i, j } = place(step), lists = terms(step)
    const absolute = nested => Math.max(...extremes(nested).map(Math.abs))
    const largest = { weight: size.conv ? absolute(data.weight) : 1, output: absolute(data.output) }
    root.classList.toggle("preview", step !== state.step)
    paintInputs(step, lists)
    paintKernels(step, largest.weight)
    if (size.transposed) paintCanvas(step, largest.output)
    else
      cells.outputs.forEach((grid, f) =>
        grid.flat().forEach((cell, n) => paintOutput(cell, f * size.each + n, step, largest.output)))
    if (unfolded) paintProduct(step, largest)
    paintSum(step, lists)
    scrubber.max = size.total - 1
    scrubber.value = state.step
    scrubber.style.setProperty("--done", `${(100 * state.step) / Math.max(1, size.total - 1)}%`)
    count.textContent = `${(state.step + 1).toLocaleString("en-GB")} of ${size.total.toLocaleString("en-GB")}`
    const of = size.K > 1 ? `${size.conv ? "filter" : "channel"} ${k + 1}, ` : ""
    where.textContent = `${of}${size.transposed ? "input" : "output"} row ${i + 1}, column ${j + 1}`
    scrubber.setAttribute("aria-valuetext", `step ${count.textContent}: ${where.textContent}`)
    reveals.hidden = !data.hidden || state.all
    revealOne.disabled = isOpen(state.step)
    if (!state.timer && step === state.step)
      status.textContent = size.transposed ? where.textContent : `${where.textContent}: ${isOpen(step) ? fmt(result(step)) : "hidden"}`
    if (hovered) link(hovered)
  }

  // ---- moving -------------------------------------------------------------------------------------------------
  const go = step => {
    state.step = Math.max(0, Math.min(size.total - 1, step))
    paint()
  }
  const face = () => {
    const name = state.timer ? "pause" : "play"
    playButton.innerHTML = icon(name)
    playButton.title = state.timer ? "Pause" : "Play"
    playButton.setAttribute("aria-label", playButton.title)
  }
  const pause = () => {
    clearTimeout(state.timer)
    state.timer = 0
    face()
  }
  const tick = () => {
    if (state.step >= size.total - 1) return pause(), paint()
    go(state.step + 1)
    state.timer = setTimeout(tick, state.speed)
  }
  const play = () => {
    const start = state.step >= size.total - 1
    state.timer = setTimeout(tick, start ? state.speed : state.speed / 2)
    if (start) go(0)
    face()
  }
  const look = view => {
    state.view = view
    const possible = data.kind === "convolution"
    if (!possible) state.view = "windows"
    views.hidden = !possible
    viewButtons.forEach((tab, at) => tab.setAttribute("aria-pressed", String((at === 1) === (state.view === "product"))))
    stage.hidden = state.view !== "windows"
    product.hidden = state.view !== "product"
    fit()
    paint()
  }
  const link = name => {
    hovered = name
    for (const element of root.querySelectorAll("[data-link]"))
      element.classList.toggle("hot", Boolean(name) && element.dataset.link === name)
  }
  root.onpointerover = event => link(event.target.closest("[data-link]")?.dataset.link || null)
  root.onpointerleave = () => link(null)
  root.onkeydown = event => {
    if (event.target === scrubber || event.target === speed) return
    const down = event.target.matches(".out .cell") ? size.across : 0
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: down, ArrowUp: -down }[event.key]
    if (!by && !["Home", "End"].includes(event.key)) return
    event.preventDefault()
    pause()
    go(event.key === "Home" ? 0 : event.key === "End" ? size.total - 1 : state.step + by)
    if (down) stage.querySelector(".out .now .cell")?.focus()
  }

  const observer = new ResizeObserver(() => {
    if (root.clientWidth === state.width) return
    state.width = root.clientWidth
    fit()
    paint()
  })
  observer.observe(root)

  return {
    root,
    update(fresh, send) {
      tell = send
      if (data?.question !== fresh.question) {
        state.open.clear()
        state.all = false
      }
      data = fresh
      size = measure()
      sent = Math.max(sent, data.seen)
      queue = queue.filter(edit => edit.n > data.seen)
      root.setAttribute("role", "group")
      root.setAttribute("aria-label", data.alt)
      root.classList.toggle("dark", luminance(getComputedStyle(root).getPropertyValue("--st-background-color")) < 384)
      const { C, H, W, K, Ho, Wo, kh, kw } = size
      const shape = JSON.stringify([data.kind, C, H, W, K, Ho, Wo, kh, kw, data.padding, data.cut, data.flip, size.each])
      state.step = Math.min(state.step, size.total - 1)
      if (shape !== signature) build()
      signature = shape
      const fields = [cells.inputs, cells.kernels, cells.bias ?? []].flat(Infinity)
      for (const cell of fields) if (cell.pending && cell.pending <= data.seen) cell.pending = 0
      look(state.view)
    },
    close() {
      observer.disconnect()
      clearTimeout(state.timer)
    },
  }
}

export default component(createPlayer)
