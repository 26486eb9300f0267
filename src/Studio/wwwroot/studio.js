// The page: what is shown is what the address says, #/paint?model=…
import { models, onChange } from './api.js';
import { h, Stop } from './ui.js';
import { t, language, languages, setLanguage } from './strings.js';
import home from './home.js';
import paint from './paint.js';
import classify from './classify.js';
import latent from './latent.js';
import enlarge from './enlarge.js';
import watch from './watch.js';
import inside from './inside.js';
import train from './train.js';
import data from './data.js';
import here from './here.js';

const views = { paint, classify, latent, enlarge, data, train, watch, inside, here };
const main = document.getElementById('main');
let shown, stop;

const read = () => {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  return { name: views[path] ? path : '', state: new URLSearchParams(query) };
};

async function show(moved) {
  const { name, state } = read();
  stop?.now();
  stop = new Stop();
  const mine = stop;
  shown = name;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.dataset.view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = (name ? t(name) + ' · ' : '') + 'MLNetGen studio';
  const place = h('div');
  try {
    await models();
    if (mine.stopped) return;
    const view = views[name] ?? home;
    await view(place, {
      state, stop: mine,
      // Keeps the state in the address, without another entry in the browser's history.
      keep: (more) => {
        for (const [key, value] of Object.entries(more)) value === '' || value == null ? state.delete(key) : state.set(key, value);
        const query = state.toString();
        history.replaceState(null, '', `#/${name}${query ? '?' + query : ''}`);
      },
    });
  } catch (problem) {
    place.replaceChildren(h('p', { class: 'problem', role: 'alert' }, problem.message));
  }
  if (mine.stopped) return;
  main.replaceChildren(place);
  main.dataset.view = name;
  if (moved) { main.focus({ preventScroll: true }); scrollTo(0, 0); }
}

function frame() {
  document.documentElement.lang = language();
  document.getElementById('skip').textContent = t('skip');
  const nav = document.getElementById('nav');
  nav.setAttribute('aria-label', t('tasks'));
  nav.replaceChildren(...Object.keys(views).map(name => h('a', { href: `#/${name}`, 'data-view': name }, t(name))));
  const select = document.getElementById('language');
  select.setAttribute('aria-label', t('language'));
  select.replaceChildren(...Object.entries(languages).map(([key, name]) => h('option', { value: key, selected: key === language(), lang: key }, name)));
}

document.getElementById('skip').addEventListener('click', e => { e.preventDefault(); main.focus(); });
document.getElementById('language').addEventListener('change', e => { setLanguage(e.target.value); frame(); show(false); });
addEventListener('hashchange', () => show(true));
// A new model shows at once where nothing is at work that would be lost.
onChange(() => { if (shown === '' || main.querySelector('[data-empty]')) show(false); });
frame();
show(false);
