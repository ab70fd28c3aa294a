/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}

export const fine = (name: string, message: string): Check => ({ name, state: 'ok', message });

export const warning = (name: string, message: string, fix: string): Check => ({ name, state: 'warn', message, fix });

export const failure = (name: string, message: string, fix: string): Check => ({ name, state: 'fail', message, fix });
