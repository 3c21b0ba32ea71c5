// Names beside boxes, each at a corner of its box where it hides no other name; where there is no such place an optional
// one is hidden.
import { clamp } from "./base.js"

const meets = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

// `tags`: element, corners in pixels of the picture, whether it may be hidden, whether it would rather be at a lower corner;
// the first choose first.
export const placeNames = (tags, stage, scale) => {
  const taken = [], { clientWidth, clientHeight } = stage
  // all are measured before any is moved: the browser lays the page out once
  const sizes = tags.map(({ element }) => ({ w: element.offsetWidth, h: element.offsetHeight }))
  tags.forEach(({ element, corners, optional, low }, index) => {
    const [left, top, right, bottom] = corners.map(value => value * scale), { w, h } = sizes[index]
    const at = (x, y) => ({ x: clamp(x, 0, clientWidth - w), y: clamp(y, 0, clientHeight - h), w, h })
    const above = [at(left, top - h), at(left, top), at(right - w, top - h), at(right - w, top)]
    const below = [at(right - w, bottom), at(right - w, bottom - h), at(left, bottom), at(left, bottom - h)]
    const places = low ? [...below, ...above] : [...above, ...below]
    const place = places.find(one => !taken.some(other => meets(one, other)))
    const { x, y } = place ?? places[0]
    element.style.visibility = place || !optional ? "" : "hidden"
    if (place || !optional) taken.push(place ?? places[0])
    element.style.left = `${x}px`
    element.style.top = `${y}px`
  })
}
