// What all components share: each mounts a view, which is brought up to date at every change of its data or of the theme,
// and closed when it leaves the page. A view has `root`, its element; `update(data, tell)`, where `tell(event, value)` sends
// an event to Python; and `close()`, which ends its observers, timers and listeners.
const component = open => {
  const mounted = new WeakMap()
  return ({ data, parentElement, setTriggerValue }) => {
    const here = mounted.get(parentElement) ?? { view: open(parentElement), call: 0 }
    mounted.set(parentElement, here)
    const call = ++here.call
    here.view.update(data, (event, value) => here.call && setTriggerValue(event, value))
    // Streamlit calls what the last call returned when the component is unmounted, but also, late, what a call returned
    // that another has overtaken meanwhile: that one closes nothing.
    return () => {
      if (call !== here.call) return
      here.call = 0 // a closed view tells nothing: the blur of a field that goes must not count as typing
      here.view.close()
      here.view.root.remove()
      mounted.delete(parentElement)
    }
  }
}
