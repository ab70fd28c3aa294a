import { err, ok, type Result } from './result.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `30s`, `5m`, `1.5h`, `250ms`, `30d` as milliseconds. Fails on anything else, a bare number included: it would have no unit. */
export function parseDuration(text: string): Result<number, { readonly kind: 'notADuration'; readonly text: string }> {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$/.exec(text);
  if (match === null) return err({ kind: 'notADuration', text });
  return ok(Math.round(Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]));
}

/** Milliseconds as people read them: `0.4s`, `8s`, `12m 34s`, `2h 05m`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}
