// The beginning: what can be done, and how many models there are for it.
import { models, folder } from './api.js';
import { h } from './ui.js';
import { t } from './strings.js';

export default async function home(place) {
  const all = await models();
  const count = task => all.filter(model => model.task === task).length;
  const card = (name, note) => h('a', { class: `card task ${name}`, href: `#/${name}` }, h('h2', {}, t(name)), h('p', {}, t(`${name}-about`)), h('p', { class: 'hint' }, note));
  place.append(
    h('div', { class: 'title' }, h('h1', {}, t('home')), h('p', {}, t('home-about', await folder()))),
    h('div', { class: 'tasks' },
      ...['paint', 'classify', 'latent', 'enlarge'].map(name => card(name, t('model-count', count(name)))),
      card('data', t('data-note')), card('train', t('train-note')), card('watch', t('watch-note')), card('inside', t('model-count', all.length)), card('here', t('model-count', all.length))),
    h('p', { class: 'hint foot' }, t('api-about'), ' ', h('a', { href: 'api/openapi.json' }, 'api/openapi.json')));
  if (all.length === 0) place.setAttribute('data-empty', '');
}
