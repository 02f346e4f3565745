import { readFile } from 'node:fs/promises'

/** The commands that a page of the documentation shows, without what follows a `#`. */
export async function commandsOfPage(page: string): Promise<string[]> {
  const text = await readFile(new URL(`../../../../${page}`, import.meta.url), 'utf8')
  const shown = text.matchAll(/^ {4}npx rocketeer (.+)$/gm)
  return [...shown].map(([, command]) => command!.replace(/\s+#.*$/, ''))
}

/** The pages show what people type; a command that asks them is answered with yes. */
const ASKS = /^(group (reset|replay|clone|delete) |topic (delete |order .*--delete))/

/** The words of a command of a page, for a test, which has no terminal to be asked at. */
export function agreedWordsOf(command: string): string[] {
  const words = wordsOfCommand(command)
  return ASKS.test(command) && !words.includes('--dry-run') ? [...words, '--yes'] : words
}

/** Splits a command as a shell does: text in single quotes is one word. */
function wordsOfCommand(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
}
