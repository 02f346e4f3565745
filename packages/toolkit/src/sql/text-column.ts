/** A text as a column of any dialect takes it, for people who look into the table: cut, and without what PostgreSQL refuses. */
export function textForColumn(text: string, charactersMax: number): string {
  const clean = Buffer.from(text.slice(0, charactersMax * 2))
    .toString('utf8')
    .replaceAll('\0', '\uFFFD')
  return [...clean].slice(0, charactersMax).join('')
}
