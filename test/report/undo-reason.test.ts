import { describe, expect, test } from 'vitest';
import type { Reason, ReasonKind, RunEvent } from '../../src/orchestrator/index.ts';
import { narrate, reasonSentence, statusText, summarize, summaryText, whyText } from '../../src/report/index.ts';
import { commitFor, ends, fold, lands, passes, recorded, spec, start, started } from './story.ts';

const about = { task: 'DEV-15', isUndo: true };

/** What a reason says when it is about taking a landing back: its particulars, the sentence, and what to do. */
const table: readonly (readonly [ReasonKind, Omit<Reason, 'kind'>, string, string?])[] = [
  ['stopped', {}, 'It was stopped before it was taken back.', '`wt-orch undo DEV-15` tries again'],
  ['interrupted', {}, 'The run was interrupted before it was taken back.', '`wt-orch undo DEV-15` tries again'],
  [
    'gateFailed',
    { detail: 'security' },
    'Taking it back did not pass the gate security.',
    'When that is mended: `wt-orch undo DEV-15`',
  ],
  [
    'gateUnknown',
    { detail: 'lint, types', log: '/l' },
    'There is no verdict on taking it back from the gates lint, types, and no verdict is no pass (output: /l).',
    '`wt-orch undo DEV-15` tries again',
  ],
  [
    'textConflict',
    { paths: ['a.ts'] },
    'It cannot be taken back alone: later work builds on it, in a.ts. Nothing was changed.',
    'Take DEV-15 out by hand, or as a task of its own',
  ],
  ['noChangeSilent', {}, 'Nothing of it is left on the target branch, so there is nothing to take back.'],
  [
    'testsRed',
    { detail: 'npm test', log: '/l' },
    'The tests fail without it: npm test (output: /l).',
    'Other work needs it. The commit without it is on wt-orch/undo-DEV-15',
  ],
  [
    'mainRed',
    { log: '/l' },
    'The tests fail on the target branch itself, so nothing lands and nothing is taken back (output: /l).',
    'When that is mended: `wt-orch undo DEV-15`',
  ],
  [
    'testsTimedOut',
    { detail: 'npm test' },
    'The tests without it ran out of time: npm test.',
    '`landing.timeout` in .wt-orch/config.yaml gives them longer. Then: `wt-orch undo DEV-15`',
  ],
  [
    'testsUnrunnable',
    { detail: 'npm: not found' },
    'The tests could not be run without it: npm: not found.',
    'When that is mended: `wt-orch undo DEV-15`',
  ],
  [
    'testsNotConfigured',
    {},
    'Nothing says how to test what is left without it, so it stays.',
    'Set `landing.test` in .wt-orch/config.yaml; `[]` means deliberately untested. Then: `wt-orch undo DEV-15`',
  ],
  [
    'wouldOverwrite',
    { paths: ['.env.local'] },
    'Taking it back would touch files of yours that are not committed: .env.local.',
    'Commit them or move them away. Then: `wt-orch undo DEV-15`',
  ],
  [
    'targetBusy',
    { detail: 'merge' },
    'It is not taken back: the checkout of the target branch is in the middle of a merge.',
    'Finish that or abort it. Then: `wt-orch undo DEV-15`',
  ],
  [
    'targetElsewhere',
    { detail: 'branch main is gone' },
    'It is not taken back: the target branch cannot be moved where it is: branch main is gone.',
    'Mend that. Then: `wt-orch undo DEV-15`',
  ],
  [
    'branchMoved',
    { detail: 'gone' },
    'wt-orch/undo-DEV-15 was deleted after it was judged.',
    '`wt-orch undo DEV-15` tries again',
  ],
  [
    'foreignPaths',
    { paths: ['x.ts'] },
    'Taking it back would change other files than it should: x.ts.',
    'When that is mended: `wt-orch undo DEV-15`',
  ],
  ['notLanding', {}, 'It is ready to be taken back; this run lands nothing.', '`wt-orch undo DEV-15` takes it back'],
  [
    'internal',
    { detail: 'boom' },
    'A fault of wt-orch itself ended taking it back: boom.',
    'Please report that. `wt-orch undo DEV-15` tries again',
  ],
];

describe('a reason about taking a landing back', () => {
  const rows = table.map(([kind, particulars, message, hint]) => ({ reason: { ...particulars, kind }, message, hint }));
  test.each(rows)('$reason.kind says what happened and what to do', ({ reason, message, hint }) => {
    const said = reasonSentence(reason, about);
    expect(said).toEqual(hint === undefined ? { message } : { message, hint });
  });

  test('names the open question by which a hold is lifted', () => {
    expect(reasonSentence({ kind: 'targetBusy' }, { ...about, question: 'q4' }).hint).toContain(
      '`wt-orch answer q4 land`',
    );
  });
});

describe('taking a landing back', () => {
  const landing = 'fedcba98'.repeat(5);
  const undo = spec('A-1', { entry: { kind: 'undo', landing: { from: commitFor('F'), to: landing } } });
  const [, found, ...gates] = passes('A-1');
  const landed = lands('A-1').flatMap((event): readonly RunEvent[] => {
    if (event.type === 'landed') return [{ ...event, undoes: landing }];
    if (event.type !== 'stepEnded') return [event];
    return [{ ...event, reason: { kind: 'undone', detail: landing } }];
  });
  const queued: RunEvent = { type: 'candidateQueued', task: 'A-1', tip: commitFor('A-1') };
  const events = recorded(started([undo]), found ?? [], gates, queued, landed);

  test('is told as what it is, from its commit to its landing', () => {
    const lines = events.flatMap((event) => narrate(event, fold(events.slice(0, event.seq))) ?? []);
    expect(lines.slice(1)).toEqual([
      'A-1  2 files to change back',
      'A-1  gate security passed',
      'A-1  queued to land',
      'A-1  testing what is left without it as 1a2b3c4d',
      'A-1  tests passed in 2.0s',
      'A-1  undone as 1a2b3c4d; it had landed as fedcba98',
    ]);
  });

  test('is accounted for by the landing that it took back', () => {
    const state = fold(events);
    const sentence = 'What landed as fedcba98 is taken back.';
    expect(summaryText(summarize(state, start), state)).toContain(`as 1a2b3c4d on main. ${sentence}`);
    expect(statusText(state, true, start, 200)).toContain(sentence);
    expect(whyText('A-1', state, events)).toContain(`landed as 1a2b3c4d. ${sentence}\n  \`wt-orch run A-1\``);
  });

  test('that failed says so of the tests, and of no agent', () => {
    const red = recorded(started([undo]), ends('A-1', 'tests_failed', { kind: 'testsRed', log: '/l' }));
    const state = fold(red);
    expect(summaryText(summarize(state, start), state)).toContain('The tests fail without it');
    expect(narrate(red[1] as (typeof red)[number], state)).toContain('The tests fail without it');
  });
});
