// Boxes on whole pixels of a picture: [x1, y1, x2, y2], always within it and never without an area.
import { clamp } from "./base.js"

// A box after its corner (x, y: -1 or 1), or all of it (0, 0), went dx, dy.
export const shifted = ([x1, y1, x2, y2], part, dx, dy, width, height) => {
  const right = Math.round(dx), down = Math.round(dy)
  if (part.x === 0) {
    const x = clamp(right, -x1, width - x2), y = clamp(down, -y1, height - y2)
    return [x1 + x, y1 + y, x2 + x, y2 + y]
  }
  if (part.x < 0) x1 = clamp(x1 + right, 0, x2 - 1)
  else x2 = clamp(x2 + right, x1 + 1, width)
  if (part.y < 0) y1 = clamp(y1 + down, 0, y2 - 1)
  else y2 = clamp(y2 + down, y1 + 1, height)
  return [x1, y1, x2, y2]
}

// The box between two points.
export const spanned = (from, to, width, height) => {
  const along = (a, b, side) => {
    const low = clamp(Math.round(Math.min(a, b)), 0, side - 1)
    return [low, clamp(Math.round(Math.max(a, b)), low + 1, side)]
  }
  const [x1, x2] = along(from.x, to.x, width), [y1, y2] = along(from.y, to.y, height)
  return [x1, y1, x2, y2]
}

// A quarter of the picture in its middle, moved aside while a box lies there already.
export const fresh = (boxes, width, height) => {
  const w = Math.max(1, Math.round(width / 4)), h = Math.max(1, Math.round(height / 4))
  const taken = new Set(boxes.map(String))
  let box = shifted([0, 0, w, h], { x: 0, y: 0 }, (width - w) / 2, (height - h) / 2, width, height)
  while (taken.has(String(box))) {
    const next = shifted(box, { x: 0, y: 0 }, 10, 10, width, height)
    if (String(next) === String(box)) break
    box = next
  }
  return box
}

// The boxes around a point, as their places, the smallest first.
export const around = (boxes, x, y, reach) =>
  boxes
    .map(([x1, y1, x2, y2], index) => ({ index, size: (x2 - x1) * (y2 - y1), x1, y1, x2, y2 }))
    .filter(box => x >= box.x1 - reach && x <= box.x2 + reach && y >= box.y1 - reach && y <= box.y2 + reach)
    .sort((one, other) => one.size - other.size)
    .map(box => box.index)
