import { readFile } from 'node:fs/promises'

/** The commands that a page of the documentation shows, without what follows a `#`. */
export async function commandsOfPage(page: string): Promise<string[]> {
  const text = await readFile(new URL(`../../../../${page}`, import.meta.url), 'utf8')
  const shown = text.matchAll(/^ {4}npx rocketeer (.+)$/gm)
  return [...shown].map(([, command]) => command!.replace(/\s+#.*$/, ''))
}

/** Splits a command as a shell does: text in single quotes is one word. */
export function wordsOfCommand(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
}
