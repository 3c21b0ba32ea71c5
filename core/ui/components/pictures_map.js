// A map of pictures: points on a canvas, the picture of the one under the pointer beside it. All pictures come as one
// sheet, of which a tile is shown. Arrow keys go from point to point, Enter picks.
import { ARROWS, Outbox, View, clamp, component, node, pointer, tile } from "./base.js"

const REACH = 16, PAD = 22, TIP = 112, LARGEST_THUMB = 44

const traces = [
  (pen, x, y, r) => pen.arc(x, y, r, 0, 2 * Math.PI),
  (pen, x, y, r) => pen.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r),
  (pen, x, y, r) => {
    pen.moveTo(x, y - 1.2 * r)
    pen.lineTo(x + 1.1 * r, y + 0.8 * r)
    pen.lineTo(x - 1.1 * r, y + 0.8 * r)
    pen.closePath()
  },
  (pen, x, y, r) => {
    pen.moveTo(x, y - 1.3 * r)
    pen.lineTo(x + 1.3 * r, y)
    pen.lineTo(x, y + 1.3 * r)
    pen.lineTo(x - 1.3 * r, y)
    pen.closePath()
  },
]

const mark = (pen, { colour, shape }, x, y, r) => {
  pen.beginPath()
  traces[shape](pen, x, y, r)
  pen.fillStyle = colour
  pen.fill()
  pen.strokeStyle = "rgb(0 0 0 / 0.35)"
  pen.lineWidth = 0.7
  pen.stroke()
}

class PictureMap extends View {
  clicks = new Outbox()
  only = null // the group that alone is shown
  current = null // the point whose picture is shown

  constructor(parent) {
    super(parent, "map")
    this.legend = node("div", this.root, { className: "legend" })
    this.upwards = node("div", this.root, { className: "axis" })
    this.stage = node("div", this.root, { className: "stage", tabIndex: 0 }, { role: "application" })
    this.canvas = node("canvas", this.stage)
    this.chosenRing = node("div", this.stage, { className: "ring chosen", hidden: true })
    this.hoverRing = node("div", this.stage, { className: "ring", hidden: true })
    this.tip = node("div", this.stage, { className: "tip", hidden: true })
    this.tipPicture = node("div", this.tip, { className: "picture" })
    this.tipText = node("div", this.tip, {}, { "aria-live": "polite" })
    this.across = node("div", this.root, { className: "axis" })
    this.image = new Image()
    this.image.onload = () => this.draw()
    this.ends.push(() => (this.image.onload = null))
    this.stage.onpointermove = event => this.show(this.nearest(event))
    this.stage.onpointerleave = () => this.show(null)
    this.stage.onblur = () => this.show(null)
    this.stage.onclick = event => this.pick(this.nearest(event))
    this.stage.onkeydown = event => this.key(event)
    this.observer(() => this.draw()).observe(this.stage)
  }

  update(data) {
    this.clicks.heard(data.seen)
    const moved = !this.data || this.data.points.length !== data.points.length || this.data.title !== data.title
    this.data = data
    if (this.image.src !== data.sheet.uri) this.image.src = data.sheet.uri
    this.stage.setAttribute("aria-label", `${data.alt}. Arrow keys go from point to point, Enter picks one.`)
    ;[this.across.textContent, this.upwards.textContent] = data.axes.map((name, i) => name && `${"→↑"[i]} ${name}`)
    this.only = null
    this.drawLegend()
    if (moved) this.show(null)
    this.draw()
  }

  drawLegend() {
    this.legend.replaceChildren()
    this.data.marks.forEach((group, index) => {
      if (!group.count) return
      const entry = node("button", this.legend, { type: "button", title: "Show only these" })
      const swatch = node("canvas", entry, { width: 28, height: 28 })
      mark(swatch.getContext("2d"), group, 14, 14, 9)
      entry.append(`${group.name} (${group.count.toLocaleString("en")})`)
      entry.setAttribute("aria-pressed", "false")
      entry.onclick = () => {
        this.only = this.only === index ? null : index
        for (const other of this.legend.children) other.setAttribute("aria-pressed", other === entry && this.only === index)
        this.draw()
      }
    })
  }

