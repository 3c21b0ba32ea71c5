// Whether the page has come to rest, for tests: `window.settled()`. Instead of sleeping they ask it again and again.
(() => {
  const QUIET = 60 // ms without a change of the page: two frames and more
  const ANSWER = 300 // ms in which an input is sent, Streamlit holds sliders back for 200
  const START = 1000 // ms in which the server begins to run what it was sent
  const STALE = 20000 // ms after which a picture that moves by itself counts as at rest
  const now = () => performance.now()
  let typed = 0, sent = 0, begun = 0, changed = 0, loading = 0, asked = 0

  for (const kind of ["keydown", "click", "change", "input", "drop", "pointerup"])
    addEventListener(kind, () => (typed = now()), { capture: true, passive: true })

  // an upload goes to the server first, and only then a message about it
  const send = XMLHttpRequest.prototype.send
  XMLHttpRequest.prototype.send = function (...given) {
    loading += 1
    this.addEventListener("loadend", () => {
      loading -= 1
      typed = now()
    })
    return send.apply(this, given)
  }
  const tell = WebSocket.prototype.send
  WebSocket.prototype.send = function (...given) {
    sent = now()
    return tell.apply(this, given)
  }

  const state = () => document.querySelector("[data-testid=stApp]")?.dataset ?? {}
  new MutationObserver(changes => {
    changed = now()
    if (changes.some(change => change.attributeName === "data-test-script-state")) begun = changed
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })

  // a component's frame is there some frames before what it draws: first only the element for its style
  const empty = () =>
    [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")].some(host => !(host.shadowRoot?.childElementCount > 1))

  // Plotly is fetched when first used, and a changed chart is another element that begins empty
  const undrawn = () =>
    [...document.querySelectorAll("[data-testid=stPlotlyChart]")].some(chart => !chart.querySelector(".main-svg"))

  window.settled = (start = START) => {
    const { testConnectionState, testScriptState } = state()
    if (testConnectionState !== "CONNECTED" || testScriptState !== "notRunning") return false
    asked ||= now()
    if (loading || document.querySelector("[data-testid=stSkeleton]")) return false // each widget's code is fetched when first used
    if (sent >= typed ? begun < sent && now() - sent < start : now() - typed < ANSWER) return false
    if ((now() - changed < QUIET || empty() || undrawn()) && now() - asked < STALE) return false
    asked = 0
    return true
  }
})()
