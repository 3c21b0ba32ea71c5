// Tells Python how wide the window is, down to an edge, each time that this is not what Python takes it to be. Draws nothing.
import { View, component } from "./base.js"

class Viewport extends View {
  constructor(parent) {
    super(parent, "viewport", "span")
    const compare = () => this.compare()
    window.addEventListener("resize", compare)
    this.ends.push(() => window.removeEventListener("resize", compare))
  }

  update({ held, edges }) {
    this.held = held
    this.edges = edges
    this.compare()
  }

  compare() {
    const width = this.edges.findLast(edge => edge <= window.innerWidth)
    if (width === this.held) return
    this.held = width
    this.tell("width", width)
  }
}

export default component(Viewport)
