/**
 * The name that somebody most likely meant, or `undefined` when none is near: the same letters in another case or with
 * other separators, a beginning of exactly one name, or at most a third of the letters mistyped.
 */
export function nearestName(written: string, names: readonly string[]): string | undefined {
  const plain = plainLetters(written);
  const same = names.find((name) => plainLetters(name) === plain);
  if (same !== undefined) return same;
  const longer = names.filter((name) => plain.length >= 3 && plainLetters(name).startsWith(plain));
  if (longer.length === 1) return longer[0];
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(plain.length / 3)) + 1;
  for (const name of names) {
    const edits = editDistance(plain, plainLetters(name));
    if (edits < fewest) {
      fewest = edits;
      best = name;
    }
  }
  return best;
}

function plainLetters(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      const deleted = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
