/** The longest id: `refs/heads/wt-orch/ID.lock` has to fit into a file name of 255 bytes on every common file system. */
const maxIdLength = 200;

/** What is wrong with an id, as the end of the sentence "the id X ..."; undefined when nothing is. The rules are those of `git check-ref-format` and of the task file. */
export function idFault(id: string): string | undefined {
  if (!/^[A-Za-z]/.test(id)) return 'does not begin with a letter';
  if (!/^[A-Za-z0-9._-]*$/.test(id)) return 'holds more than letters, digits, `.`, `_` and `-`';
  if (id.includes('..')) return 'holds `..`';
  if (id.endsWith('.')) return 'ends with a dot';
  if (id.toLowerCase().endsWith('.lock')) return 'ends with `.lock`';
  return id.length > maxIdLength ? `is longer than ${maxIdLength} characters` : undefined;
}

/** Whether a text can be the id of a task: a letter, then letters, digits, `.`, `_`, `-`, and valid inside a git ref. */
export function isTaskId(text: string): boolean {
  return idFault(text) === undefined;
}

/** Ids that differ in case only are the same id. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

/** Whether a word was meant as an id even without a separator behind it: it looks like one and holds a digit. */
export function looksLikeId(word: string): boolean {
  return /^\p{L}[\p{L}\p{N}._-]*$/u.test(word) && /\p{N}/u.test(word);
}
