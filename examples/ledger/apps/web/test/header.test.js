import assert from 'node:assert/strict';
import { test } from 'node:test';
import { header } from '../src/header.js';

test('the header shows the title as text', () => {
  assert.equal(String(header({ title: 'A & B' })), '<header><h1>A &amp; B</h1></header>');
});
