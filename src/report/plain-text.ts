const esc = '\\u{1b}';
/** Strings that steer a terminal (titles, clipboard, devices) run from their introducer to a bell or a string terminator, after ECMA-48. */
const controlString = new RegExp(
  `(?:${esc}[\\]PX^_]|[\\u{90}\\u{98}\\u{9d}-\\u{9f}])\\P{Cc}*(?:\\u{7}|${esc}\\\\|\\u{9c})`,
  'gu',
);
/** Colours and cursor movements: an introducer, parameters, intermediates and one final character. */
const controlSequence = new RegExp(`(?:${esc}\\[|\\u{9b})[0-?]*[ -/]*[@-~]`, 'gu');
const shortEscape = new RegExp(`${esc}[ -/]*[0-~]`, 'gu');
/** Blanks and line ends of every kind. */
const blank = /[\s\u{85}]/gu;
/** All other control characters, and the marks that make a terminal show text in another order than it stands in. */
const unsafe = /[\p{Cc}\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}]/gu;

/**
 * Text of an agent, a file name or the output of a tool as one line that is safe on any terminal: without escape sequences,
 * control characters and marks of writing direction, line ends folded into blanks, at most `max` characters (code points).
 */
export function plainText(text: string, max = 500): string {
  // Far more than `max` is cut before the work, so that a text of megabytes costs nothing.
  const near = text.length > max * 4 + 4_096 ? `${text.slice(0, max * 4 + 4_096)}…` : text;
  const line = near
    .toWellFormed()
    .replaceAll(controlString, '')
    .replaceAll(controlSequence, '')
    .replaceAll(shortEscape, '')
    .replaceAll(blank, ' ')
    .replaceAll(unsafe, '')
    .replaceAll(/ +/g, ' ')
    .trim();
  return cutAt(line, max);
}

function cutAt(line: string, max: number): string {
  if (line.length <= max) return line;
  const characters = [...line];
  if (characters.length <= max) return line;
  if (max < 1) return '';
  const kept = characters.slice(0, max - 1).join('');
  return `${kept.trimEnd()}…`;
}
