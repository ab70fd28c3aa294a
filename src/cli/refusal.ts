/** Something the user can mend, as a sentence and what to do about it. Thrown by commands, printed once, by `main`. */
export class Refusal extends Error {
  readonly exitCode: number;

  constructor(sentence: string, hint?: string, exitCode = 2) {
    super(hint === undefined ? sentence : `${sentence}\n${hint}`);
    this.exitCode = exitCode;
  }
}
