// What the views are made of.
import { t } from './strings.js';
import { models, folder, json } from './api.js';

export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value === 'boolean') element[key] = value;
    else if (value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter(child => child != null));
  return element;
}

export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter(child => child != null));
  return element;
}

// Ends what a view began, when another is shown.
export class Stop {
  constructor() { this.controller = new AbortController(); this.last = []; }
  get signal() { return this.controller.signal; }
  get stopped() { return this.signal.aborted; }
  and(what) { this.last.push(what); }
  now() { this.controller.abort(); for (const what of this.last) what(); }
}

// An address of a picture in memory, given back when the view ends.
export function addressOf(blob, stop) {
  const address = URL.createObjectURL(blob);
  stop.and(() => URL.revokeObjectURL(address));
  return address;
}

export const say = text => { document.getElementById('status').textContent = text; };

let numbered = 0;
export const newId = () => `e${++numbered}`;

export function field(label, control, note) {
  control.id ||= newId();
  const hint = note ? h('span', { class: 'hint', id: newId() }, note) : null;
  if (hint) control.setAttribute('aria-describedby', hint.id);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, hint);
}

export function slider(label, { min, max, step, value, format = x => x, oninput, onchange }) {
  const output = h('output', {}, format(value));
  const input = h('input', { type: 'range', min, max, step, value });
  input.addEventListener('input', () => { output.textContent = format(+input.value); oninput?.(+input.value); });
  input.addEventListener('change', () => onchange?.(+input.value));
  const made = field(label, input);
  made.classList.add('slider');
  made.append(output);
  made.input = input;
  made.set = x => { input.value = x; output.textContent = format(+input.value); };
  return made;
}

export function select(label, options, value, onchange) {
  const control = h('select', { onchange: () => onchange(control.value) }, options.map(([key, text]) => h('option', { value: key, selected: String(key) === String(value) }, text)));
  return field(label, control);
}

// A choice by pictures.
export function gallery(label, options, value, onchange) {
  const group = newId();
  return h('fieldset', { class: 'gallery' }, h('legend', {}, label), h('div', {}, options.map(([key, text, picture]) => {
    const input = h('input', { type: 'radio', name: group, id: newId(), value: key, checked: key === value, class: 'unseen', onchange: () => onchange(key) });
    return h('span', {}, input, h('label', { for: input.id }, picture ? h('img', { src: picture, alt: '', width: 160, height: 160 }) : h('span', { class: 'letter', 'aria-hidden': 'true' }, text.at(0)), h('span', {}, text)));
  })));
}

export const button = (text, onclick, kind = '') => h('button', { type: 'button', class: kind, onclick }, text);

export const title = (name, ...more) => h('div', { class: 'title' }, h('h1', {}, t(name)), h('p', {}, t(`${name}-about`)), ...more);

export const problem = error => h('p', { class: 'problem', role: 'alert' }, error.message);

// The choice of a model; null where there is none, which is told.
export async function chooseModel(place, task, { state, keep }, onchoose) {
  const all = await models(task);
  if (all.length === 0) {
    place.append(h('div', { class: 'card none', 'data-empty': '' }, h('h2', {}, t('no-models')), h('p', {}, t('no-models-about', await folder())), h('pre', {}, h('code', {}, t(`train-${task}`)))));
    return null;
  }
  let chosen = all.find(model => model.id === state.get('model')) ?? all[0];
  const choose = id => {
    chosen = all.find(model => model.id === id);
    keep({ model: id });
    onchoose?.(chosen);
  };
  const made = all.some(model => model.hasThumbnail)
    ? gallery(t('model'), all.map(model => [model.id, model.name, model.hasThumbnail ? `api/models/${model.id}/thumbnail` : null]), chosen.id, choose)
    : select(t('model'), all.map(model => [model.id, model.name]), chosen.id, choose);
  return { control: made, get model() { return chosen; } };
}

const kinds = 'image/png,image/jpeg,image/webp,image/bmp,image/gif';

