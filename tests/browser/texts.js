// window.texts(): every text of the charts and drawings on the page, with the size and the contrast it is shown with.
// Vega-Lite and Plotly draw SVG, our components HTML and SVG in shadow roots. Sizes are CSS pixels on the screen: a
// font's size times the scale of the SVG around it. What lies behind a text is found along its middle line: shapes of the
// same component or chart that are painted before it, down to the first opaque one or to the page. A photograph or a
// canvas behind it is of no colour that can be known: there a text needs a plate of its own, or a halo (a stroke below
// its letters). Lines behind a text do not count, nor does text that a scrolled frame cuts off.
window.texts = (() => {
  const HALO = 2 // CSS pixels of stroke around the letters from which on the stroke is what they are read against
  const AT = [0.1, 0.5, 0.9] // of a text's length
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true })
  const known = new Map()

  // Any CSS colour as [red, green, blue, opacity], of 255 and of 1.
  const colour = text => {
    if (!known.has(text)) {
      pen.clearRect(0, 0, 1, 1)
      pen.fillStyle = "#0000"
      pen.fillStyle = text
      pen.fillRect(0, 0, 1, 1)
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data
      known.set(text, [red, green, blue, alpha / 255])
    }
    return known.get(text)
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
  // https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  const luminance = ([r, g, b]) => {
    const [red, green, blue] = [r, g, b].map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (high + 0.05) / (low + 0.05)
  }

  const parent = element => element.parentElement ?? element.getRootNode().host ?? null
  const opacity = (element, end) => {
    let product = 1
    for (let at = element; at && at !== end; at = parent(at)) product *= Number(getComputedStyle(at).opacity)
    return product
  }

  // What an element paints within its outline: a list of colours, any of which may lie at a point; null where unknown.
  const paint = element => {
    const style = getComputedStyle(element)
    if (["IMG", "CANVAS", "VIDEO"].includes(element.tagName) || element.tagName === "image") return null
    if (element instanceof SVGGeometryElement) {
      if (style.fill === "none" || style.fill.startsWith("url")) return []
      const [r, g, b, a] = colour(style.fill)
      return [[r, g, b, a * Number(style.fillOpacity)]]
    }
    if (element instanceof SVGElement) return []
    const own = colour(style.backgroundColor)
    if (style.backgroundImage === "none") return own[3] ? [own] : []
    if (style.backgroundImage.includes("url(")) return null
    const stops = style.backgroundImage.match(/[a-z]+\([^()]*\)|#\w+/g) ?? []
    return stops.map(stop => over(colour(stop), own))
  }

  // Whether a rectangle that its drawing is clipped to leaves the place out: the bars of a logarithmic axis begin at minus
  // infinity, far left of the plot that shows them.
  const clipped = (element, x, y) => {
    for (let at = element; at instanceof SVGElement; at = at.parentElement) {
      const id = getComputedStyle(at).clipPath.match(/^url\("?#([^")]+)"?\)$/)?.[1]
      const frame = id && at.getRootNode().getElementById(id)?.querySelector("rect")
      const matrix = frame && at.getScreenCTM()
      if (!matrix) continue
      const point = new DOMPoint(x, y).matrixTransform(matrix.inverse())
      const [left, top, wide, high] = ["x", "y", "width", "height"].map(name => frame[name].baseVal.value)
      if (point.x < left || point.x > left + wide || point.y < top || point.y > top + high) return true
    }
    return false
  }

  const inside = (element, box, x, y) => {
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return false
    if (!(element instanceof SVGGeometryElement)) return true
    if (clipped(element, x, y)) return false
    const matrix = element.getScreenCTM()
    return Boolean(matrix) && element.isPointInFill(new DOMPoint(x, y).matrixTransform(matrix.inverse()))
  }

  // Every element of a component or chart in the order of the document, through shadow roots, with where it is.
  const walk = (element, list = []) => {
    if (["STYLE", "SCRIPT", "defs", "clipPath", "title", "OPTION"].includes(element.tagName)) return list
    if (!element.checkVisibility({ visibilityProperty: true })) return list
    list.push({ element, box: element.getBoundingClientRect() })
    for (const child of element.shadowRoot?.children ?? element.children) walk(child, list)
    return list
  }

  const words = element => {
    if (element instanceof HTMLInputElement) return element.type === "text" ? element.value.trim() : ""
    if (element instanceof HTMLSelectElement) return element.selectedOptions[0]?.textContent ?? ""
    const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE)
    return own.map(node => node.textContent).join("").trim()
  }

  // Places on the screen along the middle of a text, and how large a unit of its font's size is there.
  const place = (element, box) => {
    if (element instanceof SVGTextContentElement) {
      const { x, y, width, height } = element.getBBox(), matrix = element.getScreenCTM()
      const points = AT.map(at => new DOMPoint(x + at * width, y + height / 2).matrixTransform(matrix))
      return { points, scale: Math.sqrt(Math.abs(matrix.a * matrix.d - matrix.b * matrix.c)) }
    }
    let lines = [box]
    if (!["INPUT", "SELECT"].includes(element.tagName)) {
      const range = document.createRange()
      range.selectNodeContents([...element.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim()))
      lines = [...range.getClientRects()]
    }
    const line = lines[0] ?? box
    return { points: AT.map(at => new DOMPoint(line.left + at * line.width, line.top + line.height / 2)), scale: 1 }
  }

  // Whether a frame that scrolls hides the place.
  const cut = (element, { x, y }, end) => {
    for (let at = parent(element); at && at !== end; at = parent(at)) {
      if (at instanceof SVGElement || getComputedStyle(at).overflowX === "visible") continue
      const box = at.getBoundingClientRect()
      if (x < box.left || x > box.right || y < box.top || y > box.bottom) return true
    }
    return false
  }

  // All colours that may lie behind a text at a point; null where one of them is not known.
  const behind = (list, index, root, { x, y }, halo) => {
    if (halo) return [halo]
    const layers = []
    let solid = false
    for (let at = index; at >= 0 && !solid; at--) {
      const { element, box } = list[at]
      if (at === index && element instanceof SVGElement) continue
      if (!inside(element, box, x, y)) continue
      const colours = paint(element)
      if (colours === null) return null
      if (!colours.length) continue
      const faded = opacity(element, root)
      layers.unshift(colours.map(([r, g, b, a]) => [r, g, b, a * faded]))
      solid = colours.every(found => found[3] * faded > 0.995)
    }
    for (let at = parent(root); at && !solid; at = parent(at)) {
      const own = colour(getComputedStyle(at).backgroundColor)
      if (own[3]) layers.unshift([own])
      solid = own[3] === 1
    }
    let found = [[255, 255, 255, 1]]
    for (const layer of layers) found = layer.flatMap(top => found.map(below => over(top, below)))
    return found
  }

  const measure = (list, index, root) => {
    const { element, box } = list[index], text = words(element)
    if (!text || box.width < 2 || box.height < 2) return []
    const style = getComputedStyle(element), svg = element instanceof SVGElement
    const { points, scale } = place(element, box)
    const seen = points.filter(point => !cut(element, point, root))
    const faded = opacity(element, root)
    const ink = colour(svg ? style.fill : style.color), alpha = ink[3] * faded * (svg ? Number(style.fillOpacity) : 1)
    if (!seen.length || alpha === 0) return []
    const stroked = svg && style.stroke !== "none" && parseFloat(style.strokeWidth) * scale >= HALO
    const halo = stroked && style.paintOrder.startsWith("stroke") ? colour(style.stroke) : null
    let least = Infinity
    for (const point of seen) {
      const grounds = behind(list, index, root, point, halo)
      if (!grounds) least = 0
      else for (const ground of grounds) least = Math.min(least, contrast(over([...ink.slice(0, 3), alpha], ground), ground))
    }
    return [{
      text,
      size: parseFloat(style.fontSize) * scale,
      contrast: least,
      disabled: Boolean(element.closest(":disabled")),
      box: [box.left, box.top, box.right, box.bottom].map(Math.round),
    }]
  }

  // One list a chart or component: its key or its title, and its texts.
  return () => {
    const charts = document.querySelectorAll("[data-testid=stVegaLiteChart], [data-testid=stPlotlyChart]")
    const components = document.querySelectorAll("[data-testid=stBidiComponentIsolated], [data-testid=stBidiComponentRegular]")
    return [...charts, ...components].map(root => {
      const list = walk(root)
      const holder = root.closest("[class*=st-key-]")
      const key = holder ? [...holder.classList].find(name => name.startsWith("st-key-")).slice(7) : ""
      const title = root.querySelector(".role-title-text text, .gtitle")?.textContent ?? ""
      return { name: key || title, texts: list.flatMap((_, index) => measure(list, index, root)) }
    })
  }
})()
