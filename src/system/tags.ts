/** The variable that marks every process of a launch. */
export const tagVariable = 'WT_ORCH_TAG';

/**
 * The value of the variable for a launch. When this program itself runs inside a launch (an agent that runs it), the tags
 * from outside stay, so that the outer one finds the processes of the inner one too. Tags are single words.
 */
export function tagValue(tag: string): string {
  if (!/^[\w.:@/+-]+$/.test(tag)) throw new Error(`A tag is one word: ${JSON.stringify(tag)}`);
  const outer = process.env[tagVariable];
  return outer === undefined || outer === '' ? tag : `${tag} ${outer}`;
}

/** The variable with its value, for the environment of a process that is not started by `launch`. */
export const tagged = (tag: string): Record<string, string> => ({ [tagVariable]: tagValue(tag) });

const needle = Buffer.from(`${tagVariable}=`);

/**
 * Whether a block of `NAME=value` entries that end with NUL, as in `/proc/<pid>/environ`, carries the tag, or one below it:
 * `run-7` is carried by whatever carries `run-7/T-1/test`.
 */
export function carriesTag(environment: Buffer, tag: string): boolean {
  for (let at = environment.indexOf(needle); at !== -1; at = environment.indexOf(needle, at + 1)) {
    if (at !== 0 && environment[at - 1] !== 0) continue;
    const end = environment.indexOf(0, at);
    const value = environment.toString('utf8', at + needle.length, end === -1 ? environment.length : end);
    if (value.split(' ').some((word) => word === tag || word.startsWith(`${tag}/`))) return true;
  }
  return false;
}
