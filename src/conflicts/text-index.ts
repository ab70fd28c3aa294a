/**
 * Numbers texts from 0 in the order in which they are added. A `Map` would do, but a plan of a thousand tasks asks for a hundred
 * thousand texts that nobody has looked at before, once among the tracked files and once among the claims. A `Map` hashes each in a
 * slow call into the engine and follows pointers to the texts that it compares; here the hash is taken once for both, and a text
 * that is not there is nearly always known by its hash alone. Open addressing with linear probing, at most half full.
 */
export class TextIndex {
  readonly texts: string[] = [];
  #hashes = new Int32Array(startCapacity);
  /** Per place one more than the number of the text that is there, so that 0 is free. */
  #numbers = new Int32Array(startCapacity);

  /** The text's number, or -1. Takes what `hashOf` says of the text. */
  find(text: string, hash: number): number {
    const mask = this.#numbers.length - 1;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const number = (this.#numbers[place] as number) - 1;
      if (number < 0 || (this.#hashes[place] === hash && this.texts[number] === text)) return number;
    }
  }

  /** Takes a text that is not there yet and returns its number. */
  add(text: string, hash: number): number {
    const number = this.texts.push(text) - 1;
    if (this.texts.length * 2 > this.#numbers.length) this.#grow();
    this.#put(number, hash);
    return number;
  }

  #put(number: number, hash: number): void {
    const mask = this.#numbers.length - 1;
    let place = hash & mask;
    while (this.#numbers[place] !== 0) place = (place + 1) & mask;
    this.#numbers[place] = number + 1;
    this.#hashes[place] = hash;
  }

  #grow(): void {
    const [hashes, numbers] = [this.#hashes, this.#numbers];
    this.#hashes = new Int32Array(hashes.length * 4);
    this.#numbers = new Int32Array(hashes.length * 4);
    numbers.forEach((number, place) => {
      if (number !== 0) this.#put(number - 1, hashes[place] as number);
    });
  }
}

const startCapacity = 1024;

/** FNV-1a over the code units, with the last step of MurmurHash3 to spread what it leaves in the high bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) | 0;
}
