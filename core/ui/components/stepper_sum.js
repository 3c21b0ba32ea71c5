// The sum of a step, written out: each product with its value below it, the bias, the result.
import { node } from "./base.js"
import { factor, fmt, rounded } from "./stepper_numbers.js"

const term = (parent, top, bottom, link = "", kind = "") => {
  const element = node("span", parent, { className: `term ${kind}` })
  if (link) element.dataset.link = link
  node("span", element, { textContent: top })
  if (bottom !== null) node("small", element, { textContent: bottom })
}
const sign = (parent, text) => node("span", parent, { className: "sign", textContent: text })
const addRow = parent => node("div", parent, { className: "row" })
const pair = list => list.flatMap(one => [one.x, one.w])

class Sum {
  constructor(player, step, lists) {
    Object.assign(this, { data: player.data, steps: player.steps, root: player.sum, lists, ...player.steps.place(step) })
    this.open = player.isOpen(step)
    this.value = this.steps.result(step)
    this.several = lists.length > 1
    this.root.replaceChildren()
    if (!this.steps.conv) this.writePooling()
    else {
      const totals = lists.map(list => this.writeChannel(list))
      if (!this.steps.transposed) this.writeTotal(totals)
      else if (this.several) {
        const textContent = "The channels' products are added up, and to the output."
        node("div", this.root, { className: "row label", textContent })
      }
    }
  }

  // A value that is hidden until the class has guessed.
  hide(value) {
    return this.open ? fmt(value) : "?"
  }

  equals(...values) {
    return this.open && values.some(rounded) ? "≈" : "="
  }

  writePooling() {
    const row = addRow(this.root), average = this.data.kind === "average"
    sign(row, average ? "(" : "max (")
    this.lists[0].forEach((one, at) => {
      if (at) sign(row, average ? "+" : ",")
      const best = !average && this.open && one.x === this.value
      term(row, average ? factor(one.x) : fmt(one.x), null, one.link, best ? "best" : "")
    })
    sign(row, average ? `) / ${this.data.divisors[this.i][this.j]}` : ")")
    sign(row, this.equals(this.value))
    term(row, this.hide(this.value), null, "", "total")
  }

  // The products of a channel; returns their sum.
  writeChannel(list) {
    const { several } = this, { transposed } = this.steps, row = addRow(this.root)
    if (several) node("span", row, { className: "label", textContent: `channel ${list[0].c + 1}` })
    else if (transposed) node("span", row, { className: "label", textContent: "added to the output" })
    list.forEach((one, at) => {
      if (at) sign(row, transposed ? "," : "+")
      const below = several ? null : this.hide(one.x * one.w)
      term(row, `${factor(one.x)}·${factor(one.w)}`, below, one.link)
    })
    const total = list.reduce((all, one) => all + one.x * one.w, 0)
    if (several && !transposed) {
      sign(row, this.equals(total, ...pair(list)))
      term(row, this.hide(total), null)
    }
    return total
  }

  writeTotal(totals) {
    const bias = this.data.bias[this.k], row = this.several ? addRow(this.root) : this.root.firstChild
    if (this.several)
      totals.forEach((total, at) => {
        if (at) sign(row, "+")
        term(row, this.open ? factor(total) : "?", null)
      })
    sign(row, "+")
    term(row, factor(bias), "bias")
    sign(row, this.equals(this.value, bias, ...(this.several ? totals : pair(this.lists[0]))))
    term(row, this.hide(this.value), "output", "", "total")
  }
}

export const writeSum = (player, step, lists) => new Sum(player, step, lists)
