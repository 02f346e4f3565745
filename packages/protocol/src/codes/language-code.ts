/** The client's language as one byte of the binary header, or its name in the JSON one. Apache: LanguageCode. */
export const LanguageCode = {
  JAVA: 0,
  CPP: 1,
  DOTNET: 2,
  PYTHON: 3,
  DELPHI: 4,
  ERLANG: 5,
  RUBY: 6,
  OTHER: 7,
  HTTP: 8,
  GO: 9,
  PHP: 10,
  OMS: 11,
  RUST: 12,
  NODE_JS: 13,
} as const

const names = new Map<number, string>(Object.entries(LanguageCode).map(([name, code]) => [code, name]))
const codes = new Map<string, number>(Object.entries(LanguageCode))

export function languageName(code: number): string {
  return names.get(code) ?? 'OTHER'
}

export function languageCode(name: string): number {
  return codes.get(name) ?? LanguageCode.OTHER
}
