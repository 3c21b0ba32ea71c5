// Tells Python how wide the window is, down to an edge, each time that this is not what Python takes it to be. Draws nothing.
export default component(parent => {
  const root = parent.appendChild(document.createElement("span"))
  let held = null
  let edges = []
  let tell = () => {}
  const compare = () => {
    const width = edges.findLast(edge => edge <= window.innerWidth)
    if (width !== held) tell("width", (held = width))
  }
  window.addEventListener("resize", compare)
  return {
    root,
    update(data, send) {
      ;({ held, edges } = data)
      tell = send
      compare()
    },
    close: () => window.removeEventListener("resize", compare)
  }
})
