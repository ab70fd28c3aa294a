import * as z from 'zod';

/** What a client may ask of a running orchestrator; checked on this side whatever the client is. */
export const controlRequest = z.discriminatedUnion('do', [
  z.object({ do: z.literal('stop'), task: z.string().optional() }),
  z.object({ do: z.literal('answer'), question: z.string(), value: z.string() }),
  z.object({
    do: z.literal('join'),
    mode: z.enum(['run', 'retry', 'continue', 'land', 'undo']),
    ids: z.array(z.string()).optional(),
    timeoutMs: z.number().int().positive().optional(),
  }),
  z.object({ do: z.literal('follow') }),
]);

export type ControlRequest = z.infer<typeof controlRequest>;

/** What the orchestrator answers: done, or why not in words. */
export const controlAnswer = z.union([
  z.object({ ok: z.literal(true), text: z.string() }),
  z.object({ ok: z.literal(false), text: z.string() }),
]);

export type ControlAnswer = z.infer<typeof controlAnswer>;
