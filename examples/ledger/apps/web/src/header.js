import { html } from './html.js';

/** The head of every page. */
export function header({ title }) {
  return html`<header><h1>${title}</h1></header>`;
}
