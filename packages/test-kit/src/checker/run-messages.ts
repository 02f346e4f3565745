/** The body of a message in a random run: its id, a space, and bytes to make bodies of several sizes. */
export function bodyOf(id: string, fillBytes: number): string {
  return `${id} ${'#'.repeat(fillBytes)}`
}

/** The id in a body that `bodyOf` made. */
export function idOf(body: string): string {
  return body.slice(0, body.indexOf(' '))
}
