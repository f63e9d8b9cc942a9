/**
 * Acts on a value only where it is another than the last: a slider that is drawn changes the settings many times a second,
 * and of most of them only one field. The first value of each life of the background counts as another.
 *
 * @param act may be told the same again after a restart; its values are plain JSON
 */
export function whenChanged<T>(act: (value: T) => void): (value: T) => void {
  let last: string | null = null;
  return (value) => {
    const now = JSON.stringify(value);
    if (now === last) return;
    last = now;
    act(value);
  };
}
