/** What steers a terminal or makes it show text in another order than it stands in; line feeds and tabs are neither. */
const unsafe = /[\p{Cc}\u{61c}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu;

/**
 * Text of an agent or a branch as it may go to a terminal, lines kept. Control characters become the pictures that Unicode has for
 * them (ESC is `␛`), so that a sequence stays readable and does nothing. It looks at single characters only, so a text may come in
 * pieces.
 */
export function harmless(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(unsafe, picture);
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n' || character === '\t') return character;
  // A program that draws a progress bar goes back to the start of the line; here each state gets a line of its own.
  if (character === '\r') return '\n';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u{2421}' : '\u{fffd}';
}
