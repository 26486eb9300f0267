// What a VAE or a GAN draws: a wall by chance, more like one of it, sliders along the directions that change most and for each number of a code, the way between two pictures.
import { api, json } from './api.js';
import { h, title, chooseModel, drop, slider, select, button, field, problem, say, number, download, addressOf } from './ui.js';
import { t } from './strings.js';

const onWall = 24, wallColumns = 6, firstSliders = 12, axesCount = 8, steps = 8, gifSteps = 24, nearby = 0.35;

// The same numbers for the same seed, so that an address shows the same wall again.
function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6D2B79F5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}
const normal = next => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

async function sheet(model, codes, at, columns, signal) {
  const answer = await api(`models/${model.id}/decode?class=${at}&columns=${columns}`, { json: { codes }, signal });
  const bitmap = await createImageBitmap(await answer.blob());
  const across = Math.min(columns, codes.length), down = Math.ceil(codes.length / across);
  const [width, height] = [bitmap.width / across, bitmap.height / down];
  return (i, canvas) => {
    [canvas.width, canvas.height] = [width, height];
    canvas.getContext('2d').drawImage(bitmap, (i % across) * width, Math.floor(i / across) * height, width, height, 0, 0, width, height);
    return canvas;
  };
}

// One request at a time; of those that come meanwhile the last.
function latest(work) {
  let busy = false, next = null;
  return async function ask(...given) {
    if (busy) { next = given; return; }
    busy = true;
    try { await work(...given); } finally {
      busy = false;
      if (next) { const one = next; next = null; ask(...one); }
    }
  };
}

