// The house style, as far as a machine can see it: prints one line for each offence and exits 1 if there is any.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const RULES = [
  { says: 'a tab', breaks: (line) => line.includes('\t') },
  { says: 'a blank at the end of the line', breaks: (line) => /\s$/.test(line) },
  { says: 'a line over 130 characters', breaks: (line) => line.length > 130 },
  { says: 'console in an app', breaks: (line, file) => /^apps\/\w+\/src\//.test(file) && /\bconsole\./.test(line) },
];

const files = readdirSync(join(root, 'apps'), { recursive: true })
  .map((name) => join('apps', name))
  .filter((name) => /\.(js|tsx)$/.test(name) && !name.includes('node_modules'));

const offences = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const inLines = text.split('\n').flatMap((line, n) =>
    RULES.filter((rule) => rule.breaks(line, file)).map((rule) => `${file}:${n + 1}: ${rule.says}`),
  );
  return text.endsWith('\n') ? inLines : [...inLines, `${file}: no line end at the end`];
});

for (const offence of offences) console.error(offence);
console.log(`${files.length} files read, ${offences.length} offences`);
process.exit(offences.length === 0 ? 0 : 1);
