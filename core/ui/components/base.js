// What the interactive pictures have in common: making nodes, what waits for Python, and a life from mount to close.
const SVG = "http://www.w3.org/2000/svg"

// Arrow keys as steps to the right and down.
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

export const clamp = (value, low, high) => Math.max(low, Math.min(value, high))

export const set = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

// An element of HTML, as its parent's last.
export const node = (tag, parent, properties = {}, attributes = {}) =>
  set(Object.assign(parent.appendChild(document.createElement(tag)), properties), attributes)

// An element of SVG, likewise.
export const shape = (tag, parent, attributes = {}, text = "") => {
  const element = set(document.createElementNS(SVG, tag), attributes)
  element.textContent = text
  return parent.appendChild(element)
}

// A button's picture, a path in a square of 24, and its name; `kind` is what the style sheet knows the picture by.
export const face = (button, path, label, kind = "") => {
  const look = kind && ` class="${kind}"`
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"${look}><path d="${path}"/></svg>`
  button.title = label
  button.setAttribute("aria-label", label)
}

// Where on an element a pointer is, in CSS pixels.
export const pointer = (event, element) => {
  const edge = element.getBoundingClientRect()
  return { x: event.clientX - edge.left, y: event.clientY - edge.top }
}

// The element of a component that has the keyboard.
export const focused = root => root.getRootNode().activeElement

// What can be scrolled sideways has to be reached by keyboard. Returns whether it can.
export const reachable = (element, label) => {
  const scrolls = element.scrollWidth > element.clientWidth
  const reached = { tabindex: 0, role: "group", "aria-label": label }
  if (scrolls) set(element, reached)
  else for (const name of Object.keys(reached)) element.removeAttribute(name)
  return scrolls
}

// The style that shows one tile of a sheet of tiles.
export const tile = (index, columns, rows) => {
  const share = (place, count) => `${count > 1 ? (place / (count - 1)) * 100 : 0}%`
  return {
    backgroundSize: `${columns * 100}% ${rows * 100}%`,
    backgroundPosition: `${share(index % columns, columns)} ${share(Math.floor(index / columns), rows)}`,
  }
}

// Numbered messages to Python. Of two that follow each other quickly Streamlit keeps but the last, so each goes with all
// before it that Python has not yet said to have seen.
export class Outbox {
  last = 0 // number of the last message
  waiting = []

  // `write(number)` makes the message. Returns all that wait, in order.
  add(write) {
    const number = ++this.last
    this.waiting.push({ number, message: write(number) })
    return this.waiting.map(({ message }) => message)
  }

  heard(seen) {
    this.last = Math.max(this.last, seen)
    this.waiting = this.waiting.filter(({ number }) => number > seen)
  }
}

// What a component shows. Its class has `update(data)`, called at every change of the data or of the theme; in it and
// after it `tell(event, value)` sends an event to Python.
export class View {
  ends = [] // what has to be done when it leaves the page

  constructor(parent, className, tag = "div") {
    this.root = node(tag, parent, { className })
  }

  // An observer of sizes that ends with the component.
  observer(act) {
    const observer = new ResizeObserver(act)
    this.ends.push(() => observer.disconnect())
    return observer
  }

  close() {
    for (const end of this.ends) end()
    this.root.remove()
  }
}

// What Streamlit calls with the data, from a class of views.
export const component = Kind => {
  const mounted = new WeakMap()
  return ({ data, parentElement, setTriggerValue }) => {
    const here = mounted.get(parentElement) ?? { view: new Kind(parentElement), call: 0 }
    mounted.set(parentElement, here)
    const call = ++here.call
    here.view.tell = (event, value) => here.call && setTriggerValue(event, value)
    here.view.update(data)
    // Streamlit calls what the last call returned when the component is unmounted, but also, late, what a call returned
    // that another has overtaken meanwhile: that one closes nothing.
    return () => {
      if (call !== here.call) return
      here.call = 0 // a closed view tells nothing: the blur of a field that goes must not count as typing
      here.view.close()
      mounted.delete(parentElement)
    }
  }
}