export default async function latent(place, page) {
  const { state, keep, stop } = page;
  place.append(title('latent'));
  const body = h('div');
  const chosen = await chooseModel(place, 'latent', page, model => { keep({ like: '', class: '', code: '' }); show(model); });
  if (!chosen) return;
  place.append(body);
  await show(chosen.model);

  async function show(model) {
    const quiet = error => { if (error.name !== 'AbortError') trouble.replaceChildren(problem(error)); };
    const trouble = h('div');
    const about = await json(`models/${model.id}/latent`, { signal: stop.signal });
    let seed = +(state.get('seed') ?? 1), truncation = +(state.get('truncation') ?? 0), at = Math.min(+(state.get('class') ?? 0), Math.max(0, about.classes.length - 1));
    let likes = (state.get('like') ?? '').split('.').filter(Boolean).map(Number), codes = [], chosenAt = 0, code = [], a = null, b = null, axes = null;
    // A direction's slider stands where the code lies along it.
    const along = direction => direction.reduce((sum, x, i) => sum + x * (code[i] ?? 0), 0);
    const byCode = () => !axes || state.get('axes') === 'code';

    const wall = h('div', { class: 'wall', role: 'group', 'aria-label': t('wall') });
    const picture = h('canvas', { class: 'large', role: 'img', 'aria-label': t('decoded') });
    const sliders = h('div', { class: 'sliders' }), strip = h('div', { class: 'strip', role: 'group', 'aria-label': t('strip') });
    const seedBox = h('input', { type: 'number', min: 0, max: 2147483647, step: 1, value: seed, onchange: () => { seed = Math.abs(Math.trunc(+seedBox.value)) || 0; begin(); } });

    // The wall of the seed, and then the walls like what was picked in each.
    const draw = latest(async () => {
      try {
        trouble.replaceChildren();
        codes = (await json(`models/${model.id}/codes?seed=${seed}&count=${onWall}${truncation ? `&truncation=${truncation}` : ''}`, { signal: stop.signal })).codes;
        likes.forEach((picked, depth) => {
          const next = random(seed * 31 + depth * 7919 + picked), middle = codes[picked] ?? codes[0];
          codes = codes.map((_, i) => i === 0 ? middle : middle.map(x => x + nearby * normal(next)));
        });
        const cell = await sheet(model, codes, at, wallColumns, stop.signal);
        wall.replaceChildren(...codes.map((_, i) => h('button', { type: 'button', class: 'cell', 'aria-label': t('picture-number', i + 1), 'aria-pressed': String(i === chosenAt), onclick: () => pick(i) }, cell(i, h('canvas')))));
        pick(Math.min(chosenAt, codes.length - 1));
      } catch (error) { quiet(error); }
    });
    const decode = latest(async () => {
      try { (await sheet(model, [code], at, 1, stop.signal))(0, picture); } catch (error) { quiet(error); }
    });
    const between = latest(async () => {
      if (!a || !b) return;
      try {
        const way = (await json(`models/${model.id}/between?steps=${steps}`, { json: { codes: [a, b] }, signal: stop.signal })).codes;
        const cell = await sheet(model, way, at, way.length, stop.signal);
        strip.replaceChildren(...way.map((one, i) => h('button', { type: 'button', class: 'cell', 'aria-label': t('between-number', i, steps), onclick: () => use(one) }, cell(i, h('canvas')))));
        gif.replaceChildren(button(t('make-gif'), makeGif));
        say(t('strip'));
      } catch (error) { quiet(error); }
    });

    async function makeGif() {
      try {
        const way = (await json(`models/${model.id}/between?steps=${gifSteps}`, { json: { codes: [a, b] }, signal: stop.signal })).codes;
        // There and back again, so that it repeats without a jump.
        const codes = [...way, ...way.slice(1, -1).reverse()];
        const file = await (await api(`models/${model.id}/animation?class=${at}`, { json: { codes }, signal: stop.signal })).blob();
        const address = addressOf(file, stop);
        gif.replaceChildren(h('img', { src: address, alt: t('gif-of'), class: 'pixels' }), download(address, 'between.gif', t('download-gif')));
        say(t('gif-of'));
      } catch (error) { quiet(error); }
    }
    async function loadAxes() {
      const asked = at;
      try {
        const found = await json(`models/${model.id}/directions?class=${asked}&count=${axesCount}`, { signal: stop.signal });
        if (asked !== at) return;
        axes = found;
      } catch (error) {
        if (error.name === 'AbortError') return;
        axes = null;
      }
      axesChoice.hidden = !axes;
      showSliders(firstSliders);
    }

    function begin() { likes = []; chosenAt = 0; keep({ seed, truncation: truncation || '', like: '', class: about.classes.length ? at : '' }); seedBox.value = seed; draw(); }
    function pick(i) {
      chosenAt = i;
      [...wall.children].forEach((cell, j) => cell.setAttribute('aria-pressed', String(i === j)));
      use([...codes[i]]);
    }
    function use(one) {
      code = one;
      setSliders();
      decode();
    }
    const setSliders = () => [...sliders.children].forEach((made, i) => made.set(byCode() ? code[i] : along(axes.directions[i])));
    function showSliders(count) {
      const numbers = byCode();
      sliders.replaceChildren(...Array.from({ length: numbers ? Math.min(count, about.dimension) : axes.directions.length }, (_, i) => numbers
        ? slider(`z${i + 1}`, { min: -3, max: 3, step: 0.05, value: code[i] ?? 0, format: x => number(x, 2), oninput: x => { code[i] = x; decode(); } })
        : slider(t('direction', i + 1, Math.round(axes.shares[i] * 100)), { min: -4, max: 4, step: 0.05, value: along(axes.directions[i]), format: x => number(x, 2), oninput: x => { const by = x - along(axes.directions[i]); code = code.map((z, k) => z + by * axes.directions[i][k]); decode(); } })));
      more.hidden = !numbers || count >= about.dimension;
    }
    const axesChoice = select(t('slide-along'), [['', t('directions')], ['code', t('code-numbers')]], state.get('axes') ?? '', x => { keep({ axes: x }); showSliders(firstSliders); });
    axesChoice.hidden = true;
    const gif = h('div', { class: 'row gif' });
    const more = button(t('all-dimensions', about.dimension), () => { showSliders(about.dimension); sliders.children[firstSliders]?.input.focus(); }, 'plain');
    showSliders(firstSliders);

    async function encode(file) {
      const form = new FormData();
      form.append('picture', file, 'picture');
      return (await json(`models/${model.id}/codes?class=${at}`, { body: form, signal: stop.signal })).codes[0];
    }
    const upload = (label, then) => drop({ label, onfiles: async ([file]) => { try { trouble.replaceChildren(); then(await encode(file)); } catch (error) { quiet(error); } } });

    body.replaceChildren(h('div', { class: 'desk' },
      h('form', { class: 'card controls', onsubmit: e => e.preventDefault() },
        chosen.control,
        about.classes.length ? select(t('class'), about.classes.map((name, i) => [i, name]), at, x => { at = +x; keep({ class: at }); draw(); between(); loadAxes(); }) : null,
        h('div', { class: 'pair' }, field(t('seed'), seedBox), button(t('another'), () => { seed = Math.floor(Math.random() * 1e6); begin(); })),
        slider(t('truncation'), { min: 0, max: 3, step: 0.1, value: truncation, format: x => x ? `± ${x}` : t('none'), onchange: x => { truncation = x; begin(); } }),
        button(t('more-like'), () => { likes.push(chosenAt); chosenAt = 0; keep({ like: likes.join('.') }); draw(); say(t('more-like')); }, 'primary'),
        about.encodes ? upload(t('drop-code'), use) : null,
        trouble),
      h('div', { class: 'stack' },
        h('section', { class: 'card two' }, h('div', {}, h('h2', {}, t('decoded')), picture), h('div', {}, h('h2', {}, t('sliders')), axesChoice, sliders, more)),
        h('section', { class: 'card' }, h('h2', {}, t('wall')), wall),
        h('section', { class: 'card' }, h('h2', {}, t('strip')),
          h('div', { class: 'row' }, button(t('from-chosen'), () => { a = [...code]; between(); say(t('from-chosen')); }), button(t('to-chosen'), () => { b = [...code]; between(); say(t('to-chosen')); })),
          about.encodes ? h('div', { class: 'pair ends' }, upload(t('from-picture'), x => { a = x; use([...x]); between(); }), upload(t('to-picture'), x => { b = x; between(); })) : null, strip, gif))));
    keep({ seed, class: about.classes.length ? at : '' });
    draw();
    loadAxes();
  }
}
