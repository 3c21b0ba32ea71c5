// Boxes over photographs: any number of panels of one picture. Pointing at a box, tapping it, or walking to it by keyboard
// shows its text and fades every box of another group, in all panels, so that a kept box shows whom it suppressed. Where the
// page listens, some boxes can be picked: a click or a tap then means one of those, and Enter the one that has the keyboard.
import { Outbox, View, clamp, component, focused, node, pointer, set, shape } from "./base.js"

const overlap = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

// Put each tag at a corner of its box where it covers no tag placed before it, the surest box choosing first.
const placeTags = ({ stage, tags, scale }) => {
  const taken = []
  for (const tag of tags) {
    const [left, top, right, bottom] = tag.box.corners.map(value => value * scale)
    const w = tag.element.offsetWidth, h = tag.element.offsetHeight
    const fit = (x, y) => ({
      x: clamp(x, 0, stage.clientWidth - w),
      y: clamp(y, 0, stage.clientHeight - h),
      w,
      h,
    })
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

// One copy of the photograph. Its boxes are one tab stop: the arrow keys walk from the last drawn, which lies on top and is
// the surest, to the first; Home and End go to either; Escape leaves the text.
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

class Panel {
  constructor(parent, picture, panel, { light, pick }) {
    this.picture = picture
    this.boxes = [...panel.boxes].reverse() // in the order of the arrow keys
    this.light = light
    this.pick = pick
    this.picks = picture.picks ? this.boxes.filter(box => box.pick >= 0) : []
    this.at = 0 // the box that Tab goes to
    this.told = null // the box whose text the keyboard or a tap asked for
    const figure = node("figure", parent)
    const caption = node("figcaption", figure)
    node("b", caption, { textContent: panel.count })
    caption.append(` ${panel.title}`)
    this.stage = node("div", figure, { className: "stage" })
    const ratio = picture.width / picture.height
    this.stage.style.aspectRatio = ratio
    this.stage.style.width = `min(100%, calc(${picture.tallest} * ${ratio}))`
    node("img", this.stage, { src: picture.uri, alt: panel.alt })
    const viewBox = `0 0 ${picture.width} ${picture.height}`
    this.svg = shape("svg", this.stage, { viewBox, preserveAspectRatio: "none" })
    this.ring = node("div", this.stage, { className: "ring" })
    this.tip = node("div", this.stage, { className: "tip", hidden: true })
    this.tags = []
    for (const [x1, y1, x2, y2] of panel.lines ?? []) shape("line", this.svg, { x1, y1, x2, y2 })
    this.rects = panel.boxes.map(box => this.draw(box)).reverse()
    this.rects.forEach((rect, index) => this.reach(rect, index))
    this.svg.onpointermove = event => event.pointerType !== "touch" && this.point(event) // a finger scrolls
    this.svg.onmousedown = event => this.told !== null && event.preventDefault() // else it lets go before the click
    this.svg.onclick = event => this.tap(event)
    this.svg.onpointerleave = () => this.rest()
    if (!this.rects.length) return
    this.svg.classList.toggle("picks", this.picks.length > 0)
    const hint = `Arrow keys go from box to box${this.picks.length ? ", Enter picks one" : ""}.`
    const label = `${caption.textContent.trim()}. ${hint}`
    set(this.svg, { role: "listbox", "aria-label": label })
    this.svg.onkeydown = event => this.key(event)
  }

  get scale() {
    return this.stage.clientWidth / this.picture.width
  }

  draw(box) {
    const [x1, y1, x2, y2] = box.corners
    const frame = { x: x1, y: y1, width: x2 - x1, height: y2 - y1, "data-group": box.group }
    if (!box.dashed) shape("rect", this.svg, { ...frame, class: "casing", "stroke-width": box.line + 1.6 })
    const rect = shape("rect", this.svg, { ...frame, stroke: box.colour, "stroke-width": box.line })
    rect.classList.toggle("dashed", box.dashed)
    if (box.tag) {
      const tag = node("span", this.stage, { className: "tag", textContent: box.tag, ariaHidden: "true" })
      tag.dataset.group = box.group
      tag.style.background = box.colour
      tag.style.color = box.ink
      this.tags.unshift({ element: tag, box })
    }
    return rect
  }

  // A name and a place in the list for those who do not see the box, and the keyboard's way to it.
  reach(rect, index) {
    set(rect, {
      role: "option",
      "aria-roledescription": "box",
      "aria-label": this.boxes[index].text.replaceAll("\n", ", "),
      "aria-posinset": index + 1,
      "aria-setsize": this.boxes.length,
      tabindex: index === this.at ? 0 : -1,
    })
    rect.onfocus = () => this.enter(index)
    rect.onblur = () => this.leave()
  }

  enter(index) {
    this.rects[this.at].setAttribute("tabindex", -1)
    this.rects[index].setAttribute("tabindex", 0)
    this.at = this.told = index
    const [x1, y1, x2, y2] = this.boxes[index].corners, { width, height } = this.picture
    const inset = share => `max(0px, calc(${100 * share}% - 5px))` // around the box, but within the picture
    this.ring.style.inset = [y1 / height, 1 - x2 / width, 1 - y2 / height, x1 / width].map(inset).join(" ")
    this.rest()
  }

  leave() {
    this.told = null
    this.rest()
  }

  // What is shown while no pointer is on a box.
  rest() {
    if (this.told === null) {
      this.tip.hidden = true
      return this.light(null)
    }
    const box = this.boxes[this.told]
    this.tell(box, box.corners[0] * this.scale, box.corners[1] * this.scale)
  }

  tell(box, x, y) {
    const { stage, tip } = this
    tip.textContent = box.text
    tip.hidden = false
    const fitX = Math.min(x + 12, stage.clientWidth - tip.offsetWidth - 4)
    const fitY = y + 14 + tip.offsetHeight > stage.clientHeight ? y - tip.offsetHeight - 8 : y + 14
    tip.style.left = `${Math.max(4, fitX)}px`
    tip.style.top = `${Math.max(4, fitY)}px`
    this.light(box.group)
  }

  // The box that a pointer means, and where on the stage it points.
  meant(event) {
    const { x, y } = pointer(event, this.stage)
    return { box: pointedAt(this.boxes, x, y, this.scale), x, y }
  }

  point(event) {
    const { box, x, y } = this.meant(event)
    if (box) this.tell(box, x, y)
    else this.rest()
  }

  // A tap or a click goes where the keyboard goes, and stays; the same once more, or one beside all boxes, lets go.
  tap(event) {
    const { box, x, y } = this.meant(event)
    const picked = pointedAt(this.picks, x, y, this.scale)
    if (picked) {
      this.rects[this.told]?.blur() // what is picked is on the page: a text that stays would only cover the picture
      return this.pick(picked.pick)
    }
    const index = this.boxes.indexOf(box)
    if (index < 0 || index === this.told) this.rects[this.told]?.blur()
    else this.rects[index].focus({ preventScroll: true })
  }

  key(event) {
    if (event.key === "Escape") return this.leave()
    if ((event.key === "Enter" || event.key === " ") && this.picks.length) {
      event.preventDefault()
      const box = this.boxes[this.at]
      if (this.picks.includes(box)) this.pick(box.pick)
      return
    }
    const last = this.boxes.length - 1
    const to = { Home: 0, End: last }[event.key] ?? this.at + STEPS[event.key]
    if (Number.isNaN(to)) return
    event.preventDefault()
    const next = clamp(to, 0, last)
    if (next === this.at) this.enter(next)
    else this.rects[next].focus()
  }
}

class Boxes extends View {
  panels = []
  clicks = new Outbox()

  constructor(parent) {
    super(parent, "panels")
    this.sizes = this.observer(() => this.panels.forEach(placeTags))
  }

  update(data) {
    const held = this.panels.findIndex(panel => panel.svg.contains(focused(this.root)))
    const { at, told } = this.panels[held] ?? {}
    const hears = { light: group => this.light(group), pick: box => this.pick(box) }
    this.clicks.heard(data.seen ?? 0)
    this.sizes.disconnect()
    this.light(null)
    this.root.classList.toggle("stacked", data.width > 2.5 * data.height)
    this.root.replaceChildren()
    this.panels = data.panels.map(panel => new Panel(this.root, data, panel, hears))
    this.panels.forEach(panel => this.sizes.observe(panel.stage))
    this.panels.forEach(placeTags)
    if (held >= 0) this.refocus(this.panels[held], at, told)
  }

  // Whoever walks through the boxes while they are drawn anew stays where they are.
  refocus(panel, at, told) {
    if (!panel?.rects.length) return
    panel.rects[Math.min(at, panel.rects.length - 1)].focus({ preventScroll: true })
    if (told === null) panel.leave()
  }

  pick(box) {
    this.tell("boxes", this.clicks.add(number => [number, box]))
  }

  light(group) {
    if (group === this.lit) return // as for most steps of a pointer
    this.lit = group
    this.root.classList.toggle("linked", group !== null)
    for (const element of this.root.querySelectorAll("[data-group]"))
      element.classList.toggle("on", element.dataset.group === String(group))
  }
}

export default component(Boxes)
