// Asks before the tab is closed or loaded anew, as long as something would be lost with it; afterwards it tells Python,
// once, what was. Draws nothing.
import { View, component } from "./base.js"

const PLACE = "classroom-unsaved"

// What the tab remembers over a reload: {visit, things, origin, left}. A browser may refuse to remember anything.
const remembered = () => {
  try {
    return JSON.parse(window.sessionStorage.getItem(PLACE))
  } catch {
    return null
  }
}

const remember = record => {
  try {
    if (record) window.sessionStorage.setItem(PLACE, JSON.stringify(record))
    else window.sessionStorage.removeItem(PLACE)
  } catch {
    // then there is no line after a reload; the question before it is asked all the same
  }
}

class Unsaved extends View {
  watching = false

  constructor(parent) {
    super(parent, "unsaved", "span")
    this.ask = event => event.preventDefault()
    this.leave = () => {
      const record = remembered()
      if (record) remember({ ...record, left: true })
    }
    this.ends.push(() => this.watch(false))
  }

  update({ visit, things }) {
    const before = remembered(), origin = performance.timeOrigin
    // a tab that was duplicated has the memory of the other one, which was not left and has lost nothing
    const lost = before && before.visit !== visit && (before.left || before.origin === origin)
    remember(things.length ? { visit, things, origin } : null)
    this.watch(things.length > 0)
    if (lost) this.tell("lost", before.things)
  }

  // A page that nobody has to ask about has no listeners: browsers keep it as it is for the way back.
  watch(on) {
    const change = on ? "addEventListener" : "removeEventListener"
    if (on === this.watching) return
    this.watching = on
    window[change]("beforeunload", this.ask)
    window[change]("pagehide", this.leave)
  }
}

export default component(Unsaved)
