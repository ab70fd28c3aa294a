const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

class Html {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** A template tag for markup: values are escaped, markup inside markup is kept, arrays are joined, nothing shows nothing. */
export function html(strings, ...values) {
  return new Html(strings.reduce((text, part, n) => text + show(values[n - 1]) + part));
}

function show(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(show).join('');
  if (value === undefined || value === null) return '';
  return String(value).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}
