import { routes } from './routes/index.js';

const BODY_LIMIT = 64 * 1024;

/** The HTTP side of a bank: a listener for `node:http`, JSON in and out. A refused request changes nothing. */
export function apiListener(bank) {
  return async (request, response) => {
    const { status, body } = await answer(bank, request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

async function answer(bank, request) {
  const path = new URL(request.url, 'http://localhost').pathname;
  const route = routes.find((one) => one.method === request.method && one.path === path);
  if (route === undefined) return { status: 404, body: { error: `nothing at ${request.method} ${path}` } };
  try {
    return route.answer(bank, await readBody(request));
  } catch (problem) {
    // A RangeError or a SyntaxError says the request is wrong. Anything else is a bug of ours.
    if (problem instanceof RangeError || problem instanceof SyntaxError) {
      return { status: 400, body: { error: problem.message } };
    }
    return { status: 500, body: { error: 'something went wrong here' } };
  }
}

async function readBody(request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) {
    text += part;
    if (text.length > BODY_LIMIT) throw new RangeError('the body is too long');
  }
  if (text === '') return {};
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const body = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
  if (typeof body !== 'object' || body === null) throw new RangeError('the body is not an object');
  return body;
}
