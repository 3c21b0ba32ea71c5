// Tells Python whether the window is narrow, each time that this is not what Python takes it to be. Draws nothing.
export default component(parent => {
  const root = parent.appendChild(document.createElement("span"))
  let query = null
  let held = null
  let tell = () => {}
  const compare = () => query.matches !== held && tell("narrow", query.matches)
  return {
    root,
    update(data, send) {
      held = data.narrow
      tell = send
      if (query === null) {
        query = window.matchMedia(`(max-width: ${data.below - 1}px)`)
        query.addEventListener("change", compare)
      }
      compare()
    },
    close: () => query?.removeEventListener("change", compare)
  }
})
