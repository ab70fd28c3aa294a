#!/usr/bin/env node
/** Writes schema/config.schema.json from the schema of the config; with --check only says whether it is current (exit 1: it is not). */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configJsonSchema } from '../src/settings/index.ts';

const path = join(import.meta.dirname, '..', 'schema', 'config.schema.json');
const wanted = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wanted);
} else if (readOrEmpty() !== wanted) {
  console.error('schema/config.schema.json is not current: run node scripts/schema.mjs');
  process.exitCode = 1;
}

function readOrEmpty() {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
