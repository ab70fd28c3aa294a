import { expect, it } from 'vitest';
import { hashOf, TextIndex } from '../../src/conflicts/text-index.ts';

it('texts with the same hash are told apart', () => {
  const index = new TextIndex();
  const texts = Array.from({ length: 300_000 }, (_, number) => `src/part${number % 10}/module-${number}.ts`);
  const added = texts.map((text) => index.add(text, hashOf(text)));
  expect(new Set(texts.map(hashOf)).size).toBeLessThan(texts.length);
  expect(texts.map((text) => index.find(text, hashOf(text)))).toEqual(added);
  expect(index.find('src/part0/module-1.ts', hashOf('src/part0/module-1.ts'))).toBe(-1);
});
