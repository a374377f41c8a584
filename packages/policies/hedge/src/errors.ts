/** What a loser's signal is aborted with. A hedge has no error of its own: when all attempts fail, that of the first comes out. */
export function cancellation(name: string): DOMException {
  return new DOMException(`${name}: another attempt has answered`, 'AbortError')
}
