// Boxes over photographs: any number of panels of one picture. Hovering (or tabbing to) a box shows its text and
// fades every box of another group, in all panels, so that a kept box shows whom it suppressed.
const SVG = "http://www.w3.org/2000/svg"

const node = (tag, parent, properties = {}) => Object.assign(parent.appendChild(document.createElement(tag)), properties)

const shape = (parent, attributes) => {
  const rect = document.createElementNS(SVG, "rect")
  for (const [name, value] of Object.entries(attributes)) rect.setAttribute(name, value)
  return parent.appendChild(rect)
}

const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

// Put each tag at a corner of its box where it covers no tag placed before it, the surest box choosing first.
const placeTags = stage => {
  const taken = []
  for (const tag of stage.tags) {
    const [x1, y1, x2, y2] = tag.box.corners
    const scale = stage.element.clientWidth / stage.width
    const w = tag.element.offsetWidth, h = tag.element.offsetHeight
    const fit = (x, y) => ({
      x: Math.max(0, Math.min(x, stage.element.clientWidth - w)),
      y: Math.max(0, Math.min(y, stage.element.clientHeight - h)),
      w,
      h,
    })
    const [left, top, right, bottom] = [x1, y1, x2, y2].map(v => v * scale)
    const corners = [fit(left, top - h), fit(left, top), fit(right - w, top - h), fit(right - w, top)]
    corners.push(fit(left, bottom - h), fit(left, bottom), fit(right - w, bottom - h), fit(left, top + h))
    const place = corners.find(c => !taken.some(t => overlap(c, t))) ?? corners[0]
    taken.push(place)
    tag.element.style.left = `${place.x}px`
    tag.element.style.top = `${place.y}px`
  }
}

// The box meant by a pointer at x, y (CSS pixels): the one whose edge is nearest, if one is within reach, else the
// smallest around the pointer. What lies on top says nothing: the largest box would hide all others from the mouse.
const REACH = 6
const pointedAt = (boxes, x, y, scale) => {
  let nearest = null, best = REACH, smallest = null, least = Infinity
  for (const box of boxes) {
    const [x1, y1, x2, y2] = box.corners.map(v => v * scale)
    const insideX = x >= x1 && x <= x2, insideY = y >= y1 && y <= y2
    if (insideX && insideY && (x2 - x1) * (y2 - y1) < least) {
      least = (x2 - x1) * (y2 - y1)
      smallest = box
    }
    const aside = Math.max(x1 - x, 0, x - x2), above = Math.max(y1 - y, 0, y - y2)
    const within = Math.min(x - x1, x2 - x, y - y1, y2 - y)
    const distance = insideX && insideY ? within : Math.hypot(aside, above)
    if (distance < best) {
      best = distance
      nearest = box
    }
  }
  return nearest ?? smallest
}

const link = (root, group) => {
  root.classList.toggle("linked", group !== null)
  for (const element of root.querySelectorAll("[data-group]"))
    element.classList.toggle("on", element.dataset.group === String(group))
}

const drawPanel = (root, picture, panel) => {
  const figure = node("figure", root)
  const caption = node("figcaption", figure)
  node("b", caption, { textContent: panel.count })
  caption.append(` ${panel.title}`)
  const element = node("div", figure, { className: "stage" })
  const ratio = picture.width / picture.height
  element.style.aspectRatio = ratio
  element.style.width = `min(100%, calc(${picture.tallest} * ${ratio}))`
  node("img", element, { src: picture.uri, alt: panel.alt })
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("viewBox", `0 0 ${picture.width} ${picture.height}`)
  svg.setAttribute("preserveAspectRatio", "none")
  element.append(svg)
  const tip = node("div", element, { className: "tip", hidden: true })
  const stage = { element, width: picture.width, tags: [] }

  const tell = (box, x, y) => {
    tip.textContent = box.text
    tip.hidden = false
    const fitX = Math.min(x + 12, element.clientWidth - tip.offsetWidth - 4)
    const fitY = y + 14 + tip.offsetHeight > element.clientHeight ? y - tip.offsetHeight - 8 : y + 14
    tip.style.left = `${Math.max(4, fitX)}px`
    tip.style.top = `${Math.max(4, fitY)}px`
    link(root, box.group)
  }
  const hush = () => {
    tip.hidden = true
    link(root, null)
  }

  svg.onpointermove = event => {
    const edge = element.getBoundingClientRect()
    const x = event.clientX - edge.left, y = event.clientY - edge.top
    const box = pointedAt(panel.boxes, x, y, element.clientWidth / picture.width)
    if (box) tell(box, x, y)
    else hush()
  }
  svg.onpointerleave = hush

  for (const box of panel.boxes) {
    const [x1, y1, x2, y2] = box.corners
    const frame = { x: x1, y: y1, width: x2 - x1, height: y2 - y1, "data-group": box.group }
    if (!box.dashed) shape(svg, { ...frame, class: "casing", "stroke-width": box.line + 1.6 })
    const rect = shape(svg, { ...frame, stroke: box.colour, "stroke-width": box.line })
    rect.classList.toggle("dashed", box.dashed)
    if (box.tag) {
      rect.setAttribute("tabindex", 0)
      rect.setAttribute("role", "img")
      rect.setAttribute("aria-label", box.text)
      const scale = () => element.clientWidth / picture.width
      rect.onfocus = () => tell(box, x1 * scale(), y1 * scale())
      rect.onblur = hush
      const tag = node("span", element, { className: "tag", textContent: box.tag, ariaHidden: "true" })
      tag.dataset.group = box.group
      tag.style.background = box.colour
      tag.style.color = box.ink
      stage.tags.unshift({ element: tag, box })
    }
  }
  return stage
}

const observers = new WeakMap()

export default function ({ data, parentElement }) {
  observers.get(parentElement)?.disconnect()
  let root = parentElement.querySelector(".panels")
  if (!root) root = node("div", parentElement, { className: "panels" })
  root.classList.remove("linked")
  root.classList.toggle("stacked", data.width > 2.5 * data.height)
  root.replaceChildren()
  const stages = data.panels.map(panel => drawPanel(root, data, panel))
  const place = () => stages.forEach(placeTags)
  const observer = new ResizeObserver(place)
  stages.forEach(stage => observer.observe(stage.element))
  observers.set(parentElement, observer)
  place()
  return () => observer.disconnect()
}
