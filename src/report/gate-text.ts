import type { GateFinding } from '../orchestrator/index.ts';
import { plainText } from './plain-text.ts';

/** A finding with the place that it is about: `src/a.ts:12: message (rule)`. */
export function findingText({ rule, message, path, line }: GateFinding): string {
  const place = path === undefined ? '' : `${plainText(path, 300)}${line === undefined ? '' : `:${line}`}: `;
  return `${place}${plainText(message, 300)} (${plainText(rule, 100)})`;
}