// Pictures by a click, the keyboard, dropping or pasting.
export function drop({ multiple = false, label = t(multiple ? 'drop-many' : 'drop-one'), onfiles, stop, id }) {
  const input = h('input', { type: 'file', accept: kinds, multiple, class: 'unseen', id: id ?? newId(), onchange: () => { give([...input.files]); input.value = ''; } });
  const zone = h('label', { class: 'drop', for: input.id }, h('span', { class: 'plus', 'aria-hidden': 'true' }), h('span', {}, label));
  const whole = h('div', { class: 'dropper' }, input, zone);
  function give(files) {
    files = files.filter(file => file.type.startsWith('image/') || file.type === '');
    if (files.length) onfiles(multiple ? files : files.slice(0, 1));
  }
  let over = 0;
  whole.addEventListener('dragenter', e => { e.preventDefault(); over++; zone.classList.add('over'); });
  whole.addEventListener('dragleave', () => { if (--over <= 0) zone.classList.remove('over'); });
  whole.addEventListener('dragover', e => e.preventDefault());
  whole.addEventListener('drop', e => { e.preventDefault(); over = 0; zone.classList.remove('over'); give([...e.dataTransfer.files]); });
  if (stop) {
    addEventListener('paste', e => { if (e.clipboardData.files.length) { e.preventDefault(); give([...e.clipboardData.files]); } }, { signal: stop.signal });
    // A picture dropped beside the box would take the page's place.
    addEventListener('dragover', e => e.preventDefault(), { signal: stop.signal });
    addEventListener('drop', e => e.preventDefault(), { signal: stop.signal });
  }
  return whole;
}

// Two pictures over each other, and a slider between them.
export function wiper(before, after, { pixelated = false, labels = [t('before'), t('after')] } = {}) {
  const top = h('img', { src: before, alt: labels[0], class: 'top' }), under = h('img', { src: after, alt: labels[1] });
  const line = h('span', { class: 'line', 'aria-hidden': 'true' });
  const range = h('input', { type: 'range', min: 0, max: 100, step: 1, value: 50, 'aria-label': t('wipe') });
  const whole = h('div', { class: `wiper${pixelated ? ' pixels' : ''}` }, under, top, line, h('span', { class: 'tag left', 'aria-hidden': 'true' }, labels[0]), h('span', { class: 'tag right', 'aria-hidden': 'true' }, labels[1]), range);
  const set = () => whole.style.setProperty('--at', `${range.value}%`);
  range.addEventListener('input', set);
  set();
  // A small picture is shown large, its pixels as they are.
  under.addEventListener('load', () => {
    const times = Math.ceil(320 / under.naturalWidth);
    whole.style.setProperty('--width', `${times * under.naturalWidth}px`);
    whole.style.setProperty('--ratio', under.naturalWidth / under.naturalHeight);
    whole.classList.toggle('pixels', pixelated || times > 2);
  });
  return whole;
}

// Work with a bar, and a button that ends it.
export async function atWork(place, work, stop) {
  const cancel = new AbortController();
  stop.and(() => cancel.abort());
  const key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  const bar = h('progress', { 'aria-label': t('working') }), text = h('span', {}, t('working'));
  const whole = h('div', { class: 'working' }, text, bar, button(t('stop'), () => cancel.abort()));
  place.replaceChildren(whole);
  whole.hidden = true;
  // Quick work flickers no bar.
  const late = setTimeout(() => { whole.hidden = false; say(t('working')); }, 250);
  const asking = setInterval(async () => {
    const { share } = await json(`progress/${key}`, { signal: cancel.signal }).catch(() => ({}));
    if (share > 0) { bar.value = share; text.textContent = t('done-share', Math.round(share * 100)); }
  }, 400);
  try {
    const done = await work(key, cancel.signal);
    place.replaceChildren();
    return done;
  } catch (error) {
    place.replaceChildren(error.name === 'AbortError' ? h('p', { class: 'hint' }, t('stopped')) : problem(error));
    return null;
  } finally {
    clearTimeout(late);
    clearInterval(asking);
  }
}

export function download(address, name, text, kind = 'button') {
  return h('a', { href: address, download: name, class: kind }, text);
}

export const number = (x, digits = 4) => x == null || !Number.isFinite(x) ? '–' : Math.abs(x) >= 1e6 || (x !== 0 && Math.abs(x) < 1e-3) ? x.toExponential(2) : String(+x.toPrecision(digits));

export function large(x) {
  if (x == null) return '–';
  for (const [size, unit] of [[1e9, 'G'], [1e6, 'M'], [1e3, 'k']]) if (x >= size) return `${+(x / size).toPrecision(3)} ${unit}`;
  return String(x);
}