  draw() {
    const { data, canvas, stage } = this
    const width = stage.clientWidth
    if (!data || !width) return
    const height = stage.clientHeight
    const ratio = window.devicePixelRatio || 1
    canvas.width = width * ratio
    canvas.height = height * ratio
    const xs = data.points.map(([x]) => x), ys = data.points.map(([, y]) => y)
    const reach = values => Math.max(...values.map(Math.abs), 1e-6)
    const count = data.points.length
    const thumb = clamp(1.1 * Math.sqrt((width * height) / count), 14, LARGEST_THUMB)
    const size = clamp(90 / Math.sqrt(count), 2.6, 6)
    const ready = data.pictures && this.image.complete && this.image.naturalWidth
    this.radius = ready ? thumb / 2 : size
    const pad = Math.max(PAD, this.radius + 8)
    const scale = Math.min((width / 2 - pad) / reach(xs), (height / 2 - pad) / reach(ys))
    this.places = data.points.map(([x, y]) => [width / 2 + x * scale, height / 2 - y * scale])
    const pen = canvas.getContext("2d")
    pen.scale(ratio, ratio)
    const point = index => {
      const [x, y] = this.places[index]
      const group = data.groups[index]
      pen.globalAlpha = this.only === null || this.only === group ? 0.9 : 0.07
      if (!ready) return mark(pen, data.marks[group], x, y, size)
      const { tile: side, columns } = data.sheet
      const left = (index % columns) * side, top = Math.floor(index / columns) * side
      pen.drawImage(this.image, left, top, side, side, x - thumb / 2, y - thumb / 2, thumb, thumb)
      pen.strokeStyle = data.marks[group].colour
      pen.lineWidth = 2
      pen.strokeRect(x - thumb / 2, y - thumb / 2, thumb, thumb)
    }
    this.places.forEach((_, index) => point(index))
    if (data.chosen !== null) point(data.chosen) // on top
    this.ring(this.chosenRing, data.chosen)
    this.ring(this.hoverRing, this.current)
  }

  ring(element, point) {
    element.hidden = point === null || point >= this.places.length
    if (element.hidden) return
    const [x, y] = this.places[point], side = 2 * this.radius + 8
    Object.assign(element.style, { left: `${x - side / 2}px`, top: `${y - side / 2}px`, width: `${side}px`, height: `${side}px` })
  }

  nearest(event) {
    const { x, y } = pointer(event, this.stage)
    let found = null, least = Math.max(REACH, this.radius)
    this.places?.forEach(([px, py], index) => {
      const distance = Math.hypot(px - x, py - y)
      // of pictures over each other the last drawn lies on top
      if (distance <= least && (this.only === null || this.only === this.data.groups[index])) {
        least = distance
        found = index
      }
    })
    return found
  }

  show(point) {
    this.current = point
    this.tip.hidden = point === null
    this.stage.classList.toggle("over", point !== null)
    if (!this.places) return
    this.ring(this.hoverRing, point)
    if (point === null) return
    const { data, tip } = this
    const { columns, rows, uri } = data.sheet
    Object.assign(this.tipPicture.style, {
      width: `${TIP}px`,
      height: `${TIP}px`,
      backgroundImage: `url(${uri})`,
      ...tile(point, columns, rows),
    })
    this.tipText.textContent = data.tips[point]
    const [x, y] = this.places[point], gap = this.radius + 10
    const left = x + gap + tip.offsetWidth > this.stage.clientWidth ? x - gap - tip.offsetWidth : x + gap
    const top = clamp(y - tip.offsetHeight / 2, 4, this.stage.clientHeight - tip.offsetHeight - 4)
    tip.style.left = `${Math.max(4, left)}px`
    tip.style.top = `${top}px`
  }

  pick(point) {
    if (point !== null) this.tell("points", this.clicks.add(number => [number, point]))
  }

  key(event) {
    if (event.key === "Escape") this.show(null)
    if (event.key === "Enter" && this.current !== null) this.pick(this.current)
    const step = ARROWS[event.key]
    if (!step || !this.places) return
    event.preventDefault()
    if (this.current === null) return this.show(this.data.chosen ?? 0)
    const [x, y] = this.places[this.current]
    let found = this.current, least = Infinity
    this.places.forEach(([px, py], index) => {
      const along = (px - x) * step[0] + (py - y) * step[1]
      const aside = Math.abs((px - x) * step[1]) + Math.abs((py - y) * step[0])
      const cost = along + 3 * aside
      if (index !== this.current && along > 0 && cost < least) {
        least = cost
        found = index
      }
    })
    this.show(found)
  }
}

export default component(PictureMap)
