/**
 * A stable sort whose result is defined for any comparison, also for one that goes in circles: of instances, active
 * ones come before inactive ones, those before one on a node it is banned from, and that before one that is active
 * twice. The halves are sorted and merged, the first half being the smaller one, as the reference does.
 */
export function mergeSort<T>(list: readonly T[], compare: (a: T, b: T) => number): T[] {
  if (list.length < 2) return [...list];
  const middle = Math.trunc(list.length / 2);
  const first = mergeSort(list.slice(0, middle), compare);
  const second = mergeSort(list.slice(middle), compare);
  const merged: T[] = [];
  for (let i = 0, j = 0; i < first.length || j < second.length; ) {
    const takesFirst =
      j >= second.length || (i < first.length && compare(first[i] as T, second[j] as T) <= 0);
    merged.push((takesFirst ? first[i++] : second[j++]) as T);
  }
  return merged;
}
