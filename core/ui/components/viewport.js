// Tells Python how wide the window is, down to an edge, and whether its theme is dark, each time that this is not what
// Python takes it to be. Draws nothing.
import { View, component } from "./base.js"

// Of a colour as #RRGGBB; undefined where there is none, before the page is styled.
const isDark = colour => {
  const [red, green, blue] = [1, 3, 5].map(at => parseInt(colour.trim().slice(at, at + 2), 16))
  return Number.isNaN(red + green + blue) ? undefined : red + green + blue < 384
}

class Viewport extends View {
  constructor(parent) {
    super(parent, "viewport", "span")
    const compare = () => this.compare()
    window.addEventListener("resize", compare)
    this.ends.push(() => window.removeEventListener("resize", compare))
  }

  update({ held, edges, dark }) {
    this.held = held
    this.edges = edges
    this.compare()
    const now = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color"))
    if (now === dark) this.told = undefined
    if (now === undefined || dark === undefined || now === dark || now === this.told) return
    this.told = now
    this.tell("dark", now)
  }

  compare() {
    const width = this.edges.findLast(edge => edge <= window.innerWidth)
    if (width === this.held) return
    this.held = width
    this.tell("width", width)
  }
}

export default component(Viewport)
