// What does not fit on the page as it is now, for tests: `window.misfits()` gives sentences, none where all is well.
// Boxes in CSS pixels. What scrolls in a frame of its own is fitting; what a frame hides for good is not.
(() => {
  const AIR = 0.18 // of a text's box on each side is no ink: what letters leave free above and below
  const SLACK = 1 // px of rounding
  const LEAST = 2 // px both ways before two texts count as lying on one another

  const inside = function* (node) {
    // the page's elements, those of components too
    for (const child of node.children) {
      yield child
      if (child.shadowRoot) yield* inside(child.shadowRoot)
      yield* inside(child)
    }
  }
  const parent = element => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null
  const above = function* (element) {
    for (let at = parent(element); at; at = parent(at)) yield at
  }
  const shown = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const words = text => `“${text.trim().replace(/\s+/g, " ").slice(0, 30)}”`

  const scrolls = overflow => /auto|scroll/.test(overflow)
  const clips = overflow => /hidden|clip/.test(overflow)

  const ink = ({ left, right, top, bottom }) => {
    // letters run along the longer side, or the other way round where there is but one: either way little is lost
    const air = AIR * Math.min(right - left, bottom - top)
    return { left: left + air, right: right - air, top: top + air, bottom: bottom - air }
  }

  // The lines of a piece of text, each as a box; those of a drawing and of a formula are one.
  const lines = (element, pieces, whole) => {
    if (whole) return [element.getBoundingClientRect()]
    const range = document.createRange()
    return pieces.flatMap(piece => {
      range.selectNodeContents(piece)
      return [...range.getClientRects()]
    })
  }

  // Every run of words with its boxes, icons (which are letters of a font) left out.
  const NO_WORDS = ".katex-mathml, style, script, option, select, [data-testid=stIconMaterial]"
  const texts = root => {
    const found = []
    for (const element of inside(root)) {
      const formula = element.closest(".katex")
      if (element.closest(NO_WORDS) || (formula && formula !== element)) continue
      const pieces = [...element.childNodes].filter(child => child.nodeType === Node.TEXT_NODE && child.data.trim())
      if (!(formula || pieces.length) || !shown(element)) continue
      const own = formula ? formula.textContent : pieces.map(piece => piece.data).join(" ")
      for (const box of lines(element, pieces, formula || element.ownerSVGElement))
        if (box.width > 1 && box.height > 1) found.push({ element, own, box: ink(box) })
    }
    return found
  }

  // What stays in sight in a frame that scrolls, and so lies on what has moved under it.
  const pinned = element => [element, ...above(element)].find(at => getComputedStyle(at).position === "sticky") ?? null

  // What is left of a box when all frames around it have cut it, and whether a frame cuts it for good.
  const seen = ({ element, box }) => {
    let { left, right, top, bottom } = box
    let lost = null, home = null
    for (const frame of [element, ...above(element)]) {
      if (frame.ownerSVGElement) continue // clips by nothing but its picture
      const style = getComputedStyle(frame)
      const edge = frame.getBoundingClientRect()
      if (edge.width <= 1 && style.overflowX !== "visible") return { gone: true } // said to screen readers only
      if (style.overflowX !== "visible" && edge.width) {
        if (clips(style.overflowX) && (left < edge.left - SLACK || right > edge.right + SLACK)) lost ??= frame
        left = Math.max(left, edge.left)
        right = Math.min(right, edge.right)
      }
      if (style.overflowY !== "visible" && edge.height) {
        if (clips(style.overflowY) && (top < edge.top - SLACK || bottom > edge.bottom + SLACK)) lost ??= frame
        top = Math.max(top, edge.top)
        bottom = Math.min(bottom, edge.bottom)
      }
      const across = scrolls(style.overflowX) && frame.scrollWidth > frame.clientWidth + 1
      const down = scrolls(style.overflowY) && frame.scrollHeight > frame.clientHeight + 1
      if (!across && !down) continue
      home = frame
      break // what it holds may be scrolled to anywhere
    }
    return { left, right, top, bottom, lost, home, gone: right - left < 1 || bottom - top < 1 }
  }

  const sideways = () => {
    const frames = [document.scrollingElement, ...document.querySelectorAll("[data-testid=stMain]")]
    const wide = frames.filter(frame => frame.scrollWidth > frame.clientWidth + 1)
    return wide.map(frame => `the page scrolls sideways: ${frame.scrollWidth} in ${frame.clientWidth} px`)
  }

  const UPLOADER = "[data-testid=stFileUploaderDropzone]" // Streamlit shortens the list of formats there by itself

  // Sliders that are not on one screen with any picture, chart or table of those that the page has.
  const PICTURES = "stVegaLiteChart stPlotlyChart stImage stDataFrame stTable".split(" ").map(id => `[data-testid=${id}]`)
  window.alone = () => {
    const main = document.querySelector("[data-testid=stMain]")
    const all = selector => [...main.querySelectorAll(selector)].filter(shown)
    const boxes = selector => all(selector).map(element => [element, element.getBoundingClientRect()])
    const pictures = boxes([...PICTURES, "[data-testid^=stBidiComponent]"].join()).filter(([, box]) => box.height > 60)
    const together = (one, other) => Math.max(one.bottom, other.bottom) - Math.min(one.top, other.top) <= innerHeight
    const sliders = pictures.length ? boxes("[data-testid=stSlider]") : []
    const lost = sliders.filter(([, box]) => !pictures.some(([, picture]) => together(box, picture)))
    return lost.map(([slider]) => `a screen away from every picture: ${words(slider.textContent)}`)
  }

  window.misfits = () => {
    const main = document.querySelector("[data-testid=stMain]")
    const all = texts(main).map(text => ({ ...text, ...seen(text) }))
    const found = sideways()
    const lost = all.filter(text => text.lost && !text.lost.closest(UPLOADER))
    found.push(...lost.map(text => `cut off: ${words(text.own)}`))
    const left = all.filter(text => !text.gone)
    left.sort((a, b) => a.top - b.top)
    for (const [index, one] of left.entries())
      for (const other of left.slice(index + 1)) {
        if (other.top >= one.bottom - LEAST) break
        const across = Math.min(one.right, other.right) - Math.max(one.left, other.left)
        const down = Math.min(one.bottom, other.bottom) - other.top
        if (across < LEAST || down < LEAST || one.element === other.element) continue
        if (pinned(one.element) !== pinned(other.element) && one.home && one.home === other.home) continue
        if ([one, other].every(text => text.element.matches(".tag"))) continue // names of boxes that lie on one another
        found.push(`${words(one.own)} lies on ${words(other.own)}`)
      }
    return [...new Set(found)]
  }
})()
