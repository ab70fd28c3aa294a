import assert from 'node:assert/strict';
import { test } from 'node:test';
import { archiveRequest } from '../src/statement-archive.js';

test('a statement is archived under its day, with a signature over its text', () => {
  const one = archiveRequest({ day: '2025-01-31', statement: 'a' });
  const other = archiveRequest({ day: '2025-01-31', statement: 'b' });
  assert.equal(one.path, '/statements/2025-01-31');
  assert.notEqual(one.headers['x-signature'], other.headers['x-signature']);
});
