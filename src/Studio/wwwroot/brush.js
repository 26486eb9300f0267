// Where a picture is painted, by a brush: with a pointer, or with arrow keys and the space bar.
import { h, slider, button } from './ui.js';
import { t } from './strings.js';

const longest = 900;

export function brush(file, onchange) {
  const canvas = h('canvas', { class: 'mask', tabindex: 0, role: 'application', 'aria-label': t('mask-canvas') }), context = canvas.getContext('2d');
  const mask = document.createElement('canvas'), marks = mask.getContext('2d');
  let image = null, size = 12, last = null, cursor = null, isEmpty = true, isErasing = false;
  const radius = () => size / 100 * Math.max(mask.width, mask.height) / 2;

  createImageBitmap(file).then(bitmap => {
    const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
    for (const one of [canvas, mask]) [one.width, one.height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
    image = bitmap;
    draw();
  }).catch(() => canvas.replaceWith(h('p', { class: 'hint' }, t('no-preview'))));

  function draw() {
    if (!image) return;
    context.globalAlpha = 0.35;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    context.globalAlpha = 1;
    // What is marked shows in full.
    const part = document.createElement('canvas');
    [part.width, part.height] = [canvas.width, canvas.height];
    const inside = part.getContext('2d');
    inside.drawImage(image, 0, 0, canvas.width, canvas.height);
    inside.globalCompositeOperation = 'destination-in';
    inside.drawImage(mask, 0, 0);
    context.drawImage(part, 0, 0);
    if (cursor) {
      context.lineWidth = 2;
      for (const [color, more] of [['#fff', 0], ['#000', 2]]) { context.strokeStyle = color; context.beginPath(); context.arc(cursor.x, cursor.y, radius() + more, 0, 7); context.stroke(); }
    }
  }

  function mark(to) {
    marks.globalCompositeOperation = isErasing ? 'destination-out' : 'source-over';
    marks.strokeStyle = '#fff';
    [marks.lineCap, marks.lineJoin, marks.lineWidth] = ['round', 'round', radius() * 2];
    marks.beginPath();
    marks.moveTo((last ?? to).x, (last ?? to).y);
    marks.lineTo(to.x + 0.01, to.y);
    marks.stroke();
    last = to;
    isEmpty = false;
  }

  const at = e => { const box = canvas.getBoundingClientRect(); return { x: (e.clientX - box.left) / box.width * canvas.width, y: (e.clientY - box.top) / box.height * canvas.height }; };
  canvas.addEventListener('pointerdown', e => { if (!image) return; canvas.setPointerCapture(e.pointerId); mark(at(e)); draw(); });
  canvas.addEventListener('pointermove', e => { cursor = at(e); if (last) mark(cursor); draw(); });
  canvas.addEventListener('pointerup', () => { if (last) { last = null; onchange(); } });
  canvas.addEventListener('pointerleave', () => { cursor = null; draw(); });
  canvas.addEventListener('keydown', e => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    cursor ??= { x: canvas.width / 2, y: canvas.height / 2 };
    if (step) { cursor = { x: Math.min(canvas.width, Math.max(0, cursor.x + step[0] * radius())), y: Math.min(canvas.height, Math.max(0, cursor.y + step[1] * radius())) }; }
    else if (e.key === ' ' || e.key === 'Enter') { mark(cursor); last = null; onchange(); }
    else return;
    e.preventDefault();
    draw();
  });
  canvas.addEventListener('blur', () => { cursor = null; draw(); });

  const erase = h('button', { type: 'button', 'aria-pressed': 'false', onclick: () => { isErasing = !isErasing; erase.setAttribute('aria-pressed', String(isErasing)); } }, t('erase'));
  return {
    element: h('div', { class: 'brush' }, h('p', { class: 'hint' }, t('mask-about')), canvas, slider(t('brush-size'), { min: 2, max: 50, step: 1, value: size, format: x => `${x} %`, oninput: x => { size = x; draw(); } }),
      h('div', { class: 'row' }, erase, button(t('everywhere'), () => { marks.clearRect(0, 0, mask.width, mask.height); isEmpty = true; draw(); onchange(); }))),
    // Null where nothing is marked: everywhere.
    async blob() {
      if (isEmpty || !image) return null;
      const whole = document.createElement('canvas');
      [whole.width, whole.height] = [mask.width, mask.height];
      const drawn = whole.getContext('2d');
      drawn.fillStyle = '#000';
      drawn.fillRect(0, 0, whole.width, whole.height);
      drawn.drawImage(mask, 0, 0);
      return new Promise(done => whole.toBlob(done, 'image/png'));
    },
  };
}
